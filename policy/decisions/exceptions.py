"""What becomes of the stack file's exceptions: each must still run, still waive something, and waive little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from policy.resource import Resource
from policy.rule import Context, Finding, Rule, StackRule, covers

#: An exception for more resources than this is a change of policy, and belongs into the policy.
WIDEST: Final = 5


def exceptions_are_narrow_and_alive(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """Expired and unused exceptions are told; one that covers more than five resources is refused."""
    if not context.waivers:
        return
    raised = list(_raised(resources, context))
    names = {*(rule.name for rule in _rules()), *(rule.name for rule in _stack_rules())}
    for place, waiver in enumerate(context.waivers):
        where = f"landing:exceptions[{place}] ({waiver.ticket})"
        if waiver.policy and waiver.policy not in names:
            yield Finding(f"{where} names no policy: {waiver.policy!r}; allowed are {', '.join(sorted(names))}")
            continue
        if context.today > waiver.expires:
            yield Finding(f"{where} expired on {waiver.expires}; renew it with a reason, or remove it", kind="advisory")
        covered = [resource.urn for resource in resources if fnmatchcase(resource.urn, waiver.urn)]
        if len(covered) > WIDEST:
            yield Finding(
                f"{where} covers {len(covered)} resources with {waiver.urn!r}; allowed are {WIDEST}: name them"
            )
        if not any(covers(waiver, policy, finding) for policy, finding in raised):
            yield Finding(f"{where} waives nothing in this stack; remove it", kind="advisory")


def _raised(resources: Sequence[Resource], context: Context) -> Iterator[tuple[str, Finding]]:
    """Every violation of every pack, before exceptions, each with its policy's name."""
    bare = Context(settings=context.settings, today=context.today, honours_exceptions=False)
    for rule in _rules():
        for resource in resources:
            if rule.concerns(resource.type):
                yield from ((rule.name, finding) for finding in _found(rule, resource, bare))
    for stack_rule in _stack_rules():
        yield from ((stack_rule.name, finding) for finding in stack_rule.check(resources, bare))


def _found(rule: Rule, resource: Resource, context: Context) -> Iterator[Finding]:
    for finding in rule.check(resource, context):
        yield Finding(finding.message, finding.urn or resource.urn, finding.kind, finding.row)


def _rules() -> tuple[Rule, ...]:
    # Imported here, because the packs' rules import this module.
    from policy.cost.rules import RULES as COST
    from policy.decisions.rules import RULES as DECISIONS
    from policy.guardrails.rules import RULES as GUARDRAILS

    return (*DECISIONS, *COST, *GUARDRAILS)


def _stack_rules() -> tuple[StackRule, ...]:
    from policy.cost.rules import STACK_RULES as COST
    from policy.decisions.rules import STACK_RULES as DECISIONS
    from policy.guardrails.rules import STACK_RULES as GUARDRAILS

    every = (*DECISIONS, *COST, *GUARDRAILS)
    return tuple(rule for rule in every if rule.check is not exceptions_are_narrow_and_alive)
