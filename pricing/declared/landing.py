"""Our own JSON: what ``python -m preview STACK --format json`` writes, as docs/preview.schema.json says."""

from __future__ import annotations

from typing import Final

from pricing.declared.cursor import Cursor
from pricing.declared.fault import FaultError
from pricing.declared.fields import Fields
from pricing.declared.inventory import Collected, entry_of
from stacks.offered import REGION

#: Versions whose resources are read here.
MAJORS: Final = ("1", "2")


def read_landing(cursor: Cursor, found: Collected) -> None:
    """The resources of a preview of this program. Raises :class:`FaultError`."""
    # A preview refuses every other region in its stack file.
    found.region = REGION
    for place in cursor.items("resources"):
        entry = entry_of(Fields.at(cursor, f"resources[{place}]"))
        found.see(entry.resource.urn)
        found.entries.append(entry)


def check_version(cursor: Cursor, _found: Collected) -> None:
    """Takes the version. Raises :class:`FaultError` for one that another reader must read."""
    cursor.next_letter()
    at, version = cursor.at, cursor.value()
    if not isinstance(version, str) or version.partition(".")[0] not in MAJORS:
        allowed = " and ".join(f"{major}.*" for major in MAJORS)
        raise FaultError(at, f"schemaVersion is not one that is read here; allowed are {allowed}")
