"""The few moves that a component makes when it declares children: read an argument, derive a value, register."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from preview.simulate.registration import Registration, child_urn
from preview.simulate.wire import UNKNOWN_TEXT, holds_secret, holds_unknown


@dataclass(frozen=True)
class Flow:
    """A value and the resources it came from, as an ``Output`` carries them."""

    value: Any
    urns: tuple[str, ...] = ()


class Arguments:
    """A component's inputs. Raises :class:`ValueError` for one that is not modelled, and for any secret."""

    def __init__(self, component: Registration, modelled: Collection[str]) -> None:
        self.component = component
        for name, value in component.inputs.items():
            if name not in modelled:
                raise self.refusal(f"the argument {name} is not modelled; modelled are {', '.join(sorted(modelled))}")
            if holds_secret(value):
                raise self.refusal(f"the argument {name} holds a secret, which is not modelled")

    def __getitem__(self, name: str) -> Any:
        return self.component.inputs.get(name)

    def __contains__(self, name: str) -> bool:
        """Whether the argument says anything: not a falsehood, nor nothing, nor an empty container."""
        return bool(self[name])

    def flow(self, name: str) -> Flow:
        """The argument with the resources it came from."""
        return Flow(self[name], tuple(self.component.property_dependencies.get(name, ())))

    def parts(self, name: str) -> dict[str, Flow]:
        """The argument key by key; only what is unknown can have come from somewhere."""
        urns = self.flow(name).urns
        return {key: Flow(value, urns if holds_unknown(value) else ()) for key, value in (self[name] or {}).items()}

    def refusal(self, reason: str) -> ValueError:
        """An error that names the component and says why its arguments are refused."""
        return ValueError(f"{self.component.type} {self.component.name}: {reason}")


class Children:
    """What one component registers, in order, parents first."""

    def __init__(self, component: Registration) -> None:
        self.component = component
        self.made: list[Registration] = []

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
        """Registers a child; inputs may hold :class:`Flow` anywhere, and ``None`` for what was not given."""
        above = parent or self.component
        settled = {key: _settle(value) for key, value in sorted(inputs.items())}
        by_property = {key: flow.urns for key, flow in settled.items() if flow.urns}
        explicit = (other.urn for other in depends_on)
        child = Registration(
            urn=child_urn(above.urn, type_, name),
            type=type_,
            name=name,
            parent=above.urn,
            custom=custom,
            inputs={key: flow.value for key, flow in settled.items() if flow.value is not None},
            # The engine, too, hands these down from the parent.
            protect=self.component.protect,
            retain_on_delete=self.component.retain_on_delete,
            ignore_changes=ignore_changes,
            dependencies=tuple(sorted({*explicit, *(urn for urns in by_property.values() for urn in urns)})),
            property_dependencies=by_property,
        )
        self.made.append(child)
        return child


def attribute(resource: Registration, name: str) -> Flow:
    """A property of a child: known when it was given, else what only the deployment will know."""
    return Flow(resource.inputs.get(name, UNKNOWN_TEXT), (resource.urn,))


def applied(make: Callable[..., Any], *flows: Flow) -> Flow:
    """What ``pulumi.all(flows).apply(make)`` gives: one unknown anywhere makes the whole result unknown."""
    urns = tuple(sorted({urn for flow in flows for urn in flow.urns}))
    if any(holds_unknown(flow.value) for flow in flows):
        return Flow(UNKNOWN_TEXT, urns)
    return Flow(make(*(flow.value for flow in flows)), urns)


def _settle(value: Any) -> Flow:
    if isinstance(value, Flow):
        return value
    if isinstance(value, dict):
        parts = {key: _settle(item) for key, item in sorted(value.items())}
        return Flow({key: part.value for key, part in parts.items() if part.value is not None}, _union(parts.values()))
    if isinstance(value, list):
        items = [_settle(item) for item in value]
        return Flow([item.value for item in items], _union(items))
    return Flow(value)


def _union(flows: Iterable[Flow]) -> tuple[str, ...]:
    return tuple(sorted({urn for flow in flows for urn in flow.urns}))
