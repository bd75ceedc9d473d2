"""Walks the inputs of a Pulumi type beside the members of the operation that creates it, and keeps what both have.

A property is matched by its name: ``roleArn`` with ``RoleArn``, ``subnetIds`` with ``SubnetIds``, and a block that
Pulumi writes alone with a list of one. What is called otherwise is renamed in the mapping, which is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tools.aws_api.model import (
    ListShape,
    MapShape,
    Shape,
    StructureShape,
    constraint,
    input_of,
    is_tags,
    member,
    tag_members,
)
from tools.sdk.shape import Fields, read

#: A rename that begins so says why no operation of AWS takes the property as it is.
NOT_SENT: Final = "- "
SCALARS: Final = ("string", "integer", "long", "float", "double", "boolean", "timestamp", "blob")


@dataclass
class Table:
    """What was found: constraints by shape, types by token, and the properties that found no member."""

    constraints: dict[str, dict[str, Any]] = field(default_factory=dict)
    types: dict[str, Any] = field(default_factory=dict)
    unmatched: dict[str, list[str]] = field(default_factory=dict)
    not_sent: dict[str, dict[str, str]] = field(default_factory=dict)


def table(mapping: Mapping[str, Any]) -> Table:
    """The table of a whole mapping. Raises :class:`ValueError`, naming the entry, for one that fits no model."""
    made = Table()
    for token, operations in mapping["types"].items():
        walk = _Walk(made, token)
        for operation, own in operations.items():
            try:
                walk.through(operation, {**everywhere(mapping, operation), **(own or {})}, own or {})
            except ValueError as error:
                raise ValueError(f"types.{token}: {error}") from None
        walk.finish()
    for token, other in mapping["same"].items():
        if other not in made.types:
            raise ValueError(f"same.{token}: {other} is no type of this mapping")
        made.types[token] = other
    for name in mapping["anyCase"]:
        if "enum" not in made.constraints.get(name, {}):
            raise ValueError(f"anyCase: {name} is no enum that a mapped type has")
        made.constraints[name] = {**made.constraints[name], "anyCase": True}
    _override(made, mapping["overrides"])
    used = set(_names(made.types))
    made.constraints = {name: found for name, found in sorted(made.constraints.items()) if name in used}
    return made


def _override(made: Table, overrides: Mapping[str, Any]) -> None:
    for name, entry in overrides.items():
        if name not in made.constraints:
            raise ValueError(f"overrides.{name}: no type that is mapped has it")
        # A pattern that stands for an enum is one of a text, as every other.
        text = {"text": True} if "pattern" in entry["instead"] else {}
        changed = {**made.constraints[name], **text, **entry["instead"]}
        made.constraints[name] = {key: value for key, value in changed.items() if value is not None}


def _names(node: Any) -> Iterator[str]:
    """Every constraint that a type, or a part of one, refers to."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, below in node.items():
            if key != "required":
                yield from _names(below)


def everywhere(mapping: Mapping[str, Any], operation: str) -> Mapping[str, str]:
    """What a service calls otherwise in all its operations: only where the operation has it."""
    service, name, *below = operation.split()
    shape: Shape = input_of(service, name)
    shape = member(shape, below[0]) if below else shape
    while isinstance(shape, ListShape):
        shape = shape.member
    known = shape.members if isinstance(shape, StructureShape) else {}
    renames = mapping.get("everywhere", {}).get(service, {})
    return {name: path for name, path in renames.items() if path.partition(".")[0] in known}


