"""A conditional row's break-even, as plain data and as tables for a terminal: where two ways cost the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from textwrap import wrap
from typing import Any, Final

from policy.economics.alternatives import break_evens, mesh
from policy.economics.break_even import Alternative, BreakEven
from preview.money import cents, trimmed
from pricing.book import Book
from stacks.section import Capability
from stacks.settings import Settings

GAP: Final = "  "


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


def break_even_lines(even: dict[str, Any] | None, width: int) -> Iterator[str]:
    """The plain data as tables for a terminal: what each way costs and where it is the cheaper one; what moves that."""
    if even is None:
        return
    unit = even["unit"]
    where = f" at {even['guideLine']:,} {unit}" if unit else " a month"
    heads = ["system", f"USD{where}", *(["cheaper"] if unit else []), "made up of"]
    yield from _table([heads, *(_way_cells(even, place) for place in range(len(even["ways"])))], width)
    if not unit:
        return
    crossing = "never" if even["crossing"] is None else f"at {even['crossing']:,} {unit} a month"
    own = f"its own prices meet at {even['guideCrossing']:,}"
    yield f"they cost the same {crossing}; the guide's line is {even['guideLine']:,}, and {own}"
    if even["cases"]:
        yield from _table([["if instead", "the same at", "because"], *map(_case_cells, even["cases"])], width)


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


def _way_cells(even: dict[str, Any], place: int) -> list[str]:
    way = even["ways"][place]
    terms = ", ".join(f"{term['item']} {term['usdAtLine']:.2f}" for term in way["terms"])
    return [way["system"], f"{way['usdAtLine']:.2f}", *([_where_cheaper(even, place)] if even["unit"] else []), terms]


def _where_cheaper(even: dict[str, Any], place: int) -> str:
    if even["crossing"] is None:
        # The first way is AWS, and what it is dearer by is that at every volume.
        return "always" if (even["dearerAtLine"] < 0) is (place == 0) else "never"
    return f"{('up to', 'beyond')[place]} {even['crossing']:,}"


def _case_cells(case: dict[str, Any]) -> list[str]:
    return [case["name"], "never" if case["crossing"] is None else f"{case['crossing']:,}", case["why"]]


def _table(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Columns as wide as their widest cell, the second one's figures to the right; the last one wraps."""
    wide = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    left = sum(wide) + len(GAP) * len(wide)
    for row in rows:
        cells = (
            cell.rjust(size) if column == 1 else cell.ljust(size)
            for column, (cell, size) in enumerate(zip(row, wide, strict=False))
        )
        head = "".join(cell + GAP for cell in cells)
        first, *rest = wrap(row[-1], width - left, break_on_hyphens=False) or [""]
        yield (head + first).rstrip()
        yield from (" " * left + part for part in rest)
