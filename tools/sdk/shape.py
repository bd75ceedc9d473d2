"""The shape of one resource, read from its SDK's annotations, as plain JSON that can be kept on disk.

A type is ``"string"``, ``"integer"``, ``"number"``, ``"boolean"``, ``"any"`` or ``"resource"``; or a mapping with one
key: ``list`` or ``map`` of a type, ``enum`` of values, ``oneOf`` several types, ``object`` named in ``objects``.
"""

from __future__ import annotations

import collections.abc
import enum
import inspect
import json
import os
import re
import threading
import types
import typing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi import _types

from tools.sdk import classes

Type = str | dict[str, Any]

PLAIN: Final[dict[Any, str]] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    Any: "any",
    object: "any",
}


@dataclass(frozen=True)
class Fields:
    """An object's properties by their name on the wire, and which of them must be given."""

    properties: dict[str, Type]
    required: list[str]


@dataclass(frozen=True)
class Shape:
    """A resource's inputs; its outputs, and which of those always have a value."""

    inputs: Fields
    outputs: dict[str, Type]
    always: list[str]
    objects: dict[str, Fields] = field(default_factory=dict)


class Shapes:
    """Shapes by token, kept in ``folder``: reading an SDK's annotations costs a second, reading a file nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Shape] = {}
        self._reading = threading.Lock()

    def __getitem__(self, token: str) -> Shape:
        """The shape of a type. Raises :class:`tools.sdk.classes.UnknownTypeError`."""
        # The SDKs import themselves piece by piece, which two threads must not do at once.
        with self._reading:
            if token not in self._known:
                file = self._folder / f"{re.sub(r'[^A-Za-z0-9.]', '-', token)}.json"
                self._known[token] = _loaded(file) or _kept(file, read(token))
            return self._known[token]


def read(token: str) -> Shape:
    """The shape of a type as its SDK has it. Raises :class:`tools.sdk.classes.UnknownTypeError`."""
    resource, arguments = classes.classes(token)
    objects: dict[str, Fields] = {}
    inputs = _fields(arguments, objects)
    shown = {name: hint for name, hint in _hints(resource).items() if name not in ("id", "urn")}
    return Shape(
        inputs=inputs,
        outputs={name: _type(hint, objects) for name, hint in shown.items()},
        always=sorted(name for name, hint in shown.items() if not _optional(hint)),
        objects=objects,
    )


def _fields(arguments: type, objects: dict[str, Fields]) -> Fields:
    wire = _types.input_type_py_to_pulumi_names(arguments) if _types.is_input_type(arguments) else {}
    given = inspect.signature(arguments.__init__).parameters.items()  # type: ignore[misc]
    required = sorted(wire[name] for name, each in given if name in wire and each.default is inspect.Parameter.empty)
    properties = {name: _type(hint, objects) for name, hint in _hints(arguments).items()}
    return Fields(properties=properties, required=required)


def _hints(owner: type) -> dict[str, Any]:
    """Each property's annotation by its name on the wire."""
    # The SDK's own resolver: its annotations refer to names of several modules, and the SDK is pinned.
    return _types._raw_return_hints(owner)  # noqa: SLF001


def _optional(hint: Any) -> bool:
    inside = typing.get_args(hint)[0] if typing.get_origin(hint) is pulumi.Output else hint
    return type(None) in typing.get_args(inside) or inside is Any


def _type(hint: Any, objects: dict[str, Fields]) -> Type:  # noqa: C901 - one line a kind of annotation
    if hint in PLAIN:
        return PLAIN[hint]
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin is pulumi.Output:
        return _type(inside[0], objects)
    if origin in (typing.Union, types.UnionType):
        return _one_of(inside, objects)
    if origin is typing.Literal:
        return {"enum": list(inside)}
    if origin is collections.abc.Sequence:
        return {"list": _type(inside[0], objects)}
    if origin is collections.abc.Mapping:
        return {"map": _type(inside[1], objects)}
    if inspect.isclass(hint):
        if issubclass(hint, enum.Enum):
            return {"enum": [member.value for member in hint]}
        if issubclass(hint, pulumi.Resource):
            return "resource"
        if issubclass(hint, pulumi.Asset | pulumi.Archive):
            return "any"
        if _types.is_input_type(hint):
            return _object(hint, objects)
        if _types.is_output_type(hint):
            return _object(hint, objects, output=True)
    raise TypeError(f"the annotation {hint!r} is of a kind that the stand-ins do not know")


def _one_of(members: tuple[Any, ...], objects: dict[str, Fields]) -> Type:
    # An input may also be an Output or an awaitable of the same: neither reaches a provider.
    ways = (pulumi.Output, collections.abc.Awaitable)
    kinds: list[Type] = []
    for member in members:
        if member is type(None) or typing.get_origin(member) in ways:
            continue
        if (kind := _type(member, objects)) not in kinds:
            kinds.append(kind)
    return kinds[0] if len(kinds) == 1 else {"oneOf": kinds}


def _object(owner: type, objects: dict[str, Fields], *, output: bool = False) -> Type:
    name = f"{owner.__module__}.{owner.__qualname__}"
    if name not in objects:
        # Entered before it is read, for types that hold themselves.
        objects[name] = Fields({}, [])
        if output:
            hints = _hints(owner)
            required = sorted(each for each, hint in hints.items() if not _optional(hint))
            made = Fields({each: _type(hint, objects) for each, hint in hints.items()}, required)
        else:
            made = _fields(owner, objects)
        objects[name].properties.update(made.properties)
        objects[name].required.extend(made.required)
    return {"object": name}


def _loaded(file: Path) -> Shape | None:
    if not file.is_file():
        return None
    known = json.loads(file.read_text(encoding="utf-8"))
    objects = {name: Fields(**each) for name, each in known.pop("objects").items()}
    return Shape(inputs=Fields(**known.pop("inputs")), objects=objects, **known)


def _kept(file: Path, shape: Shape) -> Shape:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Several providers may read the same type at once: whole or not at all.
    own = file.with_suffix(f".{os.getpid()}")
    own.write_text(json.dumps(asdict(shape)), encoding="utf-8")
    own.replace(file)
    return shape
