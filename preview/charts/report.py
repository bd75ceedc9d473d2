"""The report's pictures of money: the bill beside the guide's claims, and the total on its way to the budget."""

from __future__ import annotations

from decimal import Decimal

from policy.ledger.row import Claim
from preview.charts.bars import Bar, Row, chart
from preview.money import cents
from preview.report.bill_text import claimed
from preview.result import Preview, shown_amounts
from stacks.section import Capability


def bill_chart(preview: Preview) -> str:
    """Each capability's price with its high bound, over what the guide claims; those with neither are left out."""
    amounts = shown_amounts(preview)
    rows = [_row(decision.row.capability, decision.row.after, amounts) for decision in preview.decisions]
    title = "USD a month by capability: priced, up to its high bound, over what the guide claims"
    return chart([row for row in rows if row.reach], title=title)


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


def _row(name: Capability, claim: Claim | None, amounts: dict[Capability, tuple[Decimal, Decimal]]) -> Row:
    usd, high = amounts.get(name, (None, None))
    claims = (
        (
            Bar(end=claim.usd_low, look="claimed"),
            Bar(start=claim.usd_low, end=claim.usd_high, look="claimed-range"),
        )
        if claim
        else ()
    )
    return Row(
        name=name,
        figure="-" if usd is None else str(usd),
        aside=f"guide {claimed(claim)}" if claim else "",
        bars=[Bar(end=usd or Decimal(0), look="priced")],
        whisker=None if high == usd else high,
        beside=claims,
    )
