"""The security group of a data store: who may knock, and at which port. It lets nothing out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_aws as aws

from ..arguments import StoreNetwork, common, given, matches, within
from ..names import security_group_name

#: What EC2 takes (source: EC2 API reference, CreateSecurityGroup).
DESCRIPTION: Final = re.compile(r"[\w .:/()#,@\[\]+=&;{}!$*-]{1,255}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class FirewallArgs:
    """One ``port`` of a store, what AWS' console says of it (``description``), and the network it stands in."""

    description: str
    port: int
    network: StoreNetwork
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self, named=True)
        within(self, "port", 1, 65535)
        matches(self, "description", DESCRIPTION, "at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*")


class Firewall(pulumi.ComponentResource):
    """A group that admits the cluster's nodes, and on-premises networks only while a migration runs."""

    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, FirewallArgs)
        super().__init__("alphacar:firewall:Firewall", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            security_group_name(name),
            description=args.description,
            vpc_id=args.network.vpc_id,
            tags={**args.tags, "Name": name},
            opts=child,
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-nodes",
            description="pods",
            security_group_id=group.id,
            referenced_security_group_id=args.network.client_security_group_id,
            ip_protocol="tcp",
            from_port=args.port,
            to_port=args.port,
            tags=args.tags,
            opts=child,
        )
        for place, cidr in enumerate(args.network.migrating_cidrs):
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-migration-{place}",
                description="on-premises, while data moves",
                security_group_id=group.id,
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=args.port,
                to_port=args.port,
                tags=args.tags,
                opts=child,
            )
        self.security_group_id = group.id
        self.register_outputs({"securityGroupId": group.id})
