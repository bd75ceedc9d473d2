"""A conditional row's break-even as plain data: where two ways cost the same, beside the guide's own line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from policy.economics.alternatives import break_evens, mesh
from policy.economics.break_even import Alternative, BreakEven
from preview.money import cents, trimmed
from pricing.book import Book
from stacks.section import Capability
from stacks.settings import Settings


def break_even(settings: Settings, capability: Capability) -> dict[str, Any] | None:
    """The comparison of a conditional row by the price book, or ``None`` for any other row.

    Volumes are in ``unit`` a month. A mesh has none: what Istio's share of the nodes costs is all there is to compare.
    Raises :class:`PriceBookError`.
    """
    book = Book.load()
    if capability == "mesh":
        return {"unit": None, "ways": [_way(mesh(settings, book), Decimal(0))], "cases": []}
    even = next((each for each in break_evens(settings, book) if each.capability == capability), None)
    return None if even is None else _crossing(even)


def _crossing(even: BreakEven) -> dict[str, Any]:
    return {
        "unit": even.unit,
        "guideLine": trimmed(even.line),
        "crossing": _rounded(even.crossing),
        "guideCrossing": _rounded(even.guide_crossing),
        "dearerAtLine": _rounded(even.dearer_at_line),
        "holdsTo": _rounded(even.holds_to),
        "ways": [_way(way, even.line) for way in (even.aws, even.incumbent)],
        "cases": [{"name": case.name, "why": case.why, "crossing": _rounded(case.crossing)} for case in even.cases],
    }


def _way(way: Alternative, volume: Decimal) -> dict[str, Any]:
    return {
        "system": way.slug,
        "usdAtLine": _rounded(way.usd(volume)),
        "terms": [
            {"item": term.item, "price": term.price.key, "usdAtLine": _rounded(term.usd(volume)), "why": term.why}
            for term in way.terms
        ],
    }


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else trimmed(cents(value))
