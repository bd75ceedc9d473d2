"""Inputs judged against a shape: what is unknown, missing or of the wrong type, each with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from preview.simulate.wire import is_reference, is_unknown
from tools.sdk.shape import Fields, Shape, Type

KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
#: What a program may give although the provider never asked for it: the engine's and the bridge's own.
INTERNAL: Final = "__"


@dataclass(frozen=True)
class Failure:
    """One property that is wrong: its path, and why."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def failures(inputs: Mapping[str, Any], shape: Shape) -> list[Failure]:
    """Everything wrong with ``inputs``, whose secrets are open; an unknown is right wherever it stands."""
    return list(_object(inputs, shape.inputs, shape, ""))


def object_failures(value: Any, name: str, shape: Shape, path: str) -> list[Failure]:
    """Everything wrong with a value that should be one of ``shape``'s named objects."""
    return list(_value(value, {"object": name}, shape, path))


def _object(value: Mapping[str, Any], fields: Fields, shape: Shape, path: str) -> Iterator[Failure]:
    for name in fields.required:
        if value.get(name) is None:
            yield Failure(_below(path, name), "it is required and missing")
    for name, item in value.items():
        if name in fields.properties:
            yield from _value(item, fields.properties[name], shape, _below(path, name))
        elif not name.startswith(INTERNAL):
            yield Failure(_below(path, name), f"there is no such property, but {', '.join(sorted(fields.properties))}")


def _value(value: Any, type_: Type, shape: Shape, path: str) -> Iterator[Failure]:
    if value is None or type_ == "any" or is_unknown(value):
        return
    if isinstance(type_, str):
        yield from _plain(value, type_, path)
        return
    ((kind, inside),) = type_.items()
    if kind == "enum":
        if value not in inside:
            yield Failure(path, f"it is {value!r}; allowed are {', '.join(map(repr, inside))}")
    elif kind == "oneOf":
        tried = [list(_value(value, each, shape, path)) for each in inside]
        # The fewest complaints come from the kind that was meant.
        yield from min(tried, key=len)
    elif kind == "list":
        yield from _items(value, inside, shape, path)
    elif not isinstance(value, Mapping) or is_reference(value):
        yield Failure(path, f"it must be a mapping, not {_named(value)}")
    elif kind == "map":
        for key, item in value.items():
            yield from _value(item, inside, shape, _below(path, key))
    else:
        yield from _object(value, shape.objects[inside], shape, path)


def _plain(value: Any, type_: str, path: str) -> Iterator[Failure]:
    # Where references are not kept, a resource is its id.
    if type_ == "resource" or (is_reference(value) and type_ == "string"):
        if not is_reference(value) and not isinstance(value, str):
            yield Failure(path, f"it must be a resource, not {_named(value)}")
        return
    # A boolean is an int to Python, and to nobody else.
    if not isinstance(value, KINDS[type_]) or (isinstance(value, bool) and type_ != "boolean"):
        yield Failure(path, f"it must be of type {type_}, not {_named(value)}")


def _items(value: Any, inside: Type, shape: Shape, path: str) -> Iterator[Failure]:
    if not isinstance(value, list):
        yield Failure(path, f"it must be a list, not {_named(value)}")
        return
    for place, item in enumerate(value):
        yield from _value(item, inside, shape, f"{path}[{place}]")


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _named(value: Any) -> str:
    """The kind of a value; never the value, which may have been a secret."""
    if is_reference(value):
        return "a resource"
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "list"}
    return kinds.get(type(value), "mapping")
