"""What a pod is made of, wherever its spec stands: images, and the volumes that it or a claim asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policy.resource import MISSING, Resource, peek
from policy.typetoken import group_and_kind

#: Where a pod's spec stands in each kind that makes pods, or is the pattern of some.
POD_SPECS: Final[Mapping[str, tuple[str, ...]]] = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "Rollout": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
CONTAINERS: Final = ("containers", "initContainers", "ephemeralContainers")
#: Before ``storageClassName`` there was an annotation, and Kubernetes still lets it decide.
CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"


def images(resource: Resource) -> Iterator[str]:
    """Every known image of the pods that ``resource`` makes."""
    for containers in CONTAINERS:
        for container in _each(_pod(resource), containers):
            if isinstance(image := peek(container, "image"), str):
                yield image


def storage_classes(resource: Resource) -> Iterator[str]:
    """Every known StorageClass that a claim, a claim template of a StatefulSet or a pod's own volume names."""
    for claim in _claims(resource):
        for name in (peek(claim, "metadata", "annotations", CLASS_ANNOTATION), peek(claim, "spec", "storageClassName")):
            if isinstance(name, str):
                yield name


def drivers(resource: Resource) -> Iterator[str]:
    """Every known driver that a StorageClass, a volume or a pod's own volume asks for."""
    group, kind = group_and_kind(resource.type)
    found = [peek(volume, "csi", "driver") for volume in _each(_pod(resource), "volumes")]
    if (group, kind) == ("storage.k8s.io", "StorageClass"):
        found.append(resource.get("provisioner"))
    elif kind == "PersistentVolume":
        found.append(resource.get("spec", "csi", "driver"))
    yield from (driver for driver in found if isinstance(driver, str))


def _claims(resource: Resource) -> Iterator[Any]:
    _, kind = group_and_kind(resource.type)
    if kind == "PersistentVolumeClaim":
        yield resource.props
    elif kind == "StatefulSet":
        yield from _each(resource.props, "spec", "volumeClaimTemplates")
    for volume in _each(_pod(resource), "volumes"):
        yield peek(volume, "ephemeral", "volumeClaimTemplate")


def _pod(resource: Resource) -> Any:
    _, kind = group_and_kind(resource.type)
    return resource.get(*POD_SPECS[kind]) if kind in POD_SPECS else MISSING


def _each(value: Any, *path: str) -> list[Any]:
    found = peek(value, *path)
    return found if isinstance(found, list) else []
