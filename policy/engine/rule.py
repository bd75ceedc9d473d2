"""What a rule is, what it may find, and how waivers change a finding. Pure: packs and tests run the same rules."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from model import type_tokens
from model.resource import Resource
from policy.ledger.decide import Decision, decide
from stacks.environments import PRODUCTION
from stacks.offered import REGION
from stacks.owners import Base, unlisted, waiver_owners
from stacks.section import Capability, Waiver
from stacks.settings import Settings

Kind = Literal["violation", "advisory", "undetermined", "waived"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a rule has to say. A ``violation`` blocks; the other kinds are shown and block nothing."""

    message: str
    urn: str | None = None
    kind: Kind = "violation"
    row: Capability | None = None


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a rule may know beside the resource. Without settings everything is judged as prod."""

    settings: Settings | None
    today: date
    #: ``aws:region`` of the configuration, or nothing.
    region: str = ""
    honours_exceptions: bool = True
    #: Who may answer for a waiver, by this checkout's file.
    owners: Collection[str] = field(default_factory=waiver_owners)
    #: What stands on the revision that a change is compared with, where there is one.
    base: Base | None = None

    @property
    def environment(self) -> str:
        """The environment judged for."""
        return self.settings.environment if self.settings else PRODUCTION

    @cached_property
    def decisions(self) -> Mapping[Capability, Decision] | None:
        """The ledger's decisions, or ``None`` without settings to decide from."""
        return decide(self.settings, self.today) if self.settings else None

    @property
    def waivers(self) -> Sequence[Waiver]:
        """The stack file's waivers."""
        return self.settings.exceptions if self.settings and self.honours_exceptions else ()

    @cached_property
    def listed(self) -> frozenset[str]:
        """Who may answer for a waiver: nobody by a change alone that adds them, and nobody whom it takes away."""
        return frozenset(self.owners) & (self.base.owners if self.base else frozenset(self.owners))

    @property
    def reviewed(self) -> Sequence[Sequence[Waiver]]:
        """The lists of waivers of which each must waive a finding beside the stack file's: in prod, the base's."""
        return self.base.waivers if self.base and self.environment == PRODUCTION else ()


def of_region(context: Context) -> str:
    """Behind a price: which region's it is, where nobody says that the resource is in it."""
    return "" if context.settings else f" in {REGION}"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A sentence that must hold for each resource of one of ``types`` (empty: for every one).

    A type is a whole token, or, ending in ``/`` or ``:``, what tokens begin with.
    """

    name: str
    description: str
    check: Callable[[Resource, Context], Iterable[Finding]]
    types: tuple[str, ...] = ()

    def concerns(self, resource_type: str) -> bool:
        """Whether the rule has anything to say about a type."""
        return not self.types or resource_type in self._whole or resource_type.startswith(self._beginnings)

    @cached_property
    def _whole(self) -> frozenset[str]:
        return frozenset(self.types)

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(name for name in self.types if name.endswith(("/", ":")))


@dataclass(frozen=True, kw_only=True)
class StackRule:
    """A sentence that must hold for all resources together."""

    name: str
    description: str
    check: Callable[[Sequence[Resource], Context], Iterable[Finding]]
    #: Whether waivers count; not for the rule that judges them.
    waivable: bool = True


BROKEN: Final = (
    "the rule itself failed ({error} at {place}) and so could not clear this; report it to the platform team"
)


def judge(rule: Rule, resource: Resource, context: Context) -> list[Finding]:
    """Every finding of ``rule`` about ``resource``, waivers applied; a rule that breaks is itself a finding."""
    if not rule.concerns(resource.type):
        return []
    return _waived(rule.name, context, _safely(lambda: rule.check(resource, context), resource.urn))


def judge_stack(rule: StackRule, resources: Sequence[Resource], context: Context) -> list[Finding]:
    """Every finding of ``rule`` about the stack, waivers applied; a rule that breaks is itself a finding."""
    whole = next((resource.urn for resource in resources if resource.type == type_tokens.PULUMI_STACK), None)
    found = _safely(lambda: rule.check(resources, context), whole)
    return _waived(rule.name, context, found) if rule.waivable else list(found)


def _safely(check: Callable[[], Iterable[Finding]], urn: str | None) -> Iterator[Finding]:
    # An exception in a callback would abort the whole operation, so it fails closed here. Only its type and its place
    # are told: its text could quote a property, and properties arrive with secrets in clear text.
    try:
        for finding in check():
            yield replace(finding, urn=finding.urn or urn)
    except Exception as error:  # noqa: BLE001 - whatever a rule raises must become a finding
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        yield Finding(BROKEN.format(error=type(error).__name__, place=place), urn=urn)


def _waived(policy: str, context: Context, findings: Iterable[Finding]) -> list[Finding]:
    return [_apply(policy, context, finding) for finding in findings]


def _apply(policy: str, context: Context, finding: Finding) -> Finding:
    if finding.kind != "violation":
        return finding
    if not (matching := [waiver for waiver in context.waivers if covers(waiver, policy, finding)]):
        return finding
    counting = [waiver for waiver in matching if _counts(waiver, context)]
    if not counting:
        return replace(finding, message=f"{finding.message} [{_why_not(matching, context)}]")
    holding = [counting[0]]
    for reviewed in context.reviewed:
        also = [waiver for waiver in reviewed if _counts(waiver, context) and covers(waiver, policy, finding)]
        if not also:
            note = f"its waiver {counting[0].ticket} counts once it stands on the base revision"
            return replace(finding, message=f"{finding.message} [{note}]")
        holding.append(also[0])
    # Of a waiver that the change makes longer, what stands today is told.
    waiver = min(holding, key=lambda each: each.expires)
    note = f"until {waiver.expires} by {waiver.owner} ({waiver.ticket}: {waiver.reason})"
    return replace(finding, kind="waived", message=f"{finding.message} [waived {note}]")


def _counts(waiver: Waiver, context: Context) -> bool:
    return context.today <= waiver.expires and waiver.owner in context.listed


def _why_not(matching: Sequence[Waiver], context: Context) -> str:
    last = max(matching, key=lambda waiver: waiver.expires)
    if context.today > last.expires:
        return f"its waiver {last.ticket} expired on {last.expires}"
    return f"its waiver {last.ticket} does not count: {unlisted(last.owner, context.listed)}"


#: Policies by the names that they had until 0.2; a waiver may use them until 0.3, and is told to change.
RENAMED: Final[Mapping[str, str]] = {
    "deeds-are-written-down": "audit-logging-enabled",
    "exceptions-are-narrow-and-alive": "waivers-are-narrow-and-current",
    "nodes-keep-their-credentials": "imds-v2-hop-limit-1",
    "no-hidden-bills": "no-waste",
}


#: Policies whose waiver is told in the verdict, by what they hold; the rule that judges waivers has none.
GRAVE: Final[Mapping[str, str]] = {
    "stateful-is-protected-in-prod": "protection",
    "stack-within-budget": "budget",
    "resource-within-ceiling": "budget",
    "admission-denies-in-prod": "admission",
}


def covers(waiver: Waiver, policy: str, finding: Finding) -> bool:
    """Whether a waiver speaks of this policy or row, and of this resource."""
    named = RENAMED.get(waiver.policy, waiver.policy) == policy if waiver.policy else waiver.row == finding.row
    return named and fnmatchcase(finding.urn or "", waiver.urn)
