"""A property and what it must be, in three outcomes: it holds, it fails, or nobody can know yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from policy.resource import MISSING, UNKNOWN, peek
from stacks.settings import Environment

Outcome = Literal["holds", "fails", "unknown"]
JSON: Final = "{}"
Comparison = Literal["at least", "at most", "equal", "not equal", "one of", "set", "all within"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """``path`` compared with ``value``.

    The step ``*`` stands for every item of a list, which must not be empty; ``{}`` for what a text holds as JSON.
    """

    path: tuple[str | int, ...]
    is_: Comparison
    value: Any = None
    only_in: tuple[Environment, ...] = ("dev", "staging", "prod")

    def outcome(self, props: Any) -> Outcome:
        """Whether the check holds for ``props``. Never raises, whatever the property turns out to be."""
        outcomes = [_compare(self.is_, found, self.value) for found in _found(props, self.path)]
        if "fails" in outcomes:
            return "fails"
        return "unknown" if "unknown" in outcomes else "holds"

    @property
    def dotted(self) -> str:
        """The path as written in a message."""
        return ".".join(str(step) for step in self.path)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        if self.is_ == "set":
            return "set"
        value = ", ".join(map(str, self.value)) if isinstance(self.value, tuple) else self.value
        words = {"equal": "", "not equal": "anything but "}.get(self.is_, f"{self.is_} ")
        return f"{words}{str(value).lower() if isinstance(value, bool) else value}"


def _found(value: Any, path: tuple[str | int, ...]) -> Iterator[Any]:
    if JSON in path:
        place = path.index(JSON)
        for text in _found(value, path[:place]):
            yield from _found(_decoded(text), path[place + 1 :])
        return
    if "*" not in path:
        yield peek(value, *path)
        return
    place = path.index("*")
    items = peek(value, *path[:place])
    if isinstance(items, list) and items:
        for item in items:
            yield from _found(item, path[place + 1 :])
    else:
        yield items if items is UNKNOWN else MISSING


def _decoded(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return MISSING


def _compare(comparison: Comparison, found: Any, value: Any) -> Outcome:
    if comparison == "set":
        return "fails" if found is MISSING or found in ("", {}, []) else "holds"
    if found is UNKNOWN:
        return "unknown"
    if found is MISSING:
        return "holds" if comparison in ("not equal", "at most") else "fails"
    return "holds" if _holds(comparison, found, value) else "fails"


def _holds(comparison: Comparison, found: Any, value: Any) -> bool:
    if comparison in ("equal", "not equal"):
        return _same(found, value) is (comparison == "equal")
    if comparison == "one of":
        return any(_same(found, item) for item in value)
    if comparison == "all within":
        return isinstance(found, list) and all(any(_same(item, each) for each in value) for item in found)
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return False
    return bool(found >= value if comparison == "at least" else found <= value)


def _same(found: Any, value: Any) -> bool:
    # Providers take booleans as text in places ("true" in a launch template); 1 is not true.
    if isinstance(value, bool) and isinstance(found, str):
        return found.lower() == str(value).lower()
    return type(found) is type(value) and bool(found == value)
