# ruff: noqa: ARG002, N803, C901 - what is played is asked as the real one is
"""Worlds that are drilled: a clock that is turned, a bucket, a cluster with its Velero, and stores of AWS's, in memory."""

import copy
import io
import json
from datetime import UTC, datetime, timedelta

from botocore.exceptions import ClientError

from recovery.canary import DrillError, Ledger
from recovery.drill import Asked, Patience, write_canary
from recovery.managed import ManagedStore
from recovery.plan import Velero
from recovery.velero import Cluster, restore_of

#: What a backup may be spoilt by; each is of the right time, and says that it is whole.
POISONS = ("stale", "truncated", "empty", "unreadable")


class Clock:
    """Time that passes when somebody waits, and then does what others would have done meanwhile."""

    def __init__(self):
        self.now = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
        self.meanwhile = lambda: None

    def pause(self, seconds):
        self.now += timedelta(seconds=seconds)
        self.meanwhile()

    def patience(self):
        return Patience(minutes=60, clock=lambda: self.now, pause=self.pause)


class Bucket:
    """The ledger's bucket: what boto3 is asked for there."""

    def __init__(self):
        self.kept = {}
        self.refuses = set()

    def put_object(self, *, Bucket, Key, Body, ContentType):
        self._may("PutObject")
        self.kept[Key] = Body

    def get_object(self, *, Bucket, Key):
        self._may("GetObject")
        return {"Body": io.BytesIO(self.kept[Key])}

    def get_paginator(self, name):
        return self

    def paginate(self, *, Bucket, Prefix):
        self._may("ListObjectsV2")
        yield {"Contents": [{"Key": key} for key in self.kept if key.startswith(Prefix)]}

    def _may(self, what):
        if what in self.refuses:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, what)


class World:
    """One store with its ledger. ``content`` is what a backup holds: canary records, and everything else."""

    def __init__(self, name):
        self.clock, self.bucket = Clock(), Bucket()
        self.asked = Asked(environment="prod", account="111122223333", store=name, patience=self.clock.patience())
        self.ledger = Ledger(self.bucket, "ledger", "drills", name)

    def canary(self):
        return write_canary(self.asked, self.store, self.ledger)

    def later(self, **span):
        self.clock.now += timedelta(**span)


class KubernetesPlayed:
    """An API server that keeps what it is sent; ``refuses`` are (method, part of a path)."""

    def __init__(self, clock):
        self.clock, self.kept, self.refuses, self.uids = clock, {}, set(), iter(range(1, 10_000))

    def ask(self, method, path, body=None, *, query=None):
        for refused, part in self.refuses:
            if method == refused and path.endswith(part):
                raise DrillError(f"kubernetes: {method} {path}: 403 forbidden")
        if method == "POST":
            made = copy.deepcopy(dict(body))
            made["metadata"]["uid"] = f"uid-{next(self.uids)}"
            made["metadata"]["creationTimestamp"] = f"{self.clock.now:%Y-%m-%dT%H:%M:%SZ}"
            place = f"{path}/{made['metadata']['name']}"
            if place in self.kept:
                raise DrillError(f"kubernetes: {method} {path}: 409 already exists")
            self.kept[place] = made
            return made
        if method == "GET" and path.rpartition("/")[2] in ("configmaps", "restores", "backups"):
            return {
                "items": [each for key, each in self.kept.items() if self._lists(path, key, each, query or {})],
                "metadata": {},
            }
        if path not in self.kept:
            return None
        if method == "DELETE":
            wanted = (body or {}).get("preconditions", {}).get("uid")
            if wanted not in (None, self.kept[path]["metadata"]["uid"]):
                raise DrillError(f"kubernetes: {method} {path}: 409 is another one by now")
            for key in [key for key in self.kept if key == path or key.startswith(f"{path}/")]:
                del self.kept[key]
        if method == "PATCH":
            for part, change in body.items():
                self.kept[path].setdefault(part, {}).update(change)
        return self.kept.get(path)

    @staticmethod
    def _lists(path, key, each, query):
        labels = each["metadata"].get("labels", {})
        for term in query.get("labelSelector", "").split(",") if "labelSelector" in query else ():
            name, sep, value = term.partition("!=") if "!=" in term else term.partition("=")
            if (
                (sep == "!=" and labels.get(name) == value)
                or (sep == "=" and labels.get(name) != value)
                or (not sep and name not in labels)
            ):
                return False
        return key.startswith(f"{path}/") and "/" not in key.removeprefix(f"{path}/")


