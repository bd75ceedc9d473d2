"""A property and what it must be, in three outcomes: it holds, it fails, or nobody can know yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from model.helm import chart_name
from model.resource import MISSING, UNKNOWN, decoded, peek
from stacks.environments import PRODUCTION

Outcome = Literal["holds", "fails", "unknown"]
JSON: Final = "{}"
#: Characters of a value that a pattern is tried against.
MOST_MATCHED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Having:
    """A step to the items of a list that say ``key``, or with ``absent`` to those that do not."""

    key: str
    absent: bool = False

    def __str__(self) -> str:
        return "*"

    def fits(self, item: Any) -> bool:
        """Whether the item is one of them; what is not known yet may be."""
        found = peek(item, self.key)
        return found is UNKNOWN or (found in (MISSING, False, "", "false")) is self.absent


Step = str | int | tuple[str, str] | Having
Comparison = Literal[
    "at least",
    "at most",
    "equal",
    "not equal",
    "one of",
    "set",
    "stated",
    "absent",
    "keys within",
    "holding",
    "chart",
    "matching",
    "absent or matching",
]


@dataclass(frozen=True, kw_only=True)
class Check:
    """``path`` compared with ``value``.

    The step ``*`` stands for every item of a list or mapping, which must not be empty; ``{}`` for what a text holds as
    JSON; ``("name", "tls")`` for the items of a list whose name is tls, :class:`Having` for those that say something.
    Where ``otherwise`` holds, so does the check.
    ``set`` takes a value that nobody knows yet for one, because it names another resource; ``stated`` does not.
    ``production_only`` says that no other environment is asked for it.
    ``holding`` wants a list with ``value`` in it, ``chart`` an address of the chart that ``value`` names, ``matching``
    a text, number or boolean that the regular expression ``value`` matches as a whole; ``said`` is that in words.
    """

    path: tuple[Step, ...]
    is_: Comparison
    value: Any = None
    otherwise: Check | None = None
    production_only: bool = False
    said: str = ""

    def outcome(self, props: Any) -> Outcome:
        """Whether the check holds for ``props``. Never raises, whatever the property turns out to be."""
        outcomes = [_compare(self.is_, found, self.value) for found in found_at(props, self.path)]
        outcome: Outcome = "fails" if "fails" in outcomes else "unknown" if "unknown" in outcomes else "holds"
        if outcome == "holds" or self.otherwise is None:
            return outcome
        other = self.otherwise.outcome(props)
        return "unknown" if "unknown" in (outcome, other) and other != "holds" else other

    def applies_in(self, environment: str) -> bool:
        """Whether ``environment`` is asked for it."""
        return not self.production_only or environment == PRODUCTION

    @property
    def dotted(self) -> str:
        """The path as written in a message."""
        return ".".join("=".join(step) if isinstance(step, tuple) else str(step) for step in self.path)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        if self.said:
            return self.said
        if self.is_ in ("set", "stated"):
            return "set"
        if self.is_ == "absent":
            return "absent"
        if self.is_ == "keys within":
            return f"nothing but {', '.join(map(str, self.value))}"
        if self.is_ == "holding":
            return f"a list with {self.value} in it"
        value = ", ".join(map(str, self.value)) if isinstance(self.value, tuple) else self.value
        words = {"equal": "", "chart": "", "not equal": "anything but "}.get(self.is_, f"{self.is_} ")
        return f"{words}{str(value).lower() if isinstance(value, bool) else value}"


def found_at(value: Any, path: tuple[Step, ...]) -> Iterator[Any]:
    """Every value at ``path``; ``MISSING`` or ``UNKNOWN`` where there is none."""
    for place, step in enumerate(path):
        if step in (JSON, "*") or isinstance(step, tuple | Having):
            for below in _below(peek(value, *_plain(path[:place])), step):
                yield from found_at(below, path[place + 1 :])
            return
    yield peek(value, *_plain(path))


def _plain(path: tuple[Step, ...]) -> list[str | int]:
    return [step for step in path if isinstance(step, str | int)]


def _below(value: Any, step: Step) -> Iterator[Any]:
    if step == JSON:
        yield decoded(value) if isinstance(value, str) else value
        return
    items = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    if isinstance(step, tuple):
        key, wanted = step
        named = [item for item in items if peek(item, key) == wanted]
        # What is not known yet may turn out to be the item asked for.
        items = named or [UNKNOWN for item in items if peek(item, key) is UNKNOWN]
    if isinstance(step, Having):
        items = [item for item in items if step.fits(item)]
    if items:
        yield from items
    else:
        yield UNKNOWN if value is UNKNOWN else MISSING


def _compare(comparison: Comparison, found: Any, value: Any) -> Outcome:
    if comparison == "set" and found is UNKNOWN:
        return "holds"
    if found is UNKNOWN:
        return "unknown"
    if comparison in ("set", "stated", "absent"):
        empty = found is MISSING or found in ("", {}, [])
        return "holds" if empty is (comparison == "absent") else "fails"
    if found is MISSING:
        return "holds" if comparison in ("not equal", "at most", "keys within", "absent or matching") else "fails"
    if comparison == "holding" and isinstance(found, list) and UNKNOWN in found and value not in found:
        return "unknown"
    return "holds" if _holds(comparison, found, value) else "fails"


def _holds(comparison: Comparison, found: Any, value: Any) -> bool:
    if comparison in ("equal", "not equal"):
        return _same(found, value) is (comparison == "equal")
    if comparison == "one of":
        return any(_same(found, item) for item in value)
    if comparison in ("matching", "absent or matching"):
        # Bounded: a pattern is tried against whatever somebody wrote.
        return isinstance(found, str | int) and re.fullmatch(value, str(found)[:MOST_MATCHED]) is not None
    if comparison == "chart":
        return bool(chart_name(found) == value)
    if comparison == "keys within":
        return isinstance(found, Mapping) and set(found) <= set(value)
    if comparison == "holding":
        return isinstance(found, list) and any(_same(item, value) for item in found)
    if isinstance(found, str) and re.fullmatch(r"[0-9]{1,9}", found):
        # Charts take numbers as text in places.
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return False
    return bool(found >= value if comparison == "at least" else found <= value)


def _same(found: Any, value: Any) -> bool:
    # Providers take booleans as text in places ("true" in a launch template); 1 is not true.
    if isinstance(value, bool) and isinstance(found, str):
        return found.lower() == str(value).lower()
    if isinstance(value, int) and isinstance(found, str):
        return found == str(value)
    return type(found) is type(value) and bool(found == value)
