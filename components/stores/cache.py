"""ElastiCache for Valkey: a replication group and the user that applications sign in as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.data_tier import DataTierNetwork
from components.network.firewall import Firewall, FirewallArgs

PORT: Final = 6379
ENGINE: Final = "valkey"
REPLICATION_GROUP_ID: Final = "alphacar-cache"
USER_ID: Final = "alphacar-app"


@dataclass(frozen=True, kw_only=True)
class CacheArgs:
    """What a cache needs from its caller."""

    engine_version: str
    node_type: str
    replicas: int
    snapshot_retention_days: int
    surroundings: DataTierNetwork
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.replicas <= 5:
            raise ValueError(f"replicas must be 0 to 5, not {self.replicas}")
        if not 0 <= self.snapshot_retention_days <= 35:
            raise ValueError(f"snapshot_retention_days must be 0 to 35, not {self.snapshot_retention_days}")


class Cache(pulumi.ComponentResource):
    """An encrypted replication group in the data subnets; it fails over as soon as it has a replica."""

    endpoint: pulumi.Output[str]
    uri: pulumi.Output[str]
    #: What IAM must allow an application, beside the user it signs in as.
    client_statement: pulumi.Output[dict[str, Any]]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:cache:Cache", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        firewall = Firewall(
            name,
            FirewallArgs(
                description="Valkey reached from cluster nodes",
                port=PORT,
                surroundings=args.surroundings,
                tags=args.tags,
            ),
            child,
        )
        subnets = aws.elasticache.SubnetGroup(
            name, subnet_ids=list(args.surroundings.subnet_ids), tags=args.tags, opts=child
        )
        parameters = aws.elasticache.ParameterGroup(
            name,
            family=f"{ENGINE}{args.engine_version.split('.')[0]}",
            parameters=[
                # A full cache forgets what was not used lately; the default would refuse keys without expiry.
                aws.elasticache.ParameterGroupParameterArgs(name="maxmemory-policy", value="allkeys-lru")
            ],
            tags=args.tags,
            opts=child,
        )
        # IAM signs applications in with a token of fifteen minutes: there is no password to keep, leak or rotate.
        user = aws.elasticache.User(
            name,
            user_id=USER_ID,
            user_name=USER_ID,
            engine=ENGINE,
            access_string="on ~* +@all -@dangerous +info",
            authentication_mode=aws.elasticache.UserAuthenticationModeArgs(type="iam"),
            tags=args.tags,
            opts=child,
        )
        users = aws.elasticache.UserGroup(
            name,
            user_group_id=f"{USER_ID}s",
            engine=ENGINE,
            user_ids=[user.user_id],
            tags=args.tags,
            opts=child,
        )
        fails_over = args.replicas > 0
        replication = aws.elasticache.ReplicationGroup(
            name,
            replication_group_id=REPLICATION_GROUP_ID,
            description="Cache of the applications of alphacar",
            engine=ENGINE,
            engine_version=args.engine_version,
            node_type=args.node_type,
            num_cache_clusters=args.replicas + 1,
            automatic_failover_enabled=fails_over,
            multi_az_enabled=fails_over,
            parameter_group_name=parameters.name,
            subnet_group_name=subnets.name,
            security_group_ids=[firewall.security_group_id],
            port=PORT,
            at_rest_encryption_enabled=True,
            kms_key_id=args.surroundings.key_arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            user_group_ids=[users.user_group_id],
            snapshot_retention_limit=args.snapshot_retention_days,
            snapshot_window="18:00-19:00",
            maintenance_window="sun:19:30-sun:20:30",
            auto_minor_version_upgrade=True,
            final_snapshot_identifier=f"{REPLICATION_GROUP_ID}-final" if args.protect else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.endpoint = replication.primary_endpoint_address
        self.uri = self.endpoint.apply(lambda host: f"rediss://{USER_ID}@{host}:{PORT}/0")
        self.client_statement = pulumi.Output.all(replication.arn, user.arn).apply(connect_statement)
        self.security_group_id = firewall.security_group_id
        self.register_outputs({"endpoint": self.endpoint})


def connect_statement(arns: Sequence[str]) -> dict[str, Any]:
    """Signing in with a token of IAM: AWS wants both the cache's ARN and the user's."""
    return {"Action": "elasticache:Connect", "Resource": list(arns)}