VELERO = "/apis/velero.io/v1/namespaces/velero"


class VeleroWorld(World):
    """A cluster and what Velero does in it: backups hold ConfigMaps, a Restore is done while the drill waits."""

    def __init__(self, api=None, drills_api=None):
        super().__init__("backup")
        self.api = api or KubernetesPlayed(self.clock)
        self.plan = Velero.model_validate({"schedule": "velero-daily", "canaries": "recovery"})
        self.store = Cluster(drills_api or self.api, self.plan, self.clock.patience())
        self.backups, self.stuck, self.outcome = {}, False, {"phase": "Completed"}
        self.clock.meanwhile = self._velero
        for name in ("velero", "recovery"):
            self.namespace(name)
        location = {"provider": "aws", "objectStorage": {"bucket": "velero"}, "accessMode": "ReadWrite"}
        self._make("backupstoragelocations", "BackupStorageLocation", "default", {"spec": location})
        for number in range(8):
            self._map("recovery", f"note-{number}", {"data": {"text": str(number)}})

    def _make(self, plural, kind, name, rest, labels=None):
        metadata = {"name": name, "namespace": "velero", "labels": labels or {}}
        self.api.ask(
            "POST", f"{VELERO}/{plural}", {"apiVersion": "velero.io/v1", "kind": kind, "metadata": metadata, **rest}
        )

    def _map(self, namespace, name, rest, labels=None):
        metadata = {"name": name, "labels": labels or {}}
        self.api.ask(
            "POST",
            f"/api/v1/namespaces/{namespace}/configmaps",
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, **rest},
        )

    def _maps(self):
        told = self.api.ask("GET", "/api/v1/namespaces/recovery/configmaps", query={"limit": "500"})["items"]
        return {
            each["metadata"]["name"]: {"data": each["data"], "labels": each["metadata"].get("labels", {})}
            for each in told
            if each["metadata"]["name"] != "kube-root-ca.crt"
        }

    def back_up(self, phase="Completed", done=None):
        name = f"velero-daily-{len(self.backups)}"
        content = self._maps()
        self.backups[name] = content
        status = {
            "phase": phase,
            "startTimestamp": f"{self.clock.now:%Y-%m-%dT%H:%M:%SZ}",
            "progress": {"totalItems": len(content) + 1, "itemsBackedUp": len(content) + 1 if done is None else done},
        }
        self._make(
            "backups",
            "Backup",
            name,
            {"spec": {"storageLocation": "default"}, "status": status},
            {"velero.io/schedule-name": "velero-daily"},
        )

    def spoil(self, poison):
        """The newest backup, in its content alone."""
        newest, content = list(self.backups.items())[-1]
        if poison == "stale":
            content = list(self.backups.values())[-2]
        elif poison == "truncated":
            content = dict(list(content.items())[: len(content) * 3 // 4])
        elif poison == "empty":
            content = {}
        else:
            content = {name: {**each, "data": {"record": "\x00{"}} for name, each in content.items()}
        self.backups[newest] = content

    def _velero(self):
        """What Velero's controllers would have done by now."""
        for each in self.api.ask("GET", f"{VELERO}/restores", query={"limit": "500"})["items"]:
            if self.stuck or (each.get("status") or {}).get("phase"):
                continue
            spec, place = each["spec"], f"{VELERO}/restores/{each['metadata']['name']}"
            copied = spec["namespaceMapping"]["recovery"]
            status = dict(self.outcome)
            if status["phase"] != "FailedValidation":
                status["completionTimestamp"] = self.namespace(copied)["metadata"]["creationTimestamp"]
                restored = {"velero.io/restore-name": each["metadata"]["name"]}
                for name, kept in self.backups[spec["backupName"]].items():
                    if self._there(copied, name) is None:
                        self._map(copied, name, {"data": kept["data"]}, {**kept["labels"], **restored})
                self._came_along(copied)
            self.api.ask("PATCH", place, {"status": status})

    def namespace(self, name):
        """As it is, or as somebody makes it now."""
        made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        return self.api.ask("GET", f"/api/v1/namespaces/{name}") or self.api.ask("POST", "/api/v1/namespaces", made)

    def _there(self, namespace, name):
        return self.api.ask("GET", f"/api/v1/namespaces/{namespace}/configmaps/{name}")

    def abandon(self):
        """What a drill leaves behind that dies once Velero is done."""
        self.api.ask("POST", f"{VELERO}/restores", restore_of(next(reversed(self.backups)), self.plan))
        self._velero()

    def _came_along(self, copied):
        """What a restore brings besides ConfigMaps."""

    def leftovers(self):
        """What a drill must not leave behind."""
        found = [
            each["metadata"]["name"]
            for each in self.api.ask("GET", f"{VELERO}/restores", query={"limit": "500"})["items"]
        ]
        if self.api.ask("GET", "/api/v1/namespaces/recovery-drill") is not None:
            found.append("recovery-drill")
        return found

    def access(self):
        return self.api.ask("GET", f"{VELERO}/backupstoragelocations/default")["spec"]["accessMode"]


class AwsPlayed:
    """AWS's API for one kind of store: a copy is made while the drill waits."""

    system = "played"

    def __init__(self, world):
        self.world, self.made, self.marked, self.refuses = world, {}, set(), set()
        self.outcome, self.undeletable = "available", False

    def describe(self, name):
        self._may("describe", name)
        if name == "store":
            return {**self._told("store"), "Latest": self.world.latest}
        return self._told(name) if name in self.made else None

    def status(self, name):
        self._may("describe", name)
        return self.made.get(name)

    def parts(self, name):
        self._may("describe", name)
        return {f"arn:{name}": name in self.marked} if name in self.made else {}

    def _may(self, what, name):
        if what in self.refuses:
            raise DrillError(f"describing {name}: AccessDenied: not authorized")

    def _told(self, name):
        return {
            "Arn": f"arn:{name}",
            "Version": "5.0.0",
            "Host": name,
            "Port": 1,
            "Latest": None,
            "Id": name,
        }

    def restore(self, source, target, backup):
        if "restore" in self.refuses:
            raise DrillError("restoring store: AccessDenied: not authorized")
        if target in self.made:
            raise DrillError("restoring store: DBInstanceAlreadyExists: there is one")
        self.made[target] = "creating"
        self.marked.add(target)

    def finish(self, target):
        self.made[target] = self.outcome

    def delete(self, target):
        if not self.undeletable:
            self.made.pop(target, None)
            self.marked.discard(target)

    def meanwhile(self):
        self.made = {name: self.outcome if status == "creating" else status for name, status in self.made.items()}


class ReaderPlayed:
    """A client of the store's protocol; the copy holds what the backup held."""

    tools = {"played": "1"}  # noqa: RUF012

    def __init__(self, world):
        self.world = world

    def write(self, host, port, records, canary):
        self.world.data["recovery.canary"] = [dict(each) for each in records]

    def records(self, host, port, canary):
        held = self._held(host).get("recovery.canary", [])
        if any(not isinstance(each, dict) for each in held):
            raise DrillError("a record of the canary cannot be read")
        return [each for each in held if each["canary"] == canary]

    def count(self, host, port):
        return {name: len(rows) for name, rows in self._held(host).items()}

    def _held(self, host):
        return self.world.data if host == "store" else self.world.backups[-1]


class ManagedWorld(World):
    """DocumentDB or RDS, played."""

    def __init__(self, name):
        super().__init__(name)
        self.data = {"cars.vehicles": list(range(1000)), "cars.prices": list(range(40))}
        self.backups, self.latest = [], None
        self.api = AwsPlayed(self)
        self.store = ManagedStore("store", self.api, ReaderPlayed(self), self.clock.patience())
        self.clock.meanwhile = self.api.meanwhile

    def back_up(self):
        self.latest = self.clock.now
        self.backups.append(json.loads(json.dumps(self.data)))

    def spoil(self, poison):
        newest = self.backups[-1]
        if poison == "stale":
            newest = self.backups[-2]
        elif poison == "truncated":
            newest = {name: rows[: len(rows) * 3 // 4] for name, rows in newest.items()}
        elif poison == "empty":
            newest = {}
        else:
            newest = {**newest, "recovery.canary": ["\x00" for _ in newest["recovery.canary"]]}
        self.backups[-1] = newest

    def leftovers(self):
        return list(self.api.made)


def ready(world):
    """``world`` as it is on any day: two canaries, two backups, data that came after the second one."""
    world.canary()
    world.later(hours=1)
    world.back_up()
    world.later(hours=22)
    world.canary()
    world.later(hours=1)
    world.back_up()
    world.later(minutes=10)
    return world
