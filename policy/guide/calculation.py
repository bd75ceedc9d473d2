"""One piece of the guide's arithmetic done again, with its numbers shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from policy.ledger.row import Claim

Section = Literal["sums", "effects", "conditions", "prices"]


@dataclass(frozen=True, kw_only=True)
class Calculation:
    """What the guide says, what comes out, and by which numbers.

    ``low`` and ``high`` are the result in ``unit``, one figure where it is no range. ``guide`` is the guide's own
    figure in the same unit; without one there is nothing to agree with.
    """

    id: str
    section: Section
    says: str
    working: str
    low: Decimal
    high: Decimal
    unit: str
    guide: tuple[Decimal, Decimal] | None

    @property
    def agrees(self) -> bool | None:
        """Whether the result is the guide's figure once rounded to whole units; ``None`` where it gives none."""
        return None if self.guide is None else (_whole(self.low), _whole(self.high)) == self.guide

    @property
    def result(self) -> str:
        """The result in words."""
        return f"{show_range(self.low, self.high)} {self.unit}"


def work_out(
    section: Section,
    name: str,
    says: str,
    working: str,
    result: Decimal | tuple[Decimal, Decimal],
    *,
    unit: str = "USD a month",
    guide: int | tuple[int, int] | Decimal | None = None,
) -> Calculation:
    """A calculation; single figures stand for ranges of one."""
    low, high = result if isinstance(result, tuple) else (result, result)
    first, last = guide if isinstance(guide, tuple) else (guide, guide)
    said = None if first is None or last is None else (Decimal(first), Decimal(last))
    return Calculation(id=name, section=section, says=says, working=working, low=low, high=high, unit=unit, guide=said)


def show_figure(value: Decimal) -> str:
    """An amount with separators, to the cent, without a fraction where there is none."""
    cents = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{cents:,.0f}" if cents == cents.to_integral_value() else f"{cents:,}"


def show_range(low: Decimal, high: Decimal) -> str:
    """A range, or one figure."""
    return show_figure(low) if low == high else f"{show_figure(low)}-{show_figure(high)}"


def add_up(parts: Mapping[str, Claim | Decimal]) -> tuple[str, tuple[Decimal, Decimal]]:
    """A sum: its numbers with their names, and its low and high end."""
    ends = {
        name: (part.usd_low, part.usd_high) if isinstance(part, Claim) else (part, part) for name, part in parts.items()
    }
    text = " + ".join(f"{name} {show_range(*end)}" for name, end in ends.items())
    low, high = (sum((end[side] for end in ends.values()), Decimal(0)) for side in (0, 1))
    return text, (low, high)


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)
