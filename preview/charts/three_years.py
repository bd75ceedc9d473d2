"""Draws the three-year view as SVG: what staying and moving have cost by the end of each month, one panel a scenario.

Plain values in, plain text out: the same outcomes always give the same picture, to a tenth of a pixel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Final

from policy.economics.three_years import MONTHS, Outcome
from preview.charts.break_even import AWS_COLOUR, GREY, OWN_COLOUR

WIDTH: Final = 900
PANEL: Final = 340
LEFT, RIGHT, TOP, BOTTOM = 84, 250, 64, 48
LABEL_HEIGHT: Final = 17.0
GRID: Final = "#e5e7eb"
BLACK: Final = "#111827"


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One course from month 0 on; ``even`` is the month whose end is marked as the break-even."""

    title: str
    course: Sequence[Decimal]
    colour: str
    dashed: bool = False
    even: int | None = None


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One scenario."""

    title: str
    curves: Sequence[Curve]


def draw_panel(title: str, claimed: Outcome, priced: Outcome, other: Outcome) -> Panel:
    """The usual four curves: staying, moving with both figures of labour, and the guide's own claim of moving."""
    return Panel(
        title=title,
        curves=(
            Curve(title="on premises", course=priced.staying, colour=OWN_COLOUR),
            Curve(title=_labour(priced), course=priced.moving, colour=AWS_COLOUR, even=priced.break_even),
            Curve(title=_labour(other), course=other.moving, colour=AWS_COLOUR, dashed=True, even=other.break_even),
            Curve(title="AWS as the guide claims", course=claimed.moving, colour=GREY, dashed=True),
        ),
    )


def draw_years(panels: Sequence[Panel]) -> str:
    """The picture, ready to be a file."""
    height = PANEL * len(panels)
    fonts = 'font-family="Helvetica, Arial, sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" {fonts}>',
        f"<title>{escape('; '.join(each.title for each in panels))}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for place, each in enumerate(panels):
        parts += [f'<g transform="translate(0 {place * PANEL})">', *_panel(each), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _labour(outcome: Outcome) -> str:
    return f"AWS, labour {outcome.case.labour:.0f} a month"


def _panel(each: Panel) -> Iterator[str]:
    step = _step(max(curve.course[MONTHS] for curve in each.curves))
    top = step * (int(max(curve.course[MONTHS] for curve in each.curves) // step) + 1)
    yield _text(LEFT, 30, each.title, size=17, weight="bold")
    yield _text(LEFT, 50, "USD in thousands, added up month by month", fill=GREY)
    for level in range(int(top // step) + 1):
        y = _y(step * level, top)
        yield _line(LEFT, y, WIDTH - RIGHT, y, BLACK if level == 0 else GRID)
        yield _text(LEFT - 8, y + 4, f"{step * level / 1000:,.0f}", anchor="end", fill=GREY)
    for month in range(0, MONTHS + 1, 6):
        yield _line(_x(month), TOP, _x(month), PANEL - BOTTOM, BLACK if month == 0 else GRID)
        yield _text(_x(month), PANEL - BOTTOM + 18, str(month), anchor="middle", fill=GREY)
    yield _text(_x(MONTHS) + 12, PANEL - BOTTOM + 18, "months", fill=GREY)
    for curve in each.curves:
        points = " ".join(f"{_x(m):.1f},{_y(curve.course[m], top):.1f}" for m in range(MONTHS + 1))
        style = 'stroke-width="2" stroke-dasharray="6 5"' if curve.dashed else 'stroke-width="2.5"'
        yield f'<polyline points="{points}" fill="none" stroke="{curve.colour}" {style}/>'
    marked: set[int | None] = set()
    for curve in each.curves:
        if curve.even not in marked:
            yield from _even(curve, top)
        marked.add(curve.even)
    yield from _labels(each, top)


def _even(curve: Curve, top: Decimal) -> Iterator[str]:
    if curve.even is not None and curve.even <= MONTHS:
        x, y = _x(curve.even), _y(curve.course[curve.even], top)
        fill = "#ffffff" if curve.dashed else curve.colour
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{fill}" stroke="{curve.colour}" stroke-width="2"/>'
        if not curve.even:
            yield _text(x + 12, y - 28, "cheaper from the first day", fill=curve.colour, weight="bold")
            return
        # Below and to the right of a break-even no course runs but the guide's; above and to the left none does.
        place = (x - 12, y - 8, "end") if curve.dashed else (x + 12, y + 18, "start")
        told = f"even after {curve.even} months"
        yield _text(place[0], place[1], told, anchor=place[2], fill=curve.colour, weight="bold")


def _labels(each: Panel, top: Decimal) -> Iterator[str]:
    """Each curve named at its end, moved apart where ends lie close."""
    below = float("inf")
    for curve in sorted(each.curves, key=lambda curve: curve.course[MONTHS]):
        y = min(_y(curve.course[MONTHS], top) + 4, below - LABEL_HEIGHT)
        below = y
        yield _text(_x(MONTHS) + 12, y, f"{curve.course[MONTHS]:,.0f}  {curve.title}", fill=curve.colour)


def _step(most: Decimal) -> Decimal:
    """A round distance between grid lines that leaves at most six of them."""
    step = Decimal(1000)
    for factor in (2, Decimal("2.5"), 2) * 4:
        if most / step <= 6:
            break
        step *= factor
    return step


def _x(month: int) -> float:
    return LEFT + month / MONTHS * (WIDTH - LEFT - RIGHT)


def _y(usd: Decimal, top: Decimal) -> float:
    return PANEL - BOTTOM - float(usd / top) * (PANEL - TOP - BOTTOM)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", fill: str = BLACK, size: int = 13, weight: str = "normal"
) -> str:
    # The white outline keeps a label readable where a curve runs through it.
    outline = 'stroke="#ffffff" stroke-width="4" paint-order="stroke"'
    style = f'text-anchor="{anchor}" fill="{fill}" font-size="{size}" font-weight="{weight}" {outline}'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'