class _Walk:
    def __init__(self, made: Table, token: str) -> None:
        self._made, self._token = made, token
        self._shape = read(token)
        self._block: dict[str, Any] = {}
        self._unmatched: set[str] | None = None
        self._used: set[str] = set()

    def through(self, operation: str, renames: Mapping[str, str], own: Mapping[str, str]) -> None:
        """One operation: ``service Operation``, or ``service Operation Member.Path`` where all lies below a member."""
        service, name, *below = operation.split()
        shape: Shape = input_of(service, name)
        if below:
            shape = member(shape, below[0])
        while isinstance(shape, ListShape):
            shape = shape.member
        if not isinstance(shape, StructureShape):
            raise ValueError(f"{operation}: is no structure")  # noqa: TRY004 - it is the mapping that is wrong
        self._service, self._renames, self._used = service, renames, set()
        unmatched: set[str] = set()
        found = self._fields(self._shape.inputs, shape, "", unmatched, ())
        if strangers := own.keys() - self._used:
            raise ValueError(f"{operation}: renames {', '.join(sorted(strangers))}, which the type has not")
        self._block = _merged(found, self._block)
        self._unmatched = unmatched if self._unmatched is None else self._unmatched & unmatched

    def finish(self) -> None:
        """Enters what all operations together gave."""
        self._made.types[self._token] = self._block
        self._made.unmatched[self._token] = sorted(self._unmatched or ())

    def _fields(
        self, fields: Fields, shape: StructureShape, path: str, unmatched: set[str], above: tuple[str, ...]
    ) -> dict[str, Any]:
        block: dict[str, Any] = {}
        required: list[str] = []
        for name, kind in sorted(fields.properties.items()):
            where = f"{path}{name}"
            renamed = self._renames.get(where)
            if renamed:
                self._used.add(where)
            if renamed and renamed.startswith(NOT_SENT):
                self._made.not_sent.setdefault(self._token, {})[where] = renamed.removeprefix(NOT_SENT)
                continue
            target = member(shape, renamed) if renamed else _same_name(shape, name)
            if target is None:
                unmatched.add(where)
                continue
            node = self._node(kind, target, where, unmatched, above)
            if node is not None:
                block[name] = node
            # What the SDK leaves open the provider fills in; only what both want is sure to be missed.
            if name in fields.required and _required(shape, target, renamed):
                required.append(name)
        made: dict[str, Any] = {}
        if block:
            made["block"] = block
        if required:
            made["required"] = sorted(required)
        return made

    def _node(self, kind: Any, shape: Shape, path: str, unmatched: set[str], above: tuple[str, ...]) -> Any:
        kind = _plain(kind, shape)
        if isinstance(kind, dict) and "object" in kind:
            while isinstance(shape, ListShape):
                shape = shape.member
            # A type that holds itself is written down once.
            if not isinstance(shape, StructureShape) or kind["object"] in above:
                return None
            below = (*above, kind["object"])
            return self._fields(self._shape.objects[kind["object"]], shape, f"{path}.", unmatched, below) or None
        if isinstance(kind, dict) and "list" in kind:
            return self._list(kind["list"], shape, path, unmatched, above)
        if isinstance(kind, dict) and "map" in kind:
            return self._map(shape)
        return self._scalar(shape) if shape.type_name in SCALARS else self._alone(shape)

    def _alone(self, shape: Shape) -> Any:
        # One text where AWS takes a list of them.
        return self._scalar(shape.member) if isinstance(shape, ListShape) else None

    def _list(self, kind: Any, shape: Shape, path: str, unmatched: set[str], above: tuple[str, ...]) -> Any:
        if not isinstance(shape, ListShape):
            node = self._node(kind, shape, path, unmatched, above)
            return {"each": node} if node else None
        node = self._node(kind, shape.member, path, unmatched, above)
        made = {"each": node} if node else {}
        if size := self._scalar(shape):
            made["size"] = size
        return made or None

    def _map(self, shape: Shape) -> Any:
        size = self._scalar(shape)
        if is_tags(shape):
            key, value = tag_members(shape.member)  # type: ignore[misc]
        elif isinstance(shape, MapShape):
            key, value = shape.key, shape.value
        else:
            return None
        parts = {"keys": self._scalar(key), "values": self._scalar(value), "size": size}
        return {name: part for name, part in parts.items() if part} or None

    def _scalar(self, shape: Shape) -> str | None:
        found = constraint(shape)
        if not found:
            return None
        name = f"{self._service}.{shape.name}"
        self._made.constraints[name] = found
        return name


def _plain(kind: Any, shape: Shape) -> Any:
    """Of several ways to write a property, the one that a member can be held against: a document is a text to AWS."""
    if isinstance(kind, dict) and "oneOf" in kind:
        structured = [each for each in kind["oneOf"] if isinstance(each, dict) and "enum" not in each]
        return structured[0] if structured and shape.type_name not in SCALARS else "string"
    return kind


def _same_name(shape: StructureShape, name: str) -> Shape | None:
    members = {_folded(each): found for each, found in shape.members.items()}
    for way in _ways(_folded(name)):
        if way in members:
            return members[way]
    return None


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _ways(name: str) -> tuple[str, ...]:
    """The name, and its other number: Pulumi writes lists in the plural, AWS as it likes."""
    singular = (
        f"{name[:-3]}y" if name.endswith("ies") else name[:-2] if name.endswith("sses") else name.removesuffix("s")
    )
    return (name, singular, f"{name}s", f"{name[:-1]}ies", f"{name}list", f"{singular}list", f"{name}set")


def _required(shape: Shape, target: Shape, renamed: str | None) -> bool:
    """Whether AWS wants the member, and everything on the way to it."""
    for step in (renamed or "").split(".")[:-1]:
        while isinstance(shape, ListShape):
            shape = shape.member
        if not isinstance(shape, StructureShape) or step not in shape.required_members:
            return False
        shape = shape.members[step]
    while isinstance(shape, ListShape):
        shape = shape.member
    wanted = shape.required_members if isinstance(shape, StructureShape) else ()
    return any(shape.members[name] is target for name in wanted)


def _merged(new: Any, old: Any) -> Any:
    """Both; where both speak, the older, which is the operation that was named first."""
    if not old:
        return new
    if not (isinstance(new, dict) and isinstance(old, dict)):
        return old
    made = {key: _merged(value, old.get(key)) for key, value in new.items() if key != "required"}
    made |= {key: value for key, value in old.items() if key not in made}
    if wanted := sorted({*new.get("required", ()), *old.get("required", ())}):
        made["required"] = wanted
    return made
