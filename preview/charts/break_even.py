"""Draws a break-even as SVG: both prices and the guide's over volume, on axes that grow tenfold a step.

Plain text in, plain text out: the same comparison always gives the same picture, to a tenth of a pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from math import ceil, floor, log10
from typing import Final

from policy.economics.break_even import BreakEven

WIDTH: Final = 900
HEIGHT: Final = 540
LEFT, RIGHT, TOP, BOTTOM = 84, 48, 84, 68
AWS_COLOUR: Final = "#b45309"
OWN_COLOUR: Final = "#1d4ed8"
GREY: Final = "#6b7280"
STEPS_A_DECADE: Final = 24


@dataclass(frozen=True)
class _Axes:
    """Where a volume and an amount stand; both in powers of ten, first to last."""

    volumes: tuple[int, int]
    usd: tuple[int, int]

    def x(self, volume: float) -> float:
        first, last = self.volumes
        return LEFT + (log10(volume) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(self, usd: float) -> float:
        first, last = self.usd
        share = (log10(usd) - first) / (last - first) if usd > 0 else 0
        return HEIGHT - BOTTOM - min(max(share, 0), 1) * (HEIGHT - TOP - BOTTOM)


def draw_break_even(even: BreakEven) -> str:
    """The picture, ready to be a file."""
    axes = _axes(even)
    aws, own = even.aws.title, even.incumbent.title
    fonts = 'font-family="Helvetica, Arial, sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {fonts}>',
        f"<title>{escape(f'{aws} and {own}: price a month by {even.unit} a month')}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 28, f"{aws} or {own}: price a month by {even.unit}", size=18, weight="bold"),
        *_legend(even),
        *_grid(axes, even.unit),
        _curve(axes, lambda _: float(even.guide_incumbent), OWN_COLOUR, dashed=True),
        _curve(axes, lambda volume: float(even.aws.usd(Decimal(volume))), AWS_COLOUR),
        _curve(axes, lambda volume: float(even.incumbent.usd(Decimal(volume))), OWN_COLOUR, end=even.holds_to),
        *_marks(axes, even),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes(even: BreakEven) -> _Axes:
    marks = [float(mark) for mark in (even.line, even.guide_crossing, even.crossing) if mark]
    volumes = (floor(log10(min(marks) / 2)), ceil(log10(max(marks) * 2)))
    ends = [Decimal(10) ** power for power in volumes]
    amounts = [float(way.usd(end)) for way in (even.aws, even.incumbent) for end in ends]
    amounts = [amount for amount in (*amounts, float(even.guide_incumbent)) if amount > 0]
    return _Axes(volumes, (floor(log10(min(amounts))), ceil(log10(max(amounts)))))


def _grid(axes: _Axes, unit: str) -> Iterator[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for power in range(axes.volumes[0], axes.volumes[1] + 1):
        x = axes.x(10**power)
        yield _line(x, TOP, x, bottom, "#e5e7eb")
        yield _text(x, bottom + 20, spelt(10**power), anchor="middle", fill=GREY)
    for power in range(axes.usd[0], axes.usd[1] + 1):
        y = axes.y(10.0**power)
        yield _line(LEFT, y, right, y, "#e5e7eb")
        yield _text(LEFT - 8, y + 4, f"{Decimal(10) ** power:,f}", anchor="end", fill=GREY)
    yield _line(LEFT, bottom, right, bottom, "#111827")
    yield _line(LEFT, TOP, LEFT, bottom, "#111827")
    yield _text((LEFT + right) / 2, HEIGHT - 20, f"{unit} a month, ten times as many with each step", anchor="middle")
    middle = (TOP + bottom) / 2
    yield _text(22, middle, "USD a month", anchor="middle", turn=f"rotate(-90 22 {middle:.1f})")


def _legend(even: BreakEven) -> Iterator[str]:
    entries = (
        (even.aws.title, AWS_COLOUR, False),
        (even.incumbent.title, OWN_COLOUR, False),
        (f"{even.incumbent.title}, as the guide has it: {even.guide_incumbent}", OWN_COLOUR, True),
    )
    x = float(LEFT)
    for title, colour, dashed in entries:
        yield _line(x, 54, x + 28, 54, colour, width=2.5, dashed=dashed)
        yield _text(x + 34, 58, title)
        x += 34 + 6.6 * len(title) + 24


def _marks(axes: _Axes, even: BreakEven) -> Iterator[str]:
    unit = even.unit.split()[0]
    x = axes.x(float(even.line))
    yield _line(x, TOP, x, HEIGHT - BOTTOM, "#111827", width=1.5, dashed=True)
    yield _text(x + 6, HEIGHT - BOTTOM - 10, f"the guide's line: {spelt(even.line)} {unit}", weight="bold")
    x, y = axes.x(float(even.guide_crossing)), axes.y(float(even.guide_incumbent))
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#ffffff" stroke="{GREY}" stroke-width="2"/>'
    told = f"the guide's own prices meet at {spelt(even.guide_crossing)} {unit}"
    yield _text(x - 12, y - 12, told, anchor="end", fill=GREY)
    if even.crossing:
        usd = even.aws.usd(even.crossing)
        x, y = axes.x(float(even.crossing)), axes.y(float(usd))
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#111827"/>'
        yield _text(x + 10, y + 24, f"the same at {spelt(even.crossing)} {unit}: {usd:.2f} USD", weight="bold")
    if even.holds_to:
        x, y = axes.x(float(even.holds_to)), axes.y(float(even.incumbent.usd(even.holds_to)))
        yield _text(x, y - 12, f"one pod holds to {spelt(even.holds_to)} {unit}", anchor="end", fill=OWN_COLOUR)


def _curve(
    axes: _Axes, usd: Callable[[float], float], colour: str, *, dashed: bool = False, end: Decimal | None = None
) -> str:
    first, last = axes.volumes
    volumes = [10 ** (first + step / STEPS_A_DECADE) for step in range((last - first) * STEPS_A_DECADE + 1)]
    if end is not None:
        volumes = [*(volume for volume in volumes if volume < end), float(end)]
    points = " ".join(f"{axes.x(volume):.1f},{axes.y(usd(volume)):.1f}" for volume in volumes)
    style = f'stroke-width="{1.5 if dashed else 2.5}"' + (' stroke-dasharray="6 5" opacity="0.7"' if dashed else "")
    return f'<polyline points="{points}" fill="none" stroke="{colour}" {style}/>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 1, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="6 5"' if dashed else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{dash}/>'


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    fill: str = "#111827",
    size: int = 13,
    weight: str = "normal",
    turn: str = "",
) -> str:
    # The white outline keeps a label readable where a curve runs through it.
    outline = 'stroke="#ffffff" stroke-width="4" paint-order="stroke"'
    style = f'text-anchor="{anchor}" fill="{fill}" font-size="{size}" font-weight="{weight}" {outline}'
    turned = f' transform="{turn}"' if turn else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}{turned}>{escape(text)}</text>'


def spelt(volume: Decimal | int) -> str:
    """A volume as people read it: three digits, and millions by name."""
    value = Decimal(volume)
    if value >= 1_000_000:
        return f"{float(value) / 1_000_000:.3g} million"
    return f"{float(f'{float(value):.3g}'):,g}" if value < 1000 else f"{float(f'{float(value):.3g}'):,.0f}"
