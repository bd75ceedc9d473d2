"""What an instance is charged for without a word in its declaration: surplus credits and a public address."""

import pytest

from model.resource import UNKNOWN
from tests.pricing.billing import GROUP, HOURS, TEMPLATE, D, billed, group, resource

INSTANCE = "aws:ec2/instance:Instance"
SUBNET = "aws:ec2/subnet:Subnet"
DEFAULT_SUBNET = "aws:ec2/defaultSubnet:DefaultSubnet"
DEFAULT = "aws:ec2/defaultCreditSpecification:DefaultCreditSpecification"
ADDRESS = D("0.005") * HOURS


def credit_gaps(*declared):
    return [gap for gap in billed(*declared).unpriced if "credit" in gap.reason.lower()]


def placed(kind, **props):
    return resource(INSTANCE, {"instanceType": kind, "subnetId": "subnet-0", **props})


@pytest.mark.parametrize("kind", ["t3.medium", "t3a.large", "t4g.small"])
def test_a_t_class_is_unlimited_unless_somebody_says_standard(kind):
    (gap,) = credit_gaps(placed(kind))

    assert gap.kind == "usage"
    assert gap.reason.startswith(f"surplus CPU credits: {kind.partition('.')[0]} is unlimited unless")
    assert credit_gaps(placed(kind, creditSpecification={"cpuCredits": "standard"})) == []


@pytest.mark.parametrize("kind", ["t2.medium", "m6g.large"])
def test_t2_is_standard_by_default_and_other_classes_have_no_credits(kind):
    assert credit_gaps(placed(kind)) == []


@pytest.mark.parametrize("mode", ["unlimited", UNKNOWN])
def test_what_is_written_is_told_once(mode):
    assert len(credit_gaps(placed("t2.medium", creditSpecification={"cpuCredits": mode}))) == 1


@pytest.mark.parametrize(
    ("family", "mode", "kind", "told"),
    [
        ("t3", "standard", "t3.medium", 0),
        ("t3", "standard", "t3a.medium", 1),
        # The default itself is a gap besides.
        ("t2", "unlimited", "t2.medium", 2),
        ("t2", "unlimited", "m6g.large", 1),
    ],
)
def test_the_default_of_an_account_holds_for_its_family(family, mode, kind, told):
    default = resource(DEFAULT, {"instanceFamily": family, "cpuCredits": mode})

    assert len(credit_gaps(default, placed(kind))) == told


def test_nodes_are_unlimited_too_unless_their_template_says_standard():
    template = {"creditSpecification": {"cpuCredits": "standard"}}
    nodes = group(types=["t4g.medium"], launchTemplate={"id": UNKNOWN})

    assert len(credit_gaps(resource(GROUP, group(types=["t3.large"])))) == 1
    assert len(credit_gaps(resource(GROUP, group(types=[])))) == 1
    assert len(credit_gaps(resource(TEMPLATE), resource(GROUP, nodes))) == 1
    assert credit_gaps(resource(TEMPLATE, template), resource(GROUP, nodes)) == []


# Addresses.


def addresses(*declared):
    return [line.usd_per_month for line in billed(*declared).lines if line.item == "public IPv4"]


def behind(subnet, props=None, kind=SUBNET, **said):
    """An instance in a declared subnet, and that subnet."""
    made = resource(kind, subnet, "net")
    inside = {"instanceType": "m6g.large", "subnetId": UNKNOWN, **said}
    return made, resource(INSTANCE, inside | (props or {}), references={"subnetId": (made.urn,)})


@pytest.mark.parametrize(
    "declared",
    [
        behind({"mapPublicIpOnLaunch": True}),
        behind({"mapPublicIpOnLaunch": UNKNOWN}),
        behind({}, kind=DEFAULT_SUBNET),
        behind({}, associatePublicIpAddress=True),
        (resource(INSTANCE, {"instanceType": "m6g.large"}),),
        (placed("m6g.large", associatePublicIpAddress=True),),
    ],
)
def test_an_instance_pays_for_the_address_it_is_given(declared):
    assert addresses(*declared) == [ADDRESS]


@pytest.mark.parametrize(
    "declared",
    [
        behind({}),
        behind({"mapPublicIpOnLaunch": False}),
        behind({"mapPublicIpOnLaunch": False}, kind=DEFAULT_SUBNET),
        behind({"mapPublicIpOnLaunch": True}, associatePublicIpAddress=False),
        (placed("m6g.large"),),
        (resource(INSTANCE, {"instanceType": "m6g.large", "networkInterfaces": [{"networkInterfaceId": "eni-0"}]}),),
    ],
)
def test_an_instance_without_an_address_pays_for_none(declared):
    assert addresses(*declared) == []


@pytest.mark.parametrize(
    ("kind", "key"), [("aws:ec2/eip:Eip", "instance"), ("aws:ec2/eipAssociation:EipAssociation", "instanceId")]
)
def test_an_elastic_ip_takes_the_place_of_the_address_that_was_handed_out(kind, key):
    net, inside = behind({"mapPublicIpOnLaunch": True})
    elastic = resource(kind, {key: UNKNOWN}, "ip", references={key: (inside.urn,)})

    assert addresses(net, inside, elastic) == ([ADDRESS] if kind.endswith(":Eip") else [])


def test_nodes_in_a_default_subnet_have_addresses_as_well():
    net = resource(DEFAULT_SUBNET, {}, "net")
    nodes = resource(GROUP, group(desired=2), references={"subnetIds": (net.urn,)})

    assert addresses(net, nodes) == [2 * ADDRESS]
