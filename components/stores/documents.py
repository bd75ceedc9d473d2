"""Amazon DocumentDB: the cluster, its instances, and what an application needs to reach it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_aws as aws

from ..arguments import StoreNetwork, common, given, log_days, matches, within
from ..names import named, store_group_name
from ..network.firewall import Firewall, FirewallArgs

PORT: Final = 27017
#: Where a client finds AWS's authority for databases, which no image trusts by itself.
AUTHORITY_FILE: Final = "/etc/documentdb/global-bundle.pem"
#: Names that DocumentDB keeps for itself (source: DocumentDB developer guide, creating a cluster).
RESERVED_USERNAMES: Final = ("admin", "root", "rdsadmin", "serviceadmin")
INSTANCE_CLASS: Final = re.compile(r"db\.[a-z0-9-]+\.[a-z0-9]+")
ENGINE_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
#: Sixteen instances put two digits and a hyphen behind it.
IDENTIFIER: Final = re.compile(r"[a-z](?!.*--)([a-z0-9-]{0,58}[a-z0-9])?")
IDENTIFIERS: Final = "at most 60 lower-case letters, digits and single hyphens, a letter first"
USERNAME: Final = re.compile(rf"(?!(?i:{'|'.join(RESERVED_USERNAMES)})$)[A-Za-z][A-Za-z0-9]{{0,62}}")
USERNAMES: Final = "at most 63 letters and digits, a letter first, and a name that DocumentDB does not keep for itself"
#: In UTC: 04:30 to 05:30 on Monday in Seoul, after the night's backup.
MAINTENANCE_WINDOW: Final = "sun:19:30-sun:20:30"
#: First engine version with retryable writes (source: AWS DocumentDB release notes, announced 2026-09-28).
RETRYABLE_WRITES_SINCE: Final = (8, 0, 2)


@dataclass(frozen=True, kw_only=True)
class DocumentsArgs:
    """What the document store needs: a network and a key. Sizes have defaults that survive the loss of a zone.

    ``instances`` of ``instance_class`` count the writer, each at its full price. ``backup_retention_days`` keep every
    second restorable, at no extra price up to the cluster's size. ``protect`` refuses deletion, in Pulumi and in AWS,
    and takes a last snapshot when it is lifted.
    """

    network: StoreNetwork
    key_arn: pulumi.Input[str]
    #: Of DocumentDB, with all three parts, such as 5.0.0.
    engine_version: str = "5.0.0"
    instance_class: str = "db.t4g.medium"
    instances: int = 2
    backup_retention_days: int = 7
    #: Of the audit and of slow queries.
    log_retention_days: int = 30
    #: By default the component's name; instances are called like the cluster and their number.
    cluster_identifier: str | None = None
    #: By default the component's name without hyphens, and ``master``; AWS makes and keeps the password.
    master_username: str | None = None
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self, named=True)
        within(self, "instances", 1, 16)
        within(self, "backup_retention_days", 1, 35)
        log_days(self, "log_retention_days")
        matches(self, "engine_version", ENGINE_VERSION, "fully qualified, such as 5.0.0")
        matches(self, "instance_class", INSTANCE_CLASS, "a class such as db.t4g.medium")
        matches(self, "cluster_identifier", IDENTIFIER, IDENTIFIERS)
        matches(self, "master_username", USERNAME, USERNAMES)


class Documents(pulumi.ComponentResource):
    """An encrypted cluster in the data subnets; AWS makes, keeps and rotates the master password, nobody sees it."""

    #: What AWS calls the cluster: alarms and dashboards know it by this.
    cluster_identifier: str
    endpoint: pulumi.Output[str]
    reader_endpoint: pulumi.Output[str]
    uri: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    cluster_arn: pulumi.Output[str]
    #: Where AWS keeps the master's name and password.
    master_secret_arn: pulumi.Output[str]
    #: By its name: where a copy of the cluster is restored to.
    subnet_group: pulumi.Output[str]

    def __init__(self, name: str, args: DocumentsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, DocumentsArgs)
        super().__init__("alphacar:documents:Documents", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.cluster_identifier = named(args.cluster_identifier, name, IDENTIFIER, IDENTIFIERS)
        master_username = named(args.master_username, f"{name.replace('-', '')}master", USERNAME, USERNAMES)
        store_group_name(name)
        firewall = Firewall(
            name,
            FirewallArgs(
                description="DocumentDB reached from cluster nodes",
                port=PORT,
                network=args.network,
                tags=args.tags,
            ),
            child,
        )
        subnets = aws.docdb.SubnetGroup(name, subnet_ids=list(args.network.subnet_ids), tags=args.tags, opts=child)
        parameters = aws.docdb.ClusterParameterGroup(
            name,
            family=f"docdb{'.'.join(args.engine_version.split('.')[:2])}",
            parameters=[
                aws.docdb.ClusterParameterGroupParameterArgs(name=key, value=value, apply_method="pending-reboot")
                for key, value in sorted(parameters_for_audit().items())
            ],
            tags=args.tags,
            opts=child,
        )
        # DocumentDB would make these groups itself, for ever.
        logs = [
            aws.cloudwatch.LogGroup(
                f"{name}-{kind}",
                name=f"/aws/docdb/{self.cluster_identifier}/{kind}",
                retention_in_days=args.log_retention_days,
                kms_key_id=args.key_arn,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
            )
            for kind in ("audit", "profiler")
        ]
        cluster = aws.docdb.Cluster(
            name,
            cluster_identifier=self.cluster_identifier,
            engine="docdb",
            engine_version=args.engine_version,
            master_username=master_username,
            manage_master_user_password=True,
            db_subnet_group_name=subnets.name,
            db_cluster_parameter_group_name=parameters.name,
            vpc_security_group_ids=[firewall.security_group_id],
            port=PORT,
            storage_encrypted=True,
            kms_key_id=args.key_arn,
            backup_retention_period=args.backup_retention_days,
            # 18:00 UTC is 03:00 in Seoul, after the weekly crawl has written.
            preferred_backup_window="18:00-19:00",
            preferred_maintenance_window=MAINTENANCE_WINDOW,
            enabled_cloudwatch_logs_exports=["audit", "profiler"],
            deletion_protection=args.protect,
            skip_final_snapshot=not args.protect,
            final_snapshot_identifier=f"{self.cluster_identifier}-final" if args.protect else None,
            apply_immediately=False,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=logs),
        )
        for number in range(args.instances):
            aws.docdb.ClusterInstance(
                f"{name}-{number}",
                identifier=f"{self.cluster_identifier}-{number}",
                cluster_identifier=cluster.id,
                instance_class=args.instance_class,
                # Each instance has a window of its own; the cluster's is for the engine alone. The authority that signs
                # its certificate is AWS's default: the provider leaves one that is named out of the first request.
                preferred_maintenance_window=MAINTENANCE_WINDOW,
                enable_performance_insights=False,
                copy_tags_to_snapshot=True,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
            )
        self.endpoint = cluster.endpoint
        self.reader_endpoint = cluster.reader_endpoint
        self.uri = cluster.endpoint.apply(lambda host: f"mongodb://{host}:{PORT}/?{uri_options(args.engine_version)}")
        self.security_group_id = firewall.security_group_id
        self.cluster_arn = cluster.arn
        self.master_secret_arn = cluster.master_user_secrets[0].secret_arn
        self.subnet_group = subnets.name
        self.register_outputs({"endpoint": cluster.endpoint, "readerEndpoint": cluster.reader_endpoint})


def parameters_for_audit() -> dict[str, str]:
    """Cluster parameters: TLS 1.2 or newer (``enabled`` alone still admits 1.0), audit and slow-query logs."""
    return {
        "tls": "tls1.2+",
        "audit_logs": "ddl,dml_write",
        "profiler": "enabled",
        "profiler_threshold_ms": "100",
        "profiler_sampling_rate": "1.0",
    }


def uri_options(engine_version: str) -> str:
    """What an application writes behind the ``?``: engines before 8.0.2 fail on a driver's retried write."""
    options = ["tls=true", f"tlsCAFile={AUTHORITY_FILE}", "replicaSet=rs0"]
    options.append("readPreference=secondaryPreferred")
    if tuple(int(part) for part in engine_version.split(".")) < RETRYABLE_WRITES_SINCE:
        options.append("retryWrites=false")
    return "&".join(options)
