"""What a pod is made of, wherever its spec stands: images, and the volumes that it or a claim asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from model.kubernetes import group_and_kind, is_custom
from model.orders.paths import found
from model.resource import MISSING, UNKNOWN, Resource, peek, walk

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
#: The same in the kinds of controllers that clusters are given, through lists (source: the CRDs of openshift/api,
#: openkruise/kruise, knative/serving, kedacore/keda, actions/actions-runner-controller, volcano-sh/apis,
#: kubernetes-sigs/jobset and ray-project/kuberay; recalled).
CONTROLLED_PODS: Final[Mapping[tuple[str | None, str], tuple[str, ...]]] = {
    ("apps.openshift.io", "DeploymentConfig"): ("spec", "template", "spec"),
    **{("apps.kruise.io", kind): ("spec", "template", "spec") for kind in ("CloneSet", "DaemonSet", "StatefulSet")},
    ("serving.knative.dev", "Service"): ("spec", "template", "spec"),
    ("serving.knative.dev", "Configuration"): ("spec", "template", "spec"),
    ("keda.sh", "ScaledJob"): ("spec", "jobTargetRef", "template", "spec"),
    ("actions.github.com", "AutoscalingRunnerSet"): ("spec", "template", "spec"),
    ("batch.volcano.sh", "Job"): ("spec", "tasks", "template", "spec"),
    ("jobset.x-k8s.io", "JobSet"): ("spec", "replicatedJobs", "template", "spec", "template", "spec"),
    ("ray.io", "RayCluster"): ("spec", "workerGroupSpecs", "template", "spec"),
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
#: Where custom resources of any kind list containers, or have a single one, as pods, workflows and tasks do.
_LISTS: Final = frozenset({*CONTAINERS, "sidecars", "steps"})
_SINGLE: Final = frozenset({"container", "script", "properties"})
#: Groups whose objects describe other people's pods, and make none.
_DESCRIBING: Final = frozenset({"kyverno.io", "policies.kyverno.io"})


def pod_specs(resource: Resource) -> Iterator[Any]:
    """Every pod's spec in a resource that makes pods; ``UNKNOWN`` where it, or what holds it, is not known yet."""
    asked = group_and_kind(resource.type)
    if place := POD_SPECS.get(asked) or CONTROLLED_PODS.get(asked):
        yield from found(resource.props, place)


def image_references(resource: Resource) -> Iterator[str]:
    """Every known image of the pods that ``resource`` makes."""
    for containers in CONTAINERS:
        for container in _each(_pod(resource), containers):
            if isinstance(image := peek(container, "image"), str):
                yield image
    yield from _images_of_others(resource)


def _images_of_others(resource: Resource) -> Iterator[str]:
    """Images of the containers that a custom resource has its controller run, by the shape in which it says so."""
    group, kind = group_and_kind(resource.type)
    if group is None or not is_custom(group) or group in _DESCRIBING:
        return
    if (group, kind) in POD_SPECS:
        return
    for path, value in walk(resource.get("spec")):
        if isinstance(value, str) and path[-1:] == ("image",):
            above = path[-2:-1] if path[-2:-1] and isinstance(path[-2], str) else path[-3:-2]
            if above and above[0] in (_SINGLE if isinstance(path[-2], str) else _LISTS):
                yield value


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
    named = [peek(volume, "csi", "driver") for volume in _each(_pod(resource), "volumes")]
    if (place := DRIVERS.get(group_and_kind(resource.type))) is not None:
        named.append(resource.get(*place))
    yield from (driver for driver in named if isinstance(driver, str))


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
    items = peek(value, *path)
    return items if isinstance(items, list) else []
