import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.stores.search import DomainSize, Search, SearchArgs, zones_used
from components.stores.search_access import admin_statements, administrator_trust
from components.stores.search_snapshots import SnapshotSchedule, snapshot_statements
from tests.components.given import (
    ACCOUNT,
    BUCKET,
    INSIDE,
    KEY,
    LOG_GROUP,
    PLACE,
    REGION,
    ROLE,
    ROLE_POLICY,
    SUBNETS,
    Before,
    cluster,
    namespace,
)

DOMAIN = "aws:opensearch/domain:Domain"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def size(**changes):
    given_ = {"engine_version": "OpenSearch_2.19", "instance_type": "t3.small.search", "instances": 3, "volume_gb": 20}
    return DomainSize(**{**given_, **changes})


PLATFORM = f"arn:aws:iam::{ACCOUNT}:role/platform"


def args(**changes):
    given_ = {
        "domains": {"blue": size()},
        "snapshot_days": 14,
        "place": PLACE,
        "network": INSIDE,
        "key_arn": KEY,
        "administrators": [PLATFORM],
    }
    return SearchArgs(**{**given_, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Search("search", args()))


def test_what_it_makes(makes):
    assert makes("Search") == {
        "alphacar:bucket:Bucket": 1,
        "alphacar:firewall:Firewall": 1,
        "aws:cloudwatch/logGroup:LogGroup": 3,
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": 1,
        "aws:iam/role:Role": 2,
        "aws:iam/rolePolicy:RolePolicy": 2,
        "aws:opensearch/domain:Domain": 1,
    }


@given(st.integers(min_value=1, max_value=80), st.integers(min_value=1, max_value=4))
def test_a_domain_spreads_over_no_more_zones_than_it_has_nodes_subnets_or_aws_allows(instances, zones):
    used = zones_used(instances, zones)

    assert 1 <= used <= min(instances, zones, 3)


@pytest.mark.parametrize(("instances", "zones"), [(1, 1), (2, 2), (3, 3), (6, 3)])
def test_zone_awareness_begins_with_the_second_node(declare, instances, zones):
    domain = declare(lambda: Search("search", args(domains={"blue": size(instances=instances)}))).only(DOMAIN)
    config = domain["clusterConfig"]

    assert config["zoneAwarenessEnabled"] is (zones > 1)
    assert config.get("zoneAwarenessConfig") == ({"availabilityZoneCount": zones} if zones > 1 else None)
    assert domain["vpcOptions"]["subnetIds"] == list(SUBNETS[:zones])


def test_it_is_encrypted_everywhere(made):
    domain = made.only(DOMAIN)

    assert domain["encryptAtRest"] == {"enabled": True, "kmsKeyId": KEY}
    assert domain["nodeToNodeEncryption"] == {"enabled": True}
    assert domain["domainEndpointOptions"] == {
        "enforceHttps": True,
        "tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10",
    }
    assert domain["ebsOptions"] == {"ebsEnabled": True, "volumeType": "gp3", "volumeSize": 20}


def test_people_and_programs_come_in_by_iam_not_by_password(made):
    domain = made.only(DOMAIN)
    security = domain["advancedSecurityOptions"]
    (statement,) = json.loads(domain["accessPolicies"])["Statement"]

    assert (security["enabled"], security["internalUserDatabaseEnabled"]) == (True, False)
    assert security["masterUserOptions"].keys() == {"masterUserArn"}
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def test_the_administrator_is_whoever_is_named_and_not_the_whole_account(made):
    (statement,) = json.loads(made.all("aws:iam/role:Role")["search-admin"]["assumeRolePolicy"])["Statement"]

    assert statement["Principal"] == {"AWS": [PLATFORM]}


def test_the_administrator_may_ask_the_domains_and_hand_over_the_role_of_snapshots_alone(made):
    asks, hands = admin_statements(["arn:aws:es:here:1:domain/blue"], "arn:aws:iam::1:role/snapshots")

    assert asks == {"Action": "es:ESHttp*", "Resource": ["arn:aws:es:here:1:domain/blue/*"]}
    assert hands == {"Action": "iam:PassRole", "Resource": "arn:aws:iam::1:role/snapshots"}
    assert made.all(ROLE_POLICY).keys() == {"search-admin", "search-snapshots"}


def test_opensearch_takes_the_role_of_snapshots_for_this_account_only(made):
    (statement,) = json.loads(made.all(ROLE)["search-snapshots"]["assumeRolePolicy"])["Statement"]

    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_the_domain_waits_for_the_account_s_linked_role_and_the_right_to_log(declare):
    made = declare(lambda: Search("search", args(after=[Before("linked-role")])))

    assert {
        "test:index:Before linked-role",
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy search",
    } <= made.waits(DOMAIN, "search-blue")
    assert {group["retentionInDays"] for group in made.all(LOG_GROUP).values()} == {30}


def test_a_second_domain_stands_beside_the_live_one_and_the_pointer_moves_neither(declare):
    both = {"blue": size(), "green": size(engine_version="OpenSearch_3.7")}
    one, other = (
        declare(lambda live=live: Search("search", args(live=live, domains=both))).all(DOMAIN) for live in both
    )

    assert [domain["domainName"] for domain in one.values()] == ["search-blue", "search-green"]
    assert one == other


def test_a_name_is_one_that_aws_takes(declare):
    with pytest.raises(ValueError, match="'a-search-with-a-long-name-blue' is no name that AWS takes here: at most 28"):
        declare(lambda: Search("a-search-with-a-long-name", args()))


@pytest.mark.parametrize(
    ("told", "domain", "policy", "bucket"),
    [
        ({}, "search", "search", f"search-snapshots-{ACCOUNT}-{REGION}"),
        (
            {"domain_prefix": "shop", "log_policy_name": "shop-logs", "snapshot_bucket_name": "shop-copies"},
            "shop",
            "shop-logs",
            "shop-copies",
        ),
    ],
)
def test_domains_logs_and_snapshots_are_called_after_the_component_or_as_told(declare, told, domain, policy, bucket):
    found = []
    made = declare(lambda: found.append(Search("search", args(**told)).domain_names))

    assert found == [{"blue": made.only(DOMAIN)["domainName"]}] == [{"blue": f"{domain}-blue"}]
    assert {one["name"] for one in made.all(LOG_GROUP).values()} == {
        f"/aws/opensearch/{domain}/{label}" for label in ("application", "slow", "audit")
    }
    assert made.only("aws:cloudwatch/logResourcePolicy:LogResourcePolicy")["policyName"] == policy
    assert made.only(BUCKET)["bucket"] == bucket


def test_snapshots_build_on_each_other_so_none_expires_by_age(made):
    (rule,) = made.only(LIFECYCLE)["rules"]

    assert "expiration" not in rule
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 14}


