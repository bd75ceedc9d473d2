"""The VPC: public, private and data subnets over zones, and the few ways in and out of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Final, Literal

import pulumi
import pulumi_aws as aws

from ..arguments import (
    LOG_GROUP_NAME,
    LOG_GROUP_NAMES,
    AccountRegion,
    LogClass,
    common,
    given,
    log_days,
    matches,
    require,
    within,
)
from ..names import physical, role_name
from ..trust import service_trust

#: What a VPC may be; and every tier must have room for four zones (source: VPC user guide, CIDR blocks).
WIDEST, NARROWEST = 16, 20
#: Which packets are written down.
Traffic = Literal["ALL", "REJECT"]
ZONE: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d[a-z]")


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """What the network needs. ``zones`` are names such as ap-northeast-2a; each NAT gateway is billed by the hour.

    With ``nat_gateways`` of 0 nothing private reaches the internet; with fewer than zones, zones share them, and a lost
    zone takes the others' way out with it.
    """

    place: AccountRegion
    zones: Sequence[str]
    key_arn: pulumi.Input[str]
    #: A /16 has room for 8,000 pods a zone; none wider than that, or narrower than /20, is taken.
    cidr: str = "10.0.0.0/16"
    nat_gateways: int = 1
    #: Of the record of who spoke with whom.
    flow_log_retention_days: int = 30
    #: Of the same record: what is written is billed, and by a class of its own for less.
    flow_log_class: LogClass = "STANDARD"
    #: Of all packets, or of those that were refused alone, which are a fraction.
    flow_log_traffic: Traffic = "ALL"
    #: Of the flow log.
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self, named=True)
        matches(self, "zones", ZONE, "zones such as ap-northeast-2a")
        here = all(zone.startswith(self.place.region) for zone in self.zones)
        require(self, "zones", here, f"zones of {self.place.region}")
        require(self, "zones", 2 <= len(set(self.zones)) == len(self.zones) <= 4, "two to four different zones")
        within(self, "nat_gateways", 0, len(self.zones))
        log_days(self, "flow_log_retention_days")
        try:
            wide = WIDEST <= IPv4Network(self.cidr).prefixlen <= NARROWEST
        except ValueError:
            wide = False
        require(self, "cidr", wide, "a network of /16 to /20, such as 10.0.0.0/16")


class Network(pulumi.ComponentResource):
    """Public subnets hold only NAT and load balancers; private ones leave through NAT; data subnets never leave."""

    vpc_id: pulumi.Output[str]
    public_subnet_ids: list[pulumi.Output[str]]
    private_subnet_ids: list[pulumi.Output[str]]
    data_subnet_ids: list[pulumi.Output[str]]
    nat_gateway_ids: list[pulumi.Output[str]]
    #: Tables of the private and data subnets.
    inner_route_table_ids: list[pulumi.Output[str]]
    #: Where flows are written down, and where a VPN's tunnels may be.
    flow_log_group_arn: pulumi.Output[str]

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, NetworkArgs)
        super().__init__("alphacar:network:Network", name, None, opts)
        self._name, self._args = name, args
        self._flow_log_group = physical(f"/aws/vpc/{name}/flow", LOG_GROUP_NAME, LOG_GROUP_NAMES)
        self._flow_log_role = role_name(f"{name}-flow")
        self._child = pulumi.ResourceOptions(parent=self)
        self.vpc = aws.ec2.Vpc(
            name,
            cidr_block=args.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self._tags(name),
            opts=self._child,
        )
        self.vpc_id = self.vpc.id
        # The default group can be neither deleted nor avoided by accident: without rules it lets nothing through.
        aws.ec2.DefaultSecurityGroup(
            name, vpc_id=self.vpc.id, ingress=[], egress=[], tags=self._tags(f"{name}-closed"), opts=self._child
        )
        tiers = subnet_cidrs(args.cidr, len(args.zones))
        public = self._subnets("public", tiers["public"], {"kubernetes.io/role/elb": "1"})
        private = self._subnets("private", tiers["private"], {"kubernetes.io/role/internal-elb": "1"})
        data = self._subnets("data", tiers["data"], {})
        gateways = self._public_routes(public)
        self.nat_gateway_ids = [gateway.id for gateway in gateways]
        tables = [*self._private_routes(private, gateways), self._data_routes(data)]
        self.inner_route_table_ids = [table.id for table in tables]
        aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=self.vpc.id,
            service_name=f"com.amazonaws.{args.place.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=self.inner_route_table_ids,
            tags=self._tags(f"{name}-s3"),
            opts=self._child,
        )
        self.flow_log_group_arn = self._flow_logs()
        self.public_subnet_ids = [subnet.id for subnet in public]
        self.private_subnet_ids = [subnet.id for subnet in private]
        self.data_subnet_ids = [subnet.id for subnet in data]
        self.register_outputs({"vpcId": self.vpc.id})

    def _tags(self, name: str) -> dict[str, str]:
        return {**self._args.tags, "Name": name}

    def _subnets(self, tier: str, cidrs: Sequence[str], roles: Mapping[str, str]) -> list[aws.ec2.Subnet]:
        return [
            aws.ec2.Subnet(
                f"{self._name}-{tier}-{zone[-1]}",
                vpc_id=self.vpc.id,
                cidr_block=cidr,
                availability_zone=zone,
                map_public_ip_on_launch=False,
                tags={**self._tags(f"{self._name}-{tier}-{zone[-1]}"), **roles},
                opts=self._child,
            )
            for zone, cidr in zip(self._args.zones, cidrs, strict=True)
        ]

    def _table(self, label: str) -> aws.ec2.RouteTable:
        name = f"{self._name}-{label}"
        return aws.ec2.RouteTable(name, vpc_id=self.vpc.id, tags=self._tags(name), opts=self._child)

    def _join(self, label: str, subnet: aws.ec2.Subnet, table: aws.ec2.RouteTable) -> None:
        aws.ec2.RouteTableAssociation(
            f"{self._name}-{label}", subnet_id=subnet.id, route_table_id=table.id, opts=self._child
        )

    def _public_routes(self, subnets: Sequence[aws.ec2.Subnet]) -> list[aws.ec2.NatGateway]:
        """Routes to the internet, and the NAT gateways that stand on the first subnets."""
        gateway = aws.ec2.InternetGateway(self._name, vpc_id=self.vpc.id, tags=self._tags(self._name), opts=self._child)
        table = self._table("public")
        route = aws.ec2.Route(
            f"{self._name}-public",
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway.id,
            opts=self._child,
        )
        for zone, subnet in zip(self._args.zones, subnets, strict=True):
            self._join(f"public-{zone[-1]}", subnet, table)
        gateways = []
        for zone, subnet in list(zip(self._args.zones, subnets, strict=True))[: self._args.nat_gateways]:
            name = f"{self._name}-nat-{zone[-1]}"
            address = aws.ec2.Eip(name, domain="vpc", tags=self._tags(name), opts=self._child)
            gateways.append(
                aws.ec2.NatGateway(
                    name,
                    allocation_id=address.id,
                    subnet_id=subnet.id,
                    tags=self._tags(name),
                    opts=pulumi.ResourceOptions(parent=self, depends_on=[route]),
                )
            )
        return gateways

    def _private_routes(
        self, subnets: Sequence[aws.ec2.Subnet], gateways: Sequence[aws.ec2.NatGateway]
    ) -> list[aws.ec2.RouteTable]:
        """One table a zone; zones without a NAT gateway of their own share those that exist, in turn."""
        tables = []
        for place, (zone, subnet) in enumerate(zip(self._args.zones, subnets, strict=True)):
            label = f"private-{zone[-1]}"
            table = self._table(label)
            self._join(label, subnet, table)
            if gateways:
                aws.ec2.Route(
                    f"{self._name}-{label}",
                    route_table_id=table.id,
                    destination_cidr_block="0.0.0.0/0",
                    nat_gateway_id=gateways[place % len(gateways)].id,
                    opts=self._child,
                )
            tables.append(table)
        return tables

    def _data_routes(self, subnets: Sequence[aws.ec2.Subnet]) -> aws.ec2.RouteTable:
        table = self._table("data")
        for zone, subnet in zip(self._args.zones, subnets, strict=True):
            self._join(f"data-{zone[-1]}", subnet, table)
        return table

    def _flow_logs(self) -> pulumi.Output[str]:
        name, args = f"{self._name}-flow", self._args
        group = aws.cloudwatch.LogGroup(
            name,
            name=self._flow_log_group,
            retention_in_days=args.flow_log_retention_days,
            log_group_class=None if args.flow_log_class == "STANDARD" else args.flow_log_class,
            kms_key_id=args.key_arn,
            tags=args.tags,
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(protect=args.protect)),
        )
        role = aws.iam.Role(
            self._flow_log_role,
            assume_role_policy=json.dumps(service_trust("vpc-flow-logs.amazonaws.com", args.place.account_id)),
            tags=args.tags,
            opts=self._child,
        )
        policy = aws.iam.RolePolicy(
            name,
            role=role.id,
            policy=group.arn.apply(flow_log_policy),
            opts=self._child,
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=self.vpc.id,
            traffic_type=args.flow_log_traffic,
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=600,
            tags=self._tags(name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        return group.arn


def flow_log_policy(group_arn: str) -> str:
    """What the flow log service may do: write into its own group."""
    actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": f"{group_arn}:*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def subnet_cidrs(cidr: str, zones: int) -> dict[str, list[str]]:
    """Each tier's subnets, one a zone. Private ones get half the VPC, because every pod takes an address there.

    Adding a zone adds subnets and moves none: each tier has room for four.
    """
    vpc = IPv4Network(cidr)
    wide = list(vpc.subnets(prefixlen_diff=3))
    narrow = list(vpc.subnets(prefixlen_diff=6))
    half = len(narrow) // 2
    return {
        "private": [str(net) for net in wide[:zones]],
        "public": [str(net) for net in narrow[half : half + zones]],
        "data": [str(net) for net in narrow[half + 8 : half + 8 + zones]],
    }
