"""One preview as plain data: the JSON contract that every writer, and every other program, reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from policy.capacity import USABLE_PERCENT, Capacity, capacity
from policy.capacity.amount import Amount
from policy.choices import Decision
from policy.meter import Bill
from policy.row import Claim
from preview.packs import Finding
from preview.recorder import Recording, shown
from stacks.settings import Settings

SCHEMA_VERSION: Final = "1.0"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Everything that was found out about one stack on one day."""

    settings: Settings
    today: date
    recording: Recording
    decisions: Sequence[Decision]
    bill: Bill
    findings: Sequence[Finding]

    @cached_property
    def capacity(self) -> Capacity:
        """What pods ask for, and what nodes have to give."""
        return capacity([made.resource() for made in self.recording.registrations])

    @property
    def blocked(self) -> bool:
        """Whether a mandatory finding stands unwaived."""
        return any(finding.level == "mandatory" and not finding.waived for finding in self.findings)


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
        "cost": _cost(preview.bill, preview.settings.budget.usd_per_month),
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
    }


def _claim(claim: Claim | None) -> dict[str, Any] | None:
    if claim is None:
        return None
    return {"usdLow": number(claim.usd_low), "usdHigh": number(claim.usd_high), "basis": claim.basis}


def _cost(bill: Bill, budget: Decimal) -> dict[str, Any]:
    return {
        "currency": "USD",
        "total": number(bill.usd_per_month),
        "totalHigh": number(bill.usd_per_month_high),
        "budget": number(budget),
        "atLeast": bill.at_least,
        "lines": [
            {
                "urn": line.urn,
                "capability": line.capability,
                "item": line.item,
                "quantity": number(line.quantity),
                "unit": line.unit,
                "usdPerUnit": number(line.usd_per_unit),
                "usdPerMonth": number(line.usd_per_month),
                "usdPerMonthHigh": number(line.usd_per_month_high),
                "basis": line.basis,
                "confidence": line.confidence,
                "source": line.source,
                "asOf": line.as_of,
            }
            for line in bill.lines
        ],
        "unpriced": [
            {
                "urn": gap.urn,
                "type": gap.type,
                "capability": gap.capability,
                "reason": gap.reason,
                "kind": gap.kind,
            }
            for gap in bill.unpriced
        ],
    }


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


def capacity_rows(found: Capacity) -> list[tuple[str, Amount]]:
    """The sum as a reader follows it: what asks for room, line by line, and the room there is."""
    return [
        ("platform", found.workloads),
        ("kept for applications", found.reserve),
        (f"daemons of {found.nodes_left} nodes", found.daemons * found.nodes_left),
        ("requested", found.requests),
        (f"{USABLE_PERCENT} % of {found.nodes_left} nodes", found.allocatable),
    ]


def capacity_title(found: Capacity) -> str:
    """What is summed up: the nodes, and whether the pods fit when one is lost."""
    nodes = ", ".join(f"{group.nodes} {group.instance_type} ({group.name})" for group in found.groups) or "no nodes"
    fits = {True: "all pods fit", False: "PODS DO NOT FIT", None: "whether all pods fit is not known"}[found.fits]
    return f"{nodes}: {fits} with the largest lost"


def high_by_capability(bill: Bill) -> dict[str, Decimal]:
    """The high bound of each capability that has a line."""
    totals: dict[str, Decimal] = {}
    for line in bill.lines:
        totals[line.capability] = totals.get(line.capability, Decimal(0)) + line.usd_per_month_high
    return totals


def number(value: Decimal) -> int | float:
    """A JSON number: whole amounts stay whole, and a float prints the shortest decimal that is the same number."""
    return int(value) if value == value.to_integral_value() else float(value)
