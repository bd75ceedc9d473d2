"""Workloads: what makes pods of its own accord, each with the objects that are only its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from migration.inventory.distil import HELM_RELEASE
from migration.inventory.record import Container, Key, Pod, Read, Record, Release
from model.pods import POD_SPECS

_POD = ("core", "Pod")
_PODS_OWNERS = {kind for _, kind in POD_SPECS}


@dataclass(slots=True)
class Workload:
    """``record`` is what was declared; ``pods`` are its pods as they ran; ``parts`` counts every object below it.

    ``seen`` says that it stands in the input itself, and is not only named by its pods as their owner.
    """

    key: Key
    record: Record
    seen: bool = True
    parts: list[Key] = field(default_factory=list)
    pods: list[Pod] = field(default_factory=list)
    release: Release | None = None

    @property
    def pod(self) -> Pod:
        """The pattern of its pods."""
        return self.record.pod or Pod()

    @property
    def injected(self) -> tuple[Container, ...]:
        """Containers that its pods have and its pattern has not."""
        declared = {container.name for container in self.pod.containers}
        return tuple(
            dict.fromkeys(each for pod in self.pods for each in sorted(pod.containers) if each.name not in declared)
        )

    @property
    def images(self) -> list[Container]:
        """Its containers: as declared, and as injected."""
        return [*self.pod.containers, *self.injected]


def workloads(read: Read) -> list[Workload]:
    """Every workload, by its key."""
    making = {key: record for key, record in read.records.items() if (key.group, key.kind) in POD_SPECS}
    found: dict[Key, Workload] = {}
    parts: dict[Key, list[Record]] = defaultdict(list)
    for key, record in sorted(making.items()):
        root = _root(key, making)
        if root == key:
            found[key] = Workload(key, record)
        else:
            parts[root].append(record)
    for root, records in parts.items():
        if root not in found:
            # Only its pods were written out.
            found[root] = Workload(root, replace(records[0], key=root, owner=None, replicas=None), seen=False)
        found[root].parts += [record.key for record in records]
        found[root].pods += [record.pod for record in records if record.key.kind == "Pod" and record.pod]
    for key, workload in found.items():
        if workload.seen and (key.group, key.kind) == _POD:
            workload.pods.append(workload.pod)
    used = {workload.record.release for workload in found.values() if workload.record.release}
    found |= _installed(read, used)
    _join_releases(read, found, used)
    return [found[key] for key in sorted(found)]


def _installed(read: Read, used: Iterable[tuple[str, str]]) -> dict[Key, Workload]:
    """What a controller installs from a chart, where nothing that it made stands in the input."""
    sources = {(key.kind, key.namespace, key.name): record for key, record in read.records.items() if record.charts}
    named = {record.chart_from for record in read.records.values() if record.chart_from}
    found = {}
    for key, record in read.records.items():
        releases = (key.group, key.kind) == HELM_RELEASE
        if (record.charts or releases) and (key.kind, key.namespace, key.name) not in named:
            source = sources.get(record.chart_from) if record.chart_from else None
            if (key.namespace, key.name) not in used:
                found[key] = Workload(key, replace(record, charts=source.charts) if source else record)
    return found


def _root(key: Key, making: Mapping[Key, Record]) -> Key:
    """The owner of an owner of ... ``key``, as long as it makes pods; owners in a circle end where they began."""
    passed: list[Key] = []
    while key not in passed:
        passed.append(key)
        record = making.get(key)
        if record is None or record.owner is None:
            return key
        group, kind, name = record.owner
        above = Key(group, kind, key.namespace, name)
        if above not in making and (kind == "Node" or ((key.group, key.kind) != _POD and kind not in _PODS_OWNERS)):
            return key
        key = above
    return min(passed)


def _join_releases(read: Read, found: dict[Key, Workload], used: Iterable[tuple[str, str]]) -> None:
    for workload in found.values():
        if workload.record.release is not None:
            workload.release = read.releases.get(workload.record.release)
    for name, release in read.releases.items():
        if name not in used and not any(key.name == release.name and key.kind == "HelmRelease" for key in found):
            key = Key("helm", "Release", *name)
            found[key] = Workload(
                key, Record(key=key, chart=release.chart, version=release.app_version), release=release
            )


def others(read: Read, of: Iterable[Workload]) -> Iterator[Record]:
    """Every object that is neither a workload nor part of one."""
    taken = {key for workload in of for key in (workload.key, *workload.parts)}
    yield from (record for key, record in sorted(read.records.items()) if key not in taken)
