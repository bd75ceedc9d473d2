"""ElastiCache: nodes by class and engine, serverless caches, backups."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.resource import MISSING, Resource
from pricing.bill import HOURS
from pricing.book import Book, cost, priced
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import UnreadableError, entries, section, whole, word

ENGINES: Final = {"valkey": "Valkey", "redis": "Redis", "memcached": "Memcached"}
#: The least data that a serverless cache is charged for (source: the price book's notes).
SERVERLESS_LEAST_GB: Final = {"Valkey": Decimal("0.1"), "Redis": Decimal(1), "Memcached": Decimal(1)}


def replication_group(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Nodes: each shard's own replicas where shards are listed, else ``numCacheClusters``, else shards times nodes."""
    if shards := entries(resource.props, "nodeGroupConfigurations"):
        nodes = sum((1 + whole(shard, "replicaCount", default=0) for shard in shards), Decimal(0))
    elif resource.get("numCacheClusters") is not MISSING:
        nodes = whole(resource.props, "numCacheClusters")
    else:
        count = whole(resource.props, "numNodeGroups", default=1)
        nodes = count * (1 + whole(resource.props, "replicasPerNodeGroup", default=0))
    yield from _nodes(resource, context, nodes, default="redis")


def cluster(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A cluster by itself, or one more replica of a group."""
    nodes = whole(resource.props, "numCacheNodes", default=1)
    yield from _nodes(resource, context, nodes, default=None)


def _nodes(
    resource: Resource, context: PricingContext, nodes: Decimal, default: str | None
) -> Iterator[CostComponent | UnpricedReason]:
    engine = _engine(resource, default)
    name = word(resource.props, "nodeType")
    yield CostComponent("nodes", f"elasticache/{name}:{engine}", nodes * HOURS)
    if context.past_standard_support(resource):
        yield CostComponent("extended support", f"elasticache/{name}:Redis-extended-support-yr1-2", nodes * HOURS)
    if whole(resource.props, "snapshotRetentionLimit", default=0):
        yield from _backup(resource, context)


def _engine(resource: Resource, default: str | None) -> str:
    engine = word(resource.props, "engine", default=default).lower()
    if engine not in ENGINES:
        raise UnreadableError("engine is none of valkey, redis, memcached")
    return ENGINES[engine]


def _backup(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    if context.carries(
        resource,
        "cache backup",
        type_tokens.ELASTICACHE_REPLICATION_GROUP,
        type_tokens.ELASTICACHE_CLUSTER,
        type_tokens.ELASTICACHE_SERVERLESS_CACHE,
        where=_keeps_backups,
    ):
        yield context.used("backup", "elasticache/backup", "cache_backup_gb")


def _keeps_backups(resource: Resource) -> bool:
    try:
        return whole(resource.props, "snapshotRetentionLimit", default=0) > 0
    except UnreadableError:
        return False


def serverless(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """At least the least data, more by usage; requests by usage. Both figures are borne by the dearest cache.

    A minimum of its own is charged whether it is used or not (source: ElastiCache user guide, pre-scaling).
    """
    engine = _engine(resource, "redis")
    if engine not in SERVERLESS_LEAST_GB:
        raise UnreadableError(f"the price book has no serverless {engine}", "price")
    data, requests = f"elasticache/serverless-data:{engine}", f"elasticache/serverless-ecpu:{engine}"
    kept = CostComponent("data", data, max(SERVERLESS_LEAST_GB[engine], _least_gb(resource)) * HOURS)
    done = CostComponent("requests", requests, _least_ecpu(resource) * HOURS * 3600 / 10**6)
    bears = context.carries(
        resource,
        "serverless cache",
        type_tokens.ELASTICACHE_SERVERLESS_CACHE,
        worth=lambda item: _data_rate(item, context),
    )
    if bears:
        yield from _above(kept, context.used("data", data, "cache_serverless_gb", each=HOURS))
        yield from _above(done, context.used("requests", requests, "cache_serverless_million_ecpu"))
    else:
        yield kept
        if done.quantity:
            yield done
    if whole(resource.props, "snapshotRetentionLimit", default=0):
        yield from _backup(resource, context)


def _above(least: CostComponent, used: CostComponent | UnpricedReason) -> Iterator[CostComponent | UnpricedReason]:
    """What is used, but no less than the least; without a figure the least, and the gap."""
    if isinstance(used, UnpricedReason):
        yield used
        if least.quantity:
            yield least
    elif least.quantity and used.at_least(least.quantity).high == least.quantity:
        yield least
    else:
        yield used.at_least(least.quantity)


def _least_gb(resource: Resource) -> Decimal:
    unit = word(resource.props, "cacheUsageLimits", "dataStorage", "unit", default="GB")
    if unit != "GB":
        raise UnreadableError("cacheUsageLimits.dataStorage.unit is not GB")
    return whole(resource.props, "cacheUsageLimits", "dataStorage", "minimum", default=0)


def _least_ecpu(resource: Resource) -> Decimal:
    limits = entries(section(resource.props, "cacheUsageLimits"), "ecpuPerSeconds")
    return max((whole(limit, "minimum", default=0) for limit in limits), default=Decimal(0))


def serverless_least(engine: str, book: Book) -> Decimal:
    """USD a month for the least data that a serverless cache is charged for. Raises :class:`PriceBookError`."""
    return cost(priced(book, f"elasticache/serverless-data:{engine}"), SERVERLESS_LEAST_GB[engine] * HOURS)


def _data_rate(cache: Resource, context: PricingContext) -> Decimal:
    try:
        return context.rate(f"elasticache/serverless-data:{_engine(cache, 'redis')}")
    except UnreadableError:
        return Decimal(0)


PRICED: Final[Meters] = {
    type_tokens.ELASTICACHE_REPLICATION_GROUP: replication_group,
    type_tokens.ELASTICACHE_CLUSTER: cluster,
    type_tokens.ELASTICACHE_SERVERLESS_CACHE: serverless,
}
