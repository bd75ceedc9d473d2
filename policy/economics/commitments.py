"""What promising AWS a year of use would save: a what-if. The fractions are assumptions and never enter a bill.

A commitment pays only for what runs around the clock, so it is no question for a stack whose nodes sleep.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from model import type_tokens
from pricing.bill import Line


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """One year without prepayment, for the lines of a type and an item; ``fraction`` is what is paid of the list price.

    ``None`` means that no such offer is known for the classes in use.
    """

    what: str
    type: str
    item: str
    fraction: Decimal | None
    why: str


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What a commitment would cover, in USD a month at list price, and what it would save of it."""

    commitment: Commitment
    covered: Decimal
    saved: Decimal


COMMITMENTS: Final = (
    Commitment(
        what="on-demand nodes, by an EC2 Instance Savings Plan",
        type=type_tokens.EKS_NODE_GROUP,
        item="instances",
        fraction=Decimal("0.65"),
        why="assumption: as m7g.large's reserved instance, 0.0656 of 0.1003, taken for other Graviton classes too",
    ),
    Commitment(
        what="cache nodes, reserved",
        type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
        item="nodes",
        fraction=Decimal("0.70"),
        why="assumption: recalled from us-east-1",
    ),
    Commitment(
        what="search data nodes, reserved",
        type=type_tokens.OPENSEARCH_DOMAIN,
        item="data nodes",
        fraction=Decimal("0.69"),
        why="assumption: recalled from us-east-1",
    ),
    Commitment(
        what="Airflow's database, reserved",
        type=type_tokens.RDS_INSTANCE,
        item="instance",
        fraction=Decimal("0.72"),
        why="assumption: recalled from us-east-1",
    ),
    Commitment(
        what="DocumentDB instances",
        type=type_tokens.DOCDB_CLUSTER_INSTANCE,
        item="instance",
        fraction=None,
        why="no reserved instances are known; whether Database Savings Plans cover T classes is not verified",
    ),
)


def what_if(lines: Iterable[Line]) -> Iterator[WhatIf]:
    """Each commitment over the lines that are fixed by declaration; Spot is an assumption and left out."""
    fixed = [line for line in lines if line.basis == "fixed"]
    for made in COMMITMENTS:
        matching = [line for line in fixed if _type(line.urn) == made.type and line.item == made.item]
        covered = sum((line.usd_per_month for line in matching), Decimal(0))
        saved = Decimal(0) if made.fraction is None else covered * (1 - made.fraction)
        yield WhatIf(commitment=made, covered=covered, saved=saved)


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]
