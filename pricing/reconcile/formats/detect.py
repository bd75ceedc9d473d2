"""Which form a header is of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pricing.reconcile.charge import CellError
from pricing.reconcile.formats.cost_explorer import FIRST, CostExplorer
from pricing.reconcile.formats.cur import COST, CostAndUsage, snake
from pricing.reconcile.formats.focus import COST as BILLED
from pricing.reconcile.formats.focus import Focus
from pricing.reconcile.formats.header import Reader
from pricing.reconcile.formats.monthly_bill import MonthlyBill

ALLOWED: Final = (
    "allowed are CSV of an AWS Cost and Usage Report (legacy or 2.0), FOCUS, Cost Explorer by usage type, "
    "and AWS's monthly bill"
)


def reader_of(header: Sequence[str]) -> Reader:
    """The reader of what follows ``header``. Raises :class:`CellError`."""
    names = [name.strip() for name in header]
    first = names[0].lower()
    if not any(names):
        raise CellError(f"is empty; {ALLOWED}")
    if COST in map(snake, names):
        return CostAndUsage(names)
    if BILLED in names:
        return Focus(names)
    if first == FIRST:
        return CostExplorer(names)
    if {"RecordType", "CostBeforeTax", "TotalCost"} <= set(names):
        return MonthlyBill(names)
    if any(name.endswith("($)") for name in names):
        raise CellError(
            f"is a Cost Explorer CSV grouped by {names[0]!r}; group it by usage type, and download it again"
        )
    raise CellError(f"the header is of no form that is read here; {ALLOWED}")
