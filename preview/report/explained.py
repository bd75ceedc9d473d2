"""Why each resource of a plan is there and costs what it costs, for the page: one answer a resource, on a click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from policy.ledger.decide import Decision
from preview.catalogue import t
from preview.packs.finding import Finding
from preview.report.demands import controls
from preview.result import Result
from pricing.bill import Line, Unpriced
from pricing.context import capability_of
from pricing.meter import PriceStatus, price_status

#: Why a type has no line. One resource of a kind bears what the whole stack uses of it.
NOT_BILLED: Final[Mapping[str, str]] = {
    "free": "its type is free",
    "usage": "another of its kind bears what is used",
}


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One registration: ``number`` is its place in the plan, by which the page links to it.

    ``demands`` are what the guardrails ask of its type, each with its outcome; ``nothing`` says why no line is its own.
    """

    number: int
    capability: str
    decision: Decision | None
    usd: Decimal
    usd_high: Decimal
    lines: Sequence[Line]
    gaps: Sequence[Unpriced]
    nothing: str
    findings: Sequence[Finding]
    demands: Sequence[Mapping[str, Any]]


def explain_plan(preview: Result) -> dict[str, Explained]:
    """An answer for every registration, by URN."""
    decisions = {decision.row.capability: decision for decision in preview.decisions}
    lines, gaps, findings = _by_urn(preview.bill.lines), _by_urn(preview.bill.unpriced), _by_urn(preview.findings)
    found = {}
    for number, made in enumerate(preview.recording.registrations):
        resource = made.resource()
        capability = capability_of(resource)
        own = lines.get(made.urn, [])
        found[made.urn] = Explained(
            number=number,
            capability=capability,
            decision=decisions.get(capability),
            usd=sum((line.usd_per_month for line in own), Decimal(0)),
            usd_high=sum((line.usd_per_month_high for line in own), Decimal(0)),
            lines=own,
            gaps=gaps.get(made.urn, []),
            nothing=not_billed(price_status(made.type)) if made.custom else t("a component: what it holds is billed"),
            findings=findings.get(made.urn, []),
            demands=list(controls(preview, [resource])),
        )
    return found


def not_billed(status: PriceStatus | None) -> str:
    """Why something has no line, in words."""
    return t(NOT_BILLED.get(status or "", "nothing of it is billed"))


def _by_urn(items: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for item in items:
        found.setdefault(item.urn, []).append(item)
    return found
