"""From a file to an inventory: finds out which form it has. Every fault ends as one line with its position."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from pricing.declared import landing, state
from pricing.declared.cursor import Cursor
from pricing.declared.fault import ALLOWED, FaultError, UnreadableFileError, position
from pricing.declared.inventory import Collected, Form, Inventory
from pricing.declared.steps import Digest, Steps, read_config, read_events

STDIN: Final = "-"
#: More than any state that Pulumi itself would still write; a device without an end is read no further.
MOST_BYTES: Final = 2**29
#: The keys that tell an event: each has its number and one of these (apitype.EngineEvent).
EVENTS: Final = frozenset({"sequence", "timestamp", "preludeEvent", "resourcePreEvent", "summaryEvent", "cancelEvent"})
_GZIP: Final = b"\x1f\x8b"


def read_inventory(name: str) -> Inventory:
    """What the file ``name`` declares, or what comes from standard input for ``-``.

    Raises :class:`UnreadableFileError`, whose text names the file, the position and what is allowed.
    """
    called = "standard input" if name == STDIN else name
    try:
        content = _content(name)
    except OSError as error:
        raise UnreadableFileError(f"{called}: cannot be read ({error.strerror or error}); {ALLOWED}") from None
    text = ""
    try:
        text = decode_json(content)
        del content
        return inventory_of(text)
    except FaultError as fault:
        where = position(text, fault.at) if fault.unit == "character" else f"{fault.unit} {fault.at}"
        told = str(fault)
        end = "" if "allowed" in told else f"; {ALLOWED}"
        raise UnreadableFileError(f"{called}: {where}: {told}{end}") from None


def _content(name: str) -> bytes:
    if name == STDIN:
        if sys.stdin is None:
            raise OSError("it is closed")
        return _whole(sys.stdin.buffer)
    with Path(name).open("rb") as stream:
        return _whole(stream)


def _whole(stream: BinaryIO) -> bytes:
    # Asked for in one piece the room for the most would be set aside first.
    parts, size = [], 0
    while size <= MOST_BYTES and (part := stream.read(2**24)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def decode_json(content: bytes) -> str:
    """The text of a file: UTF-8, or the UTF-16 and UTF-32 that PowerShell makes of a redirection.

    Raises :class:`FaultError`.
    """
    if len(content) > MOST_BYTES:
        raise FaultError(MOST_BYTES, f"more than the {MOST_BYTES >> 20} MiB that are read", "byte")
    if content.startswith(_GZIP):
        raise FaultError(0, "is compressed; unpack it with gunzip, and hand over what comes out", "byte")
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FaultError(error.start, f"is not {encoding.upper().removesuffix('-SIG')} text", "byte") from None


def inventory_of(text: str) -> Inventory:
    """What ``text`` declares. Raises :class:`FaultError`."""
    cursor = Cursor(text)
    if not cursor.next_letter():
        raise FaultError(cursor.at, "is empty")
    start = cursor.at
    found = Collected(form="state")
    forms = _read(cursor, found)
    if EVENTS & forms:
        found = Collected(form="events")
        read_events(Cursor(text, start), found)
        return found.inventory()
    cursor.end()
    recognised = {form for keys, form in _TOLD_BY if keys <= forms}
    if len(recognised) != 1:
        raise FaultError(start, "is none of the documents that can be priced")
    found.form = recognised.pop()
    return found.inventory()


#: The keys at the top of a document that tell its form.
_TOLD_BY: Final[tuple[tuple[set[str], Form], ...]] = (
    ({"deployment"}, "state"),
    ({"checkpoint"}, "state"),
    *(({key}, "state") for key in state.LATEST),
    ({"steps"}, "preview"),
    ({"changeSummary"}, "preview"),
    ({"resources", "schemaVersion"}, "landing"),
)


def _read(cursor: Cursor, found: Collected) -> set[str]:
    """Reads a document of whatever form, and answers with the keys it has at its top."""
    digest = Digest(Steps(found))
    readers: Mapping[str, Callable[[Cursor, Collected], None]] = {
        "version": state.check_version,
        "deployment": state.read_deployment,
        "checkpoint": state.read_checkpoint,
        **dict.fromkeys(state.LATEST, state.read_deployment),
        "config": read_config,
        "steps": digest.read_steps,
        "diagnostics": digest.read_diagnostics,
        "changeSummary": digest.read_summary,
        "program": landing.read_program,
        "resources": landing.read_landing,
        "schemaVersion": landing.check_version,
    }
    seen: set[str] = set()
    for key in cursor.members():
        seen.add(key)
        readers.get(key, _skip)(cursor, found)
    digest.finish()
    return seen


def _skip(cursor: Cursor, _found: Collected) -> None:
    cursor.value()
