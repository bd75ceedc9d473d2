"""The one place where rules meet the policy SDK: unknowns, proxies, floats, secrets and failures are handled here.

An SDK policy has one level, and a rule can find both what blocks and what is only worth knowing. So each rule is a
mandatory policy that reports what blocks, and each pack has one advisory policy, ``notes`` (``stack-notes`` for
the stack), that reports the rest as ``<policy>: <kind>: <message>``.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, Generic, TypeVar

from pulumi.runtime import is_dry_run
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from model.resource import UNKNOWN, Resource, plain
from policy.engine.rule import Context, Finding, Rule, StackRule, judge, judge_stack
from policy.engine.struct_decoder import decode_safely
from stacks.clock import AS_OF, today
from stacks.load import from_environment

_Subject = TypeVar("_Subject")

NOTES: Final = "notes"
STACK_NOTES: Final = "stack-notes"


#: Each resource's inputs, from Analyze. AnalyzeStack carries outputs, in which a preview does not know what a provider
#: computes and an update knows its defaults: judged by those, a stack would be priced differently before and after.
_INPUTS: Final[dict[str, Resource]] = {}


class _Latest(threading.local, Generic[_Subject]):
    """What rules found in the subject last shown: the SDK shows the same one to every policy in turn, on one thread."""

    def __init__(self) -> None:
        self._subject: _Subject | None = None
        self._found: dict[str, list[Finding]] = {}

    def findings(self, name: str, subject: _Subject, find: Callable[[], list[Finding]]) -> list[Finding]:
        if subject != self._subject:
            self._subject, self._found = subject, {}
        if name not in self._found:
            self._found[name] = find()
        return self._found[name]


_RESOURCE: Final = _Latest[Resource]()
_STACK: Final = _Latest[Sequence[Resource]]()


@cache
def _context(day: str) -> Context:
    """What this pack was started with; read at the first resource, because a pack also starts without settings."""
    return Context(settings=from_environment(), today=today(day))


def context(config: Mapping[str, Any]) -> Context:
    """The settings, and the day: the present one, unless a preview is as of another. An update never is."""
    return _context(str(config.get(AS_OF, "")) if is_dry_run() else "")


def policies(rules: Sequence[Rule], stack_rules: Sequence[StackRule] = ()) -> list[Policy]:
    """SDK policies for ``rules``. Raises :class:`ValueError` for a name used twice, which the SDK would let pass."""
    names = [*(rule.name for rule in rules), *(rule.name for rule in stack_rules), NOTES, STACK_NOTES]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"policy names must differ: {', '.join(twice)}")
    made: list[Policy] = [_resource_policy(rule) for rule in rules]
    made += [_stack_policy(rule) for rule in stack_rules]
    if rules:
        made.append(_notes(rules))
    if stack_rules:
        made.append(_stack_notes(stack_rules))
    decode_safely()
    # What has been imported by now lives as long as the pack: no collection of garbage need look at it again.
    gc.freeze()
    return made


def _resource_policy(rule: Rule) -> Policy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if rule.concerns(args.resource_type):
            for finding in _judged(rule, _resource(args), context(args.get_config())):
                if finding.kind == "violation":
                    report(finding.message, None)

    return ResourceValidationPolicy(
        name=rule.name,
        description=rule.description,
        validate=validate,
        enforcement_level=EnforcementLevel.MANDATORY,
    )


def _notes(rules: Sequence[Rule]) -> Policy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        resource = _resource(args)
        concerned = [rule for rule in rules if rule.concerns(args.resource_type)]
        if not concerned:
            return
        for rule in concerned:
            for finding in _judged(rule, resource, context(args.get_config())):
                if finding.kind != "violation":
                    report(_note(rule.name, finding), None)

    return ResourceValidationPolicy(
        name=NOTES,
        description="Waived, undetermined and advisory findings of every rule, each under its rule's name",
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY,
    )


def _stack_policy(rule: StackRule) -> Policy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        for finding in _judged_stack(rule, _resources(args), context(args.get_config())):
            if finding.kind == "violation":
                report(finding.message, finding.urn)

    return StackValidationPolicy(
        name=rule.name,
        description=rule.description,
        validate=validate,
        enforcement_level=EnforcementLevel.MANDATORY,
    )


def _stack_notes(rules: Sequence[StackRule]) -> Policy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        resources = _resources(args)
        for rule in rules:
            for finding in _judged_stack(rule, resources, context(args.get_config())):
                if finding.kind != "violation":
                    report(_note(rule.name, finding), finding.urn)

    return StackValidationPolicy(
        name=STACK_NOTES,
        description="Waived, undetermined and advisory findings about the whole stack, each under its rule's name",
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY,
    )


def _judged(rule: Rule, resource: Resource, context: Context) -> list[Finding]:
    return _RESOURCE.findings(rule.name, resource, lambda: judge(rule, resource, context))


def _judged_stack(rule: StackRule, resources: Sequence[Resource], context: Context) -> list[Finding]:
    return _STACK.findings(rule.name, resources, lambda: judge_stack(rule, resources, context))


def _note(policy: str, finding: Finding) -> str:
    return f"{policy}: {finding.kind}: {finding.message}"


def _resource(args: ResourceValidationArgs) -> Resource:
    resource = Resource(
        urn=args.urn,
        type=args.resource_type,
        name=args.name,
        props=_plain_props(args.props),
        parent=args.opts.parent,
        protect=bool(args.opts.protect),
    )
    _INPUTS[args.urn] = resource
    return resource


def _resources(args: StackValidationArgs) -> list[Resource]:
    return [
        Resource(
            urn=resource.urn,
            type=resource.resource_type,
            name=resource.name,
            props=_inputs(resource),
            parent=resource.opts.parent,
            protect=bool(resource.opts.protect),
            dependencies=tuple(sorted(needed.urn for needed in resource.dependencies)),
            references={key: tuple(one.urn for one in found) for key, found in resource.property_dependencies.items()},
        )
        for resource in args.resources
    ]


def _inputs(resource: PolicyResource) -> Mapping[str, Any]:
    """What Analyze saw of the resource; without that, what AnalyzeStack carries."""
    seen = _INPUTS.get(resource.urn)
    if seen is not None and seen.type == resource.resource_type:
        return seen.props
    return _plain_props(resource.props)


def _plain_props(props: Mapping[str, Any]) -> Mapping[str, Any]:
    value = plain(props, unknown_error=UnknownValueError)
    return value if isinstance(value, dict) else {"": UNKNOWN}
