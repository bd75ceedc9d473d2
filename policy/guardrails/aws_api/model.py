"""Inputs against the generated table: length, pattern, enum, range, size, and what must be there, however deep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

from model.resource import MISSING, UNKNOWN

TABLE: Final = Path(__file__).with_name("constraints.json")
#: A pattern is not tried on longer texts, where it could take seconds; one class of characters, as of documents, is.
LONGEST: Final = 4096
_ONE_CLASS: Final = re.compile(r"\^?\[(?:\\.|[^\]\\])+\][*+]\$?")
#: So many values of an enum are listed; the rest is counted.
LISTED: Final = 12


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


@cache
def types() -> frozenset[str]:
    """The types that the table knows."""
    return frozenset(_table()["types"])


def refused(type_token: str, props: Mapping[str, Any]) -> Iterator[str]:
    """What AWS would refuse of a resource, a line each. A value is never quoted, and an unknown one never guessed."""
    node = _table()["types"].get(type_token)
    if isinstance(node, str):
        node = _table()["types"][node]
    if node:
        yield from _node(node, props, "")


def _node(node: Any, value: Any, path: str) -> Iterator[str]:
    if value is UNKNOWN or value is MISSING or value is None:
        return
    if isinstance(node, str):
        yield from _scalar(node, value, path)
    elif "block" in node or "required" in node:
        yield from _block(node, value, path)
    elif isinstance(value, list):
        yield from _size(node.get("size"), len(value), path)
        for place, item in enumerate(value):
            yield from _node(node.get("each", {}), item, f"{path}[{place}]")
    elif isinstance(value, Mapping):
        yield from _mapping(node, value, path)


def _block(node: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        # What Pulumi writes alone is a list in an older state.
        for place, item in enumerate(value):
            yield from _block(node, item, f"{path}[{place}]")
        return
    if not isinstance(value, Mapping):
        return
    start = f"{path}." if path else ""
    for name in node.get("required", ()):
        if value.get(name) is None:
            yield f"{start}{name} is missing; AWS does not take the request without it"
    for name, below in node.get("block", {}).items():
        if name in value and not (_is_unset(value[name]) and name not in node.get("required", ())):
            yield from _node(below, value[name], f"{start}{name}")


def _is_unset(value: Any) -> bool:
    """Whether the provider takes a value for one that was not given: it sends nothing empty, and no zero.

    Terraform's SDK, on which the provider stands, cannot tell an empty list or mapping from none at all.
    """
    if isinstance(value, (list, Mapping)):
        return not value
    return isinstance(value, (str, int, float)) and not isinstance(value, bool) and value in ("", 0)


def _mapping(node: Mapping[str, Any], value: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from _size(node.get("size"), len(value), path)
    for key, item in value.items():
        if "keys" in node:
            yield from _node(node["keys"], str(key), f"a key of {path}")
        if "values" in node:
            yield from _node(node["values"], item, f"{path}[{short(str(key))!r}]")


def short(key: str) -> str:
    """A key as a message names it, however long it is and whatever it would be to who prints it."""
    # Pulumi reads <{% as the beginning of a colour.
    plain = key.replace("<{%", "<")
    return plain if len(plain) <= 64 else f"{plain[:63]}…"


def _size(name: str | None, size: int, path: str) -> Iterator[str]:
    if name:
        yield from _bounds(name, size, f"{path} has {size} entries")


def _scalar(name: str, value: Any, path: str) -> Iterator[str]:
    limits = _table()["constraints"][name]
    if isinstance(value, (bool, list, Mapping)):
        return
    if "enum" in limits:
        text = str(value)
        alike = {each.lower() for each in limits["enum"]} if limits.get("anyCase") else ()
        if text not in limits["enum"] and text.lower() not in alike:
            yield _not_among(name, limits["enum"], text, path)
    elif "text" in limits:
        text = str(value)
        before = list(_bounds(name, len(text), f"{path} has {len(text)} characters"))
        yield from before
        pattern = limits.get("pattern")
        tried = pattern and not before and (len(text) <= LONGEST or _ONE_CLASS.fullmatch(pattern))
        if tried and not _pattern(pattern).fullmatch(text):
            yield f"{path} does not match {pattern} ({name})"
    elif (number := _number(value)) is not None:
        yield from _bounds(name, number, f"{path} is out of range")


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _bounds(name: str, size: float, stated: str) -> Iterator[str]:
    limits = _table()["constraints"][name]
    low, high = limits.get("min"), limits.get("max")
    if (low is None or size >= low) and (high is None or size <= high):
        return
    allowed = f"{low} to {high}" if None not in (low, high) else f"{low} or more" if high is None else f"{high} at most"
    yield f"{stated}; allowed are {allowed} ({name})"


def _not_among(name: str, allowed: list[str], value: str, path: str) -> str:
    if near := get_close_matches(value, allowed, n=1, cutoff=0.8):
        return f"{path} is none of the {len(allowed)} values of {name}; did you mean {near[0]}?"
    more = f" and {len(allowed) - LISTED} more" if len(allowed) > LISTED else ""
    return f"{path} is not one of {', '.join(allowed[:LISTED])}{more} ({name})"


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
