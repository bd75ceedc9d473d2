"""Amazon OpenSearch Service: one domain, or two while a migration or a major upgrade runs, and where snapshots go."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..arguments import (
    PRINCIPAL_ARN,
    AccountRegion,
    StoreNetwork,
    common,
    differ,
    given,
    log_days,
    matches,
    one_of,
    require,
    within,
)
from ..bucket import BUCKET_NAME, BUCKET_NAMES, Bucket
from ..identity import policy_document
from ..names import named, physical, role_name
from ..network.firewall import Firewall, FirewallArgs
from .search_access import access_policy, admin_statements, administrator_trust, request_statement
from .search_snapshots import SnapshotSchedule, schedule_snapshots, snapshot_access, snapshot_bucket

PORT: Final = 443
LOG_TYPES: Final = {"ES_APPLICATION_LOGS": "application", "SEARCH_SLOW_LOGS": "slow", "AUDIT_LOGS": "audit"}
TLS_POLICY: Final = "Policy-Min-TLS-1-2-PFS-2023-10"
#: What the service takes for a domain (source: OpenSearch Service API reference, CreateDomain).
LONGEST_NAME: Final = 28
DOMAIN_NAME: Final = re.compile(r"[a-z](?!.*--)[a-z0-9-]{0,26}[a-z0-9]|[a-z]")
DOMAIN_NAMES: Final = "at most 28 lower-case letters, digits and single hyphens, a letter first"
LOG_POLICY_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,128}")
LOG_POLICY_NAMES: Final = "at most 128 letters, digits, dots, hyphens and underscores"
ENGINE_VERSION: Final = re.compile(r"OpenSearch_\d+\.\d+")
INSTANCE_TYPE: Final = re.compile(r"[a-z0-9-]+\.[a-z0-9]+\.search")


@dataclass(frozen=True, kw_only=True)
class DomainSize:
    """One domain's ``engine_version`` and its ``instances`` of ``instance_type``; ``volume_gb`` is each one's disk."""

    engine_version: str = "OpenSearch_2.19"
    instance_type: str = "t3.small.search"
    instances: int = 2
    volume_gb: int = 10

    def __post_init__(self) -> None:
        common(self)
        matches(self, "engine_version", ENGINE_VERSION, "a version such as OpenSearch_2.19")
        matches(self, "instance_type", INSTANCE_TYPE, "a type such as t3.small.search")
        within(self, "instances", 1, 80)
        within(self, "volume_gb", 10, 24_576)


@dataclass(frozen=True, kw_only=True)
class SearchArgs:
    """What search needs. ``live`` names the one of ``domains`` that applications use.

    ``after`` is the account's :class:`~components.account.baseline.SearchLinkedRole`, where this program makes it:
    without the role a domain in a VPC is refused. ``snapshot_days`` keep what was replaced in the snapshots' bucket.
    """

    place: AccountRegion
    network: StoreNetwork
    key_arn: pulumi.Input[str]
    #: ARNs of the roles or users who may become the domains' administrator.
    administrators: Sequence[str]
    live: str = "blue"
    domains: Mapping[str, DomainSize] = field(default_factory=lambda: {"blue": DomainSize()})
    #: Of what the domains say, slow searches and the audit.
    log_retention_days: int = 30
    snapshot_days: int = 30
    #: What takes a snapshot of the live domain into the bucket; without it nobody does.
    snapshots: SnapshotSchedule | None = None
    #: Domains are called like this and their key, at most 28 characters; by default the component's name.
    domain_prefix: str | None = None
    #: By default ``NAME-snapshots`` with the account and the region behind it.
    snapshot_bucket_name: str | None = None
    #: The permission of the service to write logs, which a region keeps by name; by default the component's name.
    log_policy_name: str | None = None
    after: Sequence[pulumi.Resource] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self, named=True)
        log_days(self, "log_retention_days")
        within(self, "snapshot_days", 1, 36500)
        require(self, "domains", bool(self.domains), "one domain or more")
        require(self, "administrators", bool(self.administrators), "one role or user, or more")
        matches(self, "administrators", PRINCIPAL_ARN, "ARNs of IAM roles or users")
        differ(self, "administrators", "ARNs")
        one_of(self, "live", self.domains)
        matches(self, "domains", DOMAIN_NAME, "called by lower-case letters, digits and single hyphens")
        matches(self, "domain_prefix", DOMAIN_NAME, "lower-case letters, digits and single hyphens, a letter first")
        if self.domain_prefix:
            fits = len(self.domain_prefix) + max(map(len, self.domains)) < LONGEST_NAME
            require(self, "domain_prefix", fits, f"short enough for {LONGEST_NAME} characters with a domain's key")
        matches(self, "snapshot_bucket_name", BUCKET_NAME, BUCKET_NAMES)
        matches(self, "log_policy_name", LOG_POLICY_NAME, LOG_POLICY_NAMES)
        for name, size in self.domains.items():
            if size.instances % zones_used(size.instances, len(self.network.subnet_ids)):
                raise ValueError(f"domains: {name} must spread its {size.instances} instances evenly over its zones")


class Search(pulumi.ComponentResource):
    """Encrypted domains inside the VPC, reached with IAM; which one is live is a pointer, and moving is a switch."""

    #: What AWS calls each domain, by its key: alarms know it by this.
    domain_names: dict[str, str]
    endpoint: pulumi.Output[str]
    #: What IAM must allow an application; the administrator maps its role to indexes besides.
    client_statement: pulumi.Output[dict[str, Any]]
    snapshot_bucket: Bucket
    admin_role_arn: pulumi.Output[str]
    snapshot_role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: SearchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, SearchArgs)
        super().__init__("alphacar:search:Search", name, None, opts)
        self._name, self._args = name, args
        child = pulumi.ResourceOptions(parent=self)
        self._prefix = args.domain_prefix or name
        self.domain_names = {key: physical(f"{self._prefix}-{key}", DOMAIN_NAME, DOMAIN_NAMES) for key in args.domains}
        self._log_policy_name = named(args.log_policy_name, name, LOG_POLICY_NAME, LOG_POLICY_NAMES)
        firewall = Firewall(
            name,
            FirewallArgs(
                description="OpenSearch reached from cluster nodes",
                port=PORT,
                network=args.network,
                tags=args.tags,
            ),
            child,
        )
        groups, publish = self._logs()
        run = f"{name}-snapshot-run"
        access = snapshot_access(run, args.snapshots, tags=args.tags, parent=self) if args.snapshots else None
        trust = pulumi.Output.from_input(access.role_arn if access else None).apply(
            lambda mapper: json.dumps(administrator_trust(args.administrators, mapper))
        )
        admin = aws.iam.Role(
            role_name(f"{name}-admin"),
            assume_role_policy=trust,
            description="Administers OpenSearch: maps IAM roles to permissions on indexes, registers snapshots",
            tags=args.tags,
            opts=child,
        )
        domains = {
            key: self._domain(key, size, firewall=firewall, groups=groups, admin=admin, after=[publish, *args.after])
            for key, size in sorted(args.domains.items())
        }
        self.snapshot_bucket, snapshots = snapshot_bucket(
            f"{name}-snapshots",
            place=args.place,
            bucket_name=args.snapshot_bucket_name,
            key_arn=args.key_arn,
            keep_days=args.snapshot_days,
            protect=args.protect,
            tags=args.tags,
            parent=self,
        )
        self.endpoint = domains[args.live].endpoint
        arns = [domain.arn for domain in domains.values()]
        self.client_statement = pulumi.Output.all(*arns).apply(request_statement)
        aws.iam.RolePolicy(
            f"{name}-admin",
            role=admin.id,
            policy=pulumi.Output.all(snapshots.arn, *arns).apply(
                lambda known: policy_document(admin_statements(known[1:], known[0]))
            ),
            opts=child,
        )
        if args.snapshots and access:
            schedule_snapshots(
                run,
                args.snapshots,
                domain=domains[args.live],
                domain_key=args.live,
                region=args.place.region,
                bucket=self.snapshot_bucket,
                roles=(snapshots, admin),
                access=access,
                tags=args.tags,
                parent=self,
            )
        self.admin_role_arn = admin.arn
        self.snapshot_role_arn = snapshots.arn
        self.register_outputs({"endpoint": self.endpoint})

    def _logs(self) -> tuple[dict[str, aws.cloudwatch.LogGroup], aws.cloudwatch.LogResourcePolicy]:
        """Log groups with an end, and the service's permission to write: without it the domain is refused."""
        args, child = self._args, pulumi.ResourceOptions(parent=self)
        groups = {
            kind: aws.cloudwatch.LogGroup(
                f"{self._name}-{label}",
                name=f"/aws/opensearch/{self._prefix}/{label}",
                retention_in_days=args.log_retention_days,
                kms_key_id=args.key_arn,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
            )
            for kind, label in LOG_TYPES.items()
        }
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "es.amazonaws.com"},
            "Action": ["logs:PutLogEvents", "logs:CreateLogStream", "logs:PutLogEventsBatch"],
            "Resource": f"arn:aws:logs:{args.place.region}:{args.place.account_id}:log-group:/aws/opensearch/*",
            "Condition": {"StringEquals": {"aws:SourceAccount": args.place.account_id}},
        }
        policy = aws.cloudwatch.LogResourcePolicy(
            self._name,
            policy_name=self._log_policy_name,
            policy_document=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            opts=child,
        )
        return groups, policy

    def _domain(
        self,
        key: str,
        size: DomainSize,
        *,
        firewall: Firewall,
        groups: Mapping[str, aws.cloudwatch.LogGroup],
        admin: aws.iam.Role,
        after: Sequence[pulumi.Resource],
    ) -> aws.opensearch.Domain:
        args = self._args
        zones = zones_used(size.instances, len(args.network.subnet_ids))
        domain_name = self.domain_names[key]
        return aws.opensearch.Domain(
            f"{self._name}-{key}",
            domain_name=domain_name,
            engine_version=size.engine_version,
            cluster_config=aws.opensearch.DomainClusterConfigArgs(
                instance_type=size.instance_type,
                instance_count=size.instances,
                zone_awareness_enabled=zones > 1,
                zone_awareness_config=aws.opensearch.DomainClusterConfigZoneAwarenessConfigArgs(
                    availability_zone_count=zones
                )
                if zones > 1
                else None,
            ),
            ebs_options=aws.opensearch.DomainEbsOptionsArgs(
                ebs_enabled=True, volume_type="gp3", volume_size=size.volume_gb
            ),
            encrypt_at_rest=aws.opensearch.DomainEncryptAtRestArgs(enabled=True, kms_key_id=args.key_arn),
            node_to_node_encryption=aws.opensearch.DomainNodeToNodeEncryptionArgs(enabled=True),
            domain_endpoint_options=aws.opensearch.DomainDomainEndpointOptionsArgs(
                enforce_https=True, tls_security_policy=TLS_POLICY
            ),
            advanced_security_options=aws.opensearch.DomainAdvancedSecurityOptionsArgs(
                enabled=True,
                internal_user_database_enabled=False,
                master_user_options=aws.opensearch.DomainAdvancedSecurityOptionsMasterUserOptionsArgs(
                    master_user_arn=admin.arn
                ),
            ),
            access_policies=json.dumps(access_policy(args.place, domain_name)),
            vpc_options=aws.opensearch.DomainVpcOptionsArgs(
                # The service wants exactly one subnet a zone.
                subnet_ids=list(args.network.subnet_ids)[:zones],
                security_group_ids=[firewall.security_group_id],
            ),
            log_publishing_options=[
                aws.opensearch.DomainLogPublishingOptionArgs(log_type=kind, cloudwatch_log_group_arn=group.arn)
                for kind, group in groups.items()
            ],
            software_update_options=aws.opensearch.DomainSoftwareUpdateOptionsArgs(auto_software_update_enabled=True),
            off_peak_window_options=aws.opensearch.DomainOffPeakWindowOptionsArgs(
                enabled=True,
                off_peak_window=aws.opensearch.DomainOffPeakWindowOptionsOffPeakWindowArgs(
                    # 18:00 UTC is 03:00 in Seoul.
                    window_start_time=aws.opensearch.DomainOffPeakWindowOptionsOffPeakWindowWindowStartTimeArgs(
                        hours=18, minutes=0
                    )
                ),
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=list(after)),
        )


def zones_used(instances: int, zones: int) -> int:
    """Over how many zones a domain spreads: one, two or three, and never more than it has instances."""
    return min(instances, zones, 3)
