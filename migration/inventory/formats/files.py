"""Files of objects: what kubectl and helm write, as YAML or JSON, told apart by how they begin."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from migration.inventory.formats.json_stream import read_json
from migration.inventory.formats.part import Part
from migration.inventory.formats.refusal import InputError
from migration.inventory.formats.yaml_stream import read_yaml

#: A file's name that means standard input.
STDIN: Final = "-"
WANTED: Final = "wanted is what `kubectl get -o yaml` or `helm list -o json` writes"
_HEAD: Final = 4096
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: How files begin that somebody may well have at hand.
_BINARY: Final = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
#: Lists within lists; kubectl writes one.
_MOST_LISTS: Final = 8


def read_objects(name: str) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Every object and release of the file ``name``, or of standard input, with the line on which it begins.

    An object has ``apiVersion`` and ``kind``; a release is one of ``helm list``. Raises :class:`InputError`, which
    knows file and place.
    """
    try:
        if name == STDIN:
            yield from _objects(io.BytesIO(sys.stdin.buffer.read()))
        else:
            with Path(name).open("rb") as stream:
                yield from _objects(stream)
    except InputError as error:
        error.name = "standard input" if name == STDIN else name
        raise
    except (OSError, ValueError) as error:
        if isinstance(error, IsADirectoryError):
            raise InputError("is a folder; wanted are files", name=name) from None
        reason = error.strerror if isinstance(error, OSError) else "no file can be called so"
        raise InputError(f"cannot be read ({reason})", name=name) from None


def _objects(stream: BinaryIO) -> Iterator[tuple[Mapping[str, Any], int]]:
    found = False
    for part in _parts(stream):
        if part.place == "document" and part.value is None:
            # Between two separators, or after the last, there may be nothing.
            continue
        found = True
        yield from _of_part(part)
    if not found:
        raise InputError(f"is empty; {WANTED}")


def _parts(stream: BinaryIO) -> Iterator[Part]:
    head = stream.read(_HEAD)
    stream.seek(0)
    for magic, what in _BINARY:
        if head.startswith(magic):
            raise InputError(f"is a {what} file; unpack it first", 1, 1)
    encoding = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "utf-8")
    if encoding != "utf-16" and (at := head.find(b"\0")) >= 0:
        raise InputError(f"is no text: a byte 0; {WANTED}", head.count(b"\n", 0, at) + 1, at - head.rfind(b"\n", 0, at))
    begins = head.decode(encoding, errors="ignore").lstrip()[:1]
    if begins not in ("{", "["):
        yield from read_yaml(stream)
        return
    text = io.TextIOWrapper(stream, encoding=encoding)
    try:
        yield from read_json(text)
    finally:
        # The stream is its opener's to close.
        text.detach()


def _of_part(part: Part) -> Iterator[tuple[Mapping[str, Any], int]]:
    value, line = part.value, part.line
    if not isinstance(value, Mapping):
        raise InputError(f"a value that is no object; {WANTED}", line)
    if part.place == "list":
        # kubectl writes the kind after the items: without one, the end is missing.
        if not isinstance(value.get("kind"), str):
            raise InputError("is cut off: a list of items has no kind at its end", line)
        return
    if part.place == "item" and "kind" not in value:
        of_list, version = part.around.get("kind"), part.around.get("apiVersion")
        if isinstance(of_list, str) and of_list.endswith("List") and of_list != "List":
            value = {**value, "kind": of_list.removesuffix("List"), "apiVersion": version}
    if part.place == "element" and is_release(value):
        yield value, line
        return
    yield from _expanded(value, line, _MOST_LISTS)


def is_release(value: Mapping[str, Any]) -> bool:
    """Whether ``value`` is an entry of ``helm list``: of Helm 3 and 4 in small letters, of Helm 2 with capitals."""
    keys = {key.lower() for key in value}
    return (
        {"name", "chart"} <= keys
        and bool({"revision", "status", "appversion", "app_version"} & keys)
        and "kind" not in keys
    )


def _expanded(value: Mapping[str, Any], line: int, lists: int) -> Iterator[tuple[Mapping[str, Any], int]]:
    kind, version = value.get("kind"), value.get("apiVersion")
    releases = value.get("Releases")
    if kind is None and isinstance(releases, list):
        # `helm list --output json` of Helm 2.
        for release in releases:
            if not isinstance(release, Mapping) or not is_release(release):
                raise InputError(f"a release without name and chart; {WANTED}", line)
            yield release, line
        return
    if not isinstance(kind, str) or not kind or not isinstance(version, str) or not version:
        raise InputError(f"an object without apiVersion and kind; {WANTED}", line)
    items = value.get("items")
    if not kind.endswith("List") or not (isinstance(items, list) or (items is None and kind == "List")):
        yield value, line
        return
    if not lists:
        raise InputError(f"lists within more than {_MOST_LISTS} lists", line)
    for item in items or ():
        if not isinstance(item, Mapping):
            raise InputError("an item that is no object", line)
        yield from _expanded(item, line, lists - 1)
