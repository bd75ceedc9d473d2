"""Usage that nobody typed, worked out from what is declared; each figure by hand from the published ones."""

import pytest

from model.resource import UNKNOWN
from pricing import meter
from stacks.sections.measures import Usage
from tests.pricing.billing import BOOK, GROUP, TODAY, D, group, resource

CLUSTER = "aws:eks/cluster:Cluster"
FLOW = "aws:ec2/flowLog:FlowLog"
NAT = "aws:ec2/natGateway:NatGateway"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
VPC = "aws:ec2/vpc:Vpc"
SCHEDULE = "aws:autoscaling/schedule:Schedule"
ALL = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
EVERYTHING = [
    resource(VPC, {}, "v"),
    resource(NAT, {}, "n"),
    resource(LOGS, {"name": "/aws/eks/shop/cluster", "retentionInDays": 30}, "c"),
    resource(LOGS, {"name": "/aws/vpc/shop/flow", "retentionInDays": 30}, "f"),
]


def figure(item, *declared, usage=None):
    """Quantities of the line called ``item``: low, base and high have no line of their own, so the base alone."""
    bill = meter.compute_bill([*EVERYTHING, *declared], usage or Usage(), BOOK, today=TODAY)
    found = {(line.urn.rpartition("::")[2], line.item): line for line in bill.lines}
    return found.get(item)


def cluster(types=ALL):
    return resource(CLUSTER, {"enabledClusterLogTypes": types, "version": "1.35"}, "shop")


def nodes(desired=5, name="steady", **more):
    return resource(GROUP, group(desired=desired, **more), name)


@pytest.mark.parametrize(
    ("desired", "types", "gb"),
    [
        (5, ALL, "51.5"),  # the cluster that was read
        (10, ALL, "103"),
        (1, ALL, "20.6"),  # a control plane writes for two nodes at least
        (5, ["audit"], "51.5"),
        (5, ["api", "authenticator"], "0.2575"),  # half a percent is not the audit log's
        (5, [], "0"),
    ],
)
def test_a_control_plane_writes_by_its_nodes_and_nearly_all_of_it_is_the_audit_log(desired, types, gb):
    line = figure(("c", "ingestion"), cluster(types), nodes(desired))

    assert line.quantity == D(gb)
    assert (line.usd_per_month_low, line.usd_per_month) == (D(gb) / 2 * D("0.76"), D(gb) * D("0.76"))


@pytest.mark.parametrize("types", [UNKNOWN, ["audit", UNKNOWN]])
def test_a_control_plane_of_which_nobody_knows_what_it_writes_is_a_gap(types):
    bill = meter.compute_bill([*EVERYTHING, cluster(types), nodes()], Usage(), BOOK, today=TODAY)

    assert figure(("c", "ingestion"), cluster(types), nodes()) is None
    assert "ingestion: landing:usage.controlPlaneLogGb is not set" in [gap.reason for gap in bill.unpriced]


@pytest.mark.parametrize(
    ("flow", "gb"),
    [
        ({"maxAggregationInterval": 600, "trafficType": "ALL"}, "7.7"),
        ({"maxAggregationInterval": 60, "trafficType": "ALL"}, "23.1"),
        ({"trafficType": "REJECT"}, "0.77"),
        ({}, "7.7"),
    ],
)
def test_flow_logs_follow_their_nodes_their_interval_and_what_they_hold(flow, gb):
    assert figure(("f", "ingestion"), resource(FLOW, flow), nodes()).quantity == D(gb)


@pytest.mark.parametrize(
    ("zones", "gateways", "gb"),
    [
        (3, 3, 1000),  # as it was read, for twice the nodes
        (2, 2, 750),  # half of what is called leaves its zone, and not two thirds
        (1, 1, 0),
        (3, 1, "1266.6667"),  # and two thirds of the 200 GB through NAT cross on their way
        (3, 2, "1133.3333"),
    ],
)
def test_what_crosses_zones_follows_nodes_zones_and_gateways_and_is_paid_twice(zones, gateways, gb):
    subnets = [f"subnet-{number}" for number in range(zones)]
    more = [resource(NAT, {}, f"n{number}") for number in range(1, gateways)]
    usage = Usage.model_validate_json('{"natGb": 200, "imagePullGb": 0}')
    line = figure(("v", "data between zones"), nodes(10, subnetIds=subnets), *more, usage=usage)

    assert round(line.quantity, 4) == D(gb)


def test_each_log_counts_for_itself_and_only_where_cloudwatch_takes_it():
    to_s3 = resource(FLOW, {"logDestinationType": "s3", "maxAggregationInterval": 60}, "s3")
    refused = resource(FLOW, {"trafficType": "REJECT"}, "refused")

    assert figure(("f", "ingestion"), to_s3, refused, nodes()).quantity == D("0.77")
    assert figure(("f", "ingestion"), resource(FLOW, {}, "a"), resource(FLOW, {}, "b"), nodes()).quantity == D("15.4")


def test_each_cluster_writes_for_itself():
    api = resource(CLUSTER, {"enabledClusterLogTypes": ["api"], "version": "1.35"}, "other")

    # Five nodes for each of the two.
    assert figure(("c", "ingestion"), cluster(), api, nodes(10)).quantity == D("51.5") + D("0.2575")


def test_a_node_that_starts_pulls_its_images_and_spot_starts_more_of_them():
    steady, spot = (
        figure(("n", "NAT data of images"), nodes(4)),
        figure(("n", "NAT data of images"), nodes(4, capacity="SPOT")),
    )

    assert (steady.quantity, spot.quantity) == (4 * 1, 4 * (1 + 4))


def test_nodes_that_sleep_at_night_pull_their_images_every_morning():
    sleeping = [
        resource(SCHEDULE, {"recurrence": at, "desiredCapacity": size, "minSize": size}, f"steady-{action}")
        for action, at, size in (("wake", "0 8 * * MON-FRI", 3), ("sleep", "0 18 * * MON-FRI", 0))
    ]
    line = figure(("n", "NAT data of images"), nodes(3), *sleeping)

    # Five mornings a week of a month of 730 hours, and once for a new system image.
    assert round(line.quantity, 6) == round(3 * (5 * D(730) / 24 / 7 + 1), 6)


def test_a_group_that_is_woken_and_never_sleeps_starts_when_it_is_renewed():
    wake = resource(SCHEDULE, {"recurrence": "0 8 * * MON-FRI", "desiredCapacity": 3, "minSize": 3}, "steady-wake")

    assert figure(("n", "NAT data of images"), nodes(3), wake).quantity == 3


def test_what_a_stack_file_says_takes_the_place_of_a_formula():
    usage = Usage.model_validate_json(
        '{"controlPlaneLogGb": {"low": 1, "base": 2, "high": 3, "source": "measured: here"}}'
    )

    assert figure(("c", "ingestion"), cluster(), nodes(), usage=usage).quantity == 2
