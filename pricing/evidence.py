"""How well a bill's usage is known: what each figure is worth, and how much of the bill rests on guesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from pydantic.alias_generators import to_camel

from pricing.bill import Bill
from stacks.sections.measures import Evidence, Spread, Usage


@dataclass(frozen=True, slots=True)
class Known:
    """A usage figure, by its key in a stack file, and the USD a month that come from it."""

    figure: str
    spread: Spread
    usd_per_month: Decimal


def known_figures(bill: Bill) -> list[Known]:
    """Every figure that a line comes from, the dearest first."""
    worth = dict.fromkeys(bill.figures, Decimal(0))
    for line in bill.lines:
        if line.figure in worth:
            worth[line.figure] += line.usd_per_month
    found = [Known(to_camel(name), bill.figures[name], usd) for name, usd in worth.items()]
    return sorted(found, key=lambda known: (-known.usd_per_month, known.figure))


def by_evidence(bill: Bill) -> dict[Evidence, Decimal]:
    """USD a month by how their figures are known, in the order of trust; what nothing comes from is left out."""
    worth: dict[Evidence, Decimal] = {}
    for known in known_figures(bill):
        worth[known.spread.evidence] = worth.get(known.spread.evidence, Decimal(0)) + known.usd_per_month
    return {evidence: worth[evidence] for evidence in get_args(Evidence) if worth.get(evidence)}


def bare_figures(bill: Bill) -> list[str]:
    """Keys of guesses without a range: the high end of usage takes them as they are."""
    return sorted(to_camel(name) for name, spread in bill.figures.items() if is_bare(spread))


def is_bare(spread: Spread) -> bool:
    """Whether a figure is a guess and has no range."""
    return spread.evidence == "guess" and spread.low == spread.high


def say_bare(keys: Sequence[str]) -> str:
    """What a report says of such figures."""
    one = len(keys) == 1
    return (
        f"{len(keys)} figure{'' if one else 's'} {'has' if one else 'have'} no range, so the high end of usage takes "
        f"{'it' if one else 'them'} as {'it is' if one else 'they are'}: {', '.join(keys)}"
    )


def idle_figures(bill: Bill, usage: Usage) -> list[str]:
    """Keys of figures that are set and bill nothing, because nothing is declared that they would be used for."""
    return sorted(to_camel(name) for name, value in usage if value is not None and name not in bill.figures)
