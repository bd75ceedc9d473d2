"""A remote component under the real engine: the preview's expansion, with each child registered as it is made.

So a child made later sees what the engine knows of an earlier one, in a preview and in a deployment alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pulumi.runtime.proto import provider_pb2

from preview.simulate import lookups
from preview.simulate.expansion import Children, Flow
from preview.simulate.registration import Registration
from preview.simulate.wire import decode, is_unknown, leaves
from tests.engine.standins.eks import KNOWLEDGE, Knowledge
from tests.engine.standins.monitor import Monitor, connect
from tests.engine.standins.strictness import failures
from tests.engine.standins.wire import struct
from tools.sdk.shape import Shapes


def construct(request: provider_pb2.ConstructRequest, shapes: Shapes) -> provider_pb2.ConstructResponse:
    """Registers a component and what is below it. Raises :class:`ValueError` for arguments that are refused."""
    inputs = decode(request.inputs)
    if wrong := failures(inputs, shapes[request.type]):
        raise ValueError(f"{request.type} {request.name}: {'; '.join(map(str, wrong))}")
    if request.type not in KNOWLEDGE:
        raise ValueError(f"the stand-in has no component {request.type}")
    with connect(request) as channel:
        monitor = Monitor(channel)
        component = Registration(
            urn=monitor.register_component(request),
            type=request.type,
            name=request.name,
            inputs=inputs,
            custom=False,
            protect=request.protect,
            property_dependencies={key: tuple(each.urns) for key, each in request.inputDependencies.items()},
            providers={key: reference.rpartition("::")[0] for key, reference in request.providers.items()},
        )
        knowledge = KNOWLEDGE[request.type](component, monitor)
        made = Declared(component, monitor, knowledge, deployed=not request.dryRun)
        lookups.children(component, made)
        state = monitor.identified({**lookups.outputs(component), **knowledge.outputs()})
        monitor.finish(component.urn, state)
    urns = [child.urn for child in made.made if child.custom]
    dependencies = provider_pb2.ConstructResponse.PropertyDependencies(urns=urns)
    return provider_pb2.ConstructResponse(
        urn=component.urn, state=struct(state), stateDependencies=dict.fromkeys(state, dependencies)
    )


class Declared(Children):
    """Children that exist: each is registered at once, and returned with everything the engine knows of it."""

    def __init__(self, component: Registration, monitor: Monitor, knowledge: Knowledge, *, deployed: bool) -> None:
        super().__init__(component)
        self._monitor = monitor
        self._knowledge = knowledge
        self._deployed = deployed

    def add(
        self,
        type_: str,
        name: str,
        inputs: Mapping[str, Any],
        *,
        parent: Registration | None = None,
        custom: bool = True,
        depends_on: Iterable[Registration] = (),
        ignore_changes: tuple[str, ...] = (),
    ) -> Registration:
        """Registers a child. Raises :class:`ValueError` for an input that is still unknown in a deployment."""
        told = {key: self._told(type_, key, value) for key, value in inputs.items()}
        options: dict[str, Any] = {"custom": custom, "depends_on": depends_on, "ignore_changes": ignore_changes}
        child = super().add(type_, name, told, parent=parent, **options)
        settled = self._monitor.identified(child.inputs)
        if self._deployed and (late := [path for path, leaf in leaves(settled) if is_unknown(leaf)]):
            raise ValueError(
                f"{type_} {name}: nothing says what {', '.join(late)} will be; see tests/engine/standins/eks.py"
            )
        known = replace(child, inputs={**settled, **self._monitor.register(child, settled)})
        if not custom:
            self._monitor.finish(child.urn, {})
        self._knowledge.by_type[type_] = known
        return known

    def _told(self, type_: str, key: str, value: Any) -> Any:
        flow = value if isinstance(value, Flow) else Flow(value)
        if not is_unknown(flow.value):
            return value
        return Flow(self._knowledge.inputs(type_).get(key, flow.value), flow.urns)
