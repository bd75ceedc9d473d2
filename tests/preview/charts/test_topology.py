"""What stands where and what reaches what, read from references alone; and the picture of it."""

from decimal import Decimal, localcontext
from xml.etree import ElementTree as ET

import pytest

from preview.charts.architecture import breadth, describe, draw_architecture, fitted
from preview.charts.topology import INTERNET, read_topology
from preview.simulate.registration import Registration
from pricing.bill import EXACT, Bill, Line, Unpriced
from tests.recordings import previewed

SVG = "{http://www.w3.org/2000/svg}"
EMPTY = Bill(lines=(), unpriced=())
TRICK = "<script>alert('&\"')</script>"


def urn_of(token, name):
    return f"urn:pulumi:x::y::{token}::{name}"


def made(token, name, references=None, **inputs):
    """A registration that names others by property: ``{"vpcId": [other]}``."""
    named = {key: tuple(each.urn for each in others) for key, others in (references or {}).items()}
    return Registration(urn=urn_of(token, name), type=token, name=name, inputs=inputs, property_dependencies=named)


def line(urn, usd):
    zero = Decimal(0)
    return Line(urn, "platform", "x", zero, "x", zero, Decimal(usd), zero, zero, "fixed", "exact", "x", None)


VPC = made("aws:ec2/vpc:Vpc", "v", cidrBlock="10.0.0.0/16")
GATEWAY = made("aws:ec2/internetGateway:InternetGateway", "g", {"vpcId": [VPC]})


def subnet(name, zone="a"):
    return made("aws:ec2/subnet:Subnet", name, {"vpcId": [VPC]}, availabilityZone=zone, cidrBlock="10.0.1.0/24")


def associated(table, *subnets):
    kind = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    return [made(kind, f"{table.name}-{each.name}", {"subnetId": [each], "routeTableId": [table]}) for each in subnets]


def group(name, **inputs):
    return made("aws:ec2/securityGroup:SecurityGroup", name, {"vpcId": [VPC]}, **inputs)


def flows(found):
    return [(flow.sources, flow.targets, flow.label) for flow in found]


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_every_dollar_stands_in_exactly_one_box(stack):
    preview = previewed(stack)
    topology = read_topology(preview.recording.registrations, preview.bill)

    with localcontext(EXACT):
        # A third has no last digit.
        assert round(sum(box.usd for box in topology.boxes) - preview.bill.usd_per_month, 100) == 0
    urns = [urn for box in topology.boxes for urn in box.urns]
    assert len(urns) == len(set(urns))
    assert {each.urn for each in preview.bill.lines} <= set(urns)
    custom = sum(each.custom for each in preview.recording.registrations)
    assert topology.unbilled < custom


def test_production_as_it_is_reached(prod):
    topology = read_topology(prod.recording.registrations, prod.bill)
    names = {box.key: box.name for box in topology.boxes} | {INTERNET: INTERNET}
    (network,) = topology.networks
    names |= {f"{network.own.key}/{tier}": tier for tier in ("public", "private", "isolated")}

    def named(found):
        return [
            (*([names[key] for key in keys] for keys in (each.sources, each.targets)), each.label) for each in found
        ]

    nats = [f"network-nat-{zone}" for zone in "abc"]
    assert named(topology.routes) == [
        (["public"], ["network"], ""),
        (["network"], [INTERNET], ""),
        (["isolated", "private"], ["network-s3"], ""),
        (["private"], nats, ""),
    ]
    nodes = ["nodes-spot", "nodes-steady"]
    assert named(topology.rules) == [
        (nodes, ["cache"], "tcp 6379"),
        (nodes, ["workflow-database"], "tcp 5432"),
        (nodes, ["documents"], "tcp 27017"),
        (nodes, ["search-blue"], "tcp 443"),
        ([INTERNET], ["applications-alphacar"], "HTTP(S)"),
        (["applications-alphacar"], nodes, "to pods"),
    ]
    stores = {box.name: (box.copies, box.detail) for box in network.inside if network.tier_of(box) == "isolated"}
    assert stores == {
        "cache": (2, "valkey 8.2, 2 x cache.t4g.small"),
        "documents": (2, "docdb 5.0.0, 2 x db.t4g.medium"),
        "search-blue": (3, "OpenSearch_2.19, 3 x t3.small.search"),
        "workflow-database": (1, "postgres 16, db.t4g.micro"),
    }


