"""In prod, what holds data refuses to be deleted, by Pulumi and by AWS alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.check import Check
from policy.guardrails import tokens
from policy.guardrails.demand import never, on
from policy.resource import Resource
from policy.rule import Context, Finding

_KEPT: Final = (on("deletionProtection"), never(True, "skipFinalSnapshot"))
#: Types whose data cannot be made again, and what keeps each from being deleted.
STATEFUL: Final[dict[str, tuple[Check, ...]]] = {
    tokens.DOCDB: _KEPT,
    tokens.DOCDB_INSTANCE: (),
    # AWS takes no last snapshot of a replica: its source has the data.
    tokens.RDS: (
        on("deletionProtection"),
        Check(
            path=("skipFinalSnapshot",),
            is_="not equal",
            value=True,
            otherwise=Check(path=("replicateSourceDb",), is_="set"),
        ),
    ),
    tokens.RDS_CLUSTER: _KEPT,
    tokens.RDS_CLUSTER_INSTANCE: (),
    "aws:neptune/cluster:Cluster": _KEPT,
    "aws:redshift/cluster:Cluster": (never(True, "skipFinalSnapshot"),),
    "aws:dynamodb/table:Table": (on("deletionProtectionEnabled"),),
    "aws:memorydb/cluster:Cluster": (Check(path=("finalSnapshotName",), is_="set"),),
    tokens.REPLICATION_GROUP: (Check(path=("finalSnapshotIdentifier",), is_="set"),),
    tokens.DOMAIN: (),
    tokens.OLD_DOMAIN: (),
    tokens.EKS: (on("deletionProtection"),),
    tokens.REPOSITORY: (never(True, "forceDelete"),),
    tokens.SECRET: (never(0, "recoveryWindowInDays"),),
    tokens.KEY: (),
    "aws:kms/replicaKey:ReplicaKey": (),
    tokens.BUCKET: (never(True, "forceDestroy"),),
    tokens.BUCKET_V2: (never(True, "forceDestroy"),),
    tokens.VAULT: (never(True, "forceDestroy"),),
    tokens.TRAIL: (),
    tokens.VOLUME: (),
    tokens.FILES: (),
}


def stateful_is_protected_in_prod(resource: Resource, context: Context) -> Iterator[Finding]:
    """``protect`` is on, and whatever AWS has besides; an unknown is refused as well."""
    if resource.type not in STATEFUL or context.environment != "prod":
        return
    if not resource.protect:
        yield Finding("protect must be on in prod: this resource holds data (landing:deletionProtection)")
    for check in STATEFUL[resource.type]:
        outcome = check.outcome(resource.props)
        if outcome != "holds":
            state = "must be" if outcome == "fails" else "is undetermined and must be"
            yield Finding(f"{check.dotted} {state} {check.wanted} in prod: this resource holds data")
