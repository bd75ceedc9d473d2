"""A conditional row's break-even as aligned tables for a terminal, from the plain data of ``--explain``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any, Final

GAP: Final = "  "


def break_even(even: dict[str, Any] | None, width: int) -> Iterator[str]:
    """What each way costs at the guide's line and where it is the cheaper one; then what moves the crossing."""
    if even is None:
        return
    unit = even["unit"]
    where = f" at {even['guideLine']:,} {unit}" if unit else " a month"
    heads = ["system", f"USD{where}", *(["cheaper"] if unit else []), "made up of"]
    yield from _table([heads, *(_way(even, place) for place in range(len(even["ways"])))], width)
    if not unit:
        return
    crossing = "never" if even["crossing"] is None else f"at {even['crossing']:,} {unit} a month"
    own = f"its own prices meet at {even['guideCrossing']:,}"
    yield f"they cost the same {crossing}; the guide's line is {even['guideLine']:,}, and {own}"
    if even["cases"]:
        yield from _table([["if instead", "the same at", "because"], *map(_case, even["cases"])], width)


def _way(even: dict[str, Any], place: int) -> list[str]:
    way = even["ways"][place]
    terms = ", ".join(f"{term['item']} {term['usdAtLine']:.2f}" for term in way["terms"])
    return [way["system"], f"{way['usdAtLine']:.2f}", *([_where_cheaper(even, place)] if even["unit"] else []), terms]


def _where_cheaper(even: dict[str, Any], place: int) -> str:
    if even["crossing"] is None:
        # The first way is AWS, and what it is dearer by is that at every volume.
        return "always" if (even["dearerAtLine"] < 0) is (place == 0) else "never"
    return f"{('up to', 'beyond')[place]} {even['crossing']:,}"


def _case(case: dict[str, Any]) -> list[str]:
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
