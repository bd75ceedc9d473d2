"""AWS's Cost and Usage Report, legacy (``lineItem/UsageType``) and 2.0 (``line_item_usage_type``): two spellings.

Sources: AWS Data Exports user guide, "Data dictionary" of legacy CUR and "Cost and Usage Report (CUR) 2.0": columns,
line item types, and that 2.0 holds tags in one map ``resource_tags``; "Migrating from CUR to Data Exports CUR 2.0":
names in snake case, keys of a map as columns of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pricing.reconcile.charge import TAGS, Charge, Kind, amount, dollars
from pricing.reconcile.formats.header import Columns, Span, Spans, plain_tag, tags_of

COST: Final = "line_item_unblended_cost"
USAGE_TYPE: Final = "line_item_usage_type"
START, END = "line_item_usage_start_date", "line_item_usage_end_date"
PERIOD: Final = "bill_billing_period_start_date"
QUANTITY: Final = "line_item_usage_amount"
CURRENCY: Final = "line_item_currency_code"
TYPE: Final = "line_item_line_item_type"
PRODUCT: Final = "line_item_product_code"
MAP: Final = "resource_tags"
NEEDED: Final = (TYPE, USAGE_TYPE, PRODUCT, QUANTITY, COST, START)
TYPES: Final[dict[str, Kind]] = {
    **dict.fromkeys(("Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"), "usage"),
    **dict.fromkeys(("RIFee", "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee", "SavingsPlanNegation"), "commitment"),
    "Tax": "tax",
    "Credit": "credit",
    "Refund": "refund",
    "Fee": "fee",
}
#: Product codes of support plans begin so (``AWSSupportBusiness``).
SUPPORT: Final = "AWSSupport"
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class CostAndUsage:
    """Lines of a report, of either spelling."""

    def __init__(self, header: Sequence[str]) -> None:
        names = [snake(name) for name in header]
        self.name = "AWS Cost and Usage Report" if "/" in "".join(header) else "AWS CUR 2.0"
        self._columns = Columns(names, NEEDED, dict(zip(names, header, strict=True)))
        self._tags = {tag: name for name in names if (tag := _tag(name)) in TAGS}
        self._span = Span()

    def charges(self, cells: Sequence[str]) -> Iterator[Charge]:
        """One a line."""
        columns = self._columns
        cell = columns.cell
        dollars(columns.called(CURRENCY), cell(cells, CURRENCY))
        line_type, product = cell(cells, TYPE), cell(cells, PRODUCT)
        kind: Kind = TYPES.get(line_type, "discount" if line_type.endswith("Discount") else "other")
        if product.startswith(SUPPORT) and kind in ("usage", "fee"):
            kind = "support"
        quantity = cell(cells, QUANTITY)
        start = cell(cells, START)
        month = (cell(cells, PERIOD) or start).replace("/", "-")[:7]
        if kind == "usage":
            self._span.add(month, start, cell(cells, END) or start)
        yield Charge(
            kind=kind,
            name=cell(cells, USAGE_TYPE) or line_type,
            service=product,
            usd=amount(columns.called(COST), cell(cells, COST)),
            quantity=amount(columns.called(QUANTITY), quantity) if quantity else None,
            month=month,
            tags=self._of(cells),
        )

    def _of(self, cells: Sequence[str]) -> dict[str, str]:
        columns = self._columns
        found = {tag: value for tag, name in self._tags.items() if (value := columns.cell(cells, name))}
        return found | tags_of(columns.called(MAP), columns.cell(cells, MAP)) if MAP in columns else found

    def end(self) -> Spans:
        """From the first hour used to the last."""
        return self._span.spans(self._columns.called(START), self._columns.called(END))


def snake(name: str) -> str:
    """``line_item_usage_type`` of ``lineItem/UsageType``; a tag's key stays as it is."""
    name = name.strip()
    group, slash, rest = name.partition("/")
    if slash and group == "resourceTags":
        return f"{MAP}/{rest}"
    return _HUMP.sub("_", name).replace("/", "_").lower() if slash else name


def _tag(name: str) -> str:
    for before in (f"{MAP}/", f"{MAP}.", f"{MAP}_"):
        if name.startswith(before):
            return plain_tag(name.removeprefix(before))
    return ""
