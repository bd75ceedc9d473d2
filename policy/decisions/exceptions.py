"""What becomes of the stack file's exceptions: each must still run, still waive something, and waive little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Final

from model.resource import Resource
from model.urn import Urn, pattern_parts
from policy.admission.exceptions import Stack, target_of
from policy.decisions.breadth import names_nothing
from policy.engine.rule import STACK, Context, Finding, Rule, StackRule, covers, judge, judge_stack
from stacks.environments import PRODUCTION
from stacks.section import Waiver

#: An exception for more resources than this is a change of policy, and belongs into the policy.
WIDEST: Final = 5
#: So is one for longer than this: a year, leap day included.
LONGEST: Final = timedelta(days=366)
#: The policies that the cluster enforces too.
OF_LEDGER: Final = ("rejected-systems-stay-out", "replaced-systems-stay-out")


def exceptions_are_narrow_and_alive(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """Expired and unused ones are told; one for anything, for many resources or, in prod, for years is refused."""
    if not context.waivers:
        return
    raised = list(_raised(resources, context))
    names = {*(rule.name for rule in _rules()), *(rule.name for rule in _stack_rules())}
    unwaivable = {rule.name for rule in _every_stack_rule() if not rule.waivable}
    for place, waiver in enumerate(context.waivers):
        where = f"landing:exceptions[{place}] ({waiver.ticket})"
        if waiver.policy in unwaivable:
            yield Finding(f"{where} is from {waiver.policy}, which judges exceptions and has none; remove it")
            continue
        if waiver.policy and waiver.policy not in names:
            yield Finding(f"{where} names no policy: {waiver.policy!r}; allowed are {', '.join(sorted(names))}")
            continue
        yield from _overlong(where, waiver, context)
        yield from _overbroad(where, waiver, resources)
        covered = [(policy, finding) for policy, finding in raised if covers(waiver, policy, finding)]
        if not covered:
            yield Finding(f"{where} waives nothing in this stack; remove it", kind="advisory")
        if len(covered) > WIDEST >= len({finding.urn for _, finding in covered}):
            yield Finding(
                f"{where} waives {len(covered)} findings; allowed are {WIDEST}: name a row instead of a policy"
            )
        yield from _refused_all_the_same(where, waiver, [finding for policy, finding in covered if policy in OF_LEDGER])


def _overlong(where: str, waiver: Waiver, context: Context) -> Iterator[Finding]:
    if context.today > waiver.expires:
        yield Finding(f"{where} expired on {waiver.expires}; renew it with a reason, or remove it", kind="advisory")
    elif waiver.expires - context.today > LONGEST:
        yield Finding(
            f"{where} holds until {waiver.expires}; allowed are {LONGEST.days} days, which is until "
            f"{context.today + LONGEST}: renew it then, with a reason",
            kind="violation" if context.environment == PRODUCTION else "advisory",
        )


def _overbroad(where: str, waiver: Waiver, resources: Sequence[Resource]) -> Iterator[Finding]:
    urns = [resource.urn for resource in resources]
    covered = [urn for urn in urns if fnmatchcase(urn, waiver.urn)]
    if names_nothing(waiver.urn, urns):
        yield Finding(
            f"{where} is for anything: {waiver.urn!r} has neither a type nor a name; "
            "write the resource's, as in *::kubernetes:apps/v1:Deployment::shop/web"
        )
    elif len(covered) > WIDEST:
        yield Finding(f"{where} covers {len(covered)} resources with {waiver.urn!r}; allowed are {WIDEST}: name them")
    elif not _names_one(waiver.urn):
        yield Finding(
            f"{where} covers whatever is declared later as well: {waiver.urn!r} names none; write its type and name",
            kind="advisory",
        )


def _names_one(urn: str) -> bool:
    """Whether a pattern says a resource's name; there is only one stack to be named."""
    *before, name = pattern_parts(urn)
    return bool(before and name.strip("*?")) or "".join(before).endswith(STACK)


def _refused_all_the_same(where: str, waiver: Waiver, waived: Sequence[Finding]) -> Iterator[Finding]:
    """An object that the preview lets through and the cluster does not, because the URN does not say which it is."""
    objects = [urn for finding in waived if Urn.parse(urn := finding.urn or "").type.startswith("kubernetes:")]
    if objects and target_of(waiver.urn, Stack(*Urn.parse(objects[0])[:2])) is None:
        yield Finding(
            f"{where} is waived here and refused by the cluster all the same: {waiver.urn!r} does not say which; "
            "name the resource namespace/name, and write its type and name, as in "
            "*::kubernetes:apps/v1:Deployment::shop/web",
            kind="advisory",
        )


def _raised(resources: Sequence[Resource], context: Context) -> Iterator[tuple[str, Finding]]:
    """Every violation of every pack, before exceptions, each with its policy's name."""
    bare = Context(settings=context.settings, today=context.today, honours_exceptions=False)
    for rule in _rules():
        for resource in resources:
            yield from ((rule.name, finding) for finding in judge(rule, resource, bare) if finding.kind == "violation")
    for stack_rule in _stack_rules():
        found = judge_stack(stack_rule, resources, bare)
        yield from ((stack_rule.name, finding) for finding in found if finding.kind == "violation")


def _rules() -> tuple[Rule, ...]:
    # Imported here, because the packs' rules import this module.
    from policy.cost.rules import RULES as COST
    from policy.decisions.rules import RULES as DECISIONS
    from policy.guardrails.rules import RULES as GUARDRAILS

    return (*DECISIONS, *COST, *GUARDRAILS)


def _stack_rules() -> tuple[StackRule, ...]:
    return tuple(rule for rule in _every_stack_rule() if rule.waivable)


def _every_stack_rule() -> tuple[StackRule, ...]:
    from policy.cost.rules import STACK_RULES as COST
    from policy.decisions.rules import STACK_RULES as DECISIONS
    from policy.guardrails.rules import STACK_RULES as GUARDRAILS

    return (*DECISIONS, *COST, *GUARDRAILS)
