import json
import re

import pytest

from components.observability.logs import Logs, LogsArgs, cloudwatch_output, loki_host, loki_output
from tests.components.given import (
    ACCOUNT,
    ASSOCIATION,
    BUCKET,
    KEY,
    LOG_GROUP,
    PLACE,
    REGION,
    RELEASE,
    ROLE_POLICY,
    Before,
    cluster,
    namespace,
)


def args(store, **changes):
    given = {
        "store": store,
        "key_arn": KEY,
        "cluster": cluster(),
        "namespace": namespace("logging"),
        "loki_namespace": namespace("loki"),
        "after": [Before("nodes")],
    }
    return LogsArgs(**{**given, **changes})


@pytest.fixture
def in_cloudwatch(declare):
    return declare(lambda: Logs("logs", args("cloudwatch-logs")))


@pytest.fixture
def in_loki(declare):
    return declare(lambda: Logs("logs", args("loki")))


def test_what_it_makes_in_cloudwatch(makes):
    assert makes("Logs") == {
        "alphacar:identity:PodIdentity": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "kubernetes:helm.sh/v3:Release": 1,
    }


def test_what_it_makes_in_loki(makes):
    assert makes("Logs in Loki") == {
        "alphacar:bucket:Bucket": 1,
        "alphacar:identity:PodIdentity": 1,
        "kubernetes:helm.sh/v3:Release": 2,
    }


def test_cloudwatch_gets_a_group_that_ends_and_is_there_first(in_cloudwatch):
    group = in_cloudwatch.only(LOG_GROUP)

    assert (group["retentionInDays"], group["kmsKeyId"], group["logGroupClass"]) == (30, KEY, "STANDARD")
    assert {f"{LOG_GROUP} logs", f"{ASSOCIATION} logs-shipper"} <= in_cloudwatch.waits(RELEASE, "logs-shipper")
    assert not in_cloudwatch.all(BUCKET)


def test_the_shipper_writes_into_that_group_and_makes_none(in_cloudwatch):
    output = in_cloudwatch.only(RELEASE)["values"]["config"]["outputs"]

    assert output == cloudwatch_output(PLACE.region, in_cloudwatch.only(LOG_GROUP)["name"])
    assert "auto_create_group false" in output


def test_loki_keeps_its_chunks_in_s3_and_deletes_them_itself(in_loki):
    values = in_loki.all(RELEASE)["logs"]["values"]
    (rule,) = in_loki.only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]

    assert set(values["loki"]["storage"]["bucketNames"].values()) == {in_loki.only(BUCKET)["bucket"]}
    assert values["loki"]["limits_config"]["retention_period"] == "720h"
    assert values["loki"]["compactor"]["retention_enabled"] is True
    assert rule["expiration"]["days"] > 30
    assert not in_loki.all(LOG_GROUP)


def test_loki_is_one_binary_without_caches_of_eleven_gigabytes(in_loki):
    values = in_loki.all(RELEASE)["logs"]["values"]

    assert (values["deploymentMode"], values["singleBinary"]["replicas"]) == ("Monolithic", 1)
    assert {values[part]["replicas"] for part in ("read", "write", "backend")} == {0}
    assert not values["chunksCache"]["enabled"]
    assert not values["resultsCache"]["enabled"]
    # Alone it is ready only after it has joined itself, and resolves only once it is ready.
    assert values["memberlist"]["service"]["publishNotReadyAddresses"] is True


def test_the_shipper_waits_for_loki_which_waits_for_its_bucket_and_identity(in_loki):
    assert f"{RELEASE} logs" in in_loki.waits(RELEASE, "logs-shipper")
    assert {f"{ASSOCIATION} logs", "aws:s3/bucketPolicy:BucketPolicy logs"} <= in_loki.waits(RELEASE, "logs")
    assert in_loki.all(RELEASE)["logs-shipper"]["values"]["config"]["outputs"] == loki_output(
        "logs.loki.svc.cluster.local"
    )


def test_the_shipper_is_the_same_for_both_but_for_its_output(in_cloudwatch, in_loki):
    one, other = in_cloudwatch.only(RELEASE)["values"], in_loki.all(RELEASE)["logs-shipper"]["values"]
    one["config"].pop("outputs")
    other["config"].pop("outputs")

    assert one == other


@pytest.mark.parametrize("output", [cloudwatch_output("ap-northeast-2", "/pods"), loki_output("loki")])
def test_what_cannot_be_sent_waits_on_disk(output):
    assert output.startswith("[OUTPUT]\n")
    assert "storage.total_limit_size 1G" in output
    # The chart renders the section as a template.
    assert "{{" not in output


@pytest.mark.parametrize(("told", "called"), [(None, "/logs/pods"), ("/shop/pods", "/shop/pods")])
def test_a_group_is_called_after_the_component_or_as_told_and_the_shipper_may_write_into_it_alone(
    declare, told, called
):
    found = []
    made = declare(lambda: found.append(Logs("logs", args("cloudwatch-logs", log_group_name=told)).log_group))
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{called}"
    (statement,) = json.loads(made.only(ROLE_POLICY)["policy"])["Statement"]

    assert found == [made.only(LOG_GROUP)["name"]] == [called]
    assert statement["Resource"] == [arn, f"{arn}:*"]


@pytest.mark.parametrize(
    ("told", "shipper", "loki"),
    [
        ({}, "logs-shipper", "logs"),
        ({"shipper_release": "fluent-bit", "loki_release": "loki"}, "fluent-bit", "loki"),
        ({"shipper_release": "ship", "loki_release": "keep"}, "ship", "keep"),
    ],
)
def test_releases_and_their_accounts_are_called_after_the_component_or_as_told(declare, told, shipper, loki):
    made = declare(lambda: Logs("logs", args("loki", **told)))

    for name, called in (("logs-shipper", shipper), ("logs", loki)):
        release = made.all(RELEASE)[name]
        assert release["name"] == release["values"]["serviceAccount"]["name"] == called
        # Loki's chart calls what it makes after the chart where the release is, too.
        assert release["values"].get("fullnameOverride", release["chart"]) == called
    assert made.only(ASSOCIATION)["serviceAccount"] == loki
    assert f"Host {loki_host(loki, 'loki')}\n" in made.all(RELEASE)["logs-shipper"]["values"]["config"]["outputs"]


def test_each_shipper_keeps_its_place_in_files_of_its_own_and_does_not_ship_itself(declare):
    def paths(told):
        made = declare(lambda: Logs("logs", args("cloudwatch-logs", shipper_release=told)))
        config = made.only(RELEASE)["values"]["config"]
        return re.findall(r"(?:storage.path|Exclude_Path|DB) (\S+)", config["service"] + config["inputs"])

    assert paths("fluent-bit") == [
        "/var/log/flb-storage/",
        "/var/log/containers/fluent-bit-*.log",
        "/var/log/flb_kube.db",
    ]
    assert paths("ship") == ["/var/log/ship-storage/", "/var/log/containers/ship-*.log", "/var/log/ship.db"]


@pytest.mark.parametrize(("told", "called"), [(None, f"logs-{ACCOUNT}-{REGION}"), ("shop-logs", "shop-logs")])
def test_loki_s_bucket_is_called_after_the_component_or_as_told(declare, told, called):
    assert declare(lambda: Logs("logs", args("loki", bucket_name=told))).only(BUCKET)["bucket"] == called


def test_loki_needs_a_namespace(declare):
    with pytest.raises(ValueError, match="loki_namespace must be given for Loki, not None"):
        declare(lambda: args("loki", loki_namespace=None))
