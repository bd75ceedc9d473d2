"""FOCUS 1.x as AWS exports it: its own columns beside the specification's (``x_UsageType``, ``x_ServiceCode``).

Sources: FinOps Open Cost and Usage Specification 1.0 to 1.2 (columns, charge categories and classes); AWS Data Exports
user guide, "FOCUS 1.0 with AWS columns" and "FOCUS 1.2 with AWS columns".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pricing.reconcile.charge import Charge, Kind, amount, dollars
from pricing.reconcile.formats.cur import SUPPORT
from pricing.reconcile.formats.header import Columns, Span, Spans, tags_of

COST: Final = "BilledCost"
NEEDED: Final = (COST, "ChargeCategory", "ChargePeriodStart", "ChargePeriodEnd", "x_UsageType")
CATEGORIES: Final[dict[str, Kind]] = {
    "Usage": "usage",
    "Purchase": "commitment",
    "Tax": "tax",
    "Credit": "credit",
    "Adjustment": "discount",
}


class Focus:
    """Lines of an export."""

    name = "FOCUS"

    def __init__(self, header: Sequence[str]) -> None:
        self._columns = Columns([name.strip() for name in header], NEEDED)
        self._span = Span()

    def charges(self, cells: Sequence[str]) -> Iterator[Charge]:
        """One a line."""
        columns = self._columns
        cell = columns.cell
        dollars("BillingCurrency", cell(cells, "BillingCurrency"))
        category, service = cell(cells, "ChargeCategory"), cell(cells, "x_ServiceCode")
        kind: Kind = CATEGORIES.get(category, "other")
        if cell(cells, "ChargeClass") == "Correction":
            kind = "refund"
        elif service.startswith(SUPPORT) and kind in ("usage", "commitment"):
            kind = "support"
        start = cell(cells, "ChargePeriodStart")
        month = (cell(cells, "BillingPeriodStart") or start)[:7]
        quantity = cell(cells, "ConsumedQuantity") or cell(cells, "PricingQuantity")
        if kind == "usage":
            self._span.add(month, start, cell(cells, "ChargePeriodEnd"))
        yield Charge(
            kind=kind,
            name=cell(cells, "x_UsageType") or category,
            service=service,
            usd=amount(COST, cell(cells, COST)),
            quantity=amount("ConsumedQuantity", quantity) if quantity else None,
            month=month,
            tags=tags_of("Tags", cell(cells, "Tags")),
        )

    def end(self) -> Spans:
        """From the first charge period to the last."""
        return self._span.spans("ChargePeriodStart", "ChargePeriodEnd")
