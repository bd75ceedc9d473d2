"""One page a ledger row: what is decided, why, what it costs today, how it is held, and how it is undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from model.property_check import Check
from model.urn import name_of
from policy.admission.policies import ROW_LABEL, ledger_policies
from policy.guardrails.deletion_protection import STATEFUL
from policy.guardrails.rules import DEMANDS
from policy.guide import about
from policy.guide.arithmetic import quote_claims
from policy.ledger.moves import PROOFS
from policy.ledger.rollback import REVERSALS
from policy.ledger.row import FORM_NAMES, Claim, Forms, Requirement, Row, System
from policy.ledger.rows import ROWS
from preview.money import cents, trimmed
from preview.result import Preview
from preview.view import Money, bill_view
from pricing.book import current_book
from pricing.context import capability_of
from stacks.environments import PRODUCTION, promotion_order

#: The stack whose lines and policies a page shows in full.
SHOWN: Final = PRODUCTION


def page_name(row: Row) -> str:
    """The file of a row's page."""
    return f"{row.number:02}-{row.capability}.md"


def decision_page(row: Row, stacks: Mapping[str, Preview]) -> dict[str, Any]:
    """What the template ``decision.md.j2`` shows of ``row``; ``stacks`` are previews by environment."""
    prod = stacks[SHOWN]
    figures = quote_claims(current_book())
    kept = row.incumbent.slug == row.target.slug or row.verdict == "keep"
    heading = row.target.title if kept else f"from {row.incumbent.title} to {row.target.title}"
    return {
        "row": row,
        "heading": f"{row.incumbent.title} or {row.target.title}" if row.verdict == "conditional" else heading,
        "before": "; ".join(map(_claimed, row.before)) or "nothing",
        "after": _claimed(row.after),
        "disagreements": [
            {
                "guide": found.guide,
                "so": found.told(figures),
                "source": found.source,
                "verified": found.verified,
            }
            for found in about(row.capability)
        ],
        "stacks": [_stack(name, row, preview) for name, preview in stacks.items()],
        "lines": list(_lines(row, prod)),
        "conditional": _conditional(row),
        "refused": list(_refused(row)),
        "admission": ", ".join(f"`{name}`" for name in _admission(row, prod)),
        "required": [_required(each) for each in row.requires],
        "controls": list(_controls(row, prod)),
        "waivers": [
            {"stack": name, **waiver.model_dump()}
            for name, preview in stacks.items()
            for waiver in preview.settings.exceptions
            if waiver.row == row.capability
        ],
        "reversal": REVERSALS[row.capability],
        "moved": row.capability in PROOFS,
    }


def decision_index(stacks: Mapping[str, Preview]) -> dict[str, Any]:
    """What the template ``decisions.md.j2`` shows: every row and what it came to."""
    prod = stacks[SHOWN]
    view = bill_view(prod)
    return {
        "stacks": list(stacks),
        "shown": SHOWN,
        "rows": [
            {
                "number": row.number,
                "capability": row.capability,
                "page": page_name(row),
                "verdict": row.verdict,
                "choices": [_choice(row, preview) for preview in stacks.values()],
                "after": _claimed(row.after),
                "priced": _shown(view.row(row.capability).priced),
            }
            for row in ROWS
        ],
        "total": f"{'at least ' if view.total.at_least else ''}{view.total.amounts['priced']}",
    }


def _claimed(claim: Claim | None) -> str:
    return str(claim).removesuffix(" (as claimed)") if claim else "nothing"


def _choice(row: Row, preview: Preview) -> str:
    decision = next(each for each in preview.decisions if each.row.capability == row.capability)
    marks = [
        mark
        for mark, said in (
            ("not active", not decision.active),
            ("undecided", decision.undecided),
            ("near the line", decision.near_threshold),
        )
        if said
    ]
    return f"{decision.choice} ({', '.join(marks)})" if marks else decision.choice


def _stack(name: str, row: Row, preview: Preview) -> dict[str, Any]:
    billed = bill_view(preview).row(row.capability)
    return {
        "name": name,
        "choice": _choice(row, preview),
        "priced": _shown(billed.priced),
        "high": _shown(billed.high),
        "why": "; ".join(billed.decision.reason),
    }


def _shown(amount: Money | None) -> Decimal | str:
    return amount.cents if amount else "-"


def _lines(row: Row, preview: Preview) -> Iterator[dict[str, Any]]:
    for line in bill_view(preview).row(row.capability).lines:
        yield {
            "name": name_of(line.urn),
            "item": line.item,
            "quantity": f"{trimmed(line.quantity):,f}",
            "unit": line.unit,
            "rate": f"{trimmed(line.usd_per_unit):f}",
            "usd": cents(line.usd_per_month),
            "basis": line.basis,
            "confidence": line.confidence,
        }


def _conditional(row: Row) -> str:
    if row.capability == "mesh":
        return "A recorded need decides, and no volume; Istio has a price all the same."
    return "The guide's line decides." if row.verdict == "conditional" else ""


def _refused(row: Row) -> Iterator[dict[str, str]]:
    if row.verdict != "keep" and row.incumbent.forms != Forms():
        since = "always" if row.phase is None else f"phase {row.phase} is active"
        when = f"{since} and {row.target.title} is chosen" if row.verdict == "conditional" else since
        yield {"title": row.incumbent.title, "when": when, "forms": _forms(row.incumbent)}
    for system in row.rejected:
        yield {"title": system.title, "when": "always", "forms": _forms(system)}


def _forms(system: System) -> str:
    return "; ".join(
        f"{name.replace('_', ' ')} {', '.join(f'`{each}`' for each in found)}"
        for name in FORM_NAMES
        if (found := getattr(system.forms, name))
    )


def _admission(row: Row, preview: Preview) -> list[str]:
    decisions = {decision.row.capability: decision for decision in preview.decisions}
    documents = [each["metadata"] for each in ledger_policies(decisions, "Deny")]
    return [each["name"] for each in documents if each["labels"][ROW_LABEL] == row.capability]


def _required(requirement: Requirement) -> dict[str, Any]:
    return {
        "at_least": requirement.at_least,
        "type": requirement.type,
        "where": _checks(requirement.where),
        "checks": "; ".join(filter(None, (_checks(requirement.checks), requirement.wanted))),
        "stacks": ", ".join(filter(requirement.applies_in, promotion_order())),
        "why": requirement.why,
    }


def _checks(checks: tuple[Check, ...]) -> str:
    return "; ".join(
        f"`{check.dotted}` {check.wanted}" + (f" (in {PRODUCTION})" if check.production_only else "")
        for check in checks
    )


def _controls(row: Row, preview: Preview) -> Iterator[dict[str, str]]:
    resources = [made.resource() for made in preview.recording.registrations]
    kinds = {resource.type for resource in resources if capability_of(resource) == row.capability}
    for demand in DEMANDS:
        if demand.type in kinds:
            yield {
                "control": demand.control,
                "type": demand.type,
                "property": f"`{demand.check.dotted}` {demand.check.wanted}",
            }
    for kind, checks in STATEFUL.items():
        if kind in kinds:
            demands = ["`protect` set", *(f"`{check.dotted}` {check.wanted}" for check in checks)]
            yield {"control": "protection, in prod", "type": kind, "property": "; ".join(demands)}
