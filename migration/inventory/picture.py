"""Draws who talks to what as SVG: workloads at the left, capabilities at the right, a line for each use.

Plain values in, plain text out: the same inventory always gives the same picture, which needs no other file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from html import escape
from typing import Final

from migration.inventory.result import CapabilityFound, Inventory, Item

#: Pixels: the whole width, where each column ends or begins, and the height of a row.
WIDTH: Final = 1080
LEFT: Final = 430
RIGHT: Final = 660
ROW: Final = 20
TOP: Final = 44
#: Letters that a row of each column has room for.
LONGEST: Final = (60, 56)
#: More workloads than a reader can follow are drawn by namespace.
MOST: Final = 120
#: Of Okabe and Ito, told apart by eyes of every kind; capabilities take them in the ledger's order.
COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#6a3d9a", "#555555")


def draw(inventory: Inventory) -> str:
    """The picture."""
    left = _sources(inventory)
    right = [found for found in inventory.capabilities if found.workloads or found.clients]
    colours = {found.capability: COLOURS[number % len(COLOURS)] for number, found in enumerate(inventory.capabilities)}
    height = TOP + ROW * max(len(left), 2 * len(right), 1) + ROW
    step = (height - TOP - ROW) / max(len(right), 1)
    places = {found.capability: TOP + step * (number + 0.5) for number, found in enumerate(right)}
    lines: list[str] = []
    labels: list[str] = []
    for number, (name, uses) in enumerate(left.items()):
        y = TOP + ROW * (number + 0.5)
        labels += _text(LEFT - 8, y + 4, name, LONGEST[0], anchor="end")
        for capability, told in sorted(uses.items()):
            if capability in places:
                lines += _line(y, places[capability], colours[capability], f"{name} uses {capability}: {told}")
    for found in right:
        labels += list(_box(found, inventory, places[found.capability], colours[found.capability]))
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} font-family="sans-serif" font-size="12">',
            "<title>Who talks to what</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            f'<text x="{LEFT - 8}" y="22" text-anchor="end" font-weight="bold">workload</text>',
            f'<text x="{RIGHT + 12}" y="22" font-weight="bold">capability, and what serves it</text>',
            *lines,
            *labels,
            "</svg>",
            "",
        ]
    )


def _sources(inventory: Inventory) -> dict[str, dict[str, str]]:
    """What each row at the left uses, with its first evidence: a workload, or a namespace where there are many."""
    using = [item for item in inventory.items if _outward(item)]
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for item in using:
        name = item.id if len(using) <= MOST else f"namespace {item.namespace or '(none)'}"
        for capability, told in _outward(item).items():
            found[name].setdefault(capability, told)
    return dict(sorted(found.items()))


def _outward(item: Item) -> dict[str, str]:
    """Uses of another capability than the workload's own: parts of one system talking is no news."""
    return {use.capability: use.evidence for use in reversed(item.uses) if use.capability != item.capability}


def _line(start: float, end: float, colour: str, told: str) -> list[str]:
    middle = (LEFT + RIGHT) / 2
    curve = f"M{LEFT} {start:.1f} C{middle:.1f} {start:.1f} {middle:.1f} {end:.1f} {RIGHT} {end:.1f}"
    look = f'fill="none" stroke="{colour}" stroke-width="1.5" stroke-opacity="0.75"'
    return [f'<path d="{curve}" {look}><title>{escape(told)}</title></path>']


def _box(found: CapabilityFound, inventory: Inventory, y: float, colour: str) -> Iterator[str]:
    items = {item.id: item for item in inventory.items}
    served = [items[name] for name in found.workloads]
    what = ", ".join(f"{item.name} {item.version}".strip() for item in served) or "none in the input"
    yield f'<rect x="{RIGHT}" y="{y - 16:.1f}" width="4" height="32" fill="{colour}"/>'
    yield from _text(
        RIGHT + 12, y - 3, f"{found.capability}: {found.incumbent} -> {found.target}", LONGEST[1], weight="bold"
    )
    yield from _text(RIGHT + 12, y + 12, what, LONGEST[1])


def _text(
    x: float, y: float, text: str, longest: int, *, anchor: str = "start", weight: str = "normal"
) -> Iterator[str]:
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    yield (
        f'<text x="{x}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(shown)}'
        f"<title>{escape(text)}</title></text>"
    )
