"""A stack file's YAML, read as the engine reads it, and nothing in it but what JSON can hold.

Values are made and counted while the text is read, so that a file that repeats itself by aliases is refused before it
has become large. Where this reader knows a file otherwise than the engine, it refuses it: the table of
``tests/stacks/documents.json`` holds each such case beside what the CLI made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from stacks.command import harmless
from stacks.messages import SettingsError, shown
from stacks.scalars import Scalar, resolve, tagged

#: Settings travel to packs in an environment variable, whose size the kernel limits.
MOST: Final = 100_000
#: Values and characters of them, what aliases repeat counted as often; nothing comes to more by itself.
MOST_REPEATED: Final = 2 * MOST
DEEPEST: Final = 100
_CORE: Final = "tag:yaml.org,2002:"
_MERGE: Final = object()
#: A slash behind an odd number of backslashes.
_SLASH: Final = re.compile(r"(?<!\\)(?:\\\\)*\\/")
# libyaml, of which the engine's library is a translation; Python's own scanner refuses tabs that both take for space.
_PARSER: Final[Any] = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


@dataclass(slots=True)
class _Value:
    """A value, how large it is with those inside (see :data:`MOST_REPEATED`), and how deep it is."""

    value: Any
    size: int = 1
    depth: int = 0


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    value: list[Any] | dict[str, Any]
    line: int
    anchor: str | None
    size: int = 1
    depth: int = 0
    key: Any = None
    merges: list[Any] = field(default_factory=list)
    #: Keys as they are written, and whether the next value is one.
    seen: set[str] = field(default_factory=set)
    awaits_key: bool = True


def read_document(path: Path) -> Any:
    """The document at ``path``. Raises :class:`SettingsError`, which names the file and, where it can, the line."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            content = stream.read(MOST + 1)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: cannot be read (not UTF-8 text)") from None
    try:
        return parse(content)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from None


