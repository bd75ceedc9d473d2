"""Why something is as it is, as plain data: component, row, rules, measurements, dollars, controls.

The shape is documented in docs/preview-json.md; decisions and cost lines are those of the preview's own document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from model import type_tokens
from model.resource import Resource
from policy.cost import rules as cost
from policy.decisions import rules as decisions
from policy.guardrails import rules as guardrails
from policy.guide import about
from policy.guide.arithmetic import quote_claims
from policy.ledger.row import FORM_NAMES, Requirement, Row, System
from preview.money import trimmed
from preview.questions.explain.break_even import break_even
from preview.questions.explain.subject import find_subject
from preview.report.demands import controls, worst
from preview.report.json import build_document
from preview.result import Preview
from preview.simulate.registration import Registration
from pricing.book import current_book
from pricing.context import capability_of
from pricing.meter import price_status
from stacks.section import Capability

PACKS: Final = (("decisions", decisions), ("cost", cost), ("guardrails", guardrails))


def collect_explanation(preview: Preview, what: str) -> dict[str, Any]:
    """All there is to say about a capability or a resource. Raises :class:`UnknownSubjectError`."""
    found = find_subject(preview, what)
    result = build_document(preview)
    head = {key: result[key] for key in ("schemaVersion", "stack", "today")}
    if isinstance(found, Row):
        return {**head, **_row(preview, found, result)}
    return {**head, **_resource(preview, found, result)}


def _resource(preview: Preview, made: Registration, result: dict[str, Any]) -> dict[str, Any]:
    by_urn = {item.urn: item for item in preview.recording.registrations}
    parents = list(_parents(made, by_urn))
    # A component does nothing itself: what it holds is judged and billed.
    own = [made, *(item for item in by_urn.values() if made in _parents(item, by_urn))]
    resources = [item.resource() for item in own]
    everything = [item.resource() for item in preview.recording.registrations]
    capability = capability_of(resources[0])
    row = next(decision.row for decision in preview.decisions if decision.row.capability == capability)
    component = next((item for item in (made, *parents) if item.type.startswith(type_tokens.ALPHACAR_PACKAGE)), None)
    return {
        "subject": {
            "kind": "resource",
            "urn": made.urn,
            "type": made.type,
            "name": made.name,
            "protect": made.protect,
            "parents": [{"type": parent.type, "name": parent.name} for parent in parents],
            "children": len(own) - 1,
        },
        "component": {"type": component.type, "name": component.name} if component else None,
        "decision": _decision(result, capability),
        "measurements": _measurements(preview, capability),
        "rules": list(_rules(preview, resources)),
        "requirements": [
            _requirement(each, everything, preview)
            for each in row.requires
            if each.type in {resource.type for resource in resources} and each.applies_in(preview.settings.environment)
        ],
        "cost": {"priceStatus": price_status(made.type), **_cost(result, {item.urn for item in own})},
        "controls": list(controls(preview, resources)),
    }


def _row(preview: Preview, row: Row, result: dict[str, Any]) -> dict[str, Any]:
    resources = [made.resource() for made in preview.recording.registrations]
    own = [resource for resource in resources if capability_of(resource) == row.capability]
    kinds = Counter(resource.type for resource in own)
    figures = quote_claims(current_book())
    decision = next(each for each in preview.decisions if each.row == row)
    return {
        "subject": {"kind": "capability", "name": row.capability},
        "guide": {"reasons": row.reasons, "effect": row.effect},
        "decision": _decision(result, row.capability),
        "measurements": _measurements(preview, row.capability),
        "breakEven": break_even(preview.settings, row.capability),
        "refused": [
            *([_system(row.incumbent, "replaced")] if row.verdict != "keep" and decision.holds_target else []),
            *(_system(system, "rejected") for system in row.rejected),
        ],
        "requirements": [_requirement(each, resources, preview) for each in row.requires],
        "resources": [{"type": kind, "count": count} for kind, count in sorted(kinds.items())],
        "rules": list(_rules(preview, own)),
        "cost": _cost(result, None, row.capability),
        "controls": list(controls(preview, own)),
        "findings": [
            finding
            for finding in result["findings"]
            if finding["urn"] in {resource.urn for resource in own}
            or f"row {row.number} ({row.capability})" in finding["message"]
        ],
        "discrepancies": [
            {
                "id": found.id,
                "guide": found.guide,
                "so": found.told(figures),
                "source": found.source,
                "verified": found.verified,
            }
            for found in about(row.capability)
        ],
    }


def _parents(made: Registration, by_urn: dict[str, Registration]) -> Iterator[Registration]:
    while parent := by_urn.get(made.parent or ""):
        yield parent
        made = parent


def _decision(result: dict[str, Any], capability: Capability) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in result["decisions"] if each["capability"] == capability)
    return found


def _measurements(preview: Preview, capability: Capability) -> list[dict[str, Any]]:
    """The windows or the need behind a conditional row; the other rows are decided by their phase."""
    windows = {
        "logs": preview.settings.volumes.log_gb_per_month,
        "traces": preview.settings.volumes.traces_per_month,
    }.get(capability, ())
    need = {"mesh": preview.settings.needs.mesh_features, "traces": preview.settings.needs.trace_customisation}
    found = [each.model_dump(mode="json", by_alias=True) for each in windows]
    for each, window in zip(found, windows, strict=True):
        each["value"] = trimmed(window.value)
    recorded = need.get(capability)
    return [*found, *([recorded.model_dump(mode="json", by_alias=True)] if recorded else [])]


def _rules(preview: Preview, resources: Sequence[Resource]) -> Iterator[dict[str, Any]]:
    """Every rule that speaks of the resources' types, and what it found about them."""
    urns = {resource.urn for resource in resources}
    for pack, module in PACKS:
        for rule in module.RULES:
            spoken_of = [resource for resource in resources if rule.concerns(resource.type)]
            if spoken_of:
                yield {
                    "pack": pack,
                    "policy": rule.name,
                    "description": rule.description,
                    "resources": len(spoken_of),
                    "findings": [
                        finding.message
                        for finding in preview.findings
                        if finding.policy == rule.name and finding.urn in urns
                    ],
                }


