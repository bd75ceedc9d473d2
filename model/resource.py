"""A declared resource as the ledger, the meter and the rules see it: plain values, and unknowns that say so.

The policy SDK hands out proxies that raise on an unknown, floats for whole numbers, and secrets in clear
text; the preview hands out protobuf. Both are turned into :class:`Resource` once, here or at the edge, so
that no rule has to know.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final


class Absence(Enum):
    """Why a value cannot be read: the program does not know it yet, or never gave it."""

    UNKNOWN = "unknown"
    MISSING = "missing"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = Absence.UNKNOWN
MISSING: Final = Absence.MISSING

#: Keys of mappings and places in lists, from the outermost.
Path = tuple[str | int, ...]

UNKNOWN_NUMBER: Final = "3eeb2bf0-c639-47a8-9e75-3b44932eb421"
#: What the engine sends in place of a value that only the deployment will know.
UNKNOWN_SENTINELS: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string (source: pulumi SDK 3.272, runtime/rpc.py)
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        UNKNOWN_NUMBER,
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


#: How a mapping says that it is no plain one, and of which kind (source: pulumi sdk/go/common/resource/sig/sig.go).
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker, not a password
REFERENCE_SIGNATURE: Final = "5cf8f73096256a8f31e491e813e4eb8e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One registration: its properties hold only str, int, float, bool, None, list, dict and ``UNKNOWN``."""

    urn: str
    type: str
    name: str
    props: Mapping[str, Any]
    parent: str | None = None
    protect: bool = False
    #: Whether a provider makes it; a component makes nothing itself.
    custom: bool = True
    #: URN of its provider, or nothing.
    provider: str = ""
    dependencies: Sequence[str] = field(default=())
    #: URNs behind each property, where they are known; ``dependencies`` are all of them and what is only waited for.
    references: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def get(self, *path: str | int) -> Any:
        """The value at ``path``, or ``UNKNOWN`` when it or a parent is unknown, or ``MISSING``."""
        return peek(self.props, *path)


def peek(value: Any, *path: str | int) -> Any:
    """The value at ``path`` below ``value``; ``UNKNOWN`` and ``MISSING`` travel through."""
    for step in path:
        if value is UNKNOWN or value is MISSING:
            return value
        if isinstance(step, str):
            value = value.get(step, MISSING) if isinstance(value, Mapping) else MISSING
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else MISSING
        if value is None:
            value = MISSING
    return value


def decoded(text: str) -> Any:
    """What ``text`` holds as JSON, or ``MISSING`` where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return MISSING


def walk(value: Any) -> Iterator[tuple[Path, Any]]:
    """``value`` and everything below it with its path, in order, a container before what it holds.

    No recursion: a document within a property can be nested as deeply as its writer likes.
    """
    ahead: list[tuple[Path, Any]] = [((), value)]
    while ahead:
        path, item = ahead.pop()
        yield path, item
        if isinstance(item, Mapping):
            ahead += [((*path, key), below) for key, below in reversed(list(item.items()))]
        elif isinstance(item, list):
            ahead += [((*path, place), item[place]) for place in reversed(range(len(item)))]
