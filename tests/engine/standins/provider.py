"""The provider protocol, answered from requests alone: nothing is remembered from one call to the next.

Source: pulumi proto/pulumi/provider.proto at 1b594989, and what the engine was seen to send.
"""

# The protocol prescribes the names of methods, and what they are called with.
# ruff: noqa: ARG002, N802

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from preview.questions.diff.compare import differences
from preview.questions.diff.replacement import replaces
from preview.simulate import lookups
from preview.simulate.wire import decode, open_secrets
from tests.engine.standins.components import construct
from tests.engine.standins.faults import Fault, InjectedFault
from tests.engine.standins.resources import CloudResources, ClusterObjects, type_of
from tests.engine.standins.wire import struct
from tools.sdk import classes
from tools.sdk.shape import Shapes

#: Whether a package's real provider takes secrets and references as such; where not, the engine keeps track itself.
#: Source: the Configure of pulumi-terraform-bridge (aws), of the SDK's component host (eks) and of pulumi-kubernetes.
ACCEPTS: Final[Mapping[str, tuple[bool, bool]]] = {
    "aws": (False, False),
    "eks": (True, True),
    "kubernetes": (True, False),
}

Context: TypeAlias = grpc.ServicerContext
Answer = TypeVar("Answer")


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One package's stand-in. The methods' names are the protocol's."""

    def __init__(self, package: str, shapes: Shapes, fault: Fault | None) -> None:
        self._package = package
        self._shapes = shapes
        self._fault = fault
        self._resources = ClusterObjects(shapes) if package == "kubernetes" else CloudResources(shapes)

    def GetPluginInfo(self, request: empty_pb2.Empty, context: Context) -> plugin_pb2.PluginInfo:
        """The version of the SDK stands for the plugin's."""
        return plugin_pb2.PluginInfo(version=classes.version_of(self._package))

    def CheckConfig(self, request: provider_pb2.CheckRequest, context: Context) -> provider_pb2.CheckResponse:
        """Judges a provider's own inputs by their names: their values arrive as JSON text."""
        known = {*self._shapes[f"pulumi:providers:{self._package}"].inputs.properties, "version", "pluginDownloadURL"}
        wrong = [
            provider_pb2.CheckFailure(property=key, reason="there is no such property of the provider")
            for key in request.news.fields
            if key not in known and not key.startswith("__")
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=wrong)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: Context) -> provider_pb2.DiffResponse:
        """A provider is updated in place."""
        return _difference(_changed(request), set())

    def Configure(self, request: provider_pb2.ConfigureRequest, context: Context) -> provider_pb2.ConfigureResponse:
        """Says what this provider can take; it needs neither credentials nor a cluster."""
        secrets, resources = ACCEPTS[self._package]
        return provider_pb2.ConfigureResponse(acceptSecrets=secrets, acceptResources=resources, supportsPreview=True)

    def Invoke(self, request: provider_pb2.InvokeRequest, context: Context) -> provider_pb2.InvokeResponse:
        """Answers a look-up as the preview does."""
        answer = provider_pb2.InvokeResponse()
        try:
            # The field is named by a keyword.
            getattr(answer, "return").CopyFrom(struct(lookups.invoke(request.tok, open_secrets(decode(request.args)))))
        except LookupError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return answer

    def Construct(self, request: provider_pb2.ConstructRequest, context: Context) -> provider_pb2.ConstructResponse:
        """Registers a component and its children."""
        return self._guarded("construct", request.name, context, lambda: construct(request, self._shapes))

    def Check(self, request: provider_pb2.CheckRequest, context: Context) -> provider_pb2.CheckResponse:
        """Judges inputs strictly, and names what has no name."""
        checked = self._resources.check(request.urn, decode(request.news), decode(request.olds))
        wrong = [provider_pb2.CheckFailure(property=each.path, reason=each.reason) for each in checked.failures]
        return provider_pb2.CheckResponse(inputs=struct(checked.inputs), failures=wrong)

    def Diff(self, request: provider_pb2.DiffRequest, context: Context) -> provider_pb2.DiffResponse:
        """Compares inputs; what replaces a resource is known from the real provider's schema, and another name does."""
        type_ = type_of(request.urn)
        olds, news = (open_secrets(decode(each)) for each in (request.old_inputs, request.news))
        changed = _changed(request)
        forcing = {
            each["path"]: each
            for key in sorted(changed)
            for each in differences(olds.get(key), news.get(key), key)
            if replaces(type_, each["path"], each["before"], each["after"])
        }
        naming = changed & self._resources.naming(type_)
        return _difference(changed, naming | {_top(path) for path in forcing}, forcing)

    def Create(self, request: provider_pb2.CreateRequest, context: Context) -> provider_pb2.CreateResponse:
        """Makes up what the cloud would hold; in a preview, says what nobody can know yet."""
        inputs = decode(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=struct(self._resources.planned(request.urn, inputs)))
        return self._guarded(
            "create",
            request.urn,
            context,
            lambda: provider_pb2.CreateResponse(
                id=self._resources.id(request.urn, inputs),
                properties=struct(self._resources.existing(request.urn, inputs)),
            ),
        )

    def Update(self, request: provider_pb2.UpdateRequest, context: Context) -> provider_pb2.UpdateResponse:
        """Keeps what the cloud gave at first, and takes over the new inputs."""
        olds, news = decode(request.olds), decode(request.news)
        state = self._resources.updated(request.urn, news, olds, preview=request.preview)
        answer = provider_pb2.UpdateResponse(properties=struct(state))
        return answer if request.preview else self._guarded("update", request.urn, context, lambda: answer)

    def Read(self, request: provider_pb2.ReadRequest, context: Context) -> provider_pb2.ReadResponse:
        """Finds everything as it was left; what was never seen is made up from its id."""

        def found() -> provider_pb2.ReadResponse:
            if request.properties.fields:
                return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
            inputs = self._resources.named_by(request.urn, request.id)
            state = struct(self._resources.existing(request.urn, inputs))
            return provider_pb2.ReadResponse(id=request.id, properties=state, inputs=struct(inputs))

        return self._guarded("read", request.urn, context, found)

    def Delete(self, request: provider_pb2.DeleteRequest, context: Context) -> empty_pb2.Empty:
        """Forgets what it never remembered."""
        return self._guarded("delete", request.urn, context, empty_pb2.Empty)

    def Cancel(self, request: empty_pb2.Empty, context: Context) -> empty_pb2.Empty:
        """Nothing takes long enough to be cancelled."""
        return request

    def _guarded(self, operation: str, urn: str, context: Context, answer: Callable[[], Answer]) -> Answer:
        try:
            if self._fault:
                self._fault.strike(operation, urn)
            return answer()
        except (InjectedFault, ValueError, LookupError) as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
            raise


