"""How a line of a bill and a total are said: once, for every writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from pricing.bill import Bill, Line
from pricing.evidence import bare_figures, known_figures, say_bare
from pricing.money import cents, number
from stacks.sections.measures import Spread


def charge(line: Line, figures: Mapping[str, Spread]) -> str:
    """What a line is for, without its resource: the item, how much of it at which price, and how sure that is.

    ``figures`` are the bill's: a quantity that a formula has worked out is said to be computed.
    """
    rate = Decimal(str(number(line.usd_per_unit)))
    spread = figures.get(line.figure)
    basis = "computed" if spread is not None and spread.evidence == "computed" else line.basis
    return f"{line.item}, {number(line.quantity):,} {line.unit} at {rate:f} ({basis}, {line.confidence})"


def dearest_first(lines: Iterable[Line]) -> list[Line]:
    """Lines by what they cost, then by URN and item."""
    return sorted(lines, key=lambda line: (-line.usd_per_month, line.urn, line.item))


def total(bill: Bill) -> str:
    """The month's total as it may honestly be said."""
    least = "at least " if bill.at_least else ""
    return f"{least}{cents(bill.usd_per_month)} USD (high {cents(bill.usd_per_month_high)})"


def notes(bill: Bill, vat: Decimal) -> Iterator[str]:
    """The total with tax, and what it is when usage is at either end of its range."""
    usd, taxed = bill.usd_per_month, 1 + vat
    yield f"with {vat:.0%} VAT {cents(usd * taxed)} USD"
    if bill.usd_per_month_low != usd:
        yield (
            f"usage is given as a range: {cents(bill.usd_per_month_low)} USD at its low end, "
            f"{cents(usd)} at its base; the high bound holds its high end"
        )
    for known in known_figures(bill):
        if known.spread.evidence == "computed":
            yield f"{known.figure} is not given: {known.spread}, {known.spread.source}"
    if bare := bare_figures(bill):
        yield say_bare(bare)
