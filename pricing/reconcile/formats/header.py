"""Columns by name, and the span of time that a file's lines cover."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pricing.reconcile.charge import TAGS, CellError, Charge, moment, quoted

#: First and last moment of each month's usage.
Spans = Mapping[str, tuple[datetime, datetime]]


class Reader(Protocol):
    """A form of export: its name for people, and charges from each line's cells."""

    name: str

    def charges(self, cells: Sequence[str]) -> Iterator[Charge]:
        """What a line is billed for. Raises :class:`CellError`."""

    def end(self) -> Spans:
        """What the lines covered. Raises :class:`CellError` where they do not add up to what the file says."""


class Columns:
    """Where each column stands. Raises :class:`CellError` for one that is missing or stands twice."""

    def __init__(self, names: Sequence[str], needed: Iterable[str], known: Mapping[str, str] | None = None) -> None:
        known = known or {}
        self._place: dict[str, int] = {}
        for place, name in enumerate(names):
            if name in self._place and name in needed:
                raise CellError(f"column {known.get(name, name)} stands twice")
            self._place.setdefault(name, place)
        self.names = known
        if missing := [known.get(name, name) for name in needed if name not in self._place]:
            raise CellError(f"column {', '.join(missing)} is missing; export it too")

    def __contains__(self, name: str) -> bool:
        return name in self._place

    def cell(self, cells: Sequence[str], name: str) -> str:
        """What stands in a column, stripped; nothing where the file has no such column."""
        place = self._place.get(name)
        return "" if place is None else cells[place].strip()

    def called(self, name: str) -> str:
        """The column as the file writes it."""
        return self.names.get(name, name)


class Span:
    """Collects the first and the last moment of usage, month by month."""

    def __init__(self) -> None:
        self._ends: dict[str, tuple[str, str]] = {}

    def add(self, month: str, start: str, end: str) -> None:
        """Moments of one form sort as they are written."""
        least, most = self._ends.get(month, (start, end))
        if start < least or end > most or month not in self._ends:
            self._ends[month] = (min(start, least), max(end, most))

    def spans(self, start: str, end: str) -> Spans:
        """The same as times; ``start`` and ``end`` are the columns they were read from."""
        return {month: (moment(start, least), moment(end, most)) for month, (least, most) in self._ends.items()}


def tags_of(column: str, cell: str) -> dict[str, str]:
    """The tags we know from a JSON object in a cell. Raises :class:`CellError`."""
    if not cell:
        return {}
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise CellError(
            f'{column}: {quoted(cell)} is refused; allowed is a JSON object such as {{"user_project": "x"}}'
        )
    return {
        name: value
        for key, value in found.items()
        if isinstance(value, str) and value and (name := plain_tag(key)) in TAGS
    }


def plain_tag(key: str) -> str:
    """``decision`` of ``user:decision`` and ``user_decision``."""
    return key.removeprefix("user:").removeprefix("user_")
