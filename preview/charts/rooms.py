"""The report's pictures of room: what pods request of what nodes give, and how near a volume is to its line."""

from __future__ import annotations

from decimal import Decimal

from policy.capacity import Capacity
from policy.capacity.amount import Amount
from policy.ledger.decide import THRESHOLDS, Decision
from preview.charts.bars import Bar, Row, chart
from stacks.settings import Settings


def capacity_chart(found: Capacity) -> str:
    """What asks for CPU, memory and pods, in per cent of what may be asked for; nothing without nodes."""
    room = found.allocatable
    if not (room.cpu_millis and room.memory_mib and room.pods):
        return ""
    rows = [
        _share("CPU", "m", found, "cpu_millis"),
        _share("memory", "Mi", found, "memory_mib"),
        _share("pods", "pods", found, "pods"),
    ]
    return chart(rows, title="Requests in per cent of what nodes may be asked for with the largest lost")


def nearness_chart(decision: Decision, settings: Settings) -> str:
    """How far a measured volume is from the line at which its row turns; nothing for a row without one."""
    windows = {"logs": settings.volumes.log_gb_per_month, "traces": settings.volumes.traces_per_month}
    latest = next(reversed(windows.get(decision.row.capability, ())), None)
    if latest is None or not decision.active:
        return ""
    line, what = THRESHOLDS[decision.row.capability]
    row = Row(
        name=f"{latest.value:,} measured",
        aside=f"the line: {line:,}",
        bars=[Bar(end=latest.value, look="measured")],
        line=line,
    )
    return chart([row], title=f"{what} a month beside the guide's line", axis=False)


def _share(name: str, unit: str, found: Capacity, field: str) -> Row:
    room: int = getattr(found.allocatable, field)

    def percent(amount: Amount) -> Decimal:
        return Decimal(getattr(amount, field)) * 100 / room

    platform, reserve = found.workloads, found.workloads + found.reserve
    return Row(
        name=name,
        figure=f"{percent(found.requests):.1f} %",
        aside=f"of {room:,} {unit}",
        bars=[
            Bar(end=percent(platform), look="platform"),
            Bar(start=percent(platform), end=percent(reserve), look="applications"),
            Bar(start=percent(reserve), end=percent(found.requests), look="daemons"),
        ],
        line=Decimal(100),
    )
