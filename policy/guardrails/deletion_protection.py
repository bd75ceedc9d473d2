"""In prod, what holds data refuses to be deleted, by Pulumi and by AWS alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model import type_tokens
from model.property_check import Check
from model.resource import Resource
from policy.engine.rule import Context, Finding
from policy.guardrails.property_rule import never, on
from stacks.environments import PRODUCTION

_KEPT: Final = (on("deletionProtection"), never(True, "skipFinalSnapshot"))
#: Types whose data cannot be made again, and what keeps each from being deleted.
STATEFUL: Final[dict[str, tuple[Check, ...]]] = {
    type_tokens.DOCDB: _KEPT,
    type_tokens.DOCDB_INSTANCE: (),
    # AWS takes no last snapshot of a replica: its source has the data.
    type_tokens.RDS: (
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
    "aws:neptune/cluster:Cluster": _KEPT,
    "aws:redshift/cluster:Cluster": (never(True, "skipFinalSnapshot"),),
    "aws:dynamodb/table:Table": (on("deletionProtectionEnabled"),),
    "aws:memorydb/cluster:Cluster": (Check(path=("finalSnapshotName",), is_="set"),),
    type_tokens.REPLICATION_GROUP: (Check(path=("finalSnapshotIdentifier",), is_="set"),),
    type_tokens.DOMAIN: (),
    type_tokens.OLD_DOMAIN: (),
    type_tokens.EKS: (on("deletionProtection"),),
    type_tokens.REPOSITORY: (never(True, "forceDelete"),),
    type_tokens.SECRET: (never(0, "recoveryWindowInDays"),),
    type_tokens.KEY: (),
    "aws:kms/replicaKey:ReplicaKey": (),
    type_tokens.BUCKET: (never(True, "forceDestroy"),),
    type_tokens.BUCKET_V2: (never(True, "forceDestroy"),),
    type_tokens.VAULT: (never(True, "forceDestroy"),),
    type_tokens.TRAIL: (),
    type_tokens.VOLUME: (),
    type_tokens.FILES: (),
}


def stateful_is_protected_in_prod(resource: Resource, context: Context) -> Iterator[Finding]:
    """``protect`` is on, and whatever AWS has besides; an unknown is refused as well."""
    if resource.type not in STATEFUL or context.environment != PRODUCTION:
        return
    if not resource.protect:
        yield Finding("protect must be on in prod: this resource holds data (landing:deletionProtection)")
    for check in STATEFUL[resource.type]:
        outcome = check.outcome(resource.props)
        if outcome != "holds":
            state = "must be" if outcome == "fails" else "is undetermined and must be"
            yield Finding(f"{check.dotted} {state} {check.wanted} in prod: this resource holds data")
