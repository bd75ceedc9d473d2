"""One preview as plain data: the JSON contract that every other program reads (docs/preview.schema.json)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from policy.capacity import Capacity
from policy.capacity.amount import Amount
from policy.ledger.row import Claim
from preview.report.cost_document import cost
from preview.result import Preview, number
from preview.simulate.wire import shown
from preview.view import BillRow, BillView, Difference, Money, Value, bill_view

SCHEMA_VERSION: Final = "1.1"


def document(preview: Preview) -> dict[str, Any]:
    """The contract's JSON document; secrets print as [secret], unknowns as [unknown], money as USD."""
    view = bill_view(preview)
    return {
        "schemaVersion": SCHEMA_VERSION,
        "stack": preview.recording.stack,
        "today": preview.today.isoformat(),
        "phases": sorted(preview.settings.phases),
        "resources": [
            {
                "urn": made.urn,
                "type": made.type,
                "name": made.name,
                "parent": made.parent,
                "inputs": shown(made.inputs),
                "protect": made.protect,
                "retainOnDelete": made.retain_on_delete,
                "dependencies": sorted(made.dependencies),
                "provider": made.provider,
            }
            for made in preview.recording.registrations
        ],
        "outputs": shown(preview.recording.outputs),
        "findings": [
            {
                "pack": finding.pack,
                "policy": finding.policy,
                "level": finding.level,
                "waived": finding.waived,
                "urn": finding.urn,
                "message": finding.message,
            }
            for finding in preview.findings
        ],
        "decisions": [_decision(view, row) for row in view.rows],
        "cost": cost(
            preview,
            [_by_capability(view, row) for row in sorted(view.rows, key=lambda row: row.capability) if row.priced],
        ),
        "capacity": _capacity(preview.capacity),
    }


def _decision(view: BillView, row: BillRow) -> dict[str, Any]:
    decision, ledger = row.decision, row.decision.row
    return {
        "row": ledger.number,
        "verdict": ledger.verdict,
        "incumbent": ledger.incumbent.slug,
        "target": ledger.target.slug,
        "choice": decision.choice,
        "active": decision.active,
        "undecided": decision.undecided,
        "nearThreshold": decision.near_threshold,
        "reason": list(decision.reason),
        "basis": row.before.basis if row.before else None,
        **_columns(view, row, "decisions"),
    }


def _by_capability(view: BillView, row: BillRow) -> dict[str, Any]:
    return {
        "capability": row.capability,
        "usdPerMonth": _value(row.priced),
        "usdPerMonthLow": _value(row.low),
        **_columns(view, row, "byCapability"),
    }


def _columns(view: BillView, row: BillRow, part: str) -> dict[str, Any]:
    return {column.key: _value(column.value(row)) for column in view.columns if column.part == part}


def _value(value: Value) -> Any:
    """A value of the bill as the contract has it: money exact, and no share beyond a claim of nothing."""
    match value:
        case Decimal():
            return number(value)
        case Money():
            return number(value.exact)
        case Claim():
            return {"usdLow": number(value.usd_low), "usdHigh": number(value.usd_high), "basis": value.basis}
        case Difference():
            # JSON knows no endlessness.
            share = number(round(value.share, 4)) if value.share.is_finite() else None
            return {"share": share, "reason": value.reason}
        case _:
            return value


def _capacity(found: Capacity) -> dict[str, Any]:
    return {
        "fits": found.fits,
        "requests": _amount(found.requests),
        "allocatable": _amount(found.allocatable),
        "daemons": _amount(found.daemons),
        "reserve": _amount(found.reserve),
        "groups": [
            {
                "name": group.name,
                "nodes": group.nodes,
                "instanceType": group.instance_type,
                "allocatable": _amount(group.allocatable),
            }
            for group in found.groups
        ],
    }


def _amount(amount: Amount) -> dict[str, int]:
    return {"cpuMillis": amount.cpu_millis, "memoryMib": amount.memory_mib, "pods": amount.pods}
