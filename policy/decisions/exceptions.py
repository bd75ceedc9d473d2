"""What becomes of the stack file's waivers: each must still run, still waive something, and waive little.

Their key in a stack file is ``landing:exceptions``, and stays so.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Final

from model import type_tokens
from model.kubernetes import group_version_kind
from model.resource import Resource
from model.urn import Urn, pattern_parts
from policy.admission.exceptions import Stack, target_of, too_wide
from policy.admission.policies import generate_exceptions
from policy.engine.rule import RENAMED, Context, Finding, Rule, StackRule, covers, judge, judge_stack
from policy.ledger.row import REJECTED, REPLACED
from stacks.environments import PRODUCTION
from stacks.messages import meant
from stacks.owners import unlisted
from stacks.section import Waiver

#: A waiver for more resources than this is a change of policy, and belongs into the policy.
WIDEST: Final = 5
#: So is one for longer than this: a year, leap day included.
LONGEST: Final = timedelta(days=366)
#: One that has ended cannot be renewed by a change that needs it, so its end is told before.
SOON: Final = timedelta(days=30)
#: The policies that the cluster enforces too.
OF_LEDGER: Final = (REJECTED, REPLACED)
NAME: Final = "waivers-are-narrow-and-current"
#: What a waiver for one object looks like.
_EXAMPLE: Final = f"*::{type_tokens.K8S_APPS_V1_DEPLOYMENT}::shop/web"

#: Every character that names are made of, each by itself: a letter or two among wildcards name nothing either.
_ANY_NAME: Final = "-".join(f"._/{string.digits}{string.ascii_letters}/_.")
_ANY_TYPE: Final = "{package}:x/v1:X"
_ANY_PARENT: Final = str(Urn("x", "x", "x:x:X", "x"))
_PACKAGES: Final = ("aws", "kubernetes", "pulumi", "x")


def exceptions_rule(rules: Sequence[Rule], stack_rules: Sequence[StackRule]) -> StackRule:
    """The rule that judges waivers from what ``rules``, those of every pack, find without them."""
    return StackRule(
        name=NAME,
        description="Waivers have not expired, waive something, and are not broader than they need to be.",
        check=lambda resources, context: _judged(rules, stack_rules, resources, context),
        waivable=False,
    )


def _judged(
    rules: Sequence[Rule], stack_rules: Sequence[StackRule], resources: Sequence[Resource], context: Context
) -> Iterator[Finding]:
    """Expired and unused ones are told; one for anything, for many resources or, in prod, for years is refused."""
    if not context.waivers:
        return
    raised = list(_raised(rules, stack_rules, resources, context))
    names = {*(rule.name for rule in rules), *(rule.name for rule in stack_rules)}
    for place, waiver in enumerate(context.waivers):
        where = f"landing:exceptions[{place}] ({waiver.ticket})"
        name = RENAMED.get(waiver.policy or "", waiver.policy)
        if name == NAME:
            yield Finding(f"{where} is from {waiver.policy}, which judges waivers and has none; remove it")
            continue
        if name != waiver.policy:
            yield Finding(
                f"{where} names {waiver.policy}, which is called {name} now; write that: the old name ends with 0.3",
                kind="advisory",
            )
        if name and name not in names:
            yield Finding(f"{where} names no policy: {waiver.policy!r}; {meant(name, sorted(names))}")
            continue
        if waiver.owner not in context.listed:
            yield Finding(f"{where} does not count: {unlisted(waiver.owner, context.listed)}", kind="advisory")
        yield from _overlong(where, waiver, context)
        yield from _overbroad(where, waiver, resources)
        covered = [(policy, finding) for policy, finding in raised if covers(waiver, policy, finding)]
        if not covered:
            yield Finding(f"{where} {_waiving_nothing(waiver, resources, context)}", kind="advisory")
        if len(covered) > WIDEST >= len({finding.urn for _, finding in covered}):
            yield Finding(
                f"{where} waives {len(covered)} findings; allowed are {WIDEST}: name a row instead of a policy"
            )
        yield from _refused_all_the_same(where, waiver, [finding for policy, finding in covered if policy in OF_LEDGER])


def _overlong(where: str, waiver: Waiver, context: Context) -> Iterator[Finding]:
    if context.today > waiver.expires:
        yield Finding(f"{where} expired on {waiver.expires}; renew it with a reason, or remove it", kind="advisory")
    elif waiver.expires - context.today <= SOON:
        yield Finding(
            f"{where} ends on {waiver.expires}; prolong it while it holds, in a change of its own, or mend what it "
            "waives",
            kind="advisory",
        )
    elif waiver.expires - context.today > LONGEST:
        yield Finding(
            f"{where} holds until {waiver.expires}; allowed are {LONGEST.days} days, which is until "
            f"{context.today + LONGEST}: renew it then, with a reason",
            kind="violation" if context.environment == PRODUCTION else "advisory",
        )


def _overbroad(where: str, waiver: Waiver, resources: Sequence[Resource]) -> Iterator[Finding]:
    urns = [resource.urn for resource in resources]
    covered = [urn for urn in urns if fnmatchcase(urn, waiver.urn)]
    if _names_nothing(waiver.urn, urns):
        yield Finding(
            f"{where} is for anything: {waiver.urn!r} has neither a type nor a name; "
            f"write the resource's, as in {_EXAMPLE}"
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
    return bool(before and name.strip("*?")) or "".join(before).endswith(type_tokens.PULUMI_STACK)


def _refused_all_the_same(where: str, waiver: Waiver, waived: Sequence[Finding]) -> Iterator[Finding]:
    """An object that the preview lets through and the cluster does not: too wide there, or the URN names none."""
    objects = [urn for finding in waived if group_version_kind(Urn.parse(urn := finding.urn or "").type)]
    if not objects:
        return
    stack = Stack(*Urn.parse(objects[0])[:2])
    if reason := too_wide(waiver.urn, stack):
        yield Finding(
            f"{where} is too wide for the cluster, which refuses all the same what {waiver.urn!r} names: {reason}, "
            f"as in {_EXAMPLE}"
        )
    elif target_of(waiver.urn, stack) is None:
        yield Finding(
            f"{where} is waived here and refused by the cluster all the same: {waiver.urn!r} does not say which; "
            f"name the resource namespace/name, and write its type and name, as in {_EXAMPLE}; "
            "of a release, each workload",
            kind="advisory",
        )


def _waiving_nothing(waiver: Waiver, resources: Sequence[Resource], context: Context) -> str:
    """What is said of a waiver that no finding of the preview needs; the cluster may hold what it is for."""
    stack = next((Stack(*Urn.parse(resource.urn)[:2]) for resource in resources), None)
    decisions, today = context.decisions, context.today
    if stack and decisions and generate_exceptions([waiver], decisions, today, stack, context.owners):
        target = target_of(waiver.urn, stack)
        return f"waives nothing that this program declares, only {target} in the cluster; remove it if that is gone"
    return "waives nothing in this stack; remove it"


def _raised(
    rules: Sequence[Rule], stack_rules: Sequence[StackRule], resources: Sequence[Resource], context: Context
) -> Iterator[tuple[str, Finding]]:
    """Every violation of every pack, before waivers, each with its policy's name."""
    bare = Context(settings=context.settings, today=context.today, honours_exceptions=False)
    for rule in rules:
        for resource in resources:
            yield from ((rule.name, finding) for finding in judge(rule, resource, bare) if finding.kind == "violation")
    for stack_rule in stack_rules:
        found = judge_stack(stack_rule, resources, bare)
        yield from ((stack_rule.name, finding) for finding in found if finding.kind == "violation")


def _names_nothing(pattern: str, urns: Iterable[str]) -> bool:
    """Whether ``pattern`` would match a resource of no known type and name in the stack that ``urns`` are of."""
    return any(fnmatchcase(nobody, pattern) for nobody in _nobodies(urns))


def _nobodies(urns: Iterable[str]) -> Iterator[str]:
    stacks = {(urn.stack, urn.project) for urn in map(Urn.parse, urns)} | {("x", "x")}
    for stack, project in sorted(stacks):
        for package in _PACKAGES:
            for parent in (None, _ANY_PARENT):
                yield str(Urn.of(stack, project, _ANY_TYPE.format(package=package), _ANY_NAME, parent))
