"""A recording as the engine puts it to a pack: one request for each resource, one for the stack.

Source: pulumi pkg/resource/plugin/analyzer_plugin.go and deploy/step_generator.go at 1b594989: references are not
kept, keys beginning with ``__`` are dropped, secrets keep their envelope (which the policy SDK opens), single
resources show their inputs and the stack shows outputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from model import type_tokens
from model.urn import Urn
from preview.simulate.registration import Recording, Registration, urn_of
from preview.simulate.wire import encode_for_pack
from pricing.declared.regions import DEFAULT, PROVIDERS


class Analysis:
    """The requests of one recording; a remediation replaces the properties of one of them."""

    def __init__(self, recording: Recording, region: str = "") -> None:
        self._region = region
        self._by_urn = {made.urn: made for made in recording.registrations}
        name = f"{recording.project}-{recording.stack}"
        self.root = urn_of(recording.stack, recording.project, None, type_tokens.PULUMI_STACK, name)
        self.registrations = recording.registrations
        self._requests: dict[str, analyzer_pb2.AnalyzeRequest] = {}
        self._remediated: dict[str, struct_pb2.Struct] = {}

    def request(self, made: Registration) -> analyzer_pb2.AnalyzeRequest:
        """What a pack is asked about ``made``; written when it is first needed."""
        if made.urn not in self._requests:
            self._requests[made.urn] = build_request(made, self._by_urn.get(made.provider or ""), self._region)
        return self._requests[made.urn]

    def remediate(self, urn: str, properties: struct_pb2.Struct) -> None:
        """Lets every later request see ``properties`` instead."""
        self._requests[urn].properties.CopyFrom(properties)
        self._remediated[urn] = properties

    def unchanged(self, made: Registration, asked: Registration) -> bool:
        """Whether what was asked about ``asked``, with the outputs that it had then, is what would be asked now."""
        return made.urn not in self._remediated and replace(made, outputs=asked.outputs) == asked

    @cached_property
    def stack_request(self) -> analyzer_pb2.AnalyzeStackRequest:
        """All resources as the stack would hold them; asked for once every remediation is done."""
        return analyzer_pb2.AnalyzeStackRequest(resources=(self._resource(made) for made in self._by_urn.values()))

    def attributed(self, urn: str) -> str:
        """The resource that a stack policy's finding is about: the root stack when it names none, or none of ours."""
        return urn if urn in self._by_urn else self.root

    def _resource(self, made: Registration) -> analyzer_pb2.AnalyzerResource:
        return analyzer_pb2.AnalyzerResource(
            type=made.type,
            properties=self._remediated.get(made.urn) or _struct(made.outputs),
            urn=made.urn,
            name=made.name,
            options=_options(made),
            provider=_provider(made, self._by_urn.get(made.provider or ""), self._region),
            parent=made.parent or "",
            dependencies=made.dependencies,
            propertyDependencies={key: _urns(urns) for key, urns in made.property_dependencies.items()},
        )


def build_request(made: Registration, provider: Registration | None, region: str = "") -> analyzer_pb2.AnalyzeRequest:
    """What a pack is asked about one resource, as soon as it is registered; ``region`` is the configured one."""
    return analyzer_pb2.AnalyzeRequest(
        type=made.type,
        properties=_struct(made.inputs),
        urn=made.urn,
        name=made.name,
        options=_options(made),
        provider=_provider(made, provider, region),
    )


def _provider(
    made: Registration, provider: Registration | None, region: str
) -> analyzer_pb2.AnalyzerProviderResource | None:
    """The explicit provider, or the default one that the engine would make; a component and a provider have none."""
    if provider is not None:
        return _shown(provider)
    if not made.custom or made.type.startswith(PROVIDERS):
        return None
    package = made.type.partition(":")[0]
    stack, project, *_ = Urn.parse(made.urn)
    type_ = f"{PROVIDERS}{package}"
    urn = urn_of(stack, project, None, type_, DEFAULT)
    inputs = {"region": region} if region and package == "aws" else {}
    return _shown(Registration(urn=urn, type=type_, name=DEFAULT, inputs=inputs))


def _shown(made: Registration) -> analyzer_pb2.AnalyzerProviderResource:
    return analyzer_pb2.AnalyzerProviderResource(
        type=made.type, properties=_struct(made.inputs), urn=made.urn, name=made.name
    )


def _options(made: Registration) -> analyzer_pb2.AnalyzerResourceOptions:
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=made.protect,
        ignoreChanges=made.ignore_changes,
        deleteBeforeReplace=bool(made.delete_before_replace),
        deleteBeforeReplaceDefined=made.delete_before_replace is not None,
        additionalSecretOutputs=made.additional_secret_outputs,
        aliases=made.aliases,
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(**made.custom_timeouts),
        parent=made.parent or "",
    )


def _urns(urns: Iterable[str]) -> analyzer_pb2.AnalyzerPropertyDependencies:
    return analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(encode_for_pack(values))
    return struct
