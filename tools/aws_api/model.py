"""AWS's API models as botocore ships them, reduced to what an input can break: length, pattern, enum, range, size."""

from __future__ import annotations

import re
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
    # What allows every text on one line says nothing; the length beside it says the rest.
    return None if compiled.fullmatch("") and compiled.pattern in (".*", "^.*$", r"[\s\S]*", r"^[\s\S]*$") else made


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
