"""Why the priced bill of a row is not what the guide claims for it: one reason a row, for differences over 10 %.

Sources: the migration guide, sections 1, 4 and 5, and the price book with its reconstruction of the guide's figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from policy.row import Claim
from stacks.section import Capability

#: Below this share of the claim a difference needs no reason.
TOLERATED: Final = Decimal("0.10")
ON_THE_NODES: Final = "its pods run on the platform's nodes and are paid for there, so only its disks are billed to it"

REASONS: Final[Mapping[Capability, str]] = {
    "documents": "the guide's figure fits three db.t3.medium with 150 GB and 300 million I/O; here nodes are Graviton "
    "and one fewer at most, with storage and I/O by the usage profile",
    "cache": "the guide's figure is one t3.small node of Redis without a replica; here it is Valkey on Graviton, with "
    "the replica that failover needs where there is failover",
    "search": "the guide's figure fits three t3.small nodes with 80 to 120 GB each; here volumes are smaller, and "
    "there is one node where no failover is needed",
    "workflow": "the guide's figure fits a small managed environment; here Airflow runs in EKS: its pods are on the "
    "platform's nodes, and its PostgreSQL, which the guide does not price, and its logs are billed to it",
    "registry": "the guide's figure is 350 GB of images; a lifecycle keeps what is billed here",
    "secrets": "the guide's figure holds 5 million reads a month, one every five seconds for each secret; here each "
    "is read once an hour",
    "metrics": f"{ON_THE_NODES}; the guide does not say what its figure consists of",
    "dashboards": f"{ON_THE_NODES}; the guide does not say what its figure consists of",
    "logs": "the guide's figure is 100 GB a month; here it is what the usage profile says for this environment",
    "traces": "at 5 USD a million, the guide's figure is 5 to 10 million traces and not the 100,000 of its condition",
    "agent": "the agent is free and what it ships is not; here nothing but logs and traces leaves, on their rows",
}


def difference(priced: Decimal, claim: Claim | None) -> Decimal | None:
    """How far ``priced`` lies beyond the claim's nearer end, as a share of it; ``None`` without a claim, 0 within."""
    if claim is None:
        return None
    nearest = min(max(priced, claim.usd_low), claim.usd_high)
    if priced == nearest:
        return Decimal(0)
    return (priced - nearest) / nearest if nearest else None
