"""The engine's resource monitor, as a component's provider speaks to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2, resource_pb2, resource_pb2_grpc

from preview.simulate.registration import Registration
from preview.simulate.wire import UNKNOWN_TEXT, decode, is_reference
from tests.engine.standins.wire import struct
from tools.sdk import classes


class Monitor:
    """Registers resources, looks them up, and remembers which ids the engine gave them."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub: Any = resource_pb2_grpc.ResourceMonitorStub(channel)
        self._ids: dict[str, str] = {}

    def register_component(self, request: provider_pb2.ConstructRequest) -> str:
        """Registers the component that ``request`` asks to construct; its URN."""
        return str(
            self._stub.RegisterResource(
                resource_pb2.RegisterResourceRequest(
                    type=request.type,
                    name=request.name,
                    parent=request.parent,
                    object=request.inputs,
                    dependencies=request.dependencies,
                    providers=request.providers,
                    protect=request.protect,
                    retainOnDelete=request.retainOnDelete,
                    acceptSecrets=True,
                    acceptResources=True,
                    supportsPartialValues=True,
                )
            ).urn
        )

    def register(self, child: Registration, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Registers a component's child; all that the engine knows of it, its id among it."""
        package = child.type.split(":")[2 if child.type.startswith("pulumi:providers:") else 0]
        by_property = child.property_dependencies.items()
        answer = self._stub.RegisterResource(
            resource_pb2.RegisterResourceRequest(
                type=child.type,
                name=child.name,
                parent=child.parent or "",
                custom=child.custom,
                object=struct(inputs),
                dependencies=child.dependencies,
                propertyDependencies={
                    key: resource_pb2.RegisterResourceRequest.PropertyDependencies(urns=urns)
                    for key, urns in by_property
                },
                ignoreChanges=child.ignore_changes,
                version=classes.version_of(package) if child.custom else "",
                acceptSecrets=True,
                acceptResources=True,
                supportsPartialValues=True,
            )
        )
        id_ = answer.id or UNKNOWN_TEXT
        if child.custom:
            self._ids[answer.urn] = id_
        return {**decode(answer.object), "id": id_}

    def finish(self, urn: str, outputs: Mapping[str, Any]) -> None:
        """Hands over a component's outputs."""
        self._stub.RegisterResourceOutputs(
            resource_pb2.RegisterResourceOutputsRequest(urn=urn, outputs=struct(outputs))
        )

    def state(self, reference: Mapping[str, Any]) -> dict[str, Any]:
        """What the engine knows of the resource that ``reference`` means."""
        answer = self._stub.Invoke(
            resource_pb2.ResourceInvokeRequest(
                tok="pulumi:pulumi:getResource", args=struct({"urn": reference["urn"]}), acceptResources=True
            )
        )
        # The field is named by a keyword.
        return dict(decode(getattr(answer, "return"))["state"])

    def identified(self, value: Any) -> Any:
        """``value`` with the id of each resource that it refers to."""
        if is_reference(value):
            return {**value, "id": self._ids[value["urn"]]} if value["urn"] in self._ids else value
        if isinstance(value, Mapping):
            return {key: self.identified(item) for key, item in value.items()}
        return [self.identified(item) for item in value] if isinstance(value, list) else value


def connect(request: provider_pb2.ConstructRequest) -> grpc.Channel:
    """A channel to the monitor that waits for what ``request`` constructs."""
    return grpc.insecure_channel(request.monitorEndpoint, options=_GRPC_CHANNEL_OPTIONS)
