"""What a pack found, and how its diagnostics read: one rule, one level, waived or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["mandatory", "advisory"]

#: The advisory policies through which a pack reports what does not block (see policy/engine/pulumi_pack.py).
COLLECTORS: Final = frozenset({"notes", "stack-notes"})
NOTE: Final = re.compile(r"(?P<policy>[\w.-]+): (?P<kind>waived|undetermined|advisory): (?P<text>.*)", re.DOTALL)


@dataclass(frozen=True, order=True)
class Finding:
    """One sentence about one resource; only a mandatory one that is not waived blocks."""

    pack: str
    policy: str
    level: Level
    waived: bool
    urn: str
    message: str


def finding(*, pack: str, policy: str, level: Level, urn: str, message: str, description: str = "") -> Finding:
    """A diagnostic as a finding: without the description that the SDK puts first, and a note under its own policy."""
    # The SDK joins the two by a newline, or sends the description alone.
    message = message.removeprefix(f"{description}\n") if description else message
    note = NOTE.fullmatch(message) if policy in COLLECTORS else None
    if note is None:
        return Finding(pack, policy, level, waived=False, urn=urn, message=message)
    prefix = "undetermined: " if note["kind"] == "undetermined" else ""
    return Finding(pack, note["policy"], level, waived=note["kind"] == "waived", urn=urn, message=prefix + note["text"])
