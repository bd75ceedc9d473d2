"""ElastiCache for Valkey: a replication group and the user that applications sign in as."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..arguments import StoreNetwork, common, given, matches, within
from ..names import named, physical, store_group_name
from ..network.firewall import Firewall, FirewallArgs

PORT: Final = 6379
ENGINE: Final = "valkey"
#: What AWS takes for the ids of groups and users (source: ElastiCache API reference).
LONGEST_ID: Final = 40
ID: Final = re.compile(r"[a-z](?!.*--)[a-z0-9-]{0,38}[a-z0-9]|[a-z]")
USER_ID: Final = re.compile(rf"(?=.{{1,{LONGEST_ID - 1}}}$)({ID.pattern})")
IDS: Final = f"at most {LONGEST_ID} lower-case letters, digits and single hyphens, a letter first"
USER_IDS: Final = f"at most {LONGEST_ID - 1} lower-case letters, digits and single hyphens"
ENGINE_VERSION: Final = re.compile(r"\d+\.\d+")
NODE_TYPE: Final = re.compile(r"cache\.[a-z0-9]+\.[a-z0-9]+")
DESCRIPTION: Final = re.compile(r"\S(.{0,253}\S)?")


@dataclass(frozen=True, kw_only=True)
class CacheArgs:
    """What a cache needs: a network and a key. Sizes have defaults that survive the loss of a zone.

    ``replicas`` are nodes beside the primary, each at its full price. ``snapshot_retention_days`` of 0 keeps none.
    ``protect`` refuses deletion, and takes a last snapshot when it is lifted. The cache speaks TLS only, and never
    splits its keys over shards: cluster mode is not offered.
    """

    network: StoreNetwork
    key_arn: pulumi.Input[str]
    #: Of Valkey, such as 8.2.
    engine_version: str = "8.2"
    #: Such as cache.m7g.large.
    node_type: str = "cache.t4g.small"
    replicas: int = 1
    snapshot_retention_days: int = 7
    #: By default the component's name.
    replication_group_id: str | None = None
    #: Whom applications sign in as; by default ``NAME-app``, in a group that is called like the user and an ``s``.
    user_id: str | None = None
    #: A second user, ``USER-migration``, that may also restore keys: for a copy from another store, while it runs.
    migration_user: bool = False
    #: What AWS' console says of it.
    description: str = "Cache of applications"
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self, named=True)
        matches(self, "engine_version", ENGINE_VERSION, "a version such as 8.2")
        matches(self, "node_type", NODE_TYPE, "a node's type such as cache.t4g.small")
        matches(self, "replication_group_id", ID, IDS)
        matches(self, "user_id", USER_ID, USER_IDS)
        matches(self, "description", DESCRIPTION, "1 to 255 characters")
        within(self, "replicas", 0, 5)
        within(self, "snapshot_retention_days", 0, 35)


class Cache(pulumi.ComponentResource):
    """An encrypted replication group in the data subnets; it fails over as soon as it has a replica."""

    #: What AWS calls the cache: alarms and dashboards know it by this.
    replication_group_id: str
    endpoint: pulumi.Output[str]
    uri: pulumi.Output[str]
    #: What IAM must allow an application, beside the user it signs in as.
    client_statement: pulumi.Output[dict[str, Any]]
    #: The same for whoever copies keys; ``None`` without ``migration_user``.
    migration_statement: pulumi.Output[dict[str, Any]] | None
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, CacheArgs)
        super().__init__("alphacar:cache:Cache", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.replication_group_id = named(args.replication_group_id, name, ID, IDS)
        user_id = named(args.user_id, f"{name}-app", USER_ID, USER_IDS)
        store_group_name(name)
        firewall = Firewall(
            name,
            FirewallArgs(
                description="Valkey reached from cluster nodes",
                port=PORT,
                network=args.network,
                tags=args.tags,
            ),
            child,
        )
        subnets = aws.elasticache.SubnetGroup(
            name, subnet_ids=list(args.network.subnet_ids), tags=args.tags, opts=child
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
            user_id=user_id,
            user_name=user_id,
            engine=ENGINE,
            access_string="on ~* +@all -@dangerous +info",
            authentication_mode=aws.elasticache.UserAuthenticationModeArgs(type="iam"),
            tags=args.tags,
            opts=child,
        )
        migration = self._migration_user(name, user_id, args) if args.migration_user else None
        users = aws.elasticache.UserGroup(
            name,
            user_group_id=f"{user_id}s",
            engine=ENGINE,
            user_ids=[user.user_id, *([migration.user_id] if migration else [])],
            tags=args.tags,
            opts=child,
        )
        fails_over = args.replicas > 0
        replication = aws.elasticache.ReplicationGroup(
            name,
            replication_group_id=self.replication_group_id,
            description=args.description,
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
            kms_key_id=args.key_arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            user_group_ids=[users.user_group_id],
            snapshot_retention_limit=args.snapshot_retention_days,
            snapshot_window="18:00-19:00",
            maintenance_window="sun:19:30-sun:20:30",
            auto_minor_version_upgrade=True,
            final_snapshot_identifier=f"{self.replication_group_id}-final" if args.protect else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.endpoint = replication.primary_endpoint_address
        self.uri = self.endpoint.apply(lambda host: f"rediss://{user_id}@{host}:{PORT}/0")
        self.client_statement = pulumi.Output.all(replication.arn, user.arn).apply(connect_statement)
        self.migration_statement = (
            pulumi.Output.all(replication.arn, migration.arn).apply(connect_statement) if migration else None
        )
        self.security_group_id = firewall.security_group_id
        self.register_outputs({"endpoint": self.endpoint})

    def _migration_user(self, name: str, user_id: str, args: CacheArgs) -> aws.elasticache.User:
        """Who may copy keys in: RESTORE is one of Valkey's dangerous commands, which applications have not.

        It may empty the cache, because a copy that was cut off is begun anew: take it away before the cache is used.
        A token of IAM is asked for at sign-in only, and the
        connection then lasts twelve hours (ElastiCache user guide, Authenticating with IAM).
        """
        migration_id = physical(f"{user_id}-migration", ID, IDS)
        return aws.elasticache.User(
            f"{name}-migration",
            user_id=migration_id,
            user_name=migration_id,
            engine=ENGINE,
            access_string="on ~* +@all -@dangerous +info +restore +flushall",
            authentication_mode=aws.elasticache.UserAuthenticationModeArgs(type="iam"),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )


def connect_statement(arns: Sequence[str]) -> dict[str, Any]:
    """Signing in with a token of IAM: AWS wants both the cache's ARN and the user's."""
    return {"Action": "elasticache:Connect", "Resource": list(arns)}
