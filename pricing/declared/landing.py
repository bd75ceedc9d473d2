"""Our own JSON: what ``python -m preview`` writes of a stack or a program, as docs/preview.schema.json says."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pricing.declared.cursor import Cursor
from pricing.declared.fault import FaultError
from pricing.declared.fields import Fields
from pricing.declared.inventory import Collected, entry_of
from stacks.offered import REGION

#: Versions whose resources are read here.
MAJORS: Final = ("1", "2")


def read_landing(cursor: Cursor, found: Collected) -> None:
    """The resources of a preview. Raises :class:`FaultError`."""
    if not found.anybodys:
        # A stack of ours is refused in every other region.
        found.region = REGION
    for place in cursor.items("resources"):
        state = Fields.at(cursor, f"resources[{place}]")
        # A state refers to a provider by its URN and id; here it is the URN.
        entry = replace(entry_of(state), provider=state.text("provider"))
        found.see(entry.resource.urn)
        found.entries.append(entry)


def read_program(cursor: Cursor, found: Collected) -> None:
    """What only anybody's program has: its region, and what is not placed. Raises :class:`FaultError`."""
    told = Fields.at(cursor, "program")
    found.anybodys = True
    found.region = region if isinstance(region := told.get("region"), str) else ""
    missing = told.get("notExpanded")
    for each in missing if isinstance(missing, list) else ():
        if isinstance(each, dict):
            urn, kind, reason = (str(each.get(key, "")) for key in ("urn", "type", "reason"))
            found.lack(urn, kind, reason, gap="type")


def check_version(cursor: Cursor, _found: Collected) -> None:
    """Takes the version. Raises :class:`FaultError` for one that another reader must read."""
    cursor.next_letter()
    at, version = cursor.at, cursor.value()
    if not isinstance(version, str) or version.partition(".")[0] not in MAJORS:
        allowed = " and ".join(f"{major}.*" for major in MAJORS)
        raise FaultError(at, f"schemaVersion is not one that is read here; allowed are {allowed}")
