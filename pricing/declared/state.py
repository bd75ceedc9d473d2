"""A stack's state: what ``pulumi stack export`` writes, or the checkpoint that a self-managed backend keeps.

Source: pulumi sdk/go/common/apitype/core.go at 1b594989 (UntypedDeployment, VersionedCheckpoint, CheckpointV3,
DeploymentV3, ResourceV3); versions 1 and 2 have the same fields as far as they are read here, and a checkpoint from
before there were versions is one without a wrapping (pkg/resource/stack/testdata/checkpoint-v0.json).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.urn import Urn
from pricing.declared.cursor import Cursor
from pricing.declared.fault import FaultError
from pricing.declared.fields import Fields
from pricing.declared.inventory import Collected, entry_of

#: Schema versions of deployments and checkpoints.
VERSIONS: Final = (1, 2, 3, 4)
#: An import into a self-managed backend wrote the key with a capital (MarshalUntypedDeploymentToVersionedCheckpoint).
LATEST: Final = ("latest", "Latest")
DELETED: Final = "waits to be deleted"
READ: Final = "read, not managed by the stack"
INTERRUPTED: Final = "its creation was interrupted, and nobody knows whether it exists; run pulumi refresh"


def check_version(cursor: Cursor, _found: Collected) -> None:
    """Takes the version. Raises :class:`FaultError` for one that is not known here."""
    cursor.next_letter()
    at, version = cursor.at, cursor.value()
    if isinstance(version, bool) or version not in VERSIONS:
        raise FaultError(at, f"version is not one that is read here; allowed are {', '.join(map(str, VERSIONS))}")


def read_checkpoint(cursor: Cursor, found: Collected) -> None:
    """The deployment in a checkpoint. Raises :class:`FaultError`."""
    if cursor.empty():
        return
    for key in cursor.members("checkpoint"):
        if key in LATEST:
            read_deployment(cursor, found)
        else:
            cursor.value()


def read_deployment(cursor: Cursor, found: Collected) -> None:
    """Every resource of a deployment, and what was being created when it broke off. Raises :class:`FaultError`."""
    if cursor.empty():
        return
    interrupted: dict[str, None] = {}
    for key in cursor.members("deployment"):
        if key not in ("resources", "pending_operations"):
            cursor.value()
        elif not cursor.empty():
            for place in cursor.items(key):
                item = Fields.at(cursor, f"{key}[{place}]")
                if key == "resources":
                    _take(item, found)
                else:
                    interrupted |= dict.fromkeys(_created(item))
    known = {entry.resource.urn for entry in found.entries}
    for urn in interrupted:
        if urn not in known:
            found.see(urn)
            found.lack(urn, Urn.parse(urn).type, INTERRUPTED)


def _created(operation: Fields) -> Iterator[str]:
    state = operation.below("resource")
    if state is not None and operation.text("type") == "creating":
        yield state.needed("urn")


def _take(state: Fields, found: Collected) -> None:
    entry = entry_of(state)
    found.see(entry.resource.urn)
    # A replacement's predecessor has the URN of what replaced it.
    if state.flag("delete"):
        found.left_out[DELETED] += 1
    elif state.flag("external"):
        found.left_out[READ] += 1
    else:
        found.entries.append(entry)
