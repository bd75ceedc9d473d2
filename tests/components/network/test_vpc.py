from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network.vpc import Network, NetworkArgs, subnet_cidrs
from tests.components.given import KEY, LOG_GROUP, PLACE, REGION

ROUTE = "aws:ec2/route:Route"
SUBNET = "aws:ec2/subnet:Subnet"
NAT = "aws:ec2/natGateway:NatGateway"
ZONES = tuple(f"{REGION}{letter}" for letter in "abcd")


def args(**changes):
    given_ = {
        "cidr": "10.0.0.0/16",
        "zones": ZONES[:3],
        "place": PLACE,
        "nat_gateways": 2,
        "flow_log_retention_days": 30,
        "key_arn": KEY,
    }
    return NetworkArgs(**{**given_, **changes})


vpcs = st.builds(
    lambda address, prefix: str(IPv4Network((address, prefix), strict=False)),
    st.integers(min_value=0x0A000000, max_value=0x0AFFFFFF),
    st.integers(min_value=16, max_value=20),
)


def test_what_it_makes(makes):
    assert makes("Network") == {
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
        "aws:ec2/eip:Eip": 1,
        "aws:ec2/flowLog:FlowLog": 1,
        "aws:ec2/internetGateway:InternetGateway": 1,
        "aws:ec2/natGateway:NatGateway": 1,
        "aws:ec2/route:Route": 3,
        "aws:ec2/routeTable:RouteTable": 4,
        "aws:ec2/routeTableAssociation:RouteTableAssociation": 6,
        "aws:ec2/subnet:Subnet": 6,
        "aws:ec2/vpc:Vpc": 1,
        "aws:ec2/vpcEndpoint:VpcEndpoint": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 1,
    }


@given(vpcs, st.integers(min_value=2, max_value=4))
def test_subnets_are_disjoint_and_inside_the_vpc(cidr, zones):
    tiers = subnet_cidrs(cidr, zones)
    subnets = [IPv4Network(subnet) for tier in tiers.values() for subnet in tier]

    assert {tier: len(found) for tier, found in tiers.items()} == dict.fromkeys(("private", "public", "data"), zones)
    assert all(subnet.subnet_of(IPv4Network(cidr)) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@given(vpcs, st.integers(min_value=2, max_value=3))
def test_another_zone_moves_no_subnet(cidr, zones):
    before, after = subnet_cidrs(cidr, zones), subnet_cidrs(cidr, zones + 1)

    assert all(after[tier][:zones] == before[tier] for tier in before)


@given(vpcs)
def test_every_subnet_is_one_that_aws_accepts(cidr):
    prefixes = {IPv4Network(subnet).prefixlen for tier in subnet_cidrs(cidr, 4).values() for subnet in tier}

    assert all(16 <= prefix <= 28 for prefix in prefixes)


@pytest.mark.parametrize("zones", [2, 3, 4])
@pytest.mark.parametrize("gateways", [0, 1, 2])
def test_there_are_as_many_nat_gateways_as_asked_for(declare, zones, gateways):
    made = declare(lambda: Network("network", args(zones=ZONES[:zones], nat_gateways=gateways)))
    outward = [name for name in made.all(ROUTE) if name.startswith("network-private-")]

    assert len(made.all(NAT)) == len(made.all("aws:ec2/eip:Eip")) == gateways
    assert len(outward) == (zones if gateways else 0)


@pytest.mark.parametrize(
    ("gateways", "ways"),
    [(1, "aaa"), (2, "aba"), (3, "abc")],
)
def test_each_zone_leaves_by_its_own_gateway_where_it_has_one(declare, gateways, ways):
    made = declare(lambda: Network("network", args(nat_gateways=gateways)))
    outward = sorted(
        (one for one in made.made(ROUTE) if one.name.startswith("network-private-")), key=lambda one: one.name
    )

    passed = [one.property_dependencies["natGatewayId"][0][-1] for one in outward]
    assert [one.name[-1] for one in outward] == ["a", "b", "c"]
    assert "".join(passed) == ways


def test_data_subnets_have_no_way_out(declare):
    made = declare(lambda: Network("network", args()))
    (table,) = (one for one in made.made("aws:ec2/routeTable:RouteTable") if one.name == "network-data")

    assert not [route for route in made.made(ROUTE) if table.urn in route.dependencies]


def test_only_routes_reach_the_whole_internet(declare):
    made = declare(lambda: Network("network", args()))
    open_ = {one.type for one in made.recording.registrations if "0.0.0.0/0" in str(one.inputs)}

    assert open_ == {ROUTE}


def test_the_default_security_group_lets_nothing_through(declare):
    group = declare(lambda: Network("network", args())).only("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")

    assert (group["ingress"], group["egress"]) == ([], [])


def test_no_subnet_hands_out_public_addresses_and_balancers_find_theirs(declare):
    subnets = declare(lambda: Network("network", args())).all(SUBNET)

    assert not any(subnet["mapPublicIpOnLaunch"] for subnet in subnets.values())
    assert {name for name, subnet in subnets.items() if "kubernetes.io/role/elb" in subnet["tags"]} == {
        "network-public-a",
        "network-public-b",
        "network-public-c",
    }


def test_s3_is_reached_without_paying_nat(declare):
    endpoint = declare(lambda: Network("network", args())).only("aws:ec2/vpcEndpoint:VpcEndpoint")

    assert endpoint["vpcEndpointType"] == "Gateway"
    assert len(endpoint["routeTableIds"]) == 4


def test_flow_logs_end_and_are_encrypted(declare):
    group = declare(lambda: Network("network", args(flow_log_retention_days=7))).only(LOG_GROUP)

    assert (group["retentionInDays"], group["kmsKeyId"], group["name"]) == (7, KEY, "/aws/vpc/network/flow")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"zones": ZONES[:1]}, "zones must be two to four different zones"),
        ({"nat_gateways": 4}, "nat_gateways must be 0 to 3, not 4"),
        ({"cidr": "10.0.0.0/21"}, "cidr must be a network of /16 to /20, such as 10.0.0.0/16, not '10.0.0.0/21'"),
    ],
)
def test_what_cannot_stand_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        args(**changes)
