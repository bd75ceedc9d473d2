"""Faults on demand: ``STANDIN_FAULT="create aws:docdb/cluster:Cluster once"`` makes that operation fail that often.

``kill`` in the place of ``once`` ends the engine at that operation as the system would, without a word, and ``unlock``
takes the stack's lock away from under it.
"""

from __future__ import annotations

import hashlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlparse

VARIABLE: Final = "STANDIN_FAULT"
OPERATIONS: Final = ("check", "construct", "create", "delete", "diff", "read", "update")
HOW: Final = ("once", "always", "kill", "unlock")


class InjectedFault(Exception):  # noqa: N818 - it is a fault, on purpose
    """The operation fails because somebody asked for it."""


@dataclass(frozen=True)
class Fault:
    """What fails: an operation, on every URN that contains a text, and how; see :data:`HOW`."""

    operation: str
    part: str
    how: str
    #: Exists as soon as it has failed: providers come and go with each command, and have no memory.
    marker: Path

    @classmethod
    def from_environment(cls, folder: Path) -> Self | None:
        """The fault that was asked for, if any. Raises :class:`ValueError` for one that cannot be meant."""
        asked = os.environ.get(VARIABLE)
        if not asked:
            return None
        words = asked.split()
        if len(words) != 3 or words[0] not in OPERATIONS or words[2] not in HOW:
            allowed = f"an operation ({', '.join(OPERATIONS)}), a part of a URN, and one of {', '.join(HOW)}"
            raise ValueError(f"{VARIABLE}: {asked!r} is refused; allowed are {allowed}")
        name = hashlib.sha256(asked.encode()).hexdigest()[:12]
        return cls(words[0], words[1], words[2], folder / f"fault-{name}")

    def strike(self, operation: str, urn: str) -> None:
        """Raises :class:`InjectedFault` when it is this one's turn."""
        if operation != self.operation or self.part not in urn:
            return
        if self.how == "kill":
            os.kill(os.getppid(), signal.SIGKILL)
        if self.how == "unlock":
            for lock in Path(urlparse(os.environ["PULUMI_BACKEND_URL"]).path, ".pulumi", "locks").rglob("*.json"):
                lock.unlink()
            return
        if self.how == "once":
            try:
                self.marker.touch(exist_ok=False)
            except FileExistsError:
                return
        raise InjectedFault(f"the stand-in was told to fail at {operation} of {urn}")
