"""``python -m migration.verification.walk FOLDER CLAIM``: every file below a mounted folder, a line of JSON each.

Run on either side in a Job that mounts the claim (read-only at the source); the two outputs are what the comparison of
volumes reads. A line holds the path, kind, mode, owner, size, SHA-256 and that of its extended attributes, never
content. The first is the mounted folder itself. The last counts the others: an output that was cut off is seen.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

#: What ext4 makes by itself in each volume, and Velero in each that it has restored.
LEFT_OUT: Final = frozenset({"lost+found", ".velero"})
#: Attributes that people and programs set; labels of SELinux are the node's own.
_KEPT: Final = ("user.", "security.capability", "system.posix_acl_")


def walk(folder: Path) -> Iterator[dict[str, Any]]:
    """The entries of ``folder`` in the order of their paths' bytes. Raises :class:`OSError`: half a walk is none."""
    yield _entry(folder, ".")
    yield from _below(folder, "")


def _below(folder: Path, before: str) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.iterdir(), key=lambda each: os.fsencode(each.name)):
        name = path.name
        if not before and name in LEFT_OUT:
            continue
        entry = _entry(path, before + name)
        # What a program listens on is made anew where it starts, and no copy holds it.
        if entry["kind"] == "socket":
            continue
        yield entry
        if entry["kind"] == "folder":
            yield from _below(path, f"{entry['path']}/")


def _entry(path: Path, name: str) -> dict[str, Any]:
    told = path.lstat()
    entry: dict[str, Any] = {
        "path": name,
        "kind": _kind(told.st_mode),
        "mode": f"{stat.S_IMODE(told.st_mode):04o}",
        "owner": f"{told.st_uid}:{told.st_gid}",
    }
    if entry["kind"] == "file":
        entry |= {"size": told.st_size, "sha256": _digest(path)}
    elif entry["kind"] == "link":
        entry["sha256"] = hashlib.sha256(os.fsencode(path.readlink())).hexdigest()
    if attributes := _attributes(path):
        entry["attributes"] = attributes
    return entry


def _attributes(path: Path) -> str:
    """The digest of what is set beside content, mode and owner; nothing where nothing is, or the disk has none."""
    try:
        names = sorted(name for name in os.listxattr(path, follow_symlinks=False) if name.startswith(_KEPT))
        told = [(name, os.getxattr(path, name, follow_symlinks=False).hex()) for name in names]
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return ""
        raise
    return hashlib.sha256(json.dumps(told).encode()).hexdigest() if told else ""


def _kind(mode: int) -> str:
    kinds = {stat.S_ISREG: "file", stat.S_ISDIR: "folder", stat.S_ISLNK: "link", stat.S_ISSOCK: "socket"}
    return next((kind for is_kind, kind in kinds.items() if is_kind(mode)), "other")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(folder: str, claim: str) -> None:
    """Write the lines on standard output."""
    sys.stdout.write(json.dumps({"claim": claim}) + "\n")
    count = 0
    for entry in walk(Path(folder)):
        sys.stdout.write(json.dumps(entry) + "\n")
        count += 1
    sys.stdout.write(json.dumps({"entries": count}) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.stderr.write("error: wanted are FOLDER and CLAIM, such as /data alphacar/uploads\n")
        raise SystemExit(2)
    try:
        main(*sys.argv[1:])
    except OSError as error:
        sys.stderr.write(f"error: {error.filename}: {error.strerror}\n")
        raise SystemExit(2) from None
