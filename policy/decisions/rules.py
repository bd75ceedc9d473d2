"""What the ledger decides, as rules: what was rejected or replaced stays out, and what was decided is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from model import type_tokens
from model.helm import CHART_TYPES, ordered_unread, orders
from model.kubernetes import objects_of
from model.lifecycle.end_of_life import EndOfLife
from model.lifecycle.engines import WITHOUT_END
from model.lifecycle.services import kubernetes
from model.orders.cloudformation import unread_template
from model.orders.declared import declared_within
from model.pods import doubtful
from model.property_check import Outcome
from model.resource import UNKNOWN, Resource
from policy.decisions.end_of_life import FACTS, facts_about, kubernetes_version
from policy.engine.rule import Context, Finding, Kind, Rule, StackRule, of_region
from policy.ledger.lookalikes import alias_of, looks_like
from policy.ledger.matching import Appearance, appearances, form_taken
from policy.ledger.relations import RelationalRequirement
from policy.ledger.row import REJECTED, REPLACED, Requirement, Row, System
from policy.ledger.rows import ROWS
from pricing.book import current_book
from pricing.book.rates import extended_support
from stacks.environments import PRODUCTION

#: Packages by which a system can be declared.
SPOKEN_OF: Final = (type_tokens.AWS_PACKAGE, type_tokens.AWS_NATIVE_PACKAGE, type_tokens.KUBERNETES_PACKAGE)


def rejected_systems_stay_out(resource: Resource, context: Context) -> Iterator[Finding]:
    """Options the guide or time has ruled out are refused whatever the phase; what only looks like one is told."""
    seen = appearances(resource)
    for row in ROWS:
        for system in row.rejected:
            if what := form_taken(system.forms, seen):
                instead = context.decisions[row.capability].chosen.title if context.decisions else ""
                yield Finding(row.refusal(what, system, "is rejected", instead=instead), row=row.capability)
            else:
                yield from _told_of(row, system, seen)


def replaced_systems_stay_out(resource: Resource, context: Context) -> Iterator[Finding]:
    """An incumbent is refused once its row's target is what this environment runs on; its likes are told."""
    yield from _unread(resource)
    seen = appearances(resource)
    for row in ROWS:
        if row.verdict == "keep":
            continue
        what = form_taken(row.incumbent.forms, seen) or alias_of(row.incumbent, seen)
        if what is None:
            if context.decisions is None or context.decisions[row.capability].holds_target:
                yield from _told_of(row, row.incumbent, seen)
        elif context.decisions is None:
            if row.verdict == "conditional":
                text = f"{what}: row {row.number} ({row.capability}) cannot be decided without the stack's settings"
                yield Finding(text, kind="undetermined", row=row.capability)
            else:
                yield Finding(row.refusal(what, row.incumbent, "is replaced"), row=row.capability)
        elif context.decisions[row.capability].holds_target:
            because = "; ".join(context.decisions[row.capability].reason)
            refusal = row.refusal(what, row.incumbent, "is not what was chosen", because=because)
            yield Finding(refusal, row=row.capability)


def _told_of(row: Row, system: System, seen: Sequence[Appearance]) -> Iterator[Finding]:
    """What holds the system's word and is in no table, once."""
    for what in dict.fromkeys(what for each in seen for like, what in looks_like(each) if like is system):
        yield Finding(
            f"{what} looks like {system.title}, of row {row.number} ({row.capability}); say what it is, in "
            "policy/ledger/systems.py if it is one, or else in policy/ledger/lookalikes.py",
            kind="advisory",
            row=row.capability,
        )
        return


def _unread(resource: Resource) -> Iterator[Finding]:
    """What cannot be told about a resource: not known yet, or written where nobody reads it."""
    if doubt := _doubt(resource):
        yield Finding(
            f"{doubt} is not known yet, so nobody can tell whether it is a replaced system", kind="undetermined"
        )
    if (place := unread_template(resource)) is not None:
        yield Finding(
            f"a template of CloudFormation at {place} is not read here, so nobody can tell what it makes; write it as "
            "templateBody",
            kind="advisory",
        )
    for each in declared_within(resource):
        if ordered_unread(each):
            yield Finding(
                "a custom resource of a kind that nobody has read orders a chart that is not read, so nobody can tell "
                "whether it is a replaced system; add its kind to model/orders/controllers.py",
                kind="advisory",
            )
        for place in dict.fromkeys(place for order in orders(each) for place in order.unread):
            if (resource.type, place) != (each.type, doubt):
                yield Finding(
                    f"{place} of a chart's order is not read here, so nobody can tell whether it switches a replaced "
                    "system on",
                    kind="advisory",
                )


def _doubt(resource: Resource) -> str | None:
    if resource.type in CHART_TYPES:
        for key in ("chart", "values"):
            if resource.get(key) is UNKNOWN:
                return key
    return next((doubt for each in objects_of(resource) if (doubt := doubtful(each))), None)


