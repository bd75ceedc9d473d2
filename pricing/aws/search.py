"""OpenSearch: data nodes, dedicated masters and storage of a domain; capacity units of a serverless collection."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from model import type_tokens
from model.resource import MISSING, Resource, peek
from pricing.bill import HOURS
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import UnreadableError, entries, section, switch, whole, word

#: What AWS takes when a domain names no class (source: OpenSearch API, ClusterConfig).
DEFAULT_TYPE: Final = "m4.large.search"
#: The least units of collections, indexing and search together; half without standby replicas.
COLLECTION_UNITS: Final = Decimal(2)


def domain(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Nodes by class, and the EBS volume of each data node."""
    shape = section(resource.props, "clusterConfig")
    count = whole(shape, "instanceCount", default=1)
    yield CostComponent("data nodes", f"opensearch/{_type(shape, 'instanceType')}", count * HOURS)
    if switch(shape, "dedicatedMasterEnabled"):
        masters = whole(shape, "dedicatedMasterCount")
        yield CostComponent("dedicated masters", f"opensearch/{_type(shape, 'dedicatedMasterType')}", masters * HOURS)
    if switch(shape, "warmEnabled"):
        warm = whole(shape, "warmCount")
        yield CostComponent("warm nodes", f"opensearch/{_type(shape, 'warmType')}", warm * HOURS)
    yield from _storage(resource, count)
    if context.past_standard_support(resource):
        yield UnpricedReason("the price book has no extended support, which this engine version is in", "price")


def _type(shape: Any, key: str) -> str:
    name = word(shape, key, default=DEFAULT_TYPE if key == "instanceType" else None)
    return name.removesuffix(".elasticsearch") + ".search" if name.endswith(".elasticsearch") else name


def _storage(resource: Resource, count: Decimal) -> Iterator[CostComponent | UnpricedReason]:
    disk = section(resource.props, "ebsOptions")
    # Without EBS a class brings its own disks, or the domain is refused; either way nothing is billed here.
    if not switch(disk, "ebsEnabled"):
        return
    kind = word(disk, "volumeType", default="gp2")
    yield CostComponent("storage", f"opensearch/ebs-{kind}", whole(disk, "volumeSize") * count)


def collection(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """The least units, borne by the dearest of those that share them; what is stored has only a stated bound.

    Vector search shares no units with search and time series, nor does a collection with a key or a group of its own
    (source: OpenSearch Service developer guide, capacity limits of Serverless).
    """
    own = _sharing(resource)
    if context.carries(
        resource,
        f"collections {own}",
        type_tokens.OPENSEARCH_SERVERLESS_COLLECTION,
        where=lambda item: _readable(item) == own,
        worth=_units,
    ):
        yield CostComponent(
            "capacity units, at least", "opensearch/serverless-ocu", _units(resource) * HOURS, "assumption"
        )
    if context.carries(resource, "stored collections", type_tokens.OPENSEARCH_SERVERLESS_COLLECTION):
        yield context.used("stored data", "opensearch/serverless-storage", "search_serverless_gb")


def _sharing(resource: Resource) -> tuple[str, ...]:
    """What collections that share units have in common: their kind, and their key and group if of their own."""
    kind = word(resource.props, "type", default="TIMESERIES")
    configs = entries(resource.props, "encryptionConfigs")
    keys = [word(config, "kmsKeyArn") for config in configs if peek(config, "kmsKeyArn") is not MISSING]
    group = word(resource.props, "collectionGroupName", default="none")
    return "VECTORSEARCH" if kind == "VECTORSEARCH" else "SEARCH", *keys, group


def _readable(resource: Resource) -> tuple[str, ...]:
    try:
        return _sharing(resource)
    except UnreadableError:
        return ()


def _units(resource: Resource) -> Decimal:
    try:
        standby = word(resource.props, "standbyReplicas", default="ENABLED") == "ENABLED"
    except UnreadableError:
        standby = True
    return COLLECTION_UNITS if standby else COLLECTION_UNITS / 2


PRICED: Final[Meters] = {
    type_tokens.OPENSEARCH_DOMAIN: domain,
    type_tokens.ELASTICSEARCH_DOMAIN: domain,
    type_tokens.OPENSEARCH_SERVERLESS_COLLECTION: collection,
}
