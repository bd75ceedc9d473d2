import pytest

from components.network.vpn import Vpn, VpnArgs
from tests.components.given import TAGS

GROUP = "arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/vpc/shop"
CONNECTION = "aws:ec2/vpnConnection:VpnConnection"


def args(**changes):
    given = {
        "gateway_address": "203.0.113.7",
        "bgp_asn": 65000,
        "on_premises_cidrs": ("192.168.0.0/16", "172.16.0.0/12"),
        "vpc_id": "vpc-1",
        "route_table_ids": ("rtb-a", "rtb-b", "rtb-data"),
        "log_group_arn": GROUP,
        "tags": TAGS,
    }
    return VpnArgs(**{**given, **changes})


def test_what_it_makes(makes):
    assert makes("Vpn") == {
        "aws:ec2/customerGateway:CustomerGateway": 1,
        "aws:ec2/vpnConnection:VpnConnection": 1,
        "aws:ec2/vpnConnectionRoute:VpnConnectionRoute": 1,
        "aws:ec2/vpnGateway:VpnGateway": 1,
        "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation": 1,
    }


def test_the_tunnels_keys_stay_out_of_the_state_file(declare):
    connection = declare(lambda: Vpn("vpn", args())).only(CONNECTION)

    assert connection["presharedKeyStorage"] == "SecretsManager"
    assert not [key for key in connection if "PresharedKey" in key]


def test_both_tunnels_write_down_who_negotiated_them(declare):
    connection = declare(lambda: Vpn("vpn", args())).only(CONNECTION)

    assert [connection[f"tunnel{number}LogOptions"] for number in (1, 2)] == [
        {"cloudwatchLogOptions": {"logEnabled": True, "logGroupArn": GROUP}}
    ] * 2


def test_every_network_behind_it_is_routed_into_every_inner_subnet(declare):
    made = declare(lambda: Vpn("vpn", args()))
    routes = made.all("aws:ec2/vpnConnectionRoute:VpnConnectionRoute").values()

    assert {route["destinationCidrBlock"] for route in routes} == {"192.168.0.0/16", "172.16.0.0/12"}
    assert len(made.all("aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation")) == 3


def test_a_vpn_to_nowhere_is_refused():
    with pytest.raises(ValueError, match="on_premises_cidrs must be the networks behind the VPN"):
        args(on_premises_cidrs=())


def test_the_gateway_is_on_premises_and_told_from_another_vpn_s_to_the_same_address(declare):
    gateway = declare(lambda: Vpn("vpn", args())).only("aws:ec2/customerGateway:CustomerGateway")

    assert {key: gateway[key] for key in ("ipAddress", "bgpAsn", "deviceName")} == {
        "ipAddress": "203.0.113.7",
        "bgpAsn": "65000",
        "deviceName": "vpn",
    }
