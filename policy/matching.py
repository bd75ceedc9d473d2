"""Which form of a system a resource takes, if any. Whole names are compared, never parts of them.

The cluster compares likewise, in CEL: ``policy.admission``. A change here has its counterpart there, and one table of
cases is judged by both.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Any, Final

from policy.resource import MISSING, UNKNOWN, Resource, peek
from policy.row import Forms

CHART_TYPES: Final = ("kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v3:Chart", "kubernetes:helm.sh/v4:Chart")
#: Where a pod's spec stands in each kind that makes pods.
POD_SPECS: Final[dict[str, tuple[str, ...]]] = {
    "Pod": ("spec",),
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
CONTAINERS: Final = ("containers", "initContainers", "ephemeralContainers")
#: Before ``storageClassName`` there was an annotation, and Kubernetes still lets it decide.
CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"
_SPACE: Final = " \t\n\f\r"
_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def form_taken(forms: Forms, resource: Resource) -> str | None:
    """What ``resource`` has in common with ``forms``, in words for a message, or ``None``."""
    if any(_type_matches(token, resource.type) for token in forms.types):
        return f"type {resource.type}"
    if resource.type in CHART_TYPES:
        name = chart_name(resource.get("chart"))
        return f"chart {name}" if name in forms.charts else None
    group, kind = group_and_kind(resource.type)
    if group is None:
        return None
    if group in forms.kinds or f"{group}/{kind}" in forms.kinds:
        return f"kind {kind} of {group}"
    if (group, kind) == ("storage.k8s.io", "StorageClass"):
        provisioner = resource.get("provisioner")
        return f"provisioner {provisioner}" if provisioner in forms.provisioners else None
    for image in images(resource):
        if any(image_is(image, pattern) for pattern in forms.images):
            return f"image {image}"
    for name in storage_classes(resource):
        if name in forms.storage_classes:
            return f"StorageClass {name}"
    return None


def _type_matches(token: str, resource_type: str) -> bool:
    return resource_type.startswith(token) if token.endswith(("/", ":")) else resource_type == token


def group_and_kind(resource_type: str) -> tuple[str | None, str]:
    """``("apps", "Deployment")`` of ``kubernetes:apps/v1:DeploymentPatch``; no group for anything but Kubernetes."""
    parts = resource_type.split(":")
    if len(parts) != 3 or parts[0] != "kubernetes":
        return None, ""
    group = parts[1].rpartition("/")[0]
    # A CustomResource of apiVersion v1 registers without a group: the core group by another door.
    return group or "core", parts[2].removesuffix("Patch")


def chart_name(chart: Any) -> str:
    """``mongodb`` of ``bitnami/mongodb``, ``oci://host/path/mongodb``, ``./mongodb`` and ``…/mongodb-16.1.tgz``."""
    if not isinstance(chart, str):
        return ""
    last = chart.rstrip("/").rpartition("/")[2]
    last = re.sub(r"-v?\d+(\.\d+)*([-+.][0-9A-Za-z.+-]+)?\.tgz$", "", last)
    return last.partition(":")[0].partition("@")[0].lower()


def images(resource: Resource) -> Iterator[str]:
    """Every known image of the pods that ``resource`` makes."""
    _, kind = group_and_kind(resource.type)
    if kind not in POD_SPECS:
        return
    spec = resource.get(*POD_SPECS[kind])
    for containers in CONTAINERS:
        found = peek(spec, containers)
        for container in found if isinstance(found, list) else ():
            image = peek(container, "image")
            if image is not UNKNOWN and image is not MISSING and isinstance(image, str):
                yield image


def storage_classes(resource: Resource) -> Iterator[str]:
    """Every known StorageClass that a claim, or a StatefulSet's claim template, names."""
    _, kind = group_and_kind(resource.type)
    claims: Any = MISSING
    if kind == "PersistentVolumeClaim":
        claims = [resource.props]
    elif kind == "StatefulSet":
        claims = resource.get("spec", "volumeClaimTemplates")
    for claim in claims if isinstance(claims, list) else ():
        for name in (peek(claim, "metadata", "annotations", CLASS_ANNOTATION), peek(claim, "spec", "storageClassName")):
            if isinstance(name, str):
                yield name


def image_path(image: str) -> list[str]:
    """The path of an image without registry, tag and digest: ``["bitnami", "mongodb"]``."""
    segments = image.strip(_SPACE).translate(_LOWER).partition("@")[0].split("/")
    segments[-1] = segments[-1].partition(":")[0]
    has_registry = len(segments) > 1 and (set(".:") & set(segments[0]) or segments[0] == "localhost")
    return segments[1:] if has_registry else segments


def image_is(image: str, pattern: str) -> bool:
    """Whether the last segments of the image's path are exactly ``pattern``'s."""
    wanted = pattern.split("/")
    return image_path(image)[-len(wanted) :] == wanted
