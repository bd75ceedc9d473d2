"""The monthly report of a bill (``ACCOUNT-aws-billing-csv-2026-10.csv``): lines with tax and credits beside their cost.

Source: AWS Billing user guide, "Detailed billing reports", monthly report, and public readers of it: its columns, its
record types (``PayerLineItem``, ``LinkedLineItem``, ``Rounding``, totals). What the lines come to is held against the
file's own total.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from pricing.reconcile.charge import CellError, Charge, Kind, amount, dollars
from pricing.reconcile.formats.cost_explorer import kind_of
from pricing.reconcile.formats.cur import SUPPORT
from pricing.reconcile.formats.header import Columns, Span, Spans

ITEMS: Final = ("PayerLineItem", "LinkedLineItem")
START, END = "BillingPeriodStartDate", "BillingPeriodEndDate"
NEEDED: Final = (
    *("RecordType", START, END, "ProductCode", "UsageType", "UsageQuantity"),
    *("CurrencyCode", "CostBeforeTax", "TaxAmount", "TotalCost"),
)
ROUNDING: Final = Decimal("0.05")


class MonthlyBill:
    """Lines of the report."""

    name = "AWS monthly bill"

    def __init__(self, header: Sequence[str]) -> None:
        self._columns = Columns([name.strip() for name in header], NEEDED)
        self._span = Span()
        self._sum = Decimal(0)
        self._total: Decimal | None = None

    def charges(self, cells: Sequence[str]) -> Iterator[Charge]:
        """Cost, tax, and what of the line's total is neither: a credit."""
        cell = self._columns.cell
        record = cell(cells, "RecordType")
        if record == "StatementTotal":
            self._total = amount("TotalCost", cell(cells, "TotalCost"))
        if record not in (*ITEMS, "Rounding"):
            return
        dollars("CurrencyCode", cell(cells, "CurrencyCode"))
        usd, tax, total = (
            amount(name, cell(cells, name) or "0") for name in ("CostBeforeTax", "TaxAmount", "TotalCost")
        )
        self._sum += total
        product, quantity = cell(cells, "ProductCode"), cell(cells, "UsageQuantity")
        name = cell(cells, "UsageType")
        kind = "other" if record == "Rounding" else "support" if product.startswith(SUPPORT) else kind_of(name)
        month = cell(cells, START).replace("/", "-")[:7]
        if kind == "usage":
            self._span.add(month, cell(cells, START), cell(cells, END))
        parts: tuple[tuple[Kind, Decimal], ...] = ((kind, usd), ("tax", tax), ("credit", total - usd - tax))
        for part, paid in parts:
            if paid or part == "usage":
                yield Charge(
                    kind=part,
                    name=name or record,
                    service=product,
                    usd=paid,
                    quantity=amount("UsageQuantity", quantity) if part == "usage" and quantity else None,
                    month=month,
                )

    def end(self) -> Spans:
        """The billing period, which the report is of as a whole; a minute before its end counts as its end."""
        if self._total is not None and abs(self._total - self._sum) > ROUNDING:
            raise CellError(f"TotalCost: its lines add up to {self._sum} USD, and its StatementTotal is {self._total}")
        return self._span.spans(START, END)
