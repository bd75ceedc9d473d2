"""What a lost zone, node or NAT gateway takes down, and the price of each missing piece, against rates of the book."""

import math
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.resource import MISSING, UNKNOWN, Resource
from policy.engine.rule import Context, judge_stack
from policy.guardrails.losses.stores import caches, domains
from policy.guardrails.rules import STACK_RULES
from pricing.book import Book, priced
from tests.conftest import TODAY
from tests.golden.target import recorded, settings
from tests.policy.guardrails.analyzer import declare, pack

POLICY = "losses-are-survived"
RULE = next(rule for rule in STACK_RULES if rule.name == POLICY)
HOURS = 730
FOREIGN = Context(settings=None, today=date(2026, 11, 23), region="ap-northeast-2")


def usd(key):
    return priced(Book.load(), key).usd


def judged(resources, context=FOREIGN):
    return judge_stack(RULE, resources, context)


def of_stack(name):
    context = Context(settings=settings(f"{name}/all"), today=TODAY)
    return judged([made.resource() for made in recorded(f"{name}/all").all], context)


def prices(findings):
    """By name, the last figure of USD in a message, to the cent, and the kind of the finding."""
    return {
        finding.urn.rpartition("::")[2]: (
            Decimal(finding.message.partition(" would hold it: ")[2].partition(" USD")[0]),
            finding.kind,
        )
        for finding in findings
    }


def test_of_production_a_standby_is_missing_and_disks_stand_in_a_zone_each():
    standby = usd("rds/postgres-single-az-db.t4g.micro") * HOURS + 20 * usd("rds/gp3-storage")
    disk = usd("ec2/ebs-gp3")

    assert prices(of_stack("prod")) == {
        "workflow-database": (round(standby, 2), "waived"),
        "dashboards": (round(5 * disk, 2), "advisory"),
        "metrics": (round(52 * disk, 2), "advisory"),
    }


def test_of_staging_stores_gateways_and_a_node_are_missing():
    found = prices(of_stack("staging"))

    assert found["documents"] == (round(usd("docdb/db.t4g.medium") * HOURS, 2), "waived")
    nodes = 2 * (usd("opensearch/t3.small.search") * HOURS + 20 * usd("opensearch/ebs-gp3"))
    assert found["search-blue"] == (round(nodes, 2), "waived")
    gateways = 2 * (usd("ec2/nat-gateway-hour") + usd("vpc/public-ipv4-in-use")) * HOURS
    # A zone with a gateway of its own sends less across zones.
    assert gateways - 3 < found["network-nat-a"][0] < gateways
    assert found["nodes-spot"][1] == "advisory"
    assert found.keys() == {
        *("documents", "search-blue", "network-nat-a", "nodes-spot", "workflow-database", "dashboards", "metrics")
    }


def test_of_development_everything_is_told_and_nothing_blocks():
    found = of_stack("dev")

    assert {finding.kind for finding in found} == {"advisory"}
    assert prices(found).keys() == {
        *("documents", "cache", "search-blue", "network-nat-a", "nodes-spot", "workflow-database"),
        *("dashboards", "metrics"),
    }
    said = next(each.message for each in found if each.urn.endswith("nodes-spot"))
    assert "any of ap-northeast-2a and ap-northeast-2b" in said
    assert "1 more node of this group" in said


def made(type_, name, props=None, **references):
    return Resource(
        urn=f"urn:pulumi:dev::shop::{type_}::{name}",
        type=type_,
        name=name,
        props=props or {},
        references={key: tuple(one.urn for one in found) for key, found in references.items()},
    )


def test_a_foreign_program_is_advised_and_an_unknown_price_is_said_to_be_unknown():
    database = made("aws:rds/instance:Instance", "db", {"engine": "mysql", "instanceClass": "db.m9x.large"})

    (finding,) = judged([database])

    assert finding.kind == "advisory"
    assert finding.message.endswith("multiAz: true would hold it: nobody knows what it costs")
    elsewhere = replace(FOREIGN, region="us-east-1")
    priced_here = made(
        "aws:rds/instance:Instance",
        "db",
        {"engine": "postgres", "instanceClass": "db.t4g.micro", "allocatedStorage": 20, "storageType": "gp3"},
    )
    assert "20.87 USD a month more in ap-northeast-2" in judged([priced_here])[0].message
    assert "nobody knows what it costs" in judged([priced_here], elsewhere)[0].message


CLASS = (
    "kubernetes:storage.k8s.io/v1:StorageClass",
    "fast",
    {"metadata": {"name": "fast"}, "provisioner": "ebs.csi.aws.com", "parameters": {"type": "gp3"}},
)


def shelf(storage_class, replicas=1):
    spec = {"storageClassName": storage_class, "resources": {"requests": {"storage": "10Gi"}}}
    return (
        "kubernetes:apps/v1:StatefulSet",
        "shelf",
        {"metadata": {"name": "shelf"}, "spec": {"replicas": replicas, "volumeClaimTemplates": [{"spec": spec}]}},
    )


@pytest.fixture(scope="module")
def asked():
    with pack() as judge:
        yield judge


