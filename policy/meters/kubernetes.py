"""Objects in the cluster that make something billed outside it: volumes, load balancers, telemetry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.meters.balancers import balancer
from policy.meters.charts import name_of, values_of, volumes
from policy.meters.disks import claimed
from policy.meters.ingress_classes import RELEASE
from policy.meters.insights import OBSERVABILITY, insights
from policy.meters.operators import EPHEMERAL, claims
from policy.meters.scene import ONE, Charge, Gap, Meters, Scene
from policy.meters.values import UnreadableError, entries, gibibytes, whole
from policy.resource import Resource, peek


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
    if claims(resource.get("spec", "template")):
        yield Gap(EPHEMERAL, "price")


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


PRICED: Final[Meters] = {
    "kubernetes:core:PersistentVolumeClaim": claim,
    "kubernetes:apps:StatefulSet": stateful_set,
    RELEASE: release,
}
