"""The report's pictures, of money and of room.

The bill beside the guide's claims and the total on its way to the budget; what pods request of what nodes give, and
how near a volume is to its line.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from policy.capacity import Capacity
from policy.capacity.amount import Amount
from policy.ledger.decide import THRESHOLDS, Decision
from preview.catalogue import say, t
from preview.charts.bars import Bar, Row, draw_bars
from preview.money import cents
from preview.view import BillRow, claimed
from pricing.bill import Bill
from stacks.settings import Settings


def bill_chart(rows: Sequence[BillRow]) -> str:
    """Each capability's price with its high bound, over what the guide claims; those with neither are left out."""
    title = t("USD a month by capability: priced, up to its high bound, over what the guide claims")
    return draw_bars([drawn for drawn in map(_bill_row, rows) if drawn.reach], title=title)


def budget_gauge(bill: Bill, limit: Decimal) -> str:
    """The total with its high bound on the way to the budget, in USD a month."""
    usd, high = bill.usd_per_month, bill.usd_per_month_high
    row = Row(
        name=f"{t('at least') + ' ' if bill.at_least else ''}{cents(usd)} USD",
        aside=say("high {high}, budget {limit}", high=cents(high), limit=limit),
        bars=[Bar(end=usd, look="beyond" if usd > limit else "within")],
        whisker=high,
        line=limit,
    )
    return draw_bars([row], title=t("The month's total and its high bound beside the budget"))


def capacity_chart(found: Capacity) -> str:
    """What asks for CPU, memory and pods, in per cent of what may be asked for; nothing without nodes."""
    room = found.allocatable
    if not (room.cpu_millis and room.memory_mib and room.pods):
        return ""
    rows = [
        _requested("CPU", "m", found, "cpu_millis"),
        _requested(t("memory"), "Mi", found, "memory_mib"),
        _requested(t("pods"), t("pods"), found, "pods"),
    ]
    return draw_bars(rows, title=t("Requests in per cent of what nodes may be asked for with the largest lost"))


def nearness_chart(decision: Decision, settings: Settings) -> str:
    """How far a measured volume is from the line at which its row turns; nothing for a row without one."""
    windows = {"logs": settings.volumes.log_gb_per_month, "traces": settings.volumes.traces_per_month}
    latest = next(reversed(windows.get(decision.row.capability, ())), None)
    if latest is None or not decision.active:
        return ""
    line, what = THRESHOLDS[decision.row.capability]
    row = Row(
        name=say("{amount} measured", amount=f"{latest.value:,}"),
        aside=say("the line: {amount}", amount=f"{line:,}"),
        bars=[Bar(end=latest.value, look="measured")],
        line=line,
    )
    return draw_bars([row], title=say("{what} a month beside the guide's line", what=t(what)), axis=False)


def _bill_row(row: BillRow) -> Row:
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
        aside=say("guide {claim}", claim=claimed(claim)) if claim else "",
        bars=[Bar(end=usd or Decimal(0), look="priced")],
        whisker=None if high == usd else high,
        beside=claims,
    )


def _requested(name: str, unit: str, found: Capacity, field: str) -> Row:
    room: int = getattr(found.allocatable, field)

    def percent(amount: Amount) -> Decimal:
        return Decimal(getattr(amount, field)) * 100 / room

    platform, reserve = found.workloads, found.workloads + found.reserve
    return Row(
        name=name,
        figure=f"{percent(found.requests):.1f} %",
        aside=say("of {amount} {unit}", amount=f"{room:,}", unit=unit),
        bars=[
            Bar(end=percent(platform), look="platform"),
            Bar(start=percent(platform), end=percent(reserve), look="applications"),
            Bar(start=percent(reserve), end=percent(found.requests), look="daemons"),
        ],
        line=Decimal(100),
    )
