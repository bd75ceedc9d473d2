"""What a service offers against loss and misuse, and what must not be switched off, as a table by type."""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import Check
from policy.guardrails.property_rule import PropertyRule, absent, each, in_production, never, on

_PATCHED: Final = "a flaw that AWS has mended stays open"
_HAD_BACK: Final = "what is lost since could not be had back"
_REPLICA: Final = Check(path=("replicateSourceDb",), is_="set")
_SECONDARY: Final = Check(path=("globalReplicationGroupId",), is_="set")
_NOT_APPLICATION: Final = Check(path=("loadBalancerType",), is_="one of", value=("network", "gateway"))
_BALANCERS: Final = (type_tokens.LB_LOAD_BALANCER, type_tokens.ALB_LOAD_BALANCER)
#: Days for which automatic backups of production are kept (source: FSBP, RDS.11 and DocumentDB.2).
_KEPT_DAYS: Final = 7
#: The shortest that AWS takes is 7, which is over before anybody is back from leave.
_WINDOW_DAYS: Final = 14
#: Longest days between rotations (source: FSBP, SecretsManager.4).
_ROTATED_DAYS: Final = 90

HARDENING: Final = (
    *each(
        (type_tokens.RDS_INSTANCE, type_tokens.RDS_CLUSTER_INSTANCE),
        never(False, "autoMinorVersionUpgrade"),
        why=_PATCHED,
        control="RDS.13",
    ),
    *each((type_tokens.RDS_CLUSTER,), never(False, "autoMinorVersionUpgrade"), why=_PATCHED, control="RDS.35"),
    *each((type_tokens.NEPTUNE_CLUSTER_INSTANCE,), never(False, "autoMinorVersionUpgrade"), why=_PATCHED),
    *each(
        (type_tokens.ELASTICACHE_REPLICATION_GROUP, type_tokens.ELASTICACHE_CLUSTER),
        never(False, "autoMinorVersionUpgrade"),
        why=_PATCHED,
        control="ElastiCache.2",
    ),
    *each((type_tokens.MEMORYDB_CLUSTER,), never(False, "autoMinorVersionUpgrade"), why=_PATCHED),
    # Unset, the provider switches it off.
    *each((type_tokens.MQ_BROKER,), on("autoMinorVersionUpgrade"), why=_PATCHED, control="MQ.3"),
    *each((type_tokens.REDSHIFT_CLUSTER,), never(False, "allowVersionUpgrade"), why=_PATCHED, control="Redshift.6"),
    *each(
        (type_tokens.OPENSEARCH_DOMAIN,),
        on("softwareUpdateOptions", "autoSoftwareUpdateEnabled"),
        why=_PATCHED,
        control="Opensearch.10",
    ),
    PropertyRule(
        type=type_tokens.RDS_INSTANCE,
        check=in_production(
            Check(path=("backupRetentionPeriod",), is_="at least", value=_KEPT_DAYS, otherwise=_REPLICA)
        ),
        why=_HAD_BACK,
        control="RDS.11",
    ),
    PropertyRule(
        type=type_tokens.DOCDB_CLUSTER,
        check=in_production(Check(path=("backupRetentionPeriod",), is_="at least", value=_KEPT_DAYS)),
        why=_HAD_BACK,
        control="DocumentDB.2",
    ),
    PropertyRule(
        type=type_tokens.RDS_CLUSTER,
        check=in_production(Check(path=("backupRetentionPeriod",), is_="at least", value=_KEPT_DAYS)),
        why=_HAD_BACK,
    ),
    PropertyRule(
        type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
        check=in_production(Check(path=("snapshotRetentionLimit",), is_="at least", value=1, otherwise=_SECONDARY)),
        why=_HAD_BACK,
        control="ElastiCache.1",
    ),
    *each(
        (type_tokens.RDS_INSTANCE,),
        on("copyTagsToSnapshot", unless=_REPLICA),
        why="a snapshot that names nobody is neither billed nor found",
        control="RDS.17",
    ),
    *each(
        (type_tokens.RDS_CLUSTER,),
        on("copyTagsToSnapshot"),
        why="a snapshot that names nobody is neither billed nor found",
        control="RDS.16",
    ),
    PropertyRule(
        type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
        check=in_production(on("automaticFailoverEnabled", unless=_SECONDARY)),
        why="a lost node would take the cache along",
        control="ElastiCache.3",
    ),
    PropertyRule(
        type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
        check=Check(
            path=("userGroupIds",),
            is_="set",
            otherwise=Check(
                path=("authToken",), is_="set", otherwise=Check(path=("authTokenWo",), is_="set", otherwise=_SECONDARY)
            ),
        ),
        why="without users whoever reaches the cache reads it",
        control="ElastiCache.6",
    ),
    *each(
        (type_tokens.ELASTICACHE_USER,),
        never(True, "noPasswordRequired"),
        never("no-password-required", "authenticationMode", "type"),
        why="without a password whoever reaches the cache is this user",
        control="ElastiCache.6",
    ),
    PropertyRule(
        type=type_tokens.MEMORYDB_CLUSTER,
        check=never("open-access", "aclName"),
        why="without users whoever reaches the store reads it",
    ),
    PropertyRule(
        type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
        check=Check(path=("subnetGroupName",), is_="set", otherwise=_SECONDARY),
        why="the default subnet group is of the default VPC",
        control="ElastiCache.7",
    ),
    PropertyRule(
        type=type_tokens.ELASTICACHE_CLUSTER,
        check=Check(path=("subnetGroupName",), is_="set", otherwise=Check(path=("replicationGroupId",), is_="set")),
        why="the default subnet group is of the default VPC",
        control="ElastiCache.7",
    ),
    *(
        PropertyRule(
            type=kind,
            check=never("default", "subnetGroupName"),
            why="the default subnet group is of the default VPC",
            control="ElastiCache.7",
            may_name_another=True,
        )
        for kind in (type_tokens.ELASTICACHE_REPLICATION_GROUP, type_tokens.ELASTICACHE_CLUSTER)
    ),
    *each(
        (type_tokens.OPENSEARCH_DOMAIN,),
        in_production(Check(path=("clusterConfig", "instanceCount"), is_="at least", value=3)),
        in_production(on("clusterConfig", "zoneAwarenessEnabled")),
        why="with fewer a lost zone takes the domain's quorum along",
        control="Opensearch.6",
    ),
    *each(
        (type_tokens.ECR_REPOSITORY,),
        Check(path=("imageTagMutability",), is_="one of", value=("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION")),
        why="what a tag names could be another image tomorrow",
        control="ECR.2",
    ),
    *each(
        (type_tokens.KMS_KEY, type_tokens.KMS_REPLICA_KEY, type_tokens.KMS_EXTERNAL_KEY),
        Check(
            path=("deletionWindowInDays",), is_="at least", value=_WINDOW_DAYS, otherwise=absent("deletionWindowInDays")
        ),
        why="a key that is gone takes all along that it encrypts",
        control="KMS.3",
    ),
    *each(
        (type_tokens.SECRETSMANAGER_SECRET_ROTATION,),
        Check(
            path=("rotationRules", "automaticallyAfterDays"),
            is_="at most",
            value=_ROTATED_DAYS,
        ),
        Check(
            path=("rotationRules", "scheduleExpression"),
            is_="absent or matching",
            value=r"cron\(.*\)|rate\(\s*\d+\s+hours?\s*\)|rate\(\s*([1-8]?\d|90)\s+days?\s*\)",
            said="cron(...), or a rate of at most 90 days",
        ),
        never(False, "rotationEnabled"),
        why="what leaked long ago would still open",
        control="SecretsManager.4",
    ),
    *each(
        _BALANCERS,
        on("dropInvalidHeaderFields", unless=_NOT_APPLICATION),
        why="headers that servers read differently smuggle requests past each other",
        control="ELB.4",
    ),
    *each(
        _BALANCERS,
        in_production(on("enableDeletionProtection")),
        why="its name, which everybody knows, is gone with it",
        control="ELB.6",
    ),
    *each(
        (*_BALANCERS, type_tokens.ELB_LOAD_BALANCER),
        never("monitor", "desyncMitigationMode"),
        why="requests that servers read differently are let through",
        control="ELB.12",
    ),
)
