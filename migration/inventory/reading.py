"""Files read into records, one object at a time; the same object in several files is one."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from dataclasses import replace

from migration.inventory.distil import NO_NAME, distil, release
from migration.inventory.formats.files import is_release, read_objects
from migration.inventory.record import Read, Record, Release

RELEASE_KIND = ("helm", "Release")


def read_files(names: Iterable[str]) -> Read:
    """Everything that stands in the files ``names``. Raises :class:`migration.inventory.formats.refusal.InputError`."""
    read = Read()
    # What is made here has no circles, and looking for them over and over takes a fifth of the time.
    collected = gc.isenabled()
    gc.disable()
    try:
        _read_all(read, names)
    finally:
        if collected:
            gc.enable()
    return read


def _read_all(read: Read, names: Iterable[str]) -> None:
    for name in names:
        count = 0
        for value, _line in read_objects(name):
            count += 1
            if "kind" not in value and is_release(value):
                _add_release(read, release(value))
            else:
                _add(read, distil(value))
        read.files.append((name, count))


def _add(read: Read, record: Record) -> None:
    kind = (record.key.group, record.key.kind)
    read.seen[kind] = read.seen.get(kind, 0) + 1
    if record.key.name == NO_NAME:
        # Nothing says that two of them are one.
        record = replace(record, key=record.key._replace(name=f"{NO_NAME} {read.seen[kind]}"))
    before = read.records.get(record.key)
    if before is None:
        read.records[record.key] = record
        return
    read.repeated[kind] = read.repeated.get(kind, 0) + 1
    if _rank(before) != _rank(record):
        read.differing.add(record.key)
        # The newer one counts; where no revision tells, the same one whichever was read first.
        read.records[record.key] = max(before, record, key=_rank)


def _rank(record: Record) -> tuple[int, str]:
    return record.revision[0], _canonical(replace(record, revision=(-1, "")))


def _canonical(value: object) -> str:
    """A text that is the same for equal values, whatever the order of their sets."""
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(_canonical, value)))}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_canonical, value))})"
    names = getattr(value, "__dataclass_fields__", None)
    return _canonical(tuple(getattr(value, name) for name in names)) if names else repr(value)


def _add_release(read: Read, found: Release) -> None:
    read.seen[RELEASE_KIND] = read.seen.get(RELEASE_KIND, 0) + 1
    key = (found.namespace, found.name)
    before = read.releases.get(key)
    if before is not None:
        read.repeated[RELEASE_KIND] = read.repeated.get(RELEASE_KIND, 0) + 1
    read.releases[key] = max(before, found) if before else found
