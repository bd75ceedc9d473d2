"""Longhorn and EBS, claim by claim: the same files with the same content, mode and owner.

Both sides were written down by ``migration.verification.walk``; what the clusters declare comes from
``kubectl get namespaces,persistentvolumeclaims,storageclasses,configmaps -A -o json`` of each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from migration.verification.afterwards import raised
from migration.verification.kit import Compared, Differences, by_item, differing
from migration.verification.stores import StoreError, Stores
from policy.gates.evidence import Side
from stacks.section import Section, Text
from stacks.settings import Settings

#: Velero finds its map by these labels; of the first any value will do.
_MAPPING: Final = ("velero.io/plugin-config", "velero.io/change-storage-class")
Claim = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]


class Walked(Section):
    """The two outputs of the walk over one claim."""

    source: Text
    target: Text


class Volumes(Stores):
    """Two clusters. ``target.name`` is the storage class that claims get, gp3."""

    source_objects: Text = Field(description="kubectl's output at the source")
    target_objects: Text = Field(description="the same in EKS")
    claims: Annotated[dict[Claim, Walked], Field(min_length=1, description="every claim, namespace/name")]


STORES = Volumes
LIBRARIES: tuple[str, ...] = ()


class Cluster:
    """What kubectl told of a cluster."""

    def __init__(self, path: str, key: str) -> None:
        try:
            self._items = [dict(each) for each in json.loads(Path(path).read_text(encoding="utf-8"))["items"]]
            namespaces = {each["metadata"]["name"]: each["metadata"]["uid"] for each in self._of("Namespace")}
            self.uid = str(namespaces["kube-system"])
        except OSError as error:
            raise StoreError(f"{key}: {path} cannot be read ({error.strerror})") from None
        except (ValueError, TypeError, KeyError):
            raise StoreError(f"{key}: {path} is no output of kubectl with namespaces and claims") from None

    def _of(self, kind: str) -> Iterator[dict[str, Any]]:
        return (each for each in self._items if each.get("kind") == kind)

    @property
    def claims(self) -> dict[str, dict[str, Any]]:
        """Every claim's spec by namespace/name."""
        return {
            f"{each['metadata']['namespace']}/{each['metadata']['name']}": each.get("spec", {})
            for each in self._of("PersistentVolumeClaim")
        }

    @property
    def classes(self) -> set[str]:
        """The storage classes that exist."""
        return {each["metadata"]["name"] for each in self._of("StorageClass")}

    @property
    def mapping(self) -> dict[str, str]:
        """What Velero's restore changes classes to, by its ConfigMap."""
        found = []
        for each in self._of("ConfigMap"):
            labels = each["metadata"].get("labels") or {}
            if _MAPPING[0] in labels and labels.get(_MAPPING[1]) == "RestoreItemAction":
                found.append(each)
        if len(found) > 1:
            names = ", ".join(each["metadata"]["name"] for each in found)
            raise StoreError(f"targetObjects: {names} are all labelled {_MAPPING[1]}; Velero fails unless it is one")
        return dict(found[0].get("data") or {}) if found else {}


@dataclass(frozen=True)
class Entry:
    """A file as it was walked."""

    path: str
    content: str
    ownership: str

    @property
    def told(self) -> str:
        """The path for people: a name may hold line ends and bytes that no terminal should see."""
        return self.path if self.path.isprintable() else ascii(self.path)


#: The path of the mounted folder itself: it has mode and owner, and is no file to count.
_MOUNT: Final = "."


def read_walk(path: str, claim: str) -> Iterator[Entry]:
    """The entries of one output. Raises :class:`StoreError` where it is of another claim, cut off or no such output."""
    count = 0
    try:
        with Path(path).open(encoding="utf-8") as lines:
            if json.loads(next(lines, "")).get("claim") != claim:
                raise StoreError(f"{path}: is not the walk of {claim}")
            for line in lines:
                told = json.loads(line)
                if "entries" in told:
                    if told["entries"] != count:
                        raise StoreError(f"{path}: says {told['entries']} entries, and holds {count}")
                    return
                count += 1
                content = f"{told['kind']} {told.get('size', '')} {told.get('sha256', '')}"
                yield Entry(told["path"], content, f"{told['mode']} {told['owner']} {told.get('attributes', '')}")
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StoreError(f"{path}: line {count + 2} is none of the walk's") from None
    raise StoreError(f"{path}: was cut off after {count} entries")


class _Digests:
    """Both digests of one side's walk, and how many entries it has."""

    def __init__(self) -> None:
        self._made = {"checksums": hashlib.sha256(), "ownership": hashlib.sha256()}
        self.count = 0

    def take(self, entry: Entry) -> None:
        self.count += entry.path != _MOUNT
        for name, said in (("checksums", entry.content), ("ownership", entry.ownership)):
            self._made[name].update(f"{entry.path}\0{said}\0".encode("utf-8", "surrogateescape"))

    def of(self, name: str) -> str:
        return f"sha256:{self._made[name].hexdigest()}"


