"""One registration as the engine would see it, and everything one run of a program registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from model.resource import Resource
from model.urn import Urn
from preview.simulate.wire import decode_for_rules


class RecordingError(Exception):
    """The program asked for something that the engine would refuse, or that the preview does not act out."""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A resource as it was registered; ``inputs`` and ``outputs`` are decoded, not opened: preview.simulate.wire."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    parent: str | None = None
    custom: bool = True
    remote: bool = False
    protect: bool = False
    retain_on_delete: bool = False
    ignore_changes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: URN of the explicit provider; a default provider is the engine's own business.
    provider: str | None = None
    #: Providers a component hands to its children: package to URN.
    providers: Mapping[str, str] = field(default_factory=dict)
    delete_before_replace: bool | None = None
    additional_secret_outputs: tuple[str, ...] = ()
    #: Seconds by operation: create, update, delete, read.
    custom_timeouts: Mapping[str, float] = field(default_factory=dict)
    version: str = ""
    #: What the stack would hold after a first preview: a component's outputs, anything else's inputs.
    outputs: Mapping[str, Any] = field(default_factory=dict)

    def resource(self) -> Resource:
        """The registration as rules and the meter see it: plain values, unknowns that say so, no secret's content."""
        return Resource(
            urn=self.urn,
            type=self.type,
            name=self.name,
            props=decode_for_rules(self.inputs),
            parent=self.parent,
            protect=self.protect,
            custom=self.custom,
            provider=self.provider or "",
            dependencies=self.dependencies,
            references=self.property_dependencies,
        )


@dataclass(frozen=True)
class Recording:
    """One run of a program: what it registered, sorted by URN, and the stack's outputs."""

    project: str
    stack: str
    registrations: tuple[Registration, ...]
    outputs: Mapping[str, Any]


def urn_of(stack: str, project: str, parent: str | None, type_: str, name: str) -> str:
    """The URN of a resource below ``parent``."""
    return str(Urn.of(stack, project, type_, name, parent))


def child_urn(parent: str, type_: str, name: str) -> str:
    """The URN of a child of ``parent``, in the same stack."""
    above = Urn.parse(parent)
    return urn_of(above.stack, above.project, parent, type_, name)
