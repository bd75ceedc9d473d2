"""What a reader of usage answers with: figures over full months, windows of volumes, and what stayed unread and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from pydantic.alias_generators import to_camel

from stacks.section import Measurement
from stacks.sections.measures import Spread, Usage, Volumes

#: AWS bills gigabytes of 2^30 bytes (source: S3 user guide, billing and usage reports: byte-hours over 1,073,741,824).
GIB: Final = Decimal(2**30)
#: Figures keep this many digits, whole numbers all of theirs: what is beyond is noise from month to month.
DIGITS: Final = 4
MOST_PLACES: Final = 6
LOGS: Final = "volumes.logGbPerMonth"
TRACES: Final = "volumes.tracesPerMonth"
#: Volumes by the path of their key below ``landing:``.
VOLUMES: Final = {
    f"volumes.{to_camel(name)}": name
    for name, info in Volumes.model_fields.items()
    if "Measurement" in str(info.annotation)
}
#: Figures by their key below ``landing:usage``.
FIGURES: Final = {to_camel(name): name for name in Usage.model_fields}
#: What a reader found in each month, by the month's first day.
Monthly = dict[date, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A usage type on the bill; ``what`` says which figure it is read for, or why for none. USD before VAT."""

    service: str
    usage_type: str
    what: str
    quantity: Decimal
    unit: str
    usd: Decimal
    mapped: bool


@dataclass(kw_only=True)
class Readings:
    """What was read. Keys are as in a stack file: ``natGb``, ``volumes.logGbPerMonth``."""

    figures: dict[str, Spread] = field(default_factory=dict)
    windows: dict[str, list[Measurement]] = field(default_factory=dict)
    #: Why what was asked for could not be read.
    unread: dict[str, str] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def keep(self, asked: Iterable[str]) -> None:
        """Forget every figure and volume that was not asked for."""
        names = set(asked)
        self.figures = {name: each for name, each in self.figures.items() if name in names}
        self.windows = {name: each for name, each in self.windows.items() if name in names}
        self.unread = {name: why for name, why in self.unread.items() if name in names}


def full_months(today: date, count: int) -> tuple[date, ...]:
    """The first days of the last ``count`` months that were over before ``today``, oldest first."""
    last = today.year * 12 + today.month - 2
    return tuple(date(month // 12, month % 12 + 1, 1) for month in range(last - count + 1, last + 1))


def after(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def measured(found: Mapping[date, Decimal], where: str) -> Spread:
    """The least month, their mean, and the greatest month, with its source; ``found`` holds a month at least."""
    values = [*found.values()]
    base = sum(values, Decimal(0)) / len(values)
    mean = f", mean of {len(values)} months" if len(values) > 1 else ""
    return Spread.model_validate(
        {
            "low": rounded(min(values)),
            "base": rounded(base),
            "high": rounded(max(values)),
            "source": f"measured: {where}, {spanned(found)}{mean}",
        }
    )


def windows(found: Mapping[date, Decimal], where: Mapping[date, str], today: date) -> list[Measurement]:
    """A window for each month of ``found``, oldest first, measured on ``today``."""
    return [
        Measurement.model_validate(
            {
                "window": f"{month:%Y-%m}",
                "value": rounded(value),
                "source": f"measured: {where[month]}",
                "measuredOn": today,
            }
        )
        for month, value in sorted(found.items())
    ]


def spanned(months: Iterable[date]) -> str:
    """Months in words: one, a run from one to another, or each."""
    ordered = sorted(months)
    if len(ordered) > 1 and all(after(one) == other for one, other in pairwise(ordered)):
        return f"{ordered[0]:%Y-%m} to {ordered[-1]:%Y-%m}"
    return ", ".join(f"{month:%Y-%m}" for month in ordered)


def rounded(value: Decimal) -> Decimal:
    """``value`` to :data:`DIGITS` digits, without an exponent or zeros behind; a whole number stays what it is."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1))
    places = min(max(DIGITS - 1 - value.adjusted(), 0), MOST_PLACES)
    short = round(value, places)
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short.normalize()
