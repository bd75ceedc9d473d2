"""YAML read event by event with libyaml: an item of a list at a time, and no alias that grows.

PyYAML's own loaders need two minutes for 50 MB; its events, put together here, need five seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import yaml
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from migration.inventory.formats.part import DEEPEST, Part
from migration.inventory.formats.refusal import InputError

#: Values that the aliases of one document may stand for, all together.
MOST_ALIASED: Final = 100_000
_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_NO_KEY: Final = object()
_MERGE: Final = "<<"


def read_yaml(stream: BinaryIO) -> Iterator[Part]:
    """Every part of every document of ``stream``. Raises :class:`InputError`."""
    try:
        parser = CParser(stream)
        while True:
            event = parser.get_event()
            if isinstance(event, StreamEndEvent):
                return
            if isinstance(event, DocumentStartEvent):
                yield from _Document(parser).parts()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        told = ", ".join(filter(None, (error.context, error.problem)))
        raise InputError(f"is no whole YAML: {told}", line, column) from None
    except yaml.reader.ReaderError as error:
        raise InputError(f"is no text: {error.reason} (at byte {error.position})") from None


class _Document:
    """One document on its way from events to values."""

    def __init__(self, parser: Any) -> None:
        self.parser = parser
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.unfinished: set[str] = set()
        #: Values so far, those behind aliases included: what an anchor's value comes to is a difference of it.
        self.count = 0
        self.aliased = 0

    def parts(self) -> Iterator[Part]:  # noqa: C901, PLR0912, PLR0915 - one loop: a call an event would double the time
        """Each item of the list at ``items``, or of the list that the document is, once it is whole; then the rest."""
        get, anchors = self.parser.get_event, self.anchors
        # Of each container around: itself, its pending key, the name of its anchor, the count before it, its line.
        stack: list[tuple[Any, Any, str | None, int, int]] = []
        current: Any = None
        key: Any = _NO_KEY
        root: dict[str, Any] = {}
        streamed: list[Any] | None = None
        place: Any = "document"
        while True:
            event = get()
            what = event.__class__
            line = 0
            if what is ScalarEvent:
                value = None if event.implicit[0] and event.value in _NULL else event.value
                self.count += 1
                if event.anchor:
                    anchors[event.anchor] = (value, 1)
                if current.__class__ is dict and key is _NO_KEY:
                    key = event.value
                    continue
            elif what is MappingStartEvent or what is SequenceStartEvent:
                new: Any = {} if what is MappingStartEvent else []
                if current.__class__ is dict and key is _NO_KEY:
                    raise _refusal("a key that is no text", event)
                if len(stack) >= DEEPEST:
                    raise _refusal(f"is nested deeper than {DEEPEST} levels", event)
                stack.append((current, key, event.anchor, self.count, event.start_mark.line + 1))
                self.count += 1
                if event.anchor:
                    self.unfinished.add(event.anchor)
                    anchors.pop(event.anchor, None)
                if new.__class__ is list and (len(stack) == 1 or (len(stack) == 2 and key == "items")):
                    streamed, place = new, "element" if len(stack) == 1 else "item"
                elif len(stack) == 1:
                    root = new
                current, key = new, _NO_KEY
                continue
            elif what is MappingEndEvent or what is SequenceEndEvent:
                value = current
                current, key, anchor, before, line = stack.pop()
                if anchor:
                    self.unfinished.discard(anchor)
                    anchors[anchor] = (value, self.count - before)
                if not stack:
                    if value is not streamed:
                        yield Part("list" if place == "item" else "document", value, line, {})
                    continue
                if value is streamed:
                    # What stood in it has been handed out.
                    current[key] = value
                    key, streamed = _NO_KEY, None
                    continue
            elif what is AliasEvent:
                value = self._behind(event)
            elif what is DocumentEndEvent:
                return
            elif what is StreamStartEvent:
                continue
            else:
                raise _refusal("is no document", event)
            if current is streamed and streamed is not None:
                yield Part(place, value, line or event.start_mark.line + 1, root)
            elif current.__class__ is list:
                current.append(value)
            elif current is None:
                yield Part("document", value, event.start_mark.line + 1, {})
            elif key is _NO_KEY:
                raise _refusal("a key that is no text", event)
            else:
                if key == _MERGE and isinstance(value, dict):
                    for name, each in value.items():
                        current.setdefault(name, each)
                else:
                    current[key] = value
                key = _NO_KEY

    def _behind(self, event: Any) -> Any:
        if event.anchor in self.unfinished:
            raise _refusal("an alias within what it stands for", event)
        if event.anchor not in self.anchors:
            raise _refusal("an alias without an anchor before it", event)
        value, size = self.anchors[event.anchor]
        self.count += size
        self.aliased += size
        if self.aliased > MOST_ALIASED:
            raise _refusal(f"its aliases stand for more than {MOST_ALIASED:,} values", event)
        return value


def _refusal(message: str, event: Any) -> InputError:
    return InputError(message, event.start_mark.line + 1, event.start_mark.column + 1)
