from dataclasses import replace

import pytest

from components.network.firewall import Firewall, FirewallArgs
from tests.components.given import INGRESS_RULE, INSIDE

GROUP = "aws:ec2/securityGroup:SecurityGroup"


def args(**changes):
    return FirewallArgs(description="a store", port=5432, network=replace(INSIDE, **changes))


def test_what_it_makes(makes):
    assert makes("Firewall") == {
        "aws:ec2/securityGroup:SecurityGroup": 1,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 1,
    }


@pytest.mark.parametrize("cidrs", [(), ("192.168.0.0/16", "172.16.0.0/12")])
def test_nodes_knock_at_one_port_and_on_premises_only_while_it_migrates(declare, cidrs):
    made = declare(lambda: Firewall("store", args(migrating_cidrs=cidrs)))
    rules = made.all(INGRESS_RULE)

    assert {(rule["fromPort"], rule["toPort"], rule["ipProtocol"]) for rule in rules.values()} == {(5432, 5432, "tcp")}
    assert rules["store-nodes"]["referencedSecurityGroupId"] == "sg-nodes"
    assert tuple(rule["cidrIpv4"] for rule in rules.values() if "cidrIpv4" in rule) == cidrs


def test_it_lets_nothing_out(declare):
    made = declare(lambda: Firewall("store", args()))

    assert "egress" not in made.only(GROUP)
    assert not made.names("aws:vpc/securityGroupEgressRule")
