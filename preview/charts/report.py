"""The report's pictures of money: the bill beside the guide's claims, and the total on its way to the budget."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from preview.charts.bars import Bar, Row, chart
from preview.money import cents
from preview.result import Preview
from preview.view import BillRow, claimed


def bill_chart(rows: Sequence[BillRow]) -> str:
    """Each capability's price with its high bound, over what the guide claims; those with neither are left out."""
    title = "USD a month by capability: priced, up to its high bound, over what the guide claims"
    return chart([drawn for drawn in map(_row, rows) if drawn.reach], title=title)


def budget_gauge(preview: Preview) -> str:
    """The total with its high bound on the way to the budget."""
    usd, high, budget = preview.bill.usd_per_month, preview.bill.usd_per_month_high, preview.settings.budget
    limit = budget.usd_per_month
    row = Row(
        name=f"{'at least ' if preview.bill.at_least else ''}{cents(usd)} USD",
        aside=f"high {cents(high)}, budget {limit}",
        bars=[Bar(end=usd, look="beyond" if usd > limit else "within")],
        whisker=high,
        line=limit,
    )
    return chart([row], title="The month's total and its high bound beside the budget")


def _row(row: BillRow) -> Row:
    claim = row.after
    usd, high = (amount.cents if amount else None for amount in (row.priced, row.high))
    claims = (
        (
            Bar(end=claim.usd_low, look="claimed"),
            Bar(start=claim.usd_low, end=claim.usd_high, look="claimed-range"),
        )
        if claim
        else ()
    )
    return Row(
        name=row.capability,
        figure="-" if usd is None else str(usd),
        aside=f"guide {claimed(claim)}" if claim else "",
        bars=[Bar(end=usd or Decimal(0), look="priced")],
        whisker=None if high == usd else high,
        beside=claims,
    )
