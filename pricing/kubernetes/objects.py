"""Objects in the cluster that make something billed outside it: volumes, load balancers, telemetry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from model import type_tokens
from model.kubernetes import kind_of, kubernetes_token
from model.resource import MISSING, Resource, peek
from pricing.aws.cloudwatch_agent import OBSERVABILITY, insights
from pricing.aws.load_balancers import FRONTS as BALANCERS
from pricing.aws.load_balancers import balancer
from pricing.aws.observability import metric_data
from pricing.aws.volumes import claimed
from pricing.context import ONE, CostComponent, Meters, PricingContext, UnpricedReason
from pricing.coverage.custom_resources import EPHEMERAL, claims, reason
from pricing.kubernetes.chart_values import installs, known, objects, values_of, volumes
from pricing.properties import UnreadableError, entries, gibibytes, whole

#: Source: Kubernetes, pkg/apis/core/v1/helper, GetPersistentVolumeClaimClass.
CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"
#: Where an object of a kind holds the objects that it wraps, below its ``spec``.
WRAPPED: Final = {
    type_tokens.K8S_KUBERNETES_CROSSPLANE_OBJECT_KIND: ("forProvider", "manifest"),
    type_tokens.K8S_KUBERNETES_M_CROSSPLANE_OBJECT_KIND: ("forProvider", "manifest"),
    type_tokens.K8S_WORK_OPEN_CLUSTER_MANAGEMENT_MANIFEST_WORK_KIND: ("workload", "manifests"),
}


def claim(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A volume by its storage class; one that is bound to a volume by name is billed where that is declared."""
    if resource.get("spec", "volumeName") not in (MISSING, ""):
        return
    gib = gibibytes(resource.props, "spec", "resources", "requests", "storage")
    yield from claimed("volume", gib, _class_of(resource.props), ONE, context)


def _class_of(claim: Any) -> Any:
    """The name of a claim's storage class; the annotation that once named it still wins."""
    named = peek(claim, "metadata", "annotations", CLASS_ANNOTATION)
    return peek(claim, "spec", "storageClassName") if named is MISSING else named


def stateful_set(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A volume for each claim template and replica; the pods themselves run on nodes that are billed anyway."""
    templates = entries(resource.props, "spec", "volumeClaimTemplates")
    for place, template in enumerate(templates):
        count = whole(resource.props, "spec", "replicas", default=1)
        gib = gibibytes(template, "spec", "resources", "requests", "storage")
        yield from claimed(f"volume {place}", gib, _class_of(template), count, context)
    if claims(resource.get("spec", "template")):
        yield UnpricedReason(EPHEMERAL, "price")


def release(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A chart is free; the volumes, load balancers and telemetry that its values ask for are not."""
    values = values_of(resource)
    if known(resource) is None:
        yield UnpricedReason(
            "nobody has read what this chart makes; add it to model/charts.py with its volumes and load balancers",
            "value",
        )
    if installs(resource, OBSERVABILITY):
        yield from insights(values, context)
    for place, item in objects(values):
        if _bills(item):
            yield UnpricedReason(
                f"{place} makes something billed, or cannot be read; declare it as a resource of its own", "value"
            )
    for found in volumes(values):
        if isinstance(found, UnreadableError):
            yield UnpricedReason(found.reason, found.kind)
        else:
            path, gib, storage_class, count = found
            try:
                yield from claimed(f"volume {path}", gib, storage_class, count, context)
            except UnreadableError as unreadable:
                # The chart's other volumes are billed all the same.
                yield UnpricedReason(unreadable.reason, unreadable.kind)
    yield from metric_data(resource, context)
    yield from balancer(resource, context)


def wrapped(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """An object that another controller makes somewhere: free where what it wraps is."""
    holder, *path = WRAPPED[kind_of(resource.type)]
    found = peek(resource.get("spec"), holder, *path)
    for item in found if isinstance(found, list) else [found]:
        if _bills(item):
            yield UnpricedReason(
                "what it wraps makes something billed, or cannot be read; declare it as a resource of its own", "value"
            )


def _bills(item: Any) -> bool:
    version, name = peek(item, "apiVersion"), peek(item, "kind")
    if not isinstance(version, str) or not isinstance(name, str):
        return True
    kind = kind_of(kubernetes_token(version, name))
    if kind == type_tokens.K8S_CORE_SERVICE_KIND:
        return peek(item, "spec", "type") not in (MISSING, "ClusterIP", "NodePort", "ExternalName")
    return kind in PRICED or kind in BALANCERS or reason(kind) is not None or claims(peek(item, "spec"))


PRICED: Final[Meters] = {
    **dict.fromkeys(WRAPPED, wrapped),
    type_tokens.K8S_CORE_PERSISTENT_VOLUME_CLAIM_KIND: claim,
    type_tokens.K8S_APPS_STATEFUL_SET_KIND: stateful_set,
    type_tokens.HELM_RELEASE_KIND: release,
}
