"""What a pod is made of, wherever its spec stands: images, and the volumes that it or a claim asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from model.kubernetes import group_and_kind
from model.resource import MISSING, UNKNOWN, Resource, peek

#: Where a pod's spec stands in each kind that makes pods, or is the pattern of some; other groups have kinds of the
#: same names, whose pods the cluster judges when they come.
POD_SPECS: Final[Mapping[tuple[str | None, str], tuple[str, ...]]] = {
    ("core", "Pod"): ("spec",),
    ("core", "PodTemplate"): ("template", "spec"),
    ("core", "ReplicationController"): ("spec", "template", "spec"),
    ("apps", "Deployment"): ("spec", "template", "spec"),
    ("apps", "StatefulSet"): ("spec", "template", "spec"),
    ("apps", "DaemonSet"): ("spec", "template", "spec"),
    ("apps", "ReplicaSet"): ("spec", "template", "spec"),
    ("batch", "Job"): ("spec", "template", "spec"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template", "spec"),
    ("argoproj.io", "Rollout"): ("spec", "template", "spec"),
}
#: Kinds that name a driver, and where.
DRIVERS: Final[Mapping[tuple[str | None, str], tuple[str, ...]]] = {
    ("storage.k8s.io", "StorageClass"): ("provisioner",),
    ("snapshot.storage.k8s.io", "VolumeSnapshotClass"): ("driver",),
    ("core", "PersistentVolume"): ("spec", "csi", "driver"),
}
CONTAINERS: Final = ("containers", "initContainers", "ephemeralContainers")
#: Before ``storageClassName`` there was an annotation, and Kubernetes still lets it decide.
CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"


def image_references(resource: Resource) -> Iterator[str]:
    """Every known image of the pods that ``resource`` makes."""
    for containers in CONTAINERS:
        for container in _each(_pod(resource), containers):
            if isinstance(image := peek(container, "image"), str):
                yield image


def doubtful(resource: Resource) -> str | None:
    """Where in a pod's spec an image, or more, is not known yet; ``None`` where all is known."""
    place = POD_SPECS.get(group_and_kind(resource.type))
    if place is None:
        return None
    if (spec := resource.get(*place)) is UNKNOWN:
        return ".".join(place)
    for containers in CONTAINERS:
        for container in _each(spec, containers):
            if container is UNKNOWN or peek(container, "image") is UNKNOWN:
                return f"an image of {'.'.join((*place, containers))}"
    return None


def storage_classes(resource: Resource) -> Iterator[str]:
    """Every known StorageClass that a claim, a volume, a StatefulSet's template or a pod's own volume names."""
    for claim in _claims(resource):
        for name in (peek(claim, "metadata", "annotations", CLASS_ANNOTATION), peek(claim, "spec", "storageClassName")):
            if isinstance(name, str):
                yield name


def volume_drivers(resource: Resource) -> Iterator[str]:
    """Every known driver that a StorageClass, a volume, a class of snapshots or a pod's own volume asks for."""
    found = [peek(volume, "csi", "driver") for volume in _each(_pod(resource), "volumes")]
    if (place := DRIVERS.get(group_and_kind(resource.type))) is not None:
        found.append(resource.get(*place))
    yield from (driver for driver in found if isinstance(driver, str))


def _claims(resource: Resource) -> Iterator[Any]:
    asked = group_and_kind(resource.type)
    if asked in (("core", "PersistentVolumeClaim"), ("core", "PersistentVolume")):
        yield resource.props
    elif asked == ("apps", "StatefulSet"):
        yield from _each(resource.props, "spec", "volumeClaimTemplates")
    for volume in _each(_pod(resource), "volumes"):
        yield peek(volume, "ephemeral", "volumeClaimTemplate")


def _pod(resource: Resource) -> Any:
    place = POD_SPECS.get(group_and_kind(resource.type))
    return MISSING if place is None else resource.get(*place)


def _each(value: Any, *path: str) -> list[Any]:
    found = peek(value, *path)
    return found if isinstance(found, list) else []
