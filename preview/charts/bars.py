"""Draws rows of bars as SVG for a page of any width: places across are per cent, so text keeps its size.

Plain values in, plain text out: the same rows always give the same picture. Colours are classes of report.css.j2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import count
from math import ceil
from typing import Final

#: Heights in pixels: of a row's text, its bars, what keeps these from the thin ones below, and the gap to the next row.
TEXT: Final = 22
BASELINE: Final = 14
THICK: Final = 12
SEAM: Final = 2
THIN: Final = 6
GAP: Final = 14
AXIS: Final = 22


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A stretch from ``start`` to ``end``; ``look`` is its class in the style sheet."""

    end: Decimal
    look: str
    start: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of text over bars: ``name`` at its left, ``figure`` and ``aside`` at its right.

    ``whisker`` is where a thin line reaches from the last of ``bars``; ``beside`` are thinner bars below them; ``line``
    is a mark across all of them.
    """

    name: str
    figure: str = ""
    aside: str = ""
    bars: Sequence[Bar] = ()
    whisker: Decimal | None = None
    beside: Sequence[Bar] = ()
    line: Decimal | None = None

    @property
    def reach(self) -> Decimal:
        """The furthest place that anything of the row has."""
        ends = [bar.end for bar in (*self.bars, *self.beside)]
        return max(*ends, self.whisker or Decimal(0), self.line or Decimal(0), Decimal(0))


def draw_bars(rows: Sequence[Row], *, title: str, axis: bool = True) -> str:
    """The picture, ready to stand in a page; all rows share one scale."""
    places = ticks(max((row.reach for row in rows), default=Decimal(0)))
    bottom = sum(map(_height, rows))
    drawn = list(_axis(places, bottom)) if axis else []
    top = 0
    for row in rows:
        drawn += ["<g>", *_text(row, top + BASELINE), *_bars(row, top + TEXT, places[-1]), "</g>"]
        top += _height(row)
    size = f'width="100%" height="{bottom + (AXIS if axis else 0)}"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" {size}>'
    return "\n".join([opening, f"<title>{escape(title)}</title>", *drawn, "</svg>"])


def ticks(most: Decimal) -> list[Decimal]:
    """Two to six round places from 0 to ``most`` or beyond."""
    steps = (Decimal(factor).scaleb(power) for power in count() for factor in ("1", "2", "2.5", "5"))
    step = next(step for step in steps if step * 5 >= most)
    return [step * place for place in range(max(ceil(most / step), 1) + 1)]


def _height(row: Row) -> int:
    return TEXT + THICK + (SEAM + THIN if row.beside else 0) + GAP


def _text(row: Row, y: int) -> Iterator[str]:
    told = " ".join(filter(None, (row.name, row.figure, row.aside)))
    yield f"<title>{escape(told)}</title>"
    yield f'<text x="0" y="{y}">{escape(row.name)}</text>'
    figure = f'<tspan class="figure">{escape(row.figure)}</tspan>' if row.figure else ""
    aside = f'<tspan class="aside"> {escape(row.aside)}</tspan>' if row.aside else ""
    yield f'<text x="100%" y="{y}" text-anchor="end">{figure}{aside}</text>'


def _bars(row: Row, top: int, most: Decimal) -> Iterator[str]:
    thin = top + THICK + SEAM
    for y, height, bars in ((top, THICK, row.bars), (thin, THIN, row.beside)):
        for bar in bars:
            stretch = f'x="{_across(bar.start, most)}" width="{_across(bar.end - bar.start, most)}"'
            yield f'<rect class="{bar.look}" {stretch} y="{y}" height="{height}"/>'
    if row.whisker is not None:
        start, end = _across(row.bars[-1].end, most), _across(row.whisker, most)
        yield _line(start, top + THICK // 2, end, top + THICK // 2, "whisker")
        yield _line(end, top + 1, end, top + THICK - 1, "whisker")
    if row.line is not None:
        place, bottom = _across(row.line, most), thin + THIN if row.beside else top + THICK
        yield _line(place, top - 3, place, bottom + 3, "mark")


def _axis(places: Sequence[Decimal], bottom: int) -> Iterator[str]:
    for place in places:
        across = _across(place, places[-1])
        anchor = {places[0]: "start", places[-1]: "end"}.get(place, "middle")
        yield _line(across, 0, across, bottom, "grid")
        yield f'<text class="tick" x="{across}" y="{bottom + 16}" text-anchor="{anchor}">{place.normalize():,f}</text>'


def _line(x1: str, y1: int, x2: str, y2: int, look: str) -> str:
    return f'<line class="{look}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def _across(place: Decimal, most: Decimal) -> str:
    return f"{place / most * 100:.2f}%"
