"""What Cost Explorer's "Download as CSV" gives by usage type: a column a usage type, a row a month or a day.

The header is ``Usage type``, a column ``NAME($)`` each, ``Total costs($)``; the first row is ``Usage type total``. A
column ``NAME(UNIT)`` is a quantity. There are no services and no tags. Taxes and fees have no usage type, and support
is called ``Dollar`` there. Sources: AWS Cost Management user guide, "Downloading the cost data CSV file"; public
readers of such files, which agree on this layout. None of them has quantities beside usage types.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from pricing.reconcile.charge import CellError, Charge, Kind, amount, moment
from pricing.reconcile.formats.header import Spans

FIRST: Final = "usage type"
TOTAL: Final = "usage type total"
_COLUMN: Final = re.compile(r"(?P<name>.+?)\s*\((?P<unit>[^()]+)\)")
_TOTALS: Final = ("total costs", "total cost", "total usage")
#: How far rounded cells may lie from their own sum, USD.
ROUNDING: Final = Decimal("0.01")
#: Usage types of fees for reservations and savings plans (``HeavyUsage:m5.large``, ``APN2-ComputeSP:1yrNoUpfront``).
_COMMITMENT: Final = re.compile(r"(?:^|-)(?:HeavyUsage:|ComputeSP:|EC2SP:|SageMakerSP:|DatabaseSP:)")


class CostExplorer:
    """Rows of the download."""

    name = "Cost Explorer CSV"

    def __init__(self, header: Sequence[str]) -> None:
        self._header = [name.strip() for name in header]
        self._costs: dict[str, int] = {}
        self._amounts: dict[str, int] = {}
        for place, name in enumerate(self._header[1:], start=1):
            found = _COLUMN.fullmatch(name)
            if found is None:
                raise CellError(f"column {name!r} is refused; allowed are NAME($), and NAME(UNIT) for a quantity")
            if found["name"].lower() not in _TOTALS:
                kept = self._costs if found["unit"] == "$" else self._amounts
                if found["name"] in kept:
                    raise CellError(f"column {name} stands twice")
                kept[found["name"]] = place
        if not self._costs:
            raise CellError("no column NAME($) is there; allowed is a download of costs in USD, by usage type")
        self._days: dict[str, set[datetime]] = {}
        self._sum = Decimal(0)
        self._total: Decimal | None = None

    def charges(self, cells: Sequence[str]) -> Iterator[Charge]:
        """One a column that holds an amount."""
        label = cells[0].strip()
        if label.lower() == TOTAL:
            self._total = sum((self._amount(cells, place) or Decimal(0) for place in self._costs.values()), Decimal(0))
            return
        day = moment(self._header[0], label)
        month = f"{day:%Y-%m}"
        self._days.setdefault(month, set()).add(day)
        for name, place in self._costs.items():
            usd = self._amount(cells, place)
            if usd is None:
                continue
            self._sum += usd
            beside = self._amounts.get(name)
            quantity = self._amount(cells, beside) if beside is not None else None
            yield Charge(kind=kind_of(name), name=name, service="", usd=usd, quantity=quantity, month=month)

    def _amount(self, cells: Sequence[str], place: int) -> Decimal | None:
        return amount(self._header[place], cells[place]) if cells[place].strip() else None

    def end(self) -> Spans:
        """A month with a row for its first day alone is a row a month; else its rows are days."""
        if self._total is not None and abs(self._total - self._sum) > ROUNDING:
            raise CellError(
                f"its rows add up to {self._sum} USD, and 'Usage type total' is {self._total}: rows are missing"
            )
        spans = {}
        for month, days in self._days.items():
            first, last = min(days), max(days)
            if days == {first} and first.day == 1:
                last = first.replace(day=monthrange(first.year, first.month)[1])
            spans[month] = (first, last + timedelta(days=1))
        return spans


def kind_of(usage_type: str) -> Kind:
    """What a usage type is that is no usage; taxes and other fees have none."""
    if usage_type.replace(" ", "").lower() == "nousagetype":
        return "tax"
    if usage_type == "Dollar":
        return "support"
    return "commitment" if _COMMITMENT.search(usage_type) else "usage"
