"""Which usage figure a usage type is billed by, and what a reconciled month says the figure was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Final

from pydantic.alias_generators import to_camel

from model.resource import Resource
from pricing import meter
from pricing.bill import EXACT, HOURS, Bill
from pricing.book import Book
from pricing.context import PricingContext, by_kind
from pricing.reconcile.compare import Reconciliation, Row
from pricing.reconcile.usage_types import is_hourly
from pricing.usage.formulas import FORMULAS
from stacks.section import MOST
from stacks.sections.measures import Spread, Usage

#: To the thousandth of a unit.
THOUSANDTH: Final = Decimal("0.001")
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure of ``landing:usage``, a month: what stands there now, and what the bill says it was."""

    key: str
    foreseen: Decimal
    measured: Decimal
    usage_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Figures that one usage type is billed by together, so that a bill tells none of them.

    ``factor`` is what they were together, as a multiple of what stands there; ``None`` where the export tells none.
    """

    keys: tuple[str, ...]
    usage_type: str
    factor: Decimal | None


def measure(
    found: Reconciliation, resources: Iterable[Resource], usage: Usage | None, book: Book, *, today: date
) -> tuple[tuple[Measured, ...], tuple[Shared, ...]]:
    """The figures that the export tells, and those it does not tell apart.

    What a figure bills is found by moving it: whatever formula lies between, the bill without and with a change says
    how many units of a price one unit of the figure is.
    """
    slopes = _slopes(tuple(resources), usage, book, today)
    measured: dict[str, Measured] = {}
    shared: list[Shared] = []
    with localcontext(EXACT):
        for row in sorted(found.rows, key=lambda row: (-row.foreseen, row.name)):
            moved = {key: each for key, each in slopes.items() if each.of(row)}
            if len(moved) > 1:
                factor = _factor(row, tuple(moved.values()), found)
                shared.append(Shared(keys=tuple(sorted(moved)), usage_type=row.name, factor=factor))
            for key, slope in moved.items() if len(moved) == 1 else ():
                amount = _amount(row, slope, found)
                if amount is not None and key not in measured:
                    measured[key] = Measured(key=key, foreseen=slope.base, measured=amount, usage_type=row.name)
    told = [each for each in shared if not set(each.keys) <= measured.keys()]
    return tuple(measured[key] for key in sorted(measured)), tuple(told)


@dataclass(frozen=True, slots=True)
class _Slope:
    """A figure, and how many units of each price one unit of it is."""

    base: Decimal
    units: Mapping[str, Decimal]

    def of(self, row: Row) -> Decimal:
        """Units of what a row is about."""
        return sum((self.units.get(price, ZERO) for price in row.prices), ZERO)


def _slopes(resources: tuple[Resource, ...], usage: Usage | None, book: Book, today: date) -> dict[str, _Slope]:
    context = PricingContext(of=by_kind(resources), usage=usage, book=book, today=today, formulas=FORMULAS)
    spreads = {name: spread for name in Usage.model_fields if (spread := context.spread(name)) is not None}
    fixed = (usage or Usage()).model_copy(update=spreads)
    before = _quantities(meter.compute_bill(resources, fixed, book, today=today))
    found: dict[str, _Slope] = {}
    for name, spread in spreads.items():
        step = spread.base + ONE
        changed = fixed.model_copy(update={name: Spread.of(spread.base + step)})
        after = _quantities(meter.compute_bill(resources, changed, book, today=today))
        units = {
            price: (after.get(price, ZERO) - before.get(price, ZERO)) / step
            for price in after
            if after.get(price, ZERO) != before.get(price, ZERO)
        }
        if units:
            found[to_camel(name)] = _Slope(spread.base, units)
    return found


def _quantities(bill: Bill) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in bill.lines:
        found[line.price] = found.get(line.price, ZERO) + line.quantity
    return found


def _amount(row: Row, slope: _Slope, found: Reconciliation) -> Decimal | None:
    """What the figure must have been for the bill to have this quantity; ``None`` where it tells none."""
    units = slope.of(row) * _share(row, found)
    beyond = _beyond(row)
    if beyond is None or not units:
        return None
    rounded = max(slope.base + beyond / units, ZERO).quantize(THOUSANDTH)
    return rounded if rounded <= MOST else None


def _factor(row: Row, slopes: tuple[_Slope, ...], found: Reconciliation) -> Decimal | None:
    foreseen = sum((slope.base * slope.of(row) for slope in slopes), ZERO) * _share(row, found)
    beyond = _beyond(row)
    if beyond is None or foreseen <= 0:
        return None
    return max(ONE + beyond / foreseen, ZERO).quantize(THOUSANDTH)


def _beyond(row: Row) -> Decimal | None:
    if row.status != "matched" or row.billed_quantity is None or row.foreseen_quantity is None:
        return None
    return row.billed_quantity - row.foreseen_quantity


def _share(row: Row, found: Reconciliation) -> Decimal:
    month = found.billed_month
    return Decimal(month.hours) / (HOURS if is_hourly(row.unit) else Decimal(month.whole))