def test_a_tier_is_what_the_default_route_makes_of_a_subnet_wherever_it_is_written():
    out, apart, inline, only_peers, unrouted = (
        subnet(name) for name in ("out", "apart", "inline", "peers", "unrouted")
    )
    nat = made("aws:ec2/natGateway:NatGateway", "n", {"subnetId": [out]})
    table, closed, own, peers = (
        made("aws:ec2/routeTable:RouteTable", "t", {"vpcId": [VPC]}),
        made("aws:ec2/routeTable:RouteTable", "c", {"vpcId": [VPC]}),
        made(
            "aws:ec2/routeTable:RouteTable",
            "o",
            {"vpcId": [VPC], "routes": [GATEWAY]},
            routes=[{"cidrBlock": "0.0.0.0/0"}],
        ),
        made("aws:ec2/routeTable:RouteTable", "p", {"vpcId": [VPC]}),
    )
    route = "aws:ec2/route:Route"
    routes = [
        made(route, "t", {"routeTableId": [table], "gatewayId": [GATEWAY]}, destinationIpv6CidrBlock="::/0"),
        made(route, "c", {"routeTableId": [closed], "natGatewayId": [nat]}, destinationCidrBlock="0.0.0.0/0"),
        made(route, "p", {"routeTableId": [peers], "gatewayId": [GATEWAY]}, destinationCidrBlock="10.9.0.0/16"),
    ]
    wired = [
        *associated(table, out),
        *associated(closed, apart),
        *associated(own, inline),
        *associated(peers, only_peers),
    ]
    everything = [
        VPC,
        GATEWAY,
        out,
        apart,
        inline,
        only_peers,
        unrouted,
        nat,
        table,
        closed,
        own,
        peers,
        *routes,
        *wired,
    ]

    (network,) = read_topology(everything, EMPTY).networks

    assert {each.name: each.tier for each in network.subnets} == {
        "out": "public",
        "inline": "public",
        "apart": "private",
        "peers": "isolated",
        "unrouted": "isolated",
    }


def test_rules_are_read_in_each_of_the_three_ways_and_only_those_that_let_in():
    home = subnet("s")
    web, store, other = (
        group("web"),
        group("store"),
        group("other", ingress=[{"protocol": "-1", "cidrBlocks": ["10.9.0.0/16"]}]),
    )
    rule, ingress = (
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    )
    machines = [
        made(
            "aws:ec2/instance:Instance",
            name,
            {"subnetId": [home], "vpcSecurityGroupIds": [bears]},
            instanceType="t4g.small",
        )
        for name, bears in (("web", web), ("store", store), ("other", other))
    ]
    rules = [
        made(
            rule,
            "a",
            {"securityGroupId": [store], "sourceSecurityGroupId": [web]},
            type="ingress",
            protocol="tcp",
            fromPort=8000,
            toPort=8999,
        ),
        made(
            rule,
            "b",
            {"securityGroupId": [store]},
            type="egress",
            protocol="tcp",
            fromPort=1,
            toPort=1,
            cidrBlocks=["0.0.0.0/0"],
        ),
        made(
            ingress, "c", {"securityGroupId": [web]}, ipProtocol="tcp", fromPort=443, toPort=443, cidrIpv4="0.0.0.0/0"
        ),
        made(
            ingress,
            "d",
            {"securityGroupId": [group("worn-by-nobody")]},
            ipProtocol="tcp",
            fromPort=1,
            toPort=1,
            cidrIpv4="0.0.0.0/0",
        ),
    ]

    topology = read_topology([VPC, home, web, store, other, group("worn-by-nobody"), *machines, *rules], EMPTY)

    on_web, on_store, on_other = (each.urn for each in machines)
    assert sorted(flows(topology.rules)) == sorted(
        [
            ((on_web,), (on_store,), "tcp 8000-8999"),
            ((INTERNET,), (on_web,), "tcp 443"),
            (("10.9.0.0/16",), (on_other,), "all"),
        ]
    )


