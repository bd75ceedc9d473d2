"""AWS's API models as botocore ships them, reduced to what an input can break: length, pattern, enum, range, size."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationNotFoundError, ServiceModel, Shape, StructureShape

#: Java's classes that Python does not have, each as something that allows at least as much.
JAVA_CLASSES: Final = {
    "L": r"\w",
    "N": r"\w",
    "M": r"\w",
    "Alnum": "A-Za-z0-9",
    "Alpha": "A-Za-z",
    "ASCII": r"\x00-\x7f",
    "Digit": "0-9",
    "Graph": r"\x21-\x7e",
    "LD": r"\w",
    "P": r"\W",
    "Print": r"\x20-\x7e",
    "Punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "S": r"\W",
    "Space": r"\s",
    "Z": r"\s",
    "Zs": r"\s",
}
_LOADER: Final = Loader()
#: Python's own reader of patterns, by the name that 3.11 and later have for it.
_parser: Final = importlib.import_module("re._parser")
REPEATS: Final = (_parser.MAX_REPEAT, _parser.MIN_REPEAT)
#: A part that may come so often divides a text in as many ways as one without an end.
MANY: Final = 16
CATEGORIES: Final = {
    f"CATEGORY_{word}{kind}": letter.upper() if word else letter
    for kind, letter in (("DIGIT", r"\d"), ("SPACE", r"\s"), ("WORD", r"\w"))
    for word in ("", "NOT_")
}


@cache
def service(name: str) -> ServiceModel:
    """The newest model of a service."""
    return ServiceModel(_LOADER.load_service_model(name, "service-2"), service_name=name)


def input_of(name: str, operation: str) -> StructureShape:
    """What an operation takes. Raises :class:`ValueError` for an operation that the service has not."""
    try:
        shape = service(name).operation_model(operation).input_shape
    except (BotoCoreError, OperationNotFoundError) as error:
        raise ValueError(f"{name} {operation}: {error}") from None
    if not isinstance(shape, StructureShape):
        raise ValueError(f"{name} {operation}: takes nothing")  # noqa: TRY004 - it is the mapping that is wrong
    return shape


def member(shape: Shape, path: str) -> Shape:
    """The member at a dotted path; lists are walked through. Raises :class:`ValueError`."""
    for step in path.split("."):
        while isinstance(shape, ListShape):
            shape = shape.member
        members = shape.members if isinstance(shape, StructureShape) else {}
        if step not in members:
            raise ValueError(f"{shape.name} has no member {step}; it has {', '.join(members)}")
        shape = members[step]
    return shape


def constraint(shape: Shape) -> dict[str, Any]:
    """What a value of this shape must keep to; empty where it may be anything of its kind."""
    metadata = shape.metadata
    found: dict[str, Any] = {}
    if shape.type_name == "string":
        if enum := getattr(shape, "enum", None):
            # Models list what a service retired, too, and no text of theirs says which.
            return {"enum": sorted(enum)}
        if pattern := metadata.get("pattern"):
            found["pattern"] = readable(pattern)
    if shape.type_name in ("string", "list", "map", "integer", "long", "float", "double"):
        found |= {key: metadata[key] for key in ("min", "max") if key in metadata}
        # A length of 0 or more, and of any number a list could have, is none.
        if found.get("min") == 0 and shape.type_name in ("string", "list", "map"):
            del found["min"]
    found = {key: value for key, value in found.items() if value is not None}
    # A provider takes numbers as text in places: only the model says whether a bound is a length or a range.
    return found | {"text": True} if found and shape.type_name == "string" else found


def readable(pattern: str) -> str | None:
    """A Java pattern as Python reads it, or ``None`` where it cannot be put so that it allows no less."""
    if "&&" in pattern or re.search(r"\[\^[^\]]*\\[pP]\{", pattern) or r"\P{" in pattern:
        return None
    unknown = {name.removeprefix("Is") for name in re.findall(r"\\p\{(\w+)\}", pattern)} - JAVA_CLASSES.keys()
    if unknown:
        return None

    def translated(found: re.Match[str]) -> str:
        allowed = JAVA_CLASSES[found[1].removeprefix("Is")]
        return allowed if _in_class(pattern, found.start()) else f"[{allowed}]"

    made = re.sub(r"\\p\{(\w+)\}", translated, pattern)
    try:
        compiled = re.compile(made)
    except re.error:
        return None
    if is_slow(made):
        return None
    # What allows every text on one line says nothing; the length beside it says the rest.
    return None if compiled.fullmatch("") and compiled.pattern in (".*", "^.*$", r"[\s\S]*", r"^[\s\S]*$") else made


def is_slow(pattern: str) -> bool:
    """Whether a repetition within a repetition can divide a text in many ways, which takes time without end.

    It cannot where each round has to begin, end or pass a character that the inner repetition does not take.
    """
    return any(_divides(part) for part in _repeats(_parser.parse(pattern)))


def _repeats(parts: Any) -> Iterator[Any]:
    """Every part that may come again, however deep it stands: its items."""
    for name, value in parts:
        if name in REPEATS and (value[1] == _parser.MAXREPEAT or value[1] >= MANY):
            yield value[2]
        for below in _inside(name, value):
            yield from _repeats(below)


def _inside(name: Any, value: Any) -> list[Any]:
    if name in REPEATS:
        return [value[2]]
    if name is _parser.SUBPATTERN:
        return [value[3]]
    if name is _parser.BRANCH:
        return list(value[1])
    return [value[1]] if name in (_parser.ASSERT, _parser.ASSERT_NOT) else []


def _divides(body: Any) -> bool:
    inner = [_characters(part) for part in _repeats(body)]
    fixed = [_characters([item]) for item in _flat(body) if _comes(*item)]
    return any(all(mark & taken for mark in fixed) for taken in inner)


def _comes(name: Any, value: Any) -> bool:
    """Whether a part takes a character in every round."""
    if name in REPEATS:
        return bool(value[0])
    if name is _parser.BRANCH:
        return all(way.getwidth()[0] for way in value[1])
    return name in (_parser.LITERAL, _parser.IN, _parser.NOT_LITERAL)


def _flat(parts: Any) -> Iterator[Any]:
    """What follows one another, groups opened."""
    for item in parts:
        if item[0] is _parser.SUBPATTERN:
            yield from _flat(item[1][3])
        else:
            yield item


def _characters(parts: Any) -> frozenset[str]:
    """Characters of one byte that stand alone somewhere in ``parts``; all of them where that is more than a class."""
    found: set[str] = set()
    for name, value in parts:
        if name in (_parser.LITERAL, _parser.NOT_LITERAL, _parser.IN, _parser.ANY):
            one = re.compile(_written(name, value), re.DOTALL)
            found |= {chr(code) for code in range(256) if one.fullmatch(chr(code))}
        else:
            for below in _inside(name, value):
                found |= _characters(below)
    return frozenset(found)


def _written(name: Any, value: Any) -> str:
    if name is _parser.ANY:
        return "."
    if name is not _parser.IN:
        return ("[^%s]" if name is _parser.NOT_LITERAL else "[%s]") % re.escape(chr(value))
    items = []
    for kind, item in value:
        if kind is _parser.NEGATE:
            items.append("^")
        elif kind is _parser.RANGE:
            items.append(f"{re.escape(chr(item[0]))}-{re.escape(chr(item[1]))}")
        elif kind is _parser.CATEGORY:
            items.append(CATEGORIES[str(item)])
        else:
            items.append(re.escape(chr(item)))
    return f"[{''.join(items)}]"


def _in_class(pattern: str, place: int) -> bool:
    before = re.sub(r"\\.", "", pattern[:place])
    return before.rfind("[") > before.rfind("]")


def is_tags(shape: Shape) -> bool:
    """Whether the shape is AWS's list of keys and values, which Pulumi writes as a mapping."""
    return isinstance(shape, ListShape) and isinstance(shape.member, StructureShape) and bool(tag_members(shape.member))


def tag_members(shape: StructureShape) -> tuple[Shape, Shape] | None:
    """The key and the value of a structure that holds just these."""
    lower = {name.lower().removeprefix("tag"): each for name, each in shape.members.items()}
    for key in ("key", "name"):
        if lower.keys() == {key, "value"}:
            return lower[key], lower["value"]
    return None


__all__ = [
    "ListShape",
    "MapShape",
    "Shape",
    "StructureShape",
    "constraint",
    "input_of",
    "is_tags",
    "member",
    "tag_members",
]
