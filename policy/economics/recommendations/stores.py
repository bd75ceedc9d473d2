"""Stores: cheaper classes of the same size, single nodes, idle domains, and less that is kept or read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from model import type_tokens
from model.resource import Resource
from policy.economics.recommendations.candidate import Candidate, Change, Stack, usage_changes

#: The settings' own defaults.
KEEP_IMAGES: Final = 30
REFRESH_MINUTES: Final = 60
#: Days of volume snapshots that a stack which is no production keeps.
SNAPSHOT_DAYS: Final = 7
RESTART: Final = "a deployment in the maintenance window; nodes are replaced one after the other"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a managed class has: vCPUs and GiB of memory."""

    vcpus: int
    memory_gib: Decimal


def _shapes(*rows: tuple[int, str, str]) -> Mapping[str, Shape]:
    return {name: Shape(vcpus, Decimal(gib)) for vcpus, gib, names in rows for name in names.split()}


#: Sources: AWS's lists of DocumentDB's instance classes, ElastiCache's node types and OpenSearch Service's instance
#: types. OpenSearch's or1 and om2 are left out: their storage is another.
DOCUMENTS: Final = _shapes(
    (2, "4", "db.t3.medium db.t4g.medium"),
    (2, "16", "db.r5.large db.r6g.large db.r8g.large"),
    (4, "32", "db.r5.xlarge db.r6g.xlarge db.r8g.xlarge"),
)
CACHE: Final = _shapes(
    (2, "0.5", "cache.t3.micro cache.t4g.micro"),
    (2, "1.37", "cache.t3.small cache.t4g.small"),
    (2, "3.09", "cache.t3.medium cache.t4g.medium"),
    (2, "6.38", "cache.m5.large cache.m6g.large cache.m7g.large"),
    (2, "13.07", "cache.r5.large cache.r6g.large cache.r7g.large"),
)
SEARCH: Final = _shapes(
    (2, "8", "m5.large.search m6g.large.search m7g.large.search"),
    (2, "16", "r5.large.search r6g.large.search r7g.large.search"),
)


def store_candidates(stack: Stack) -> Iterator[Candidate]:
    """Every change of the stores that this stack has not made yet."""
    yield from _classes(stack)
    yield from _single_nodes(stack)
    yield from _idle_domain(stack)
    yield from _images(stack)
    yield from _snapshots(stack)
    yield from _reads(stack)


def cheapest(stack: Stack, name: str, shapes: Mapping[str, Shape], keys: str) -> str | None:
    """The cheapest class of the same size, where it is cheaper than ``name``; ``keys`` is where the book has prices."""
    now = stack.rate(keys.format(name))
    if name not in shapes or now is None:
        return None
    rates = {
        other: rate
        for other, shape in shapes.items()
        if shape == shapes[name] and (rate := stack.rate(keys.format(other))) is not None and rate < now
    }
    return min(rates, key=lambda other: (rates[other], other), default=None)


def _classes(stack: Stack) -> Iterator[Candidate]:
    settings = stack.settings
    yield from _class(
        "documents.instanceClass",
        settings.documents.instance_class,
        cheapest(stack, settings.documents.instance_class, DOCUMENTS, "docdb/{}"),
        lambda now, name: now.each(type_tokens.DOCDB_CLUSTER_INSTANCE, lambda _: {"instanceClass": name}),
    )
    yield from _class(
        "cache.nodeType",
        settings.cache.node_type,
        cheapest(stack, settings.cache.node_type, CACHE, "elasticache/{}:Valkey"),
        lambda now, name: now.each(type_tokens.ELASTICACHE_REPLICATION_GROUP, lambda _: {"nodeType": name}),
    )
    for key, domain in sorted(settings.search.domains.items()):
        yield from _class(
            f"search.domains.{key}.instanceType",
            domain.instance_type,
            cheapest(stack, domain.instance_type, SEARCH, "opensearch/{}"),
            lambda now, name, key=key: _reshaped(now, key, instanceType=name),  # type: ignore[misc]
        )


def _class(path: str, now: str, then: str | None, apply: Callable[[Stack, str], Stack]) -> Iterator[Candidate]:
    if then is None:
        return
    yield Candidate(
        title=f"{path.partition('.')[0]} on {then} instead of {now}",
        changes=(Change(path=path, now=now, value=then),),
        risk="the same memory and vCPUs, but another processor, which may be slower at what runs here",
        effort=RESTART,
        apply=lambda stack: apply(stack, then),
    )


def _single_nodes(stack: Stack) -> Iterator[Candidate]:
    settings = stack.settings
    if (count := settings.documents.instances) > 1:
        yield Candidate(
            title=f"one instance of DocumentDB instead of {count}",
            changes=(Change(path="documents.instances", now=count, value=1),),
            risk="no failover: when the instance or its zone is lost, the store is down until AWS has made another",
            effort="a deployment; replicas go, the writer stays",
            apply=_one_instance,
        )
    if (count := settings.cache.replicas) > 0:
        yield Candidate(
            title="a cache without a replica",
            changes=(Change(path="cache.replicas", now=count, value=0),),
            risk="no failover: when the node is lost, the cache is empty and down until AWS has made another",
            effort="a deployment; replicas go, the primary stays",
            apply=_no_replica,
        )
    for key, domain in sorted(settings.search.domains.items()):
        if domain.instances > 1:
            yield Candidate(
                title=f"one node of search domain {key} instead of {domain.instances}",
                changes=(Change(path=f"search.domains.{key}.instances", now=domain.instances, value=1),),
                risk="no replica shards: when the node is lost, so are the indexes since the last snapshot",
                effort="a blue/green deployment by AWS; the index must fit on one node",
                apply=lambda now, key=key: _reshaped(now, key, instanceCount=1),  # type: ignore[misc]
            )


