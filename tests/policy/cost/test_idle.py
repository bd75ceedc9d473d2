"""What is billed by the hour must be held by a property; a dependency alone uses nothing."""

import pytest

from model import type_tokens
from model.resource import UNKNOWN
from policy.cost.idle import HOLD_ADDRESSES, nothing_idles
from tests.pricing.billing import resource

ROUTE = "aws:ec2/route:Route"
TABLE = "aws:ec2/routeTable:RouteTable"
RECORD = "aws:route53/record:Record"
ADDRESS = resource(type_tokens.EC2_EIP, {}, "address")
GATEWAY = resource(type_tokens.EC2_NAT_GATEWAY, {"allocationId": UNKNOWN}, "gateway")


def idle(*resources):
    return [finding.urn.rpartition("::")[2] for finding in nothing_idles(resources)]


def told(token, props, target, key, **more):
    """A resource whose property ``key`` is made of ``target``: known as a reference, or only as a dependency."""
    return [
        resource(token, props, "user", dependencies=(target.urn,), references={key: (target.urn,)}, **more),
        resource(token, props, "user", dependencies=(target.urn,), **more),
    ]


@pytest.mark.parametrize(
    "user",
    [
        *told(type_tokens.EC2_NAT_GATEWAY, {"allocationId": UNKNOWN}, ADDRESS, "allocationId"),
        *told("aws:ec2/eipAssociation:EipAssociation", {"allocationId": UNKNOWN}, ADDRESS, "allocationId"),
        *told(
            "aws:lb/loadBalancer:LoadBalancer",
            {"subnetMappings": [{"allocationId": UNKNOWN}]},
            ADDRESS,
            "subnetMappings",
        ),
    ],
)
def test_an_address_that_something_holds_does_not_idle(user):
    assert "address" not in idle(ADDRESS, user)
    assert user.type in HOLD_ADDRESSES


@pytest.mark.parametrize("key", ["instance", "networkInterface"])
def test_an_address_that_says_what_holds_it_does_not_idle(key):
    assert idle(resource(type_tokens.EC2_EIP, {key: UNKNOWN}, "address")) == []


@pytest.mark.parametrize(
    "user",
    [
        [],
        [*told(RECORD, {"records": [UNKNOWN]}, ADDRESS, "records")],
        [
            resource(
                type_tokens.EC2_NAT_GATEWAY,
                {"allocationId": UNKNOWN},
                "other",
                dependencies=(ADDRESS.urn,),
                references={"allocationId": ("x",)},
            )
        ],
    ],
)
def test_an_address_that_only_a_record_or_an_order_names_idles(user):
    assert "address" in idle(ADDRESS, *user)


@pytest.mark.parametrize(
    "user",
    [
        *told(ROUTE, {"natGatewayId": UNKNOWN}, GATEWAY, "natGatewayId"),
        *told(TABLE, {"routes": [{"natGatewayId": UNKNOWN}]}, GATEWAY, "routes"),
    ],
)
def test_a_gateway_that_a_route_leads_to_does_not_idle(user):
    assert idle(GATEWAY, user) == []


@pytest.mark.parametrize(
    "user",
    [
        [],
        [resource(ROUTE, {"gatewayId": UNKNOWN}, "user", dependencies=(GATEWAY.urn,))],
        [
            resource(
                ROUTE,
                {"natGatewayId": UNKNOWN},
                "user",
                dependencies=("other", GATEWAY.urn),
                references={"natGatewayId": ("other",)},
            )
        ],
    ],
)
def test_a_gateway_that_a_route_only_waits_for_idles(user):
    assert idle(GATEWAY, *user) == ["gateway"]