def parse(content: str) -> Any:
    """The document that ``content`` is. Raises :class:`SettingsError`, which names the line where it can."""
    if len(content) > MOST:
        raise SettingsError(f"has more characters than are allowed: {MOST}")
    try:
        return _Composer(content).document(yaml.parse(content, Loader=_PARSER))
    except yaml.MarkedYAMLError as error:
        # Its own text quotes the line, and the line may hold a secret.
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise SettingsError(f"is not YAML: {where}{error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        raise SettingsError(f"is not YAML: character #x{_code(error):04x}: {error.reason}") from None
    except yaml.YAMLError:
        raise SettingsError("is not YAML") from None


def _code(error: yaml.reader.ReaderError) -> int:
    found: Any = error.character
    return found if isinstance(found, int) else ord(found[:1] or "\0")


class _Composer:
    """Makes a document of its events; nothing here calls itself, so that no depth of a file ends it."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._anchors: dict[str, _Value | _Open] = {}
        self._open: list[_Open] = []

    def document(self, events: Iterator[yaml.Event]) -> Any:
        found: list[Any] = []
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and event.version not in (None, (1, 1)):
                raise _refused(event, "%YAML asks for a version that the engine does not read; allowed is 1.1, or none")
            if isinstance(event, yaml.DocumentStartEvent) and found:
                raise _refused(event, "a second document begins, which the engine would pass over; allowed is one")
            if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent) and (made := self._read(event)):
                found.append(made.value)
        return found[0] if found else None

    def _read(self, event: yaml.Event) -> _Value | None:
        """What ``event`` completes, unless that belongs to a list or mapping that is still open."""
        if isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
            return None
        if isinstance(event, yaml.CollectionEndEvent):
            made = self._end()
        elif isinstance(event, yaml.AliasEvent):
            made = self._alias(event)
        else:
            made = self._scalar(event)
        if not self._open:
            return made
        self._put(self._open[-1], made, event)
        return None

    def _begin(self, event: Any) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, f"{_CORE}{'map' if mapping else 'seq'}"):
            raise _refused(event, f"the tag {_short(event.tag)} is none that a setting may have; leave it out")
        if len(self._open) >= DEEPEST:
            raise _refused(event, f"is nested too deeply; allowed are {DEEPEST} levels")
        if self._open:
            self._no_key(self._open[-1], event)
        begun = _Open({} if mapping else [], _line(event), event.anchor)
        self._open.append(begun)
        if event.anchor:
            self._anchors[event.anchor] = begun

    def _end(self) -> _Value:
        done = self._open.pop()
        if isinstance(done.value, dict):
            for merged in done.merges:
                done.value |= {key: item for key, item in merged.items() if key not in done.value}
        made = _Value(done.value, done.size, done.depth)
        if done.anchor and self._anchors.get(done.anchor) is done:
            self._anchors[done.anchor] = made
        return made

    def _alias(self, event: yaml.AliasEvent) -> _Value:
        found = self._anchors.get(event.anchor or "")
        if found is None:
            raise _refused(event, f"the alias *{event.anchor} refers to nothing above it")
        if isinstance(found, _Open):
            raise _refused(event, f"the alias *{event.anchor} stands in what it refers to, which holds itself then")
        return found

    def _scalar(self, event: Any) -> _Value:
        owner = self._open[-1] if self._open else None
        awaits_key = owner is not None and isinstance(owner.value, dict) and owner.awaits_key
        if event.tag is None and event.implicit[0] and event.value == "<<" and awaits_key:
            return _Value(_MERGE)
        try:
            found = _value(event)
        except ValueError as error:
            raise _refused(event, str(error)) from None
        if event.style == '"' and _SLASH.search(self._content, event.start_mark.index, event.end_mark.index):
            raise _refused(event, "\\/ is no escape to the engine; write / alone")
        made = _Value(found, 1 + len(event.value))
        if event.anchor:
            self._anchors[event.anchor] = made
        return made

    def _put(self, owner: _Open, made: _Value, event: yaml.Event) -> None:
        owner.size += made.size
        owner.depth = max(owner.depth, made.depth + 1)
        if owner.size > MOST_REPEATED:
            raise _refused(event, f"aliases make more than {MOST_REPEATED} characters and values of it")
        if owner.depth + len(self._open) > DEEPEST:
            raise _refused(event, f"is nested too deeply; allowed are {DEEPEST} levels")
        if isinstance(owner.value, list):
            owner.value.append(made.value)
        elif owner.awaits_key:
            self._key(owner, made.value, event)
        elif owner.key is _MERGE:
            owner.merges += _mappings(made.value, event)
        else:
            owner.value[owner.key] = made.value
        if isinstance(owner.value, dict):
            owner.awaits_key = not owner.awaits_key

    def _key(self, owner: _Open, key: Any, event: yaml.Event) -> None:
        name = "<<" if key is _MERGE else key
        if key == "<<":
            raise _refused(event, "the key << merges under the engine even in quotes; allowed are other names")
        if not isinstance(name, str):
            what = shown(name) if isinstance(name, int | float | None) else "a list or mapping"
            raise _refused(event, f"the key {what} is no text; allowed are names, quoted if need be")
        if name in owner.seen:
            raise _refused(event, f"the key {harmless(name)} is written twice")
        owner.seen.add(name)
        owner.key = key

    def _no_key(self, owner: _Open, event: yaml.Event) -> None:
        if isinstance(owner.value, dict) and owner.awaits_key:
            raise _refused(event, "the key a list or mapping is no text; allowed are names, quoted if need be")


def _value(event: Any) -> Scalar:
    if event.tag is not None:
        return tagged(_short(event.tag), event.value)
    return resolve(event.value) if event.implicit[0] else str(event.value)


def _mappings(value: Any, event: yaml.Event) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in found):
        raise _refused(event, "<<: takes a mapping, or a list of mappings")
    return found


def _short(tag: str) -> str:
    return f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _refused(event: yaml.Event, why: str) -> SettingsError:
    return SettingsError(f"line {_line(event)}: {why}")