def _one_instance(stack: Stack) -> Stack:
    first = min((item.urn for item in stack.of(type_tokens.DOCDB_CLUSTER_INSTANCE)), default="")
    return stack.without(
        lambda item: (
            (item.type == type_tokens.DOCDB_CLUSTER_INSTANCE and item.urn != first)
            # Without replicas nothing is behind, and the program declares no alarm on it.
            or (_is_alarm(item) and item.get("metricName") == "DBClusterReplicaLagMaximum")
        )
    )


def _no_replica(stack: Stack) -> Stack:
    def node(item: Resource) -> str:
        found = item.get("dimensions", "CacheClusterId") if _is_alarm(item) else ""
        return found if isinstance(found, str) else ""

    # What only a replica is watched for, as its snapshots, is then watched on the node that is left.
    stay = {
        item.get("metricName") for item in stack.of(type_tokens.CLOUDWATCH_METRIC_ALARM) if node(item)[-4:] == "-001"
    }

    def replica_watched(item: Resource) -> bool:
        return bool(node(item)) and node(item)[-4:] != "-001" and item.get("metricName") in stay

    return stack.each(type_tokens.ELASTICACHE_REPLICATION_GROUP, lambda _: {"numCacheClusters": 1}).without(
        replica_watched
    )


def _is_alarm(item: Resource) -> bool:
    return item.type == type_tokens.CLOUDWATCH_METRIC_ALARM


def _idle_domain(stack: Stack) -> Iterator[Candidate]:
    search = stack.settings.search
    for key in sorted(search.domains):
        if key == search.live or search.live not in search.domains:
            continue
        left = {
            name: domain.model_dump(mode="json", by_alias=True)
            for name, domain in search.domains.items()
            if name != key
        }
        now = {name: domain.model_dump(mode="json", by_alias=True) for name, domain in search.domains.items()}
        yield Candidate(
            title=f"no search domain {key}, which is not the live one",
            changes=(Change(path="search.domains", now=now, value=left),),
            risk=f"a migration or an upgrade that still fills {key} cannot go on, nor go back to it",
            effort="a deployment; a protected domain is unprotected first (pulumi state unprotect)",
            apply=lambda stack, key=key: stack.without(lambda item: _is_domain(item, key)),  # type: ignore[misc]
        )


def _is_domain(item: Resource, key: str) -> bool:
    return item.type == type_tokens.OPENSEARCH_DOMAIN and item.name.rpartition("-")[2] == key


def _reshaped(stack: Stack, key: str, **new: Any) -> Stack:
    return stack.each(
        type_tokens.OPENSEARCH_DOMAIN,
        lambda item: (
            {"clusterConfig": {**item.props.get("clusterConfig", {}), **new}} if _is_domain(item, key) else None
        ),
    )


def _images(stack: Stack) -> Iterator[Candidate]:
    keep = stack.settings.registry.keep_images
    if keep <= KEEP_IMAGES:
        return
    yield _less(
        stack,
        title=f"{KEEP_IMAGES} images kept of each repository instead of {keep}",
        change=Change(path="registry.keepImages", now=keep, value=KEEP_IMAGES),
        figure="registry_gb",
        risk="older images cannot be gone back to; usage is taken to fall in proportion",
        effort="a deployment; ECR removes what is older within a day",
    )


def _snapshots(stack: Stack) -> Iterator[Candidate]:
    days = stack.settings.backup.snapshot_retention_days
    if days <= SNAPSHOT_DAYS:
        return
    yield _less(
        stack,
        title=f"volume snapshots kept {SNAPSHOT_DAYS} days instead of {days}",
        change=Change(path="backup.snapshotRetentionDays", now=days, value=SNAPSHOT_DAYS),
        figure="snapshot_gb",
        risk="older states of a volume cannot be gone back to; usage is taken to fall in proportion",
        effort="a deployment; the next run of the schedule removes what is older",
    )


def _less(stack: Stack, *, title: str, change: Change, figure: str, risk: str, effort: str) -> Candidate:
    figures = stack.scaled(Decimal(change.value) / Decimal(change.now), (figure,))
    return Candidate(
        title=title,
        changes=(change, *usage_changes(stack, figures)),
        risk=risk,
        effort=effort,
        apply=lambda now: now.with_usage(figures),
    )


def _reads(stack: Stack) -> Iterator[Candidate]:
    minutes = stack.settings.secrets.refresh_minutes
    if minutes >= REFRESH_MINUTES or stack.usage.secret_api_calls is not None:
        return

    def slower(item: Resource) -> dict[str, Any] | None:
        spec = item.props.get("spec", {})
        if item.get("spec", "refreshInterval") != f"{minutes}m":
            return None
        return {"spec": {**spec, "refreshInterval": f"{REFRESH_MINUTES}m"}}

    yield Candidate(
        title=f"secrets read every {REFRESH_MINUTES} minutes instead of every {minutes}",
        changes=(Change(path="secrets.refreshMinutes", now=minutes, value=REFRESH_MINUTES),),
        risk=f"a changed secret reaches its pods up to {REFRESH_MINUTES} minutes later",
        effort="a deployment",
        apply=lambda now: now.each(type_tokens.K8S_EXTERNAL_SECRETS_V1_EXTERNAL_SECRET, slower),
    )
