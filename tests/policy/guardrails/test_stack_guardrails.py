"""What one lost zone takes along, and who gets into a cluster: rules that look at several resources at once."""

from datetime import date

import pytest

from model.resource import UNKNOWN, Resource
from policy.engine.rule import Context, judge_stack
from policy.guardrails.rules import STACK_RULES

RULES = {rule.name: rule for rule in STACK_RULES}
PROD = Context(settings=None, today=date(2026, 11, 23))


def made(type_, name, props=None, **references):
    return Resource(
        urn=f"urn:pulumi:dev::shop::{type_}::{name}",
        type=type_,
        name=name,
        props=props or {},
        references={key: tuple(one.urn for one in found) for key, found in references.items()},
    )


def subnet(zone):
    return made("aws:ec2/subnet:Subnet", zone, {"availabilityZone": zone})


def network(*ways, inline=False):
    """Subnets a, b, ... whose tables each lead to the NAT gateway of the zone named."""
    subnets = {zone: subnet(zone) for zone in "abcdefg"[: len(ways)]}
    public = {zone: subnet(zone) for zone in subnets}
    gateways = {zone: made("aws:ec2/natGateway:NatGateway", zone, subnetId=[public[zone]]) for zone in {*ways}}
    found = [*subnets.values(), *gateways.values()]
    for zone, way in zip(subnets, ways, strict=True):
        routes = {"routes": [gateways[way]]} if inline else {}
        table = made("aws:ec2/routeTable:RouteTable", zone, **routes)
        join = made(
            "aws:ec2/routeTableAssociation:RouteTableAssociation", zone, subnetId=[subnets[zone]], routeTableId=[table]
        )
        route = made("aws:ec2/route:Route", zone, routeTableId=[table], natGatewayId=[gateways[way]])
        found += [table, join] if inline else [table, join, route]
    return found


def told(rule, resources, context=PROD):
    return [(finding.urn.rpartition("::")[2], finding.kind) for finding in judge_stack(RULES[rule], resources, context)]


@pytest.mark.parametrize("inline", [True, False])
@pytest.mark.parametrize(
    ("ways", "cut"), [("abc", ""), ("aba", "c"), ("aaa", "bc"), ("a", ""), ("bb", "a"), ("ba", "ab")]
)
def test_a_zone_that_leaves_by_another_is_told_in_production(ways, cut, inline):
    assert told("zones-have-their-own-nat", network(*ways, inline=inline)) == [(zone, "violation") for zone in cut]


def test_other_environments_may_wait_for_a_zone(settings):
    context = Context(settings=settings("staging"), today=PROD.today)

    assert told("zones-have-their-own-nat", network(*"aaa"), context) == []


def test_a_gateway_whose_zone_nobody_knows_is_not_guessed_at():
    gateway = made("aws:ec2/natGateway:NatGateway", "regional")
    table = made("aws:ec2/routeTable:RouteTable", "a")
    join = made(
        "aws:ec2/routeTableAssociation:RouteTableAssociation", "a", subnetId=[subnet("a")], routeTableId=[table]
    )
    route = made("aws:ec2/route:Route", "a", routeTableId=[table], natGatewayId=[gateway])

    assert told("zones-have-their-own-nat", [gateway, table, subnet("a"), join, route]) == []


API = {"authenticationMode": "API"}


@pytest.mark.parametrize(
    ("access", "entries", "expected"),
    [
        (API, ["one"], [("cluster", "violation")]),
        ({**API, "bootstrapClusterCreatorAdminPermissions": True}, ["one"], [("cluster", "violation")]),
        ({**API, "bootstrapClusterCreatorAdminPermissions": False}, ["one", "two"], []),
        ({**API, "bootstrapClusterCreatorAdminPermissions": False}, ["one", "one"], [("entry-1", "violation")]),
        ({**API, "bootstrapClusterCreatorAdminPermissions": False}, [UNKNOWN, UNKNOWN], []),
        ({**API, "bootstrapClusterCreatorAdminPermissions": UNKNOWN}, ["one"], []),
        ({"authenticationMode": "API_AND_CONFIG_MAP"}, ["one"], [("cluster", "violation")]),
        ({**API, "bootstrapClusterCreatorAdminPermissions": "true"}, ["one"], [("cluster", "violation")]),
        # Nobody declares entries: the creator's is the only one there can be.
        (API, [], []),
        ({"authenticationMode": "CONFIG_MAP"}, ["one"], []),
        ({}, ["one"], []),
    ],
)
@pytest.mark.parametrize("by_name", [True, False])
def test_a_cluster_s_entries_are_declared_and_one_each(access, entries, expected, by_name):
    cluster = made("aws:eks/cluster:Cluster", "cluster", {"name": "shop", "accessConfig": access})
    other = made("aws:eks/cluster:Cluster", "other", {"name": "other", "accessConfig": API})
    declared = [
        made(
            "aws:eks/accessEntry:AccessEntry",
            f"entry-{place}",
            {"principalArn": principal, "clusterName": "shop" if by_name else UNKNOWN},
            **({} if by_name else {"clusterName": [cluster]}),
        )
        for place, principal in enumerate(entries)
    ]

    assert told("cluster-entries-are-declared", [cluster, other, *declared]) == expected


def test_entries_of_nodes_are_no_reason_to_declare_the_creator_s():
    cluster = made("aws:eks/cluster:Cluster", "cluster", {"name": "shop", "accessConfig": API})
    node = made(
        "aws:eks/accessEntry:AccessEntry", "node", {"principalArn": "nodes", "clusterName": "shop", "type": "EC2_LINUX"}
    )

    assert told("cluster-entries-are-declared", [cluster, node]) == []
