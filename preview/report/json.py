"""One preview as plain data: the JSON contract that every other program reads (docs/preview.schema.json)."""

from __future__ import annotations

from typing import Any, Final

from policy.capacity import Capacity
from policy.capacity.amount import Amount
from policy.guide.variance import difference
from policy.ledger.decide import Decision
from policy.ledger.row import Claim
from preview.report.bill_text import reason
from preview.report.cost_document import cost
from preview.result import Preview, number
from preview.simulate.wire import shown

SCHEMA_VERSION: Final = "1.1"


def document(preview: Preview) -> dict[str, Any]:
    """The contract's JSON document; secrets print as [secret], unknowns as [unknown], money as USD."""
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
        "decisions": [_decision(decision, preview) for decision in preview.decisions],
        "cost": cost(preview),
        "capacity": _capacity(preview.capacity),
    }


def _decision(decision: Decision, preview: Preview) -> dict[str, Any]:
    row = decision.row
    before = decision.claimed_before(preview.settings.hardware)
    priced = preview.bill.by_capability().get(row.capability)
    return {
        "row": row.number,
        "capability": row.capability,
        "verdict": row.verdict,
        "incumbent": row.incumbent.slug,
        "target": row.target.slug,
        "choice": decision.choice,
        "active": decision.active,
        "undecided": decision.undecided,
        "nearThreshold": decision.near_threshold,
        "reason": list(decision.reason),
        "claimedBefore": _claim(before),
        "claimedAfter": _claim(row.after),
        "basis": before.basis if before else None,
        "priced": None if priced is None else number(priced),
        "difference": _difference(decision, preview),
    }


def _difference(decision: Decision, preview: Preview) -> dict[str, Any] | None:
    """How far the price lies beyond the claim, and why when it is more than may be left unexplained."""
    priced = preview.bill.by_capability().get(decision.row.capability)
    share = None if priced is None else difference(priced, decision.row.after)
    if share is None:
        return None
    # JSON knows no endlessness: beyond a claim of nothing there is no share.
    told = number(round(share, 4)) if share.is_finite() else None
    return {"share": told, "reason": reason(preview, decision.row)}


def _claim(claim: Claim | None) -> dict[str, Any] | None:
    if claim is None:
        return None
    return {"usdLow": number(claim.usd_low), "usdHigh": number(claim.usd_high), "basis": claim.basis}


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
