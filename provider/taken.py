"""Arguments as other languages send them, made into the dataclass that a component takes; or all that is wrong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

import pulumi
from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails
from pulumi.runtime import rpc

from provider.hints import Property, Wire, arguments

Made = TypeVar("Made")
#: A value that is wrong, and has been told already.
NOTHING: Final = object()
#: What a value must be, in the words of a schema.
EXPECTED: Final = {"array": "a list", "map": "a mapping", "object": "a mapping", "integer": "a whole number"}


class Wrong:
    """What is wrong, in the order in which it was found."""

    def __init__(self) -> None:
        self.by_path: list[InputPropertyErrorDetails] = []
        self.spoken: list[str] = []

    def add(self, path: str, reason: str, value: Any = None) -> None:
        """Notes a failure of the ``value`` at ``path``.

        The engine prints the value beside its path, secrets not excepted: where there may be one, only words are sent.
        """
        if _holds_output(value):
            self.spoken.append(f"{path}: {reason}")
        else:
            self.by_path.append({"property_path": path, "reason": reason})

    def __len__(self) -> int:
        return len(self.by_path) + len(self.spoken)


def take(kind: type[Made], given: Mapping[str, Any]) -> Made:
    """The ``kind`` that ``given`` describes.

    Raises:
        InputPropertiesError: For everything that is wrong, each by its path.
    """
    wrong = Wrong()
    made = _object(given, kind, "", wrong)
    if wrong:
        what = f"{kind.__name__.removesuffix('Args')} was given what it cannot take"
        raise InputPropertiesError("; ".join([what, *wrong.spoken]), wrong.by_path)
    return made  # type: ignore[no-any-return]


def _object(given: Mapping[str, Any], kind: type, path: str, wrong: Wrong) -> Any:
    known, before = arguments(kind) or {}, len(wrong)
    for name, value in given.items():
        if name not in known:
            wrong.add(_below(path, name), _no_such(name, known), value)
    taken = {}
    for name, each in known.items():
        value, here = given.get(name), _below(path, name)
        if value is not None:
            taken[each.name] = _value(value, each.wire, here, wrong)
        elif each.required:
            wrong.add(here, "it is required and missing")
    if len(wrong) > before:
        return NOTHING
    try:
        return kind(**taken)
    except ValueError as error:
        _refused(str(error), known, given, path, wrong)
        return NOTHING


def _value(value: Any, wire: Wire, path: str, wrong: Wrong) -> Any:
    if isinstance(value, pulumi.Output) or value == rpc.UNKNOWN:
        if not wire.waits:
            wrong.add(path, "it must be plain: neither a secret nor known only after a deployment", value)
        return value
    if wire.kind == "any":
        return value
    if not _fits(value, wire):
        wrong.add(path, f"it must be {_expected(wire)}, not {_named(value)}", value)
        return NOTHING
    if wire.kind == "array" and wire.inside:
        return [_value(item, wire.inside, f"{path}[{place}]", wrong) for place, item in enumerate(value)]
    if wire.kind == "map" and wire.inside:
        return {key: _value(item, wire.inside, _below(path, key), wrong) for key, item in value.items()}
    if wire.kind == "object" and wire.made:
        return _object(value, wire.made, path, wrong)
    if wire.made is Decimal:
        return Decimal(str(value))
    # Every number is a float on the wire.
    return int(value) if wire.kind == "integer" else value


def _fits(value: Any, wire: Wire) -> bool:
    match wire.kind:
        case "string":
            return isinstance(value, str) and (not wire.choices or value in wire.choices)
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "number":
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return number and (wire.kind == "number" or float(value).is_integer())
        case "array":
            return isinstance(value, list)
        case _:
            return isinstance(value, Mapping)


def _expected(wire: Wire) -> str:
    return f"one of {', '.join(wire.choices)}" if wire.choices else EXPECTED.get(wire.kind, f"a {wire.kind}")


def _named(value: Any) -> str:
    """The kind of a value, never the value."""
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a mapping"}
    return kinds.get(type(value), "a resource or an asset")


def _no_such(name: str, known: Mapping[str, Property]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"allowed are {', '.join(known)}"
    return f"there is no such argument; {hint}"


def _refused(message: str, known: Mapping[str, Property], given: Mapping[str, Any], path: str, wrong: Wrong) -> None:
    """What a dataclass says of its fields, by their names in other languages; most messages begin with the name."""
    for name, each in known.items():
        message = re.sub(rf"\b{each.name}\b", name, message)
    first, _, rest = message.partition(" ")
    if first in known:
        wrong.add(_below(path, first), rest, given.get(first))
    else:
        wrong.add(path, message, given)


def _holds_output(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_output, value.values()))
    return any(map(_holds_output, value)) if isinstance(value, list) else isinstance(value, pulumi.Output)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