@pytest.mark.parametrize(
    ("declared", "levels"),
    [
        ([CLASS, shelf("fast")], ["advisory"]),
        ([shelf("gp2")], ["advisory"]),
        ([CLASS, shelf("fast", replicas=2)], []),
        # Nobody knows where a disk of a class stands that nobody declares, or of EFS.
        ([shelf("other")], []),
        ([(*CLASS[:2], {**CLASS[2], "provisioner": "efs.csi.aws.com"}), shelf("fast")], []),
    ],
)
def test_a_pod_that_runs_once_on_a_disk_of_ebs_is_told_and_blocks_nothing(asked, declared, levels):
    told = [finding for finding in asked(lambda: declare(declared)) if finding.policy == POLICY]

    assert [finding.level for finding in told] == levels
    assert all(f"{10 * usd('ec2/ebs-gp3'):.2f} USD" in each.message for each in told if "fast" in str(declared))


def test_a_schedule_that_wakes_nodes_wakes_the_missing_ones_as_well():
    found = next(each for each in of_stack("dev") if each.urn.endswith("nodes-spot"))
    hours = Decimal(5) * Decimal("9.5") / 168 * HOURS
    node = usd("ec2/m7g.large") * usd("ec2/spot-fraction-of-on-demand") * hours

    # Its disk, and the images that it pulls, are billed besides.
    assert node < prices([found])["nodes-spot"][0] < node + 5


@given(st.integers(0, 9), st.integers(1, 3), st.booleans(), st.booleans(), st.integers(0, 5))
def test_a_domain_is_quiet_exactly_where_what_is_left_of_it_elects(nodes, zones, aware, dedicated, masters):
    """Nodes are spread over the zones in turn; masters of their own over three, whatever zones the data has."""
    config = {
        "instanceType": "t3.small.search",
        "instanceCount": nodes,
        "zoneAwarenessEnabled": aware,
        "zoneAwarenessConfig": {"availabilityZoneCount": zones},
        "dedicatedMasterEnabled": dedicated,
        "dedicatedMasterCount": masters,
    }
    spread = [len(range(place, nodes, zones)) for place in range(zones)] if aware else [nodes]
    voters = [len(range(place, masters, 3)) for place in range(3)] if dedicated and masters else spread
    holds = all(2 * (sum(voters) - lost) > sum(voters) for lost in [*voters, 1]) and all(
        nodes - lost > 0 for lost in [*spread, 1]
    )

    found = list(domains([made("aws:opensearch/domain:Domain", "d", {"clusterConfig": config})]))

    assert bool(found) is (nodes > 0 and not holds)
    assert all(list(domains(weakness.instead)) == [] for weakness in found)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "numCacheClusters": st.integers(1, 4),
            "numNodeGroups": st.integers(1, 3),
            "replicasPerNodeGroup": st.integers(0, 2),
            "automaticFailoverEnabled": st.booleans(),
            "multiAzEnabled": st.booleans(),
            "nodeGroupConfigurations": st.lists(
                st.fixed_dictionaries({}, optional={"replicaCount": st.integers(0, 2)}), min_size=1, max_size=3
            ),
        },
    )
)
def test_what_is_bought_for_a_cache_holds_it(props):
    found = list(caches([made("aws:elasticache/replicationGroup:ReplicationGroup", "c", props)]))

    assert all(list(caches(weakness.instead)) == [] for weakness in found)
    assert bool(found) or props["automaticFailoverEnabled"] is props["multiAzEnabled"] is True


VALUES = st.sampled_from(
    [UNKNOWN, MISSING, None, True, False, "true", "false", 0, 1, 2, -1, 2.0, math.nan, math.inf, "x", [], {}, [UNKNOWN]]
)
KEYS = (
    *("clusterIdentifier", "availabilityZone", "multiAz", "numCacheClusters", "numNodeGroups", "clusterConfig"),
    *("nodeGroupConfigurations", "automaticFailoverEnabled", "replicasPerNodeGroup", "scalingConfig", "subnetIds"),
    *("taints", "vpcId", "vpcEndpointType", "values", "spec", "clusterName", "computeConfig", "replicateSourceDb"),
)
TYPES = (
    *("aws:docdb/cluster:Cluster", "aws:docdb/clusterInstance:ClusterInstance", "aws:rds/instance:Instance"),
    *("aws:elasticache/replicationGroup:ReplicationGroup", "aws:opensearch/domain:Domain", "aws:ec2/subnet:Subnet"),
    *("aws:ec2/natGateway:NatGateway", "aws:ec2/vpcEndpoint:VpcEndpoint", "aws:eks/nodeGroup:NodeGroup"),
    *("kubernetes:apps/v1:StatefulSet", "kubernetes:helm.sh/v3:Release", "aws:eks/cluster:Cluster"),
)


@given(
    st.lists(st.tuples(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6)), max_size=5)
)
def test_no_value_breaks_the_rule_or_makes_it_block_a_program_without_settings(program):
    resources = [
        made(type_, str(place), {key: value for key, value in props.items() if value is not MISSING})
        for place, (type_, props) in enumerate(program)
    ]

    assert {finding.kind for finding in judged(resources)} <= {"advisory"}
