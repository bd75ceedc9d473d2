"""What Velero keeps of the cluster: the newest backup of a schedule, restored into a namespace of the drill's own.

A drill restores one namespace, that of the canaries, beside itself, with ConfigMaps and who may read them: an
application that starts a second time would take the first one's traffic and work. The location stays writable all the
while, because a drill that dies must not keep tomorrow's backup from being made; one that is found read-only, as a real
restore leaves it behind, is red and is made writable again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from policy.gates.drills import Taken
from policy.gates.evidence import Side
from recovery.canary import BusyError, DrillError, Record
from recovery.drill import Patience
from recovery.kubernetes import Api
from recovery.plan import COPY, Velero

_GROUP: Final = "/apis/velero.io/v1/namespaces"
#: Which canary a ConfigMap belongs to.
LABEL: Final = "recovery/canary"
#: What Velero calls the schedule that a backup was made by.
SCHEDULE: Final = "velero.io/schedule-name"
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
        """A namespace of an earlier drill, its restore, and a location that a restore left read-only."""
        restores = self._items(self._restores)
        for each in restores:
            if _phase(each) in _BUSY and each["metadata"]["name"] != self._copy:
                raise BusyError(f"restore {each['metadata']['name']} is under way; a drill does not run beside it")
        if any(each["metadata"]["name"] == self._copy for each in restores):
            yield f"an earlier drill left its restore {self._copy} behind"
        if self._api.ask("GET", f"/api/v1/namespaces/{self._copy}") is not None:
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
        begun = [each for each in ended if each["status"].get("startTimestamp")]
        if not begun:
            raise DrillError(f"there is no backup of the schedule {self._plan.schedule}")
        newest = max(begun, key=lambda each: str(each["status"]["startTimestamp"]))
        name, status = newest["metadata"]["name"], newest["status"]
        if _phase(newest) != "Completed":
            raise DrillError(f"the newest backup, {name}, is {_phase(newest)}")
        progress = status.get("progress") or {}
        if progress.get("itemsBackedUp", 0) != progress.get("totalItems", 0) or not progress.get("totalItems"):
            raise DrillError(
                f"the newest backup, {name}, holds {progress.get('itemsBackedUp', 0)} of "
                f"{progress.get('totalItems', 0)} items"
            )
        return Taken(name=name, at=datetime.fromisoformat(status["startTimestamp"]))

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
        if self._api.ask("GET", f"/api/v1/namespaces/{self._copy}") is None:
            raise DrillError(f"the restore of {backup.name} is Completed, and restored nothing")
        return self._side(self._copy)

    def records(self, canary: str) -> Iterator[Record]:
        """What each ConfigMap of the canary holds; nothing of one that is no record."""
        for each in self._items(self._maps(self._copy), {"labelSelector": f"{LABEL}={canary}"}):
            try:
                record = json.loads(each["data"]["record"])
            except (KeyError, TypeError, ValueError):
                record = None
            if not isinstance(record, dict):
                raise DrillError(f"{each['metadata']['name']} in what was restored is no record")
            yield record

    def count(self, *, restored: bool) -> Mapping[str, int]:
        """ConfigMaps, without the one that Kubernetes makes itself."""
        maps = self._items(self._maps(self._copy if restored else self._plan.canaries))
        return {"configmaps": sum(1 for each in maps if each["metadata"]["name"] != _OWN)}

    def clean(self) -> Iterable[Callable[[], None]]:
        """The namespace, the restore, and the location: whatever became of the drill, backups go on."""
        return (self._writable, self._without_restore, self._without_namespace)

    def _writable(self) -> None:
        if self._access() != "ReadWrite":
            self._api.ask("PATCH", self._location, {"spec": {"accessMode": "ReadWrite"}})

    def _without_restore(self) -> None:
        place = f"{self._restores}/{self._copy}"
        self._api.ask("DELETE", place)
        self._patience.gone(lambda: self._api.ask("GET", place) is None, f"restore {self._copy} did not go")

    def _without_namespace(self) -> None:
        place = f"/api/v1/namespaces/{self._copy}"
        self._api.ask("DELETE", place)
        self._patience.gone(lambda: self._api.ask("GET", place) is None, f"namespace {self._copy} did not go")

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
    """The Restore of a drill, which is named after the namespace that it makes."""
    copy = f"{plan.canaries}{COPY}"
    return {
        "apiVersion": "velero.io/v1",
        "kind": "Restore",
        "metadata": {"name": copy, "namespace": plan.namespace},
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


def _phase(found: Mapping[str, Any]) -> str:
    return str((found.get("status") or {}).get("phase") or "")