def _changed(request: provider_pb2.DiffRequest) -> set[str]:
    olds, news = decode(request.old_inputs), decode(request.news)
    ignored = {_top(path) for path in request.ignoreChanges}
    return {key for key in {*olds, *news} if olds.get(key) != news.get(key)} - ignored


def _top(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _difference(
    changed: set[str], replacing: set[str], forcing: Mapping[str, Mapping[str, Any]] | None = None
) -> provider_pb2.DiffResponse:
    """``forcing`` are the paths that replace a resource, each with what stood there and what does."""
    kinds, detailed = provider_pb2.PropertyDiff, dict.fromkeys(changed, provider_pb2.PropertyDiff.UPDATE)
    for path, each in (forcing or {}).items():
        detailed.pop(_top(path), None)
        detailed[path] = (
            kinds.ADD_REPLACE
            if each["before"] is None
            else kinds.DELETE_REPLACE
            if each["after"] is None
            else kinds.UPDATE_REPLACE
        )
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=sorted(changed),
        replaces=sorted(replacing),
        # Without a path that is known to force it, the engine finds the differences by itself.
        detailedDiff={path: kinds(kind=kind, inputDiff=True) for path, kind in detailed.items()} if forcing else {},
        hasDetailedDiff=bool(forcing),
    )
