"""Objects in the cluster that make something billed outside it: volumes, load balancers, nodes, reads of secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.meters.balancers import balancer
from policy.meters.charts import name_of, values_of, volumes
from policy.meters.disks import claimed
from policy.meters.ingress_classes import RELEASE
from policy.meters.insights import OBSERVABILITY, insights
from policy.meters.scene import ONE, Charge, Gap, Meters, Scene
from policy.meters.values import UnreadableError, entries, gibibytes, whole
from policy.resource import Resource, peek

LISTS: Final = tuple(
    f"kubernetes:{group}List"
    for group in (
        "core:PersistentVolumeClaim",
        "core:Service",
        "networking.k8s.io:Ingress",
        "gateway.networking.k8s.io:Gateway",
        "apps:StatefulSet",
    )
)


def claim(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """A volume by its storage class."""
    gib = gibibytes(resource.props, "spec", "resources", "requests", "storage")
    yield from claimed("volume", gib, resource.get("spec", "storageClassName"), ONE, scene)


def stateful_set(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """A volume for each claim template and replica; the pods themselves run on nodes that are billed anyway."""
    templates = entries(resource.props, "spec", "volumeClaimTemplates")
    for place, template in enumerate(templates):
        count = whole(resource.props, "spec", "replicas", default=1)
        gib = gibibytes(template, "spec", "resources", "requests", "storage")
        yield from claimed(f"volume {place}", gib, peek(template, "spec", "storageClassName"), count, scene)


def release(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """A chart is free; the volumes, load balancers and telemetry that its values ask for are not."""
    if name_of(resource) == OBSERVABILITY:
        yield from insights(values_of(resource), scene)
    for found in volumes(resource):
        if isinstance(found, UnreadableError):
            yield Gap(found.reason, found.kind)
        else:
            path, gib, storage_class, count = found
            yield from claimed(f"volume {path}", gib, storage_class, count, scene)
    yield from balancer(resource, scene)


def node_pool(_resource: Resource, _scene: Scene) -> Iterator[Charge | Gap]:
    """Karpenter starts instances as pods ask for them; no declaration says how many."""
    yield Gap("starts instances that no declaration shows; declare a node group, or a price for the pool", "price")


def listed(_resource: Resource, _scene: Scene) -> Iterator[Charge | Gap]:
    """A list object hides what it declares."""
    yield Gap("is a list of objects that are billed one by one; declare each by itself", "value")


PRICED: Final[Meters] = {
    "kubernetes:core:PersistentVolumeClaim": claim,
    "kubernetes:apps:StatefulSet": stateful_set,
    RELEASE: release,
    "kubernetes:karpenter.sh:NodePool": node_pool,
    **dict.fromkeys(LISTS, listed),
}
