"""The one place where rules meet the policy SDK: what the engine asks is decoded once, and judged by every rule.

A policy of the SDK is a name, a description and a level, and the SDK's analyzer decodes and wraps each resource for
each of them. Ours takes its place in the pack: it decodes a resource once and gives every rule's findings under the
rule's own name. What blocks has the level that the policy is configured with; everything else is advisory.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import pulumi_policy.policy
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel, Policy, ResourceValidationPolicy, StackValidationPolicy

from model.resource import Resource
from policy.engine.diagnostic import write_kind
from policy.engine.rule import Context, Finding, Rule, StackRule, judge, judge_stack
from policy.engine.struct_decoder import decode
from pricing.declared.regions import PROVIDERS
from stacks.clock import AS_OF, today
from stacks.command import harmless
from stacks.load import configured_region, from_environment
from stacks.owners import STANDING, Base

#: Not exported by the SDK; a test holds that ``PolicyPack`` serves by it.
_ANALYZER: Final = "_PolicyAnalyzerServicer"


class _RulePolicy(ResourceValidationPolicy):
    """A rule as the SDK lists it; our analyzer judges by the rule itself."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule.name, rule.description, enforcement_level=EnforcementLevel.MANDATORY)
        self.rule = rule


class _StackRulePolicy(StackValidationPolicy):
    """A stack rule as the SDK lists it."""

    def __init__(self, rule: StackRule) -> None:
        super().__init__(rule.name, rule.description, enforcement_level=EnforcementLevel.MANDATORY)
        self.rule = rule


class Analyzer(getattr(pulumi_policy.policy, _ANALYZER)):  # type: ignore[misc]
    """The SDK's analyzer, except that it decodes once and lets findings keep their kind."""

    def __init__(self, name: str, version: str, policies: list[Policy], *rest: Any) -> None:
        super().__init__(name, version, policies, *rest)
        self._policies = policies
        #: Each resource's inputs, from Analyze. AnalyzeStack carries outputs, in which a preview does not know what a
        #: provider computes and an update knows its defaults: judged by those, a stack would be priced differently
        #: before and after.
        self._inputs: dict[str, Resource] = {}

    def Analyze(self, request: analyzer_pb2.AnalyzeRequest, _: object) -> analyzer_pb2.AnalyzeResponse:  # noqa: N802
        """What every rule says of one resource."""
        resource = self._inputs[request.urn] = Resource(
            urn=request.urn,
            type=request.type,
            name=request.name,
            props=decode(request.properties),
            parent=request.options.parent or None,
            protect=request.options.protect,
            custom=_custom(request),
            provider=request.provider.urn,
        )
        return self._judged(_RulePolicy, lambda rule, context: judge(rule, resource, context))

    def AnalyzeStack(self, request: analyzer_pb2.AnalyzeStackRequest, _: object) -> analyzer_pb2.AnalyzeResponse:  # noqa: N802
        """What every stack rule says of all resources together."""
        known = {resource.urn for resource in request.resources}
        resources = [self._declared(resource, known) for resource in request.resources]
        return self._judged(_StackRulePolicy, lambda rule, context: judge_stack(rule, resources, context))

    def _declared(self, resource: analyzer_pb2.AnalyzerResource, known: set[str]) -> Resource:
        seen = self._inputs.get(resource.urn)
        same = seen is not None and seen.type == resource.type
        behind = {
            key: tuple(urn for urn in needed.urns if urn in known)
            for key, needed in resource.propertyDependencies.items()
        }
        return Resource(
            urn=resource.urn,
            type=resource.type,
            name=resource.name,
            props=seen.props if same and seen else decode(resource.properties),
            parent=resource.options.parent or None,
            protect=resource.options.protect,
            custom=_custom(resource),
            provider=resource.provider.urn,
            dependencies=tuple(sorted(urn for urn in resource.dependencies if urn in known)),
            references=behind,
        )

    def _judged(
        self,
        kind: type[_RulePolicy | _StackRulePolicy],
        judged_by: Callable[[Any, Context], Iterable[Finding]],
    ) -> analyzer_pb2.AnalyzeResponse:
        response = analyzer_pb2.AnalyzeResponse()
        for policy in self._policies:
            level = self._get_enforcement_level(policy)
            if not isinstance(policy, kind) or level is EnforcementLevel.DISABLED:
                continue
            if level is EnforcementLevel.REMEDIATE:
                # No rule mends anything; as in the SDK, what was to be mended and is not blocks.
                level = EnforcementLevel.MANDATORY
            for finding in judged_by(policy.rule, context(self._get_policy_config(policy.name) or {})):
                blocks = finding.kind == "violation"
                report = self._create_report_violation(
                    response, policy.name, policy.description, level if blocks else EnforcementLevel.ADVISORY
                )
                undetermined = "undetermined: " if finding.kind == "undetermined" else ""
                # The engine shows a message as it is.
                report(harmless(undetermined + finding.message), finding.urn)
                write_kind(response.diagnostics[-1], finding.kind)
        return response


def _custom(asked: analyzer_pb2.AnalyzeRequest | analyzer_pb2.AnalyzerResource) -> bool:
    """Whether a provider makes it: the engine names one for everything but components and providers.

    Source: pulumi pkg/resource/deploy/step_generator.go, getProviderResource.
    """
    return asked.HasField("provider") or asked.type.startswith(PROVIDERS)


@cache
def _context(day: str, base: str) -> Context:
    """What this pack was started with; read at the first resource, because a pack also starts without settings."""
    return Context(
        settings=from_environment(),
        today=today(day),
        region=configured_region(),
        base=Base.of(base) if base else None,
    )


def context(config: Mapping[str, Any]) -> Context:
    """The settings, and the day: the present one, unless a preview is as of another. An update never is.

    A preview may also say what stands on a base revision, which waives less and never more.
    """
    # As the SDK reads it, for every request anew (source: pulumi_policy 1.21.0, _configure_runtime_settings).
    previewing = os.environ.get("PULUMI_DRY_RUN") == "true"
    return _context(*(str(config.get(key, "")) if previewing else "" for key in (AS_OF, STANDING)))


def policies(rules: Sequence[Rule], stack_rules: Sequence[StackRule] = ()) -> list[Policy]:
    """SDK policies for ``rules``. Raises :class:`ValueError` for a name used twice, which the SDK would let pass."""
    names = [*(rule.name for rule in rules), *(rule.name for rule in stack_rules)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"policy names must differ: {', '.join(twice)}")
    setattr(pulumi_policy.policy, _ANALYZER, Analyzer)
    # What has been imported by now lives as long as the pack: no collection of garbage need look at it again.
    gc.freeze()
    return [*map(_RulePolicy, rules), *map(_StackRulePolicy, stack_rules)]
