"""What type hints say of the wire: one reading, from which the schema is written and arguments are taken."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import MISSING, dataclass, replace
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

import pulumi

Kind = Literal["string", "integer", "number", "boolean", "any", "array", "map", "object"]
SIMPLE: Final[Mapping[type, Kind]] = {
    str: "string",
    int: "integer",
    float: "number",
    Decimal: "number",
    bool: "boolean",
}
#: Of what a schema may say the default.
PRIMITIVE: Final = (str, int, float, bool)


@dataclass(frozen=True, kw_only=True)
class Wire:
    """A type as it travels: ``inside`` is what a list or a mapping holds, ``made`` the class that a value becomes.

    What ``waits`` may be an output, and known only after a deployment; everything else is plain. Of ``choices``, when
    there are some, a text is one.
    """

    kind: Kind
    inside: Wire | None = None
    made: type | None = None
    choices: tuple[str, ...] = ()
    waits: bool = False


@dataclass(frozen=True, kw_only=True)
class Property:
    """One argument or output: its name in Python, and in every other language."""

    name: str
    wire: Wire
    required: bool
    #: What is taken where nothing is given, if a schema can say it.
    default: str | float | bool | None = None

    @property
    def camel(self) -> str:
        """The name in camelCase, as schemas have it."""
        return camel(self.name)


def camel(name: str) -> str:
    """``vpc_id`` as ``vpcId``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def wire(hint: Any) -> Wire | None:
    """How a value of this type travels; ``None`` for what cannot, such as a resource."""
    if hint is Any:
        return Wire(kind="any")
    if hint in SIMPLE:
        return Wire(kind=SIMPLE[hint], made=hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return Wire(kind="object", made=hint) if arguments(hint) is not None else None
    origin, of = get_origin(hint), get_args(hint)
    if origin is Literal:
        return Wire(kind="string", made=str, choices=of)
    if origin in (Union, UnionType):
        return _union(of)
    if origin is pulumi.Output:
        return _later(of[0])
    if origin in (list, Sequence):
        return _holding("array", of[0])
    if origin in (dict, Mapping) and of[0] is str:
        return _holding("map", of[1])
    return None


def _union(members: Sequence[Any]) -> Wire | None:
    """An ``Input[T]`` is a union of T, an awaitable T and an output; an optional type one with ``None``."""
    awaited = [get_args(each)[0] for each in members if get_origin(each) is Awaitable]
    if awaited:
        return _later(awaited[0])
    (first, *others) = [each for each in members if each is not NoneType]
    return None if others else wire(first)


def _later(hint: Any) -> Wire | None:
    found = wire(hint)
    return replace(found, waits=True) if found else None


def _holding(kind: Kind, hint: Any) -> Wire | None:
    inside = wire(hint)
    return Wire(kind=kind, inside=inside) if inside else None


def arguments(kind: type) -> dict[str, Property] | None:
    """What a dataclass takes, by the name of other languages; ``None`` if something that it requires cannot travel.

    What it does not require is left out then. Resources to wait for are such: there is ``dependsOn`` for them.
    """
    hints = inspect.get_annotations(kind, eval_str=True)
    found = {}
    for field in dataclasses.fields(kind):
        required = field.default is MISSING and field.default_factory is MISSING
        travels = wire(hints[field.name])
        if travels:
            default = field.default if isinstance(field.default, PRIMITIVE) else None
            made = Property(name=field.name, wire=travels, required=required, default=default)
            found[made.camel] = made
        elif required:
            return None
    return found


def outputs(component: type) -> dict[str, Property]:
    """What a component tells of itself, by the name of other languages: the attributes that are values."""
    found = {}
    for name, hint in inspect.get_annotations(component, eval_str=True).items():
        travels = wire(hint)
        if travels and not name.startswith("_"):
            made = Property(name=name, wire=travels, required=NoneType not in get_args(hint))
            found[made.camel] = made
    return found