def test_what_is_drawn_with_something_else_is_drawn_once():
    home = subnet("s")
    address = made("aws:ec2/eip:Eip", "e")
    nat = made("aws:ec2/natGateway:NatGateway", "n", {"subnetId": [home], "allocationId": [address]})
    gateway = made("aws:ec2/vpnGateway:VpnGateway", "w", {"vpcId": [VPC]})
    vpn = made("aws:ec2/vpnConnection:VpnConnection", "c", {"vpnGatewayId": [gateway]})
    bucket = made("aws:s3/bucket:Bucket", "b")
    bill = Bill(
        lines=tuple(line(each.urn, usd) for each, usd in ((address, 3), (nat, 40), (vpn, 36), (bucket, 1))),
        unpriced=(Unpriced(bucket.urn, bucket.type, "platform", "x", "price"),),
    )

    topology = read_topology([VPC, home, address, nat, gateway, vpn, bucket], bill)

    assert {box.kind: (box.usd, box.missing) for box in topology.boxes} == {
        "VPC": (0, False),
        "VPN gateway": (36, False),
        "NAT gateway": (43, False),
        "S3": (1, True),
    }


def test_a_database_in_two_zones_counts_twice_and_what_is_unknown_is_called_so():
    one, two = subnet("one"), subnet("two", zone="04da6b54-80e4-46f7-96ec-b56ff0331ba9")
    shared = made("aws:rds/subnetGroup:SubnetGroup", "sg", {"subnetIds": [one, two]})
    database = made("aws:rds/instance:Instance", "db", {"dbSubnetGroupName": [shared]}, multiAz=True, engine="postgres")

    (network,) = read_topology([VPC, one, two, shared, database], EMPTY).networks

    assert network.zones == ["a", "zone not known"]
    assert [(box.name, box.copies, len(box.subnets)) for box in network.inside] == [("db", 2, 2)]


def test_a_program_without_a_network_has_what_it_pays_for_and_an_empty_one_no_picture():
    bucket = made("aws:s3/bucket:Bucket", TRICK)
    topology = read_topology([bucket, made("aws:iam/role:Role", "r")], Bill(lines=(line(bucket.urn, 2),), unpriced=()))

    assert topology.networks == ()
    assert topology.unbilled == 1
    drawn = draw_architecture(topology, TRICK)
    assert ET.fromstring(drawn).find(f"{SVG}title").text == TRICK  # noqa: S314 - ours
    assert draw_architecture(read_topology([], EMPTY), "nothing") == ""


def test_the_order_of_registrations_changes_nothing(prod):
    both = [
        draw_architecture(read_topology(order, prod.bill), "x")
        for order in (prod.recording.registrations, prod.recording.registrations[::-1])
    ]

    assert both[0] == both[1]


def test_what_a_rule_reaches_has_a_row_of_its_own_and_what_none_does_shares_one():
    home, away = subnet("home"), subnet("away", zone="b")
    bears = group("sg", ingress=[{"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["10.9.0.0/16"]}])
    machines = [
        made("aws:ec2/instance:Instance", name, {"subnetId": [place], "vpcSecurityGroupIds": worn})
        for name, place, worn in (("x", home, [bears]), ("y", away, []), ("z", home, []))
    ]

    drawn = draw_architecture(read_topology([VPC, home, away, bears, *machines], EMPTY), "x")

    tops = {}
    for link in ET.fromstring(drawn).iter(f"{SVG}a"):  # noqa: S314 - ours
        tops[link.find(f"{SVG}title").text.split(" 0")[0]] = float(link.find(f"{SVG}text").get("y"))
    assert tops["EC2 instance y"] == tops["EC2 instance z"] != tops["EC2 instance x"]


def test_a_text_is_cut_to_its_room_and_no_shorter():
    assert fitted("network-nat-a", 200) == "network-nat-a"
    for name in ("W" * 40, "데이터베이스" * 8, "i" * 200, "a-name_with.parts" * 6):
        cut = fitted(name, 150)
        assert cut.endswith("…")
        assert 110 < breadth(cut) <= 150


def test_the_picture_is_told_in_sentences_too(prod):
    told = " ".join(describe(read_topology(prod.recording.registrations, prod.bill)))

    for sentence in (
        "VPC network 10.30.0.0/16 in 3 zones.",
        "Let in: Node group nodes-spot, Node group nodes-steady to DocumentDB documents (tcp 27017).",
        "Routes: Internet gateway network to the internet.",
    ):
        assert sentence in told