def decided_targets_exist(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """A target that was decided exists, with the properties that were the guide's reason to move."""
    if context.decisions is None:
        yield Finding("without the stack's settings nobody knows which phases are active", kind="undetermined")
        return
    seen = [each for resource in resources for each in appearances(resource)]
    for row in ROWS:
        decision = context.decisions[row.capability]
        if not decision.active:
            continue
        if decision.holds_target:
            for requirement in row.requires:
                if requirement.applies_in(context.environment):
                    yield from _unmet(row, requirement, resources, context)
        elif not form_taken(row.incumbent.forms, seen):
            yield Finding(
                f"row {row.number} ({row.capability}) wants {row.incumbent.title}, of which nothing is declared: "
                f"{'; '.join(decision.reason)}; {row.waiver}",
                row=row.capability,
            )


def _unmet(row: Row, requirement: Requirement, resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    found = [
        resource
        for resource in resources
        if resource.type == requirement.type
        and all(check.outcome(resource.props) == "holds" for check in requirement.where)
    ]
    if len(found) < requirement.at_least:
        yield Finding(
            f"row {row.number} ({row.capability}) wants at least {requirement.at_least} {requirement.named}, "
            f"but there are {len(found)}: {requirement.why}; {row.waiver}",
            row=row.capability,
        )
    for resource in found:
        for outcome, wanted in _outcomes(requirement, resource, resources, context):
            if outcome != "holds":
                yield Finding(
                    f"{wanted} in row {row.number} ({row.capability}): {requirement.why}; {row.waiver}",
                    urn=resource.urn,
                    kind="undetermined" if outcome == "unknown" else "violation",
                    row=row.capability,
                )


def _outcomes(
    requirement: Requirement, resource: Resource, resources: Sequence[Resource], context: Context
) -> Iterator[tuple[Outcome, str]]:
    """What became of each check of one resource, and in words what was wanted."""
    for check in requirement.checks:
        if check.applies_in(context.environment):
            outcome = check.outcome(resource.props)
            state = "is not known yet, and must be" if outcome == "unknown" else "must be"
            yield outcome, f"{check.dotted} {state} {check.wanted}"
    if isinstance(requirement, RelationalRequirement):
        outcome = requirement.relation(resource, resources)
        yield (
            outcome,
            f"not known yet: {requirement.wanted}" if outcome == "unknown" else requirement.wanted,
        )


def decisions_are_measured(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """A conditional row is decided by a fresh measurement or a recorded need; in prod nothing is built undecided."""
    for row in ROWS if context.decisions else ():
        decision = context.decisions[row.capability] if context.decisions else None
        if decision is None or not decision.active:
            continue
        told = f"row {row.number} ({row.capability}): {'; '.join(decision.reason)}"
        if decision.undecided:
            kind: Kind = "violation" if context.environment == PRODUCTION else "advisory"
            yield Finding(f"{told}; {row.waiver}", kind=kind, row=row.capability)
        elif decision.near_threshold or (decision.by_example and context.environment == PRODUCTION):
            yield Finding(told, kind="advisory", row=row.capability)


def nothing_is_past_its_end(resource: Resource, context: Context) -> Iterator[Finding]:
    """What AWS or its makers ended is not deployed; what ends within 90 days, or only AWS still keeps, is told."""
    for fact in facts_about(resource):
        if fact.ended(context.today):
            excepted = "a waiver goes into landing:exceptions with policy nothing-is-past-its-end"
            yield Finding(f"{_told(fact, context)}; {excepted}")
        elif fact.ends_soon(context.today) or fact.left_by_makers(context.today):
            yield Finding(_told(fact, context), kind="advisory")
    version = kubernetes_version(resource)
    if resource.type == type_tokens.EKS_CLUSTER and version and kubernetes(version) is None:
        # Only what looks like a version is quoted: anything else could be somebody's secret in the wrong place.
        named = version if re.fullmatch(r"\d{1,3}\.\d{1,3}", version) else "this version"
        yield Finding(
            f"nothing is known of Kubernetes {named}; add it to model/lifecycle/services.py", kind="undetermined"
        )


def _told(fact: EndOfLife, context: Context) -> str:
    text = fact.told(context.today)
    if fact.rates is None:
        return text
    return f"{text}; extended support costs {extended_support(current_book(), fact.rates)}{of_region(context)}"


def facts_are_checked(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """A dated fact that nobody has checked for 180 days may no longer be one."""
    stale = [fact for fact in (*FACTS, *WITHOUT_END) if fact.stale(context.today)]
    for source, checked_on in dict.fromkeys((fact.source, fact.checked_on) for fact in stale):
        subjects = "; ".join(fact.subject for fact in stale if (fact.source, fact.checked_on) == (source, checked_on))
        yield Finding(f"{subjects}: last checked on {checked_on}; check {source}", kind="advisory")


def admission_denies(_: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """In prod the cluster refuses what breaks a policy; elsewhere it may only report it."""
    settings = context.settings
    if settings and settings.environment == PRODUCTION and settings.admission.action != "Deny":
        yield Finding(
            f"landing:admission.action is {settings.admission.action}: the cluster would report what breaks a policy "
            "and let it in; write Deny",
            row="admission",
        )


RULES = (
    Rule(
        name=REJECTED,
        description="AWS services, charts, images and kinds that the ledger rejects are refused in every phase.",
        check=rejected_systems_stay_out,
        types=SPOKEN_OF,
    ),
    Rule(
        name=REPLACED,
        description="Once a row's phase is active and its target chosen, its incumbent is refused in every form.",
        check=replaced_systems_stay_out,
        types=SPOKEN_OF,
    ),
    Rule(
        name="nothing-is-past-its-end",
        description="Versions, services, API versions and chart homes that have ended are refused.",
        check=nothing_is_past_its_end,
        types=(type_tokens.AWS_PACKAGE, type_tokens.KUBERNETES_PACKAGE),
    ),
)

STACK_RULES = (
    StackRule(
        name="decided-targets-exist",
        description="Every decided target exists with the properties that were the reason to move.",
        check=decided_targets_exist,
    ),
    StackRule(
        name="decisions-are-measured",
        description="Conditional rows are decided by fresh measurements or recorded needs.",
        check=decisions_are_measured,
    ),
    StackRule(
        name="admission-denies-in-prod",
        description="In prod the cluster refuses what breaks an admission policy.",
        check=admission_denies,
    ),
    StackRule(
        name="lifecycle-facts-are-checked",
        description="Dated facts are checked at least twice a year.",
        check=facts_are_checked,
    ),
)
