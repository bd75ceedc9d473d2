"""The way to on-premises: a site-to-site VPN with two tunnels, billed by the hour while it exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

import pulumi
import pulumi_aws as aws

from ..arguments import common, differ, given, networks, require, within


@dataclass(frozen=True, kw_only=True)
class VpnArgs:
    """What the VPN needs. ``gateway_address`` is on-premises' public address, ``bgp_asn`` the number of its network.

    Both tunnels write who negotiated them, and when, to the log group ``log_group_arn``.
    ``on_premises_cidrs`` are the networks behind it, ``route_table_ids`` the tables that learn the way there. A VPC can
    have one VPN gateway: a second VPN stands in another VPC.
    """

    gateway_address: str
    bgp_asn: int
    on_premises_cidrs: Sequence[str]
    vpc_id: pulumi.Input[str]
    route_table_ids: Sequence[pulumi.Input[str]]
    log_group_arn: pulumi.Input[str]
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self, named=True)
        require(self, "on_premises_cidrs", bool(self.on_premises_cidrs), "the networks behind the VPN, one or more")
        networks(self, "on_premises_cidrs")
        differ(self, "on_premises_cidrs", "networks")
        differ(self, "route_table_ids", "tables")
        within(self, "bgp_asn", 1, 4294967294)
        try:
            public = not IPv4Address(self.gateway_address).is_link_local
        except ValueError:
            public = False
        require(self, "gateway_address", public, "an IPv4 address")


class Vpn(pulumi.ComponentResource):
    """Static routes to the networks behind the gateway; AWS draws and keeps the tunnels' keys."""

    connection_id: pulumi.Output[str]

    def __init__(self, name: str, args: VpnArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, VpnArgs)
        super().__init__("alphacar:vpn:Vpn", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = {**args.tags, "Name": name}
        customer = aws.ec2.CustomerGateway(
            name,
            bgp_asn=str(args.bgp_asn),
            # To the same address a second one without a name of its own would be the first one, and go with it.
            device_name=name,
            ip_address=args.gateway_address,
            type="ipsec.1",
            tags=tags,
            opts=child,
        )
        gateway = aws.ec2.VpnGateway(name, vpc_id=args.vpc_id, tags=tags, opts=child)
        connection = aws.ec2.VpnConnection(
            name,
            customer_gateway_id=customer.id,
            vpn_gateway_id=gateway.id,
            type="ipsec.1",
            static_routes_only=True,
            # The keys rest in Secrets Manager instead of the state file.
            preshared_key_storage="SecretsManager",
            tunnel1_log_options=aws.ec2.VpnConnectionTunnel1LogOptionsArgs(
                cloudwatch_log_options=aws.ec2.VpnConnectionTunnel1LogOptionsCloudwatchLogOptionsArgs(
                    log_enabled=True, log_group_arn=args.log_group_arn
                )
            ),
            tunnel2_log_options=aws.ec2.VpnConnectionTunnel2LogOptionsArgs(
                cloudwatch_log_options=aws.ec2.VpnConnectionTunnel2LogOptionsCloudwatchLogOptionsArgs(
                    log_enabled=True, log_group_arn=args.log_group_arn
                )
            ),
            tags=tags,
            opts=child,
        )
        for place, cidr in enumerate(args.on_premises_cidrs):
            aws.ec2.VpnConnectionRoute(
                f"{name}-{place}", vpn_connection_id=connection.id, destination_cidr_block=cidr, opts=child
            )
        for place, table in enumerate(args.route_table_ids):
            aws.ec2.VpnGatewayRoutePropagation(
                f"{name}-{place}", vpn_gateway_id=gateway.id, route_table_id=table, opts=child
            )
        self.connection_id = connection.id
        self.register_outputs({"connectionId": connection.id})
