"""In prod, what holds data refuses to be deleted, by Pulumi and by AWS alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from model import type_tokens
from model.property_check import Check
from model.resource import Resource
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import Demand
from policy.guardrails.property_rule import never, on
from stacks.environments import PRODUCTION

_KEPT: Final = (on("deletionProtection"), never(True, "skipFinalSnapshot"))
#: Types whose data cannot be made again, and what keeps each from being deleted.
STATEFUL: Final[dict[str, tuple[Check, ...]]] = {
    type_tokens.DOCDB_CLUSTER: _KEPT,
    type_tokens.DOCDB_CLUSTER_INSTANCE: (),
    # AWS takes no last snapshot of a replica: its source has the data.
    type_tokens.RDS_INSTANCE: (
        on("deletionProtection"),
        Check(
            path=("skipFinalSnapshot",),
            is_="not equal",
            value=True,
            otherwise=Check(path=("replicateSourceDb",), is_="set"),
        ),
    ),
    type_tokens.RDS_CLUSTER: _KEPT,
    type_tokens.RDS_CLUSTER_INSTANCE: (),
    type_tokens.NEPTUNE_CLUSTER: _KEPT,
    type_tokens.REDSHIFT_CLUSTER: (never(True, "skipFinalSnapshot"),),
    type_tokens.DYNAMODB_TABLE: (on("deletionProtectionEnabled"),),
    type_tokens.MEMORYDB_CLUSTER: (Check(path=("finalSnapshotName",), is_="set"),),
    type_tokens.ELASTICACHE_REPLICATION_GROUP: (Check(path=("finalSnapshotIdentifier",), is_="set"),),
    type_tokens.OPENSEARCH_DOMAIN: (),
    type_tokens.ELASTICSEARCH_DOMAIN: (),
    type_tokens.EKS_CLUSTER: (on("deletionProtection"),),
    type_tokens.ECR_REPOSITORY: (never(True, "forceDelete"),),
    type_tokens.SECRETSMANAGER_SECRET: (never(0, "recoveryWindowInDays"),),
    type_tokens.KMS_KEY: (),
    type_tokens.KMS_REPLICA_KEY: (),
    type_tokens.S3_BUCKET: (never(True, "forceDestroy"),),
    type_tokens.S3_BUCKET_V2: (never(True, "forceDestroy"),),
    type_tokens.BACKUP_VAULT: (never(True, "forceDestroy"),),
    type_tokens.CLOUDTRAIL_TRAIL: (),
    type_tokens.EBS_VOLUME: (),
    type_tokens.EFS_FILE_SYSTEM: (),
}


def _protect(resource: Resource, context: Context) -> Iterator[Finding]:
    """``protect`` is on."""
    if context.environment == PRODUCTION and not resource.protect:
        yield Finding("protect must be on in prod: this resource holds data (landing:deletionProtection)")


def _kept(check: Check) -> Callable[[Resource, Context], Iterator[Finding]]:
    """What AWS has besides is on as well; an unknown is refused."""

    def kept(resource: Resource, context: Context) -> Iterator[Finding]:
        outcome = check.outcome(resource.props) if context.environment == PRODUCTION else "holds"
        if outcome != "holds":
            state = "must be" if outcome == "fails" else "is undetermined and must be"
            yield Finding(f"{check.dotted} {state} {check.wanted} in prod: this resource holds data")

    return kept


PROTECTED: Final = tuple(
    demand
    for name, checks in STATEFUL.items()
    for demand in (
        Demand(name=f"{name.rpartition(':')[2]} protect", types=(name,), check=_protect),
        *(
            Demand(name=f"{name.rpartition(':')[2]}.{check.dotted} {check.is_}", types=(name,), check=_kept(check))
            for check in checks
        ),
    )
)
