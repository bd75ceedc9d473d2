"""What Velero keeps of the cluster: the newest backup of a schedule, restored into a namespace of the drill's own.

A drill restores one namespace, that of the canaries, beside itself, with ConfigMaps and who may read them: an
application that starts a second time would take the first one's traffic and work. The location stays writable all the
while, because a drill that dies must not keep tomorrow's backup from being made; one that is found read-only, as a real
restore leaves it behind, is red and is made writable again.

What a drill makes is known by its Restore, which carries the drills' label and outlives the namespace. Velero itself
puts no label on a namespace that it maps: it gives it those of the one in the backup (source: Velero,
pkg/restore/restore.go, getNamespace and addRestoreLabels).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from policy.gates.drills import SKEW, Taken
from policy.gates.evidence import Side
from recovery.canary import BusyError, DrillError, Record
from recovery.drill import Patience
from recovery.kubernetes import Api
from recovery.plan import COPY, Velero
from stacks.sections.drills import MARK

_GROUP: Final = "/apis/velero.io/v1/namespaces"
#: Which canary a ConfigMap belongs to.
LABEL: Final = "recovery/canary"
#: What Velero calls the schedule that a backup was made by.
SCHEDULE: Final = "velero.io/schedule-name"
#: Which restore an object came from: Velero puts it on everything that it restores.
RESTORE: Final = "velero.io/restore-name"
#: Phases of a backup or a restore that is still being made (source: Velero v1.18.1, its CRDs).
_BUSY: Final = frozenset(
    {
        "",
        "New",
        "Queued",
        "ReadyToStart",
        "InProgress",
        "WaitingForPluginOperations",
        "WaitingForPluginOperationsPartiallyFailed",
        "Finalizing",
        "FinalizingPartiallyFailed",
    }
)
_DELETING: Final = "Deleting"
#: What lets the drill's service account read the canaries, and their copy.
RIGHTS: Final = ("roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io")
#: Kubernetes puts it into every namespace.
_OWN: Final = "kube-root-ca.crt"


class Cluster:
    """The cluster that Velero backs up, by its API server."""

    def __init__(self, api: Api, plan: Velero, patience: Patience) -> None:
        self._api, self._plan, self._patience = api, plan, patience
        self._copy = f"{plan.canaries}{COPY}"
        self._restores = f"{_GROUP}/{plan.namespace}/restores"
        self._location = f"{_GROUP}/{plan.namespace}/backupstoragelocations/{plan.location}"

    @property
    def tools(self) -> Mapping[str, str]:
        """The version of Velero's API."""
        return {"velero": "velero.io/v1"}

    def write(self, records: Sequence[Record], canary: str) -> None:
        """A ConfigMap a record; those of before go once all of these are there."""
        maps = self._maps(self._plan.canaries)
        for record in records:
            name = f"canary-{record['_id']}"
            metadata = {"name": name, "labels": {LABEL: canary}}
            self._api.ask(
                "POST",
                maps,
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": metadata,
                    "data": {"record": json.dumps(dict(record))},
                },
            )
        for each in self._items(maps, {"labelSelector": f"{LABEL},{LABEL}!={canary}"}):
            self._api.ask("DELETE", f"{maps}/{each['metadata']['name']}")

    def left_over(self) -> Iterator[str]:
        """A namespace of an earlier drill, its restore, and a location that a restore left read-only.

        What is left is taken away, and nothing restored beside it: it cannot be counted as restored.
        """
        self._nobody_restores()
        restore, namespace = self._ours()
        if restore is not None:
            yield f"an earlier drill left its restore {self._copy} behind"
        if namespace is not None:
            yield f"an earlier drill left the namespace {self._copy} behind"
        if self._access() == "ReadOnly":
            yield f"the backup location {self._plan.location} was left read-only: no backup is made there"

    def live(self) -> Side:
        """The namespace of the canaries."""
        return self._side(self._plan.canaries)

    def newest_backup(self) -> Taken:
        """The newest of the schedule that is no longer being made, and whole."""
        told = self._items(
            f"{_GROUP}/{self._plan.namespace}/backups", {"labelSelector": f"{SCHEDULE}={self._plan.schedule}"}
        )
        ended = [each for each in told if _phase(each) not in _BUSY and _phase(each) != _DELETING]
        if not ended:
            raise DrillError(f"there is no backup of the schedule {self._plan.schedule}")
        newest = max(ended, key=_began)
        name, status = newest["metadata"]["name"], newest["status"]
        if _phase(newest) != "Completed":
            raise DrillError(f"the newest backup, {name}, is {_phase(newest)}")
        progress = status.get("progress") or {}
        if progress.get("itemsBackedUp", 0) != progress.get("totalItems", 0) or not progress.get("totalItems"):
            raise DrillError(
                f"the newest backup, {name}, holds {progress.get('itemsBackedUp', 0)} of "
                f"{progress.get('totalItems', 0)} items"
            )
        return Taken(name=name, at=_began(newest))

    def restore(self, backup: Taken) -> Side:
        """A Restore that maps the namespace, and what became of it."""
        self._api.ask("POST", self._restores, restore_of(backup.name, self._plan))
        found: dict[str, Any] = {}

        def ended() -> bool:
            found.update(self._api.ask("GET", f"{self._restores}/{self._copy}") or {})
            return _phase(found) not in _BUSY

        self._patience.until(ended, f"the restore of {backup.name} did not end")
        status = found["status"]
        if _phase(found) != "Completed":
            reasons = "; ".join([*status.get("validationErrors", ()), *filter(None, [status.get("failureReason")])])
            raise DrillError(f"the restore of {backup.name} is {_phase(found)}{f': {reasons}' if reasons else ''}")
        namespace = self._namespace()
        if namespace is None:
            raise DrillError(f"the restore of {backup.name} is Completed, and restored nothing")
        if not _made_by(found, namespace):
            raise DrillError(f"the restore of {backup.name} met a namespace {self._copy} that it did not make")
        return self._side(self._copy)

    def records(self, canary: str) -> Iterator[Record]:
        """What each ConfigMap of the canary holds that was restored; nothing of one that is no record."""
        for each in self._items(self._maps(self._copy), {"labelSelector": f"{LABEL}={canary},{self._restored}"}):
            try:
                record = json.loads(each["data"]["record"])
            except (KeyError, TypeError, ValueError):
                record = None
            if not isinstance(record, dict):
                raise DrillError(f"{each['metadata']['name']} in what was restored is no record")
            yield record

    def count(self, *, restored: bool) -> Mapping[str, int]:
        """ConfigMaps, without the one that Kubernetes makes itself; in the copy those that Velero says it restored."""
        maps = (
            self._items(self._maps(self._copy), {"labelSelector": self._restored})
            if restored
            else self._items(self._maps(self._plan.canaries))
        )
        return {"configmaps": sum(1 for each in maps if each["metadata"]["name"] != _OWN)}

    def clean(self) -> Iterable[Callable[[], None]]:
        """The location, the namespace, and the restore: whatever became of the drill, backups go on."""
        return (self._writable, self._without_copy)

    def _writable(self) -> None:
        if self._access() != "ReadWrite":
            # Whoever began to restore meanwhile made it so, and nothing is to be written or expire until they are done.
            self._nobody_restores()
            self._api.ask("PATCH", self._location, {"spec": {"accessMode": "ReadWrite"}})

    def _without_copy(self) -> None:
        """The namespace first: while its restore is there, the next drill knows whose it is."""
        restore, _ = self._ours()
        if restore is None:
            return
        if _phase(restore) in _BUSY:
            # Velero would make the namespace again; it lets go of a restore only when it is done with it.
            self._delete(f"{self._restores}/{self._copy}", restore)
        namespace = self._namespace()
        if namespace is not None:
            self._whose(restore, namespace)
            self._delete(f"/api/v1/namespaces/{self._copy}", namespace)
        self._delete(f"{self._restores}/{self._copy}", restore)

    def _delete(self, place: str, found: Mapping[str, Any]) -> None:
        """What was looked at, and not what has its name by now."""
        exactly = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": found["metadata"]["uid"]}}
        self._api.ask("DELETE", place, exactly)
        self._patience.gone(lambda: self._api.ask("GET", place) is None, f"{place} did not go")

    def _nobody_restores(self) -> None:
        """Raises :class:`BusyError` while a restore is under way that has not a drill's name."""
        for each in self._items(self._restores):
            if _phase(each) in _BUSY and each["metadata"]["name"] != self._copy:
                raise BusyError(f"restore {each['metadata']['name']} is under way; a drill does not run beside it")

    def _ours(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """A drill's restore and its namespace; :class:`BusyError` where either name is taken by somebody else's."""
        restore = self._api.ask("GET", f"{self._restores}/{self._copy}")
        if restore is not None and restore["metadata"].get("labels", {}).get(MARK[0]) != MARK[1]:
            raise BusyError(
                f"restore {self._copy} has not the label {'='.join(MARK)}: no drill made it, and none deletes it"
            )
        namespace = self._namespace()
        if namespace is not None:
            self._whose(restore, namespace)
        return restore, namespace

    def _whose(self, restore: Mapping[str, Any] | None, namespace: Mapping[str, Any]) -> None:
        if restore is None or not _made_by(restore, namespace):
            raise BusyError(
                f"namespace {self._copy} is there, and no restore of a drill made it: none deletes it; "
                "look whose it is, and take it away by hand"
            )

    def _namespace(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._api.ask("GET", f"/api/v1/namespaces/{self._copy}")
        return found

    @property
    def _restored(self) -> str:
        return f"{RESTORE}={self._copy}"

    def _access(self) -> str:
        location = self._api.ask("GET", self._location)
        if location is None:
            raise DrillError(f"there is no backup location {self._plan.location}")
        return location["spec"].get("accessMode") or "ReadWrite"

    def _side(self, namespace: str) -> Side:
        found = self._api.ask("GET", f"/api/v1/namespaces/{namespace}")
        if found is None:
            raise DrillError(f"there is no namespace {namespace}")
        host = self._plan.kubernetes.partition("://")[2]
        return Side(system="kubernetes", name=namespace, host=host, version="v1", identity=found["metadata"]["uid"])

    def _maps(self, namespace: str) -> str:
        return f"/api/v1/namespaces/{namespace}/configmaps"

    def _items(self, path: str, query: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """All of a list, a page at a time. Raises :class:`DrillError` where the kind is not served."""
        found: list[dict[str, Any]] = []
        further = ""
        while True:
            asked = {**(query or {}), "limit": "500", **({"continue": further} if further else {})}
            told = self._api.ask("GET", path, query=asked)
            if told is None:
                raise DrillError(f"{path} is not served: is Velero installed?")
            found += told["items"]
            further = told["metadata"].get("continue", "")
            if not further:
                return found


def restore_of(backup: str, plan: Velero) -> dict[str, Any]:
    """The Restore of a drill, which is named after the namespace that it makes, and carries the drills' label."""
    copy = f"{plan.canaries}{COPY}"
    return {
        "apiVersion": "velero.io/v1",
        "kind": "Restore",
        "metadata": {"name": copy, "namespace": plan.namespace, "labels": dict([MARK])},
        "spec": {
            "backupName": backup,
            "includedNamespaces": [plan.canaries],
            # The right to read the copy comes back with it: its subjects are in a namespace that is not mapped.
            "includedResources": ["configmaps", *RIGHTS],
            "namespaceMapping": {plan.canaries: copy},
            "includeClusterResources": False,
            "restorePVs": False,
        },
    }


def _made_by(restore: Mapping[str, Any], namespace: Mapping[str, Any]) -> bool:
    """Whether the namespace came into being while the restore was under way, by the API server's own clock.

    Velero says by its clock when it was done; a restore that made anything always has that moment.
    """
    made, began = (datetime.fromisoformat(each["metadata"]["creationTimestamp"]) for each in (namespace, restore))
    if _phase(restore) in _BUSY:
        return made >= began
    ended = restore["status"].get("completionTimestamp")
    return ended is not None and began <= made <= datetime.fromisoformat(ended) + SKEW


def _began(backup: Mapping[str, Any]) -> datetime:
    """When Velero began to make it; one that it refuses (FailedValidation) never begins: when it was asked for."""
    return datetime.fromisoformat(backup["status"].get("startTimestamp") or backup["metadata"]["creationTimestamp"])


def _phase(found: Mapping[str, Any]) -> str:
    return str((found.get("status") or {}).get("phase") or "")
