"""One preview as plain data: the JSON contract that every other program reads (docs/preview.schema.json).

Money and quantities are decimals here, and become JSON's numbers when they are written.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from policy.capacity import Capacity
from policy.capacity.amount import Amount as Room
from policy.ledger.row import Claim
from preview.breakdown import NONE, Share, by_component, by_tag
from preview.report.bill_text import account
from preview.report.recommendations import document_of
from preview.report.recovery import recovery_document
from preview.report.verdict import waived
from preview.result import Asked, Result
from preview.simulate.wire import show_to_reader
from preview.view import BillRow, BillView, Difference, Money, Value, bill_view
from pricing.bill import Amount, Line, Unpriced
from pricing.evidence import Known, known_figures
from pricing.money import number
from pricing.month import longest_month
from pricing.reconcile.history import error_band
from pricing.report.escape import json_text

SCHEMA_VERSION: Final = "2.4"


def build_document(preview: Result) -> dict[str, Any]:
    """The contract's JSON document; secrets print as [secret], unknowns as [unknown], money as USD."""
    view = bill_view(preview)
    return {
        "schemaVersion": SCHEMA_VERSION,
        "stack": preview.recording.stack,
        "today": preview.today.isoformat(),
        "phases": sorted(preview.settings.phases) if preview.settings else [],
        "resources": [
            {
                "urn": made.urn,
                "type": made.type,
                "name": made.name,
                "parent": made.parent,
                "custom": made.custom,
                "inputs": show_to_reader(made.inputs),
                "protect": made.protect,
                "retainOnDelete": made.retain_on_delete,
                "dependencies": sorted(made.dependencies),
                "provider": made.provider,
            }
            for made in preview.recording.registrations
        ],
        "outputs": show_to_reader(preview.recording.outputs),
        "findings": [
            {
                "pack": finding.pack,
                "policy": finding.policy,
                "level": finding.level,
                "kind": finding.kind,
                "urn": finding.urn,
                "message": finding.message,
            }
            for finding in preview.findings
        ],
        "waivers": waived(preview),
        "decisions": [_decision(view, row) for row in view.rows],
        "cost": _cost(preview, view),
        "capacity": _capacity(preview.capacity),
        "recovery": recovery_document(preview),
        **({"program": _program(preview.asked)} if preview.asked else {}),
        "recommendations": [document_of(each) for each in preview.recommendations],
    }


def write_json(told: Any) -> str:
    """Plain data as JSON text, in one order of keys."""
    return json_text(json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False, default=number) + "\n")


def read_json(text: str | bytes) -> Any:
    """What JSON text says, numbers as the decimals they are written as. Raises :class:`ValueError`."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


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
        case Money():
            return value.exact
        case Claim():
            return {"usdLow": value.usd_low, "usdHigh": value.usd_high, "basis": value.basis}
        case Difference():
            # JSON knows no endlessness.
            share = round(value.share, 4) if value.share.is_finite() else None
            return {"share": share, "reason": value.reason}
        case _:
            return value


def _cost(preview: Result, view: BillView) -> dict[str, Any]:
    """The bill. Low and high are the ends of declared usage; high also holds what prices may be."""
    bill, vat = preview.bill, 1 + preview.vat
    return {
        "currency": "USD",
        "total": bill.usd_per_month,
        "totalLow": bill.usd_per_month_low,
        "totalHigh": bill.usd_per_month_high,
        "totalHighByUsage": bill.usd_per_month_high_usage,
        "totalHighByPrice": bill.usd_per_month_high_price,
        "totalOf31Days": longest_month(bill),
        "budget": preview.settings.budget.usd_per_month if preview.settings else None,
        "atLeast": bill.at_least,
        **({"errorBand": error_band(preview.recording.stack).document()} if preview.settings else {}),
        "vat": {"rate": preview.vat, "total": bill.usd_per_month * vat},
        "exchangeRate": _exchange(preview),
        "byCapability": [
            _by_capability(view, row) for row in sorted(view.rows, key=lambda row: row.capability) if row.priced
        ],
        "byComponent": [_component(share) for share in by_component(preview)],
        "byTag": [
            {"key": key, "value": share.name if share.name != NONE else None, **_usd(share.amount)}
            for key, shares in by_tag(preview).items()
            for share in shares
        ],
        "account": [
            {"item": line.item, "usdPerMonth": line.usd_per_month, "source": line.source} for line in account(preview)
        ],
        "usage": [_figure(known) for known in known_figures(bill)],
        "lines": [_line(line) for line in bill.lines],
        "unpriced": [_gap(gap) for gap in bill.unpriced],
    }


def _exchange(preview: Result) -> dict[str, Any] | None:
    exchange = preview.settings.account.exchange if preview.settings else None
    if exchange is None:
        return None
    total = preview.bill.usd_per_month
    return {
        "currency": exchange.currency,
        "perUsd": exchange.per_usd,
        "on": exchange.as_of.isoformat(),
        "source": exchange.source,
        "total": exchange.of(total),
        "totalWithVat": exchange.of(total * (1 + preview.vat)),
    }


def _figure(known: Known) -> dict[str, Any]:
    spread = known.spread
    return {
        "figure": known.figure,
        "low": spread.low,
        "base": spread.base,
        "high": spread.high,
        "evidence": spread.evidence,
        "source": spread.source,
        "usdPerMonth": known.usd_per_month,
    }


def _component(share: Share) -> dict[str, Any]:
    kind, _, name = share.name.partition(" ")
    return {"type": kind or None, "name": name or None, **_usd(share.amount)}


def _usd(amount: Amount | Line) -> dict[str, Any]:
    return {
        "usdPerMonth": amount.usd_per_month,
        "usdPerMonthLow": amount.usd_per_month_low,
        "usdPerMonthHigh": amount.usd_per_month_high,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "urn": line.urn,
        "capability": line.capability,
        "item": line.item,
        "quantity": line.quantity,
        "unit": line.unit,
        "usdPerUnit": line.usd_per_unit,
        **_usd(line),
        "basis": line.basis,
        "confidence": line.confidence,
        "source": line.source,
        "asOf": line.as_of,
    }


def _gap(gap: Unpriced) -> dict[str, Any]:
    return {"urn": gap.urn, "type": gap.type, "capability": gap.capability, "reason": gap.reason, "kind": gap.kind}


def _program(asked: Asked) -> dict[str, Any]:
    """What only anybody else's program has: how it was asked, and what of it could not be acted out."""
    return {
        "project": asked.project,
        "region": asked.region or None,
        "notExpanded": [{"urn": each.urn, "type": each.type, "reason": each.reason} for each in asked.unexpanded],
        "onlyRead": [{"urn": made.urn, "type": made.type, "name": made.name} for made in asked.reads],
        "lookUps": [
            {"token": each.token, "args": show_to_reader(each.args), "answeredBy": each.source}
            for each in asked.look_ups
        ],
        "notes": list(asked.notes),
    }


def _capacity(found: Capacity) -> dict[str, Any]:
    return {
        "fits": found.fits,
        "requests": _room(found.requests),
        "allocatable": _room(found.allocatable),
        "daemons": _room(found.daemons),
        "reserve": _room(found.reserve),
        "groups": [
            {
                "name": group.name,
                "nodes": group.nodes,
                "instanceType": group.instance_type,
                "allocatable": _room(group.allocatable),
            }
            for group in found.groups
        ],
    }


def _room(amount: Room) -> dict[str, int]:
    return {"cpuMillis": amount.cpu_millis, "memoryMib": amount.memory_mib, "pods": amount.pods}
