"""Amazon DocumentDB: the cluster, its instances, and what an application needs to reach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_aws as aws

from components.data_tier import DataTierNetwork
from components.network.firewall import Firewall, FirewallArgs

PORT: Final = 27017
#: The guide's ``admin`` is a reserved name on DocumentDB.
MASTER_USERNAME: Final = "alphacarmaster"
#: What applications read and the crawl writes.
DATABASE: Final = "alphacar"
#: Where a client finds AWS's authority for databases, which no image trusts by itself.
AUTHORITY_FILE: Final = "/etc/documentdb/global-bundle.pem"
CLUSTER_IDENTIFIER: Final = "alphacar-docdb"
#: In UTC: 04:30 to 05:30 on Monday in Seoul, after the night's backup.
MAINTENANCE_WINDOW: Final = "sun:19:30-sun:20:30"
#: First engine version with retryable writes (source: AWS DocumentDB release notes, announced 2026-09-28).
RETRYABLE_WRITES_SINCE: Final = (8, 0, 2)


@dataclass(frozen=True, kw_only=True)
class DocumentsArgs:
    """What the document store needs from its caller."""

    engine_version: str
    instance_class: str
    instances: int
    backup_retention_days: int
    log_retention_days: int
    surroundings: DataTierNetwork
    deletion_protection: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.instances <= 16:
            raise ValueError(f"instances must be 1 to 16, not {self.instances}")
        if not 1 <= self.backup_retention_days <= 35:
            raise ValueError(f"backup_retention_days must be 1 to 35, not {self.backup_retention_days}")
        if self.engine_version.count(".") != 2:
            raise ValueError(f"engine_version must be fully qualified, such as 5.0.0, not {self.engine_version}")


class Documents(pulumi.ComponentResource):
    """An encrypted cluster in the data subnets; AWS makes, keeps and rotates the master password, nobody sees it."""

    endpoint: pulumi.Output[str]
    reader_endpoint: pulumi.Output[str]
    uri: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    cluster_arn: pulumi.Output[str]

    def __init__(self, name: str, args: DocumentsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:documents:Documents", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        firewall = Firewall(
            name,
            FirewallArgs(
                description="DocumentDB reached from cluster nodes",
                port=PORT,
                surroundings=args.surroundings,
                tags=args.tags,
            ),
            child,
        )
        subnets = aws.docdb.SubnetGroup(name, subnet_ids=list(args.surroundings.subnet_ids), tags=args.tags, opts=child)
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
                name=f"/aws/docdb/{CLUSTER_IDENTIFIER}/{kind}",
                retention_in_days=args.log_retention_days,
                kms_key_id=args.surroundings.key_arn,
                tags=args.tags,
                opts=child,
            )
            for kind in ("audit", "profiler")
        ]
        cluster = aws.docdb.Cluster(
            name,
            cluster_identifier=CLUSTER_IDENTIFIER,
            engine="docdb",
            engine_version=args.engine_version,
            master_username=MASTER_USERNAME,
            manage_master_user_password=True,
            db_subnet_group_name=subnets.name,
            db_cluster_parameter_group_name=parameters.name,
            vpc_security_group_ids=[firewall.security_group_id],
            port=PORT,
            storage_encrypted=True,
            kms_key_id=args.surroundings.key_arn,
            backup_retention_period=args.backup_retention_days,
            # 18:00 UTC is 03:00 in Seoul, after the weekly crawl has written.
            preferred_backup_window="18:00-19:00",
            preferred_maintenance_window=MAINTENANCE_WINDOW,
            enabled_cloudwatch_logs_exports=["audit", "profiler"],
            deletion_protection=args.deletion_protection,
            skip_final_snapshot=not args.deletion_protection,
            final_snapshot_identifier=f"{CLUSTER_IDENTIFIER}-final" if args.deletion_protection else None,
            apply_immediately=False,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection, depends_on=logs),
        )
        for number in range(args.instances):
            aws.docdb.ClusterInstance(
                f"{name}-{number}",
                identifier=f"{CLUSTER_IDENTIFIER}-{number}",
                cluster_identifier=cluster.id,
                instance_class=args.instance_class,
                # Each instance has a window of its own; the cluster's is for the engine alone. The authority that signs
                # its certificate is AWS's default: the provider leaves one that is named out of the first request.
                preferred_maintenance_window=MAINTENANCE_WINDOW,
                enable_performance_insights=False,
                copy_tags_to_snapshot=True,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
            )
        self.endpoint = cluster.endpoint
        self.reader_endpoint = cluster.reader_endpoint
        self.uri = cluster.endpoint.apply(lambda host: f"mongodb://{host}:{PORT}/?{uri_options(args.engine_version)}")
        self.security_group_id = firewall.security_group_id
        self.cluster_arn = cluster.arn
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
