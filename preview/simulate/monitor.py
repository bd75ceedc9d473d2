"""The engine's side of a recorded run: URNs, inheritance, options and refusals as the resource monitor has them.

Source: pulumi pkg/resource/deploy/source_eval.go and step_generator.go at 1b594989.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NoReturn

from google.protobuf import empty_pb2
from pulumi.runtime.proto import alias_pb2, callback_pb2, resource_pb2

from model import type_tokens
from model.duration import duration
from model.urn import provider_of
from preview.simulate import lookups
from preview.simulate.registration import Recording, RecordingError, Registration, urn_of
from preview.simulate.transforms import Transforms
from preview.simulate.wire import decode, leaves, open_secrets, to_struct

#: Hooks are left out: the program that registers one is told, instead of being recorded without it.
FEATURES: Final = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
)
#: What an ``Output`` says of itself when formatted (source: pulumi SDK 3.272, output.py).
FORMATTED_OUTPUT: Final = "Calling __str__"


class Monitor:
    """Records every registration. Called from a thread pool, under method names that the SDK prescribes."""

    def __init__(self, project: str, stack: str, seen: Callable[[Registration], None] = lambda _: None) -> None:
        self.project = project
        self.stack = stack
        self._seen = seen
        self._lock = threading.Lock()
        self._registered: dict[str, Registration] = {}
        self._outputs: dict[str, Any] = {}
        self._transforms = Transforms()

    def recording(self) -> Recording:
        """Everything so far, in an order that does not depend on arrival."""
        registrations = tuple(self._registered[urn] for urn in sorted(self._registered))
        return Recording(self.project, self.stack, registrations, self._outputs)

    def RegisterResource(  # noqa: N802 - the SDK's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Keeps a resource and, for a remote component, what the component would register in turn."""
        registration = self._registration(request)
        self._transforms.declare(registration.urn, request.transforms)
        registration = self._transforms.apply(registration, self._parent)
        registration = replace(registration, inputs=self.checked(registration.urn, registration.inputs))
        below = self.children(registration)
        family = [self._keep(registration)]
        # One after the other: a transform may look at what was registered before.
        family += [self._keep(self._transforms.apply(made, self._parent)) for made in below]
        for made in family:
            self._seen(made)
        return resource_pb2.RegisterResourceResponse(urn=registration.urn, id="", object=to_struct(family[0].outputs))

    def RegisterResourceOutputs(  # noqa: N802 - the SDK's name
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        """Keeps a component's outputs; the root stack's are the program's."""
        outputs = self.checked(request.urn, decode(request.outputs))
        with self._lock:
            made = self._registered[request.urn]
            self._registered[request.urn] = replace(made, outputs=outputs)
            if made.type == type_tokens.PULUMI_STACK:
                self._outputs = outputs
        return empty_pb2.Empty()

    def Invoke(  # noqa: N802 - the SDK's name
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        """Answers a look-up from preview.simulate.lookups. Raises :class:`RecordingError` when it has no answer."""
        try:
            return answered(lookups.invoke(request.tok, open_secrets(decode(request.args)), self.registered()))
        except LookupError as error:
            raise RecordingError(str(error)) from None

    def RegisterStackTransform(self, request: callback_pb2.Callback) -> empty_pb2.Empty:  # noqa: N802 - the SDK's name
        """Keeps a transform of everything that is registered from now on."""
        self._transforms.declare_of_stack(request)
        return empty_pb2.Empty()

    def Call(self, request: resource_pb2.ResourceCallRequest) -> NoReturn:  # noqa: N802 - the SDK's name
        """Refuses: no method of a remote component is acted out."""
        raise RecordingError(f"the preview has no answer for the method {request.tok}")

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> NoReturn:  # noqa: N802 - the SDK's name
        """Refuses: what exists outside the program is not known here."""
        raise RecordingError(f"the preview cannot read the existing {request.type} {request.name} ({request.id})")

    def RegisterPackage(  # noqa: N802 - the SDK's name
        self, request: resource_pb2.RegisterPackageRequest
    ) -> resource_pb2.RegisterPackageResponse:
        """Accepts a package, whose name and version stand for it."""
        return resource_pb2.RegisterPackageResponse(ref=f"{request.name}@{request.version}")

    def GetDeploymentInfo(self, _: empty_pb2.Empty) -> resource_pb2.DeploymentInfo:  # noqa: N802 - the SDK's name
        """Tells what this monitor can do."""
        return resource_pb2.DeploymentInfo(supportedFeatures=FEATURES)

    def SignalAndWaitForShutdown(self, request: empty_pb2.Empty) -> empty_pb2.Empty:  # noqa: N802 - the SDK's name
        """Ends at once: no hook is waited for."""
        return request

    def checked(self, urn: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """``values`` of the resource ``urn`` as they are kept. Raises :class:`RecordingError` for what is no value."""
        for path in formatted_outputs(values):
            raise RecordingError(f"{urn}: {path} is the text of an Output; use Output.concat, Output.format or apply")
        return dict(values)

    def children(self, registration: Registration) -> list[Registration]:
        """What a remote component registers in turn. Raises :class:`RecordingError` for one that nobody knows."""
        if registration.remote and registration.type not in lookups.COMPONENTS:
            raise RecordingError(f"{registration.urn}: the preview does not know the component {registration.type}")
        return lookups.children(registration)

    def outputs(self, registration: Registration) -> dict[str, Any]:
        """What a resource holds after a first preview."""
        return lookups.outputs(registration)

    def registered(self) -> dict[str, Registration]:
        """Everything so far, by URN."""
        with self._lock:
            return dict(self._registered)

    def _keep(self, registration: Registration) -> Registration:
        made = replace(registration, outputs=self.outputs(registration))
        with self._lock:
            if made.urn in self._registered:
                raise RecordingError(f"Duplicate resource URN '{made.urn}'; try giving it a unique name")
            self._registered[made.urn] = made
        return made

    def _parent(self, urn: str) -> str | None:
        made = self._registered.get(urn)
        return made.parent if made else None

    def _registration(self, request: resource_pb2.RegisterResourceRequest) -> Registration:
        parent = self._registered.get(request.parent)
        urn = urn_of(self.stack, self.project, request.parent or None, request.type, request.name)
        by_property = {
            key: tuple(sorted(request.propertyDependencies[key].urns)) for key in request.propertyDependencies
        }
        return Registration(
            urn=urn,
            type=request.type,
            name=request.name,
            inputs=decode(request.object),
            parent=request.parent or None,
            custom=request.custom,
            remote=request.remote,
            protect=request.protect if request.HasField("protect") else bool(parent and parent.protect),
            retain_on_delete=request.retainOnDelete
            if request.HasField("retainOnDelete")
            else bool(parent and parent.retain_on_delete),
            ignore_changes=tuple(request.ignoreChanges),
            aliases=tuple(sorted(self._alias(alias, request) for alias in request.aliases)),
            dependencies=tuple(sorted(request.dependencies)),
            property_dependencies={key: by_property[key] for key in sorted(by_property) if by_property[key]},
            provider=provider_of(request.provider),
            providers={key: provider_of(request.providers[key]) or "" for key in sorted(request.providers)},
            delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
            additional_secret_outputs=tuple(sorted(request.additionalSecretOutputs)),
            custom_timeouts=_timeouts(request),
            version=request.version,
        )

    def _alias(self, alias: alias_pb2.Alias, request: resource_pb2.RegisterResourceRequest) -> str:
        if alias.WhichOneof("alias") == "urn":
            return alias.urn
        spec = alias.spec
        parent = None if spec.noParent else spec.parentUrn or request.parent
        stack, project = spec.stack or self.stack, spec.project or self.project
        return urn_of(stack, project, parent, spec.type or request.type, spec.name or request.name)


def formatted_outputs(values: Mapping[str, Any]) -> Iterator[str]:
    """Paths of texts that an ``Output`` was formatted into."""
    for path, leaf in leaves(values):
        if isinstance(leaf, str) and FORMATTED_OUTPUT in leaf:
            yield path


def answered(answer: Mapping[str, Any]) -> resource_pb2.ResourceInvokeResponse:
    """The answer to a look-up, on the wire."""
    response = resource_pb2.ResourceInvokeResponse()
    # The field is named by a keyword.
    getattr(response, "return").CopyFrom(to_struct(answer))
    return response


def _timeouts(request: resource_pb2.RegisterResourceRequest) -> dict[str, float]:
    if not request.HasField("customTimeouts"):
        return {}
    stated = {
        operation: getattr(request.customTimeouts, operation) for operation in ("create", "update", "delete", "read")
    }
    return {operation: _seconds(text) for operation, text in stated.items() if text}


def _seconds(text: str) -> float:
    if (seconds := duration(text)) is None:
        raise RecordingError(f"a timeout of {text!r} is no duration such as 30m or 1h30m")
    return float(seconds)