@pytest.mark.parametrize("protect", [True, False])
def test_protection_is_the_caller_s(declare, protect):
    (domain,) = declare(lambda: Search("search", args(protect=protect))).made(DOMAIN)

    assert domain.protect is protect


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"live": "green"}, "live must be one of blue, not 'green'"),
        ({"domains": {"blue": size(instances=4)}}, "blue must spread its 4 instances evenly"),
    ],
)
def test_what_aws_would_refuse_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        args(**changes)


@pytest.fixture
def scheduled(declare):
    def build():
        where = {"cluster": cluster(), "namespace": namespace("search-snapshots")}
        return Search("search", args(snapshots=SnapshotSchedule(**where, image="registry.example.com/tools:1")))

    return declare(build)


def test_a_snapshot_a_day_is_taken_after_its_role_was_mapped_as_a_user_that_writes_nothing(scheduled):
    spec = scheduled.only("kubernetes:batch/v1:CronJob")["spec"]
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    mapper = scheduled.only("kubernetes:batch/v1:Job")["spec"]["template"]["spec"]

    assert (spec["schedule"], spec["concurrencyPolicy"]) == ("0 19 * * *", "Forbid")
    assert container["command"] == ["python", "-m", "snapshotter.run", "/opt/snapshotter/plan.json"]
    assert mapper["containers"][0]["command"] == [*container["command"], "--map"]
    assert (pod["serviceAccountName"], mapper["serviceAccountName"]) == (
        "search-snapshot-run", "search-snapshot-run-access",
    )  # fmt: skip
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert "kubernetes:batch/v1:Job search-snapshot-run-access" in scheduled.waits(
        "kubernetes:batch/v1:CronJob", "search-snapshot-run"
    )


def test_the_program_is_whole_beside_its_plan(scheduled):
    data = scheduled.only("kubernetes:core/v1:ConfigMap")["data"]

    assert set(data) == {"plan.json", "__init__.py", "domain.py", "run.py"}


def test_whoever_takes_snapshots_reaches_their_repository_alone_and_hands_over_their_role_alone():
    asked, passed = snapshot_statements("arn:domain/d", "arn:role/writer")

    assert asked["Action"] == ["es:ESHttpGet", "es:ESHttpPut", "es:ESHttpDelete"]
    assert asked["Resource"] == ["arn:domain/d/_snapshot/scheduled", "arn:domain/d/_snapshot/scheduled/*"]
    assert passed == {"Action": "iam:PassRole", "Resource": "arn:role/writer"}


def test_the_administrator_is_become_by_the_mapper_with_its_session_s_tags_and_without_a_schedule_by_nobody_more():
    alone = administrator_trust([PLATFORM])["Statement"]

    assert administrator_trust([PLATFORM], "arn:mapper")["Statement"] == [
        *alone,
        {"Effect": "Allow", "Principal": {"AWS": "arn:mapper"}, "Action": ["sts:AssumeRole", "sts:TagSession"]},
    ]
    assert alone == [{"Effect": "Allow", "Principal": {"AWS": [PLATFORM]}, "Action": "sts:AssumeRole"}]