class VolumesKit:
    """Both clusters' claims."""

    def __init__(self, stores: Volumes) -> None:
        self._stores = stores
        self._source = Cluster(stores.source_objects, "sourceObjects")
        self._target = Cluster(stores.target_objects, "targetObjects")
        if left := sorted(set(self._source.claims) - set(stores.claims)):
            raise StoreError(f"claims: {left[0]} is missing; every claim of the source is compared")
        self.tools: Mapping[str, str] = {}

    @property
    def sides(self) -> tuple[Side, Side]:
        """A cluster is known by the uid of its namespace kube-system."""
        source, target = self._stores.source, self._stores.target
        return (
            Side(system="Longhorn", name=source.name, host=source.host, version="v1", identity=self._source.uid),
            Side(
                system="Amazon EBS",
                name=target.name,
                host=target.host,
                version="v1",
                identity=self._target.uid,
            ).model_copy(update={"stand_in": not target.is_aws}),
        )

    def requirements(self) -> Compared:
        """EBS has one node a volume, files can be backed up, and the class that Velero's map gives exists."""
        wanted: dict[str, int | str] = {}
        found: dict[str, int | str] = {}
        mapping, classes = self._target.mapping, self._target.classes
        for claim, spec in self._source.claims.items():
            modes = set(spec.get("accessModes", ()))
            given = spec.get("storageClassName", "")
            wanted |= {f"{claim} is for one node": 1, f"{claim} gets {self._stores.target.name}": 1}
            # A block device has no files that could be backed up as such.
            wanted[f"{claim} is a file system"] = 1
            found[f"{claim} is a file system"] = int(spec.get("volumeMode", "Filesystem") == "Filesystem")
            found[f"{claim} is for one node"] = int(bool(modes) and not modes & {"ReadWriteMany", "ReadOnlyMany"})
            gets = mapping.get(given, given)
            found[f"{claim} gets {self._stores.target.name}"] = int(
                gets == self._stores.target.name and gets in classes
            )
        return by_item("requirements", wanted, found, differences=differing(wanted, found))

    @cached_property
    def _read(self) -> tuple[dict[str, tuple[_Digests, _Digests]], dict[str, Differences]]:
        digests: dict[str, tuple[_Digests, _Digests]] = {}
        told = {name: Differences() for name in ("counts", "checksums", "ownership")}
        for claim, walked in self._stores.claims.items():
            sides = (_Digests(), _Digests())
            for source, target in _joined(read_walk(walked.source, claim), read_walk(walked.target, claim)):
                for side, entry in zip(sides, (source, target), strict=True):
                    if entry is not None:
                        side.take(entry)
                if source is None or target is None:
                    there = source or target
                    told["counts"].add(f"{claim}: {there.told if there else ''} is on one side only")
                    continue
                if source.content != target.content:
                    told["checksums"].add(f"{claim}: {source.told}")
                if source.ownership != target.ownership:
                    told["ownership"].add(f"{claim}: {source.told}")
            digests[claim] = sides
        return digests, told

    def compare(self) -> Iterator[Compared]:
        """Files by number, then content, then mode and owner."""
        digests, told = self._read
        files = sum(source.count for source, _ in digests.values())
        for name in ("counts", "checksums", "ownership"):
            sides: list[dict[str, int | str]] = [
                {
                    claim: each[side].count if name == "counts" else each[side].of(name)
                    for claim, each in digests.items()
                }
                for side in (0, 1)
            ]
            yield by_item(name, sides[0], sides[1], of=files, differences=told[name].told)

    def health(self) -> Compared:
        """The backups' alarms."""
        return raised("alarms-backup")


def _joined(source: Iterator[Entry], target: Iterator[Entry]) -> Iterator[tuple[Entry | None, Entry | None]]:
    """Both walks side by side: they are in the order of their paths' parts."""
    left, right = next(source, None), next(target, None)
    while left or right:
        if right is None or (left is not None and _order(left) < _order(right)):
            yield left, None
            left = next(source, None)
        elif left is None or _order(right) < _order(left):
            yield None, right
            right = next(target, None)
        else:
            yield left, right
            left, right = next(source, None), next(target, None)


def _order(entry: Entry) -> list[bytes]:
    return [] if entry.path == _MOUNT else [part.encode("utf-8", "surrogateescape") for part in entry.path.split("/")]


@contextmanager
def connect(stores: Volumes, settings: Settings) -> Iterator[VolumesKit]:  # noqa: ARG001 - as every kit is made
    """The walks and the clusters' objects; there is nothing to sign out of."""
    yield VolumesKit(stores)
