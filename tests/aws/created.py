"""The program run as if AWS answered: what one resource waits for from another is there, made up by the stand-ins.

A first preview knows neither ids nor ARNs, and the provider passes over a block, or a document, with an unknown in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import resource_pb2

from preview.simulate import lookups
from preview.simulate.monitor import Monitor
from preview.simulate.registration import Registration
from preview.simulate.wire import decode, is_reference
from tests.engine.standins.components import Declared
from tests.engine.standins.eks import KNOWLEDGE
from tests.engine.standins.resources import CloudResources, ClusterObjects
from tests.engine.standins.wire import struct
from tools.sdk.shape import Shapes


class Created(Monitor):
    """Answers each registration with everything that the resource would hold once it exists."""

    def __init__(self, project: str, stack: str, seen: Callable[[Registration], None] = lambda _: None) -> None:
        super().__init__(project, stack, seen)
        shapes = Shapes(Path(tempfile.gettempdir()) / f"{project}-shapes")
        self._cloud, self._objects = CloudResources(shapes), ClusterObjects(shapes)

    def RegisterResource(  # noqa: N802 - the SDK's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Keeps a resource; a remote component's children are made one after the other, as in a deployment."""
        registration = self._registration(request)
        self._transforms.declare(registration.urn, request.transforms)
        if not request.remote:
            held = self.register(registration, registration.inputs)
            id_ = held.pop("id")
            return resource_pb2.RegisterResourceResponse(urn=registration.urn, id=id_, object=struct(held))
        registration = self._transforms.apply(registration, self._parent)
        knowledge: Any = KNOWLEDGE[registration.type](registration, self)  # type: ignore[arg-type]
        lookups.children(registration, Declared(registration, self, knowledge, deployed=True))  # type: ignore[arg-type]
        outputs = self.identified({**lookups.outputs(registration), **knowledge.outputs()})
        self._keep(replace(registration, outputs=outputs))
        return resource_pb2.RegisterResourceResponse(urn=registration.urn, id="", object=struct(outputs))

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
        """Answers look-ups; a resource that is looked up by its URN has its id."""
        response = super().Invoke(request)
        urn = decode(request.args).get("urn")
        if request.tok == "pulumi:pulumi:getResource" and urn in self._registered:
            answer = getattr(response, "return")
            answer.update({"id": self._registered[urn].outputs.get("id", "")})
        return response

    def register(self, made: Registration, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Everything that a resource holds, its id among it."""
        made = self._transforms.apply(replace(made, inputs=inputs), self._parent)
        inputs = made.inputs
        held: dict[str, Any] = {"id": ""}
        if made.custom and made.type.startswith("pulumi:providers:"):
            held = {**inputs, "id": made.name}
        elif made.custom:
            resources = self._cloud if made.type.startswith("aws:") else self._objects
            named = resources.named(made.urn, dict(inputs), {})
            held = {**resources.existing(made.urn, named), "id": resources.id(made.urn, named)}
        self._keep(replace(made, inputs=inputs, outputs=held))
        return held

    def finish(self, urn: str, outputs: Mapping[str, Any]) -> None:
        """A component's outputs are asked for nowhere."""

    def state(self, reference: Mapping[str, Any]) -> dict[str, Any]:
        """What the resource that ``reference`` means holds."""
        return dict(self._registered[reference["urn"]].outputs)

    def identified(self, value: Any) -> Any:
        """``value`` with the id of each resource that it refers to."""
        if is_reference(value):
            held = self._registered[value["urn"]].outputs.get("id")
            return {**value, "id": held} if held else value
        if isinstance(value, Mapping):
            return {key: self.identified(item) for key, item in value.items()}
        return [self.identified(item) for item in value] if isinstance(value, list) else value

    def _keep(self, made: Registration) -> None:
        with self._lock:
            self._registered[made.urn] = made