def _requirement(requirement: Requirement, resources: Iterable[Resource], preview: Preview) -> dict[str, Any]:
    of_type = [
        resource
        for resource in resources
        if resource.type == requirement.type
        and all(check.outcome(resource.props) == "holds" for check in requirement.where)
    ]
    environment = preview.settings.environment
    return {
        "type": requirement.type,
        "why": requirement.why,
        "atLeast": requirement.at_least,
        "applies": requirement.applies_in(environment),
        "found": len(of_type),
        "wanted": requirement.wanted or None,
        "checks": [
            {"property": check.dotted, "wanted": check.wanted, "outcome": worst(check, of_type)}
            for check in requirement.checks
            if check.applies_in(environment)
        ],
    }


def _cost(result: dict[str, Any], urns: set[str] | None, capability: Capability | None = None) -> dict[str, Any]:
    """The lines and gaps of some resources, or of a capability, and what they come to."""

    def own(entry: dict[str, Any]) -> bool:
        return entry["capability"] == capability if urns is None else entry["urn"] in urns

    lines = sorted(filter(own, result["cost"]["lines"]), key=lambda line: -line["usdPerMonth"])
    return {
        "total": round(sum((line["usdPerMonth"] for line in lines), Decimal(0)), 6),
        "totalHigh": round(sum((line["usdPerMonthHigh"] for line in lines), Decimal(0)), 6),
        "lines": lines,
        "unpriced": [gap for gap in result["cost"]["unpriced"] if own(gap)],
    }


def _system(system: System, verdict: str) -> dict[str, Any]:
    forms = system.forms
    return {
        "system": system.slug,
        "verdict": verdict,
        "forms": {name: list(values) for name in FORM_NAMES if (values := getattr(forms, name))},
    }
