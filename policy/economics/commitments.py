"""What promising AWS a year of use would save: a what-if. The fractions are assumptions and never enter a bill.

A commitment pays only for what runs around the clock, so it is no question for a stack whose nodes sleep.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.urn import Urn
from pricing.bill import Line
from pricing.book import Book, priced


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """One year without prepayment, for the lines of a type and an item; ``fraction`` is what is paid of the list price.

    ``None`` means that there is no such offer, or that nobody is known to have told its price: ``why`` says which.
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


CENT: Final = Decimal("0.01")
#: The first generation that Database Savings Plans cover, and whose word that is.
PLANS_SINCE: Final = 7
PLANS_RULE: Final = (
    f"plans begin with generation {PLANS_SINCE} and leave T out "
    "(AWS on Aurora: github.com/aws/agent-toolkit-for-aws, commitment-pricing-mechanics.md, read 2026-11-29)"
)
_GENERATION: Final = re.compile(r"(?:^|[./])([a-z]+)(\d+)[a-z-]*\.")
#: Whose reserved instance tells what a promise is worth.
MEASURE: Final = "m7g.large"
COMMITMENTS: Final = (
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
)
#: What a Database Savings Plan is made for, by the item that it would cover; DocumentDB has no reserved instances.
BY_PLAN: Final = (
    Commitment(
        what="DocumentDB instances, by a Database Savings Plan",
        type=type_tokens.DOCDB_CLUSTER_INSTANCE,
        item="instance",
        fraction=None,
        why="no rate found for the class in use",
    ),
    Commitment(
        what="cache nodes, by a Database Savings Plan",
        type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
        item="nodes",
        fraction=None,
        why="no rate found for the class in use",
    ),
    Commitment(
        what="Airflow's database, by a Database Savings Plan",
        type=type_tokens.RDS_INSTANCE,
        item="instance",
        fraction=None,
        why="no rate found for the class in use",
    ),
)


def plans_cover(name: str) -> bool:
    """Whether Database Savings Plans cover a class such as ``db.r8g.large``; one of no known form is taken to be."""
    found = _GENERATION.search(name)
    return not (found and (found[1] == "t" or int(found[2]) < PLANS_SINCE))


def commitments(book: Book) -> tuple[Commitment, ...]:
    """Every commitment, the nodes' by the book. Raises :class:`PriceBookError` where it lacks a price."""
    usual, reserved = (
        priced(book, f"ec2/{MEASURE}{term}").usd or Decimal(0) for term in ("", "-1yr-no-upfront-standard-RI")
    )
    nodes = Commitment(
        what="on-demand nodes, by an EC2 Instance Savings Plan",
        type=type_tokens.EKS_NODE_GROUP,
        item="instances",
        fraction=(reserved / usual).quantize(CENT),
        why=f"assumption: as {MEASURE}'s reserved instance, {reserved} of {usual}, taken for other Graviton classes "
        "too",
    )
    return (nodes, *COMMITMENTS, *BY_PLAN)


def apply_commitments(lines: Iterable[Line], book: Book) -> Iterator[WhatIf]:
    """Each commitment over the lines that are fixed by declaration; Spot is an assumption and left out."""
    fixed = [line for line in lines if line.basis == "fixed"]
    for made in commitments(book):
        matching = [line for line in fixed if Urn.parse(line.urn).type == made.type and line.item == made.item]
        covered = sum((line.usd_per_month for line in matching), Decimal(0))
        saved = Decimal(0) if made.fraction is None else covered * (1 - made.fraction)
        yield WhatIf(commitment=_available(made, matching), covered=covered, saved=saved)


def _available(made: Commitment, lines: Iterable[Line]) -> Commitment:
    """A plan says so where the classes in use are none that it covers."""
    out = sorted({name for line in lines if not plans_cover(name := line.price.partition("/")[2].partition(":")[0])})
    if made not in BY_PLAN or not out:
        return made
    return replace(
        made, why=f"not available: {', '.join(out)} {'is' if len(out) == 1 else 'are'} not covered: {PLANS_RULE}"
    )
