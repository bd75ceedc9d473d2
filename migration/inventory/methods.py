"""How a capability is moved, which its version decides. What stands here was read in the sources it names.

Targets are those of the landing zone: DocumentDB 5.0 or 8.0, Valkey 7.2 to 9.1, OpenSearch 2.19 or later, Airflow 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from migration.inventory.classify import numbers
from stacks.section import Capability

UNKNOWN: Final = "unknown: check the version"


@dataclass(frozen=True, slots=True)
class Method:
    """``name`` in a few words, ``why`` with the version that decided, ``source`` where it is written."""

    name: str
    why: str
    source: str = ""


ARRIVED: Final = Method("stays", "it is what the ledger moves to")


@dataclass(frozen=True, slots=True)
class Running:
    """One workload of a capability as far as the method depends on it."""

    product: str
    version: str
    replicas: int | None = None


_TOOLS: Final = "MongoDB, Database Tools 100.14, compatibility: servers 4.2 and later"
_DMS: Final = "AWS DMS user guide, homogeneous data migrations of MongoDB"
_VALKEY: Final = "Valkey documentation, migration from Redis"
_SNAPSHOTS: Final = "OpenSearch documentation, migrating from Elasticsearch; Migration Assistant, supported versions"


def method(capability: Capability, running: Running) -> Method:
    """How ``running`` is moved."""
    chosen = _METHODS.get(capability)
    return chosen(running) if chosen else Method("stays", "the ledger keeps it; its settings move with its chart")


def _documents(running: Running) -> Method:
    at = numbers(running.version)
    if not at or at == (4,):
        return Method(UNKNOWN, "before 4.2 mongodump does not read it, from 4.2 on mongodump or DMS", _TOOLS)
    if at < (4, 2):
        return Method(
            "upgrade to 4.2 or later first",
            f"mongodump 100.14 supports servers from 4.2 on, and {running.version} runs",
            _TOOLS,
        )
    if running.replicas == 1:
        return Method(
            "mongodump and mongorestore while writers are stopped",
            f"{running.version} with one replica: without a replica set there is no oplog to follow",
            _TOOLS,
        )
    return Method(
        "mongodump and mongorestore; DMS (dump, then changes) where writers may not stop",
        f"{running.version}: read by both; for DMS keep 24 h of oplog and create no collection meanwhile",
        f"{_TOOLS}; {_DMS}",
    )


def _cache(running: Running) -> Method:
    at = numbers(running.version)
    refill = "let the application fill it again"
    if "keydb" in running.product or "dragonfly" in running.product:
        return Method(refill, f"{running.product} is no Redis: its snapshots are not promised to load", _VALKEY)
    if not at or at == (7,):
        return Method(
            UNKNOWN, f"up to Redis 7.2 an RDB snapshot loads into Valkey, later none does; or {refill}", _VALKEY
        )
    if "valkey" in running.product:
        return Method(
            f"{refill}, or seed from an RDB snapshot", f"Valkey {running.version} loads into the same or later"
        )
    if at[:2] <= (7, 2):
        return Method(
            f"{refill}, or seed from an RDB snapshot",
            f"Redis {running.version}: Valkey loads snapshots up to 7.2",
            _VALKEY,
        )
    return Method(
        f"{refill}, or copy key by key (RIOT, RedisShake)",
        f"Redis {running.version}: Valkey loads no snapshot from 7.4 on (RDB format 12)",
        _VALKEY,
    )


def _search(running: Running) -> Method:
    at = numbers(running.version)
    snapshot = "snapshot and restore"
    if not at or (at == (7,) and "opensearch" not in running.product):
        return Method(UNKNOWN, "Elasticsearch 7.0 to 7.10 by snapshot, any other by Migration Assistant", _SNAPSHOTS)
    if "opensearch" in running.product:
        if at[0] <= 2:
            return Method(snapshot, f"OpenSearch {running.version}: 2.19 reads its snapshots", _SNAPSHOTS)
        return Method(
            f"{snapshot}, into a domain of OpenSearch 3",
            f"OpenSearch {running.version}: no older version reads its snapshots",
            _SNAPSHOTS,
        )
    if (7,) <= at[:2] <= (7, 10):
        return Method(
            snapshot,
            f"Elasticsearch {running.version}: OpenSearch 2 reads snapshots of 7.0 to 7.10; templates are copied apart",
            _SNAPSHOTS,
        )
    if (1,) <= at <= (8, 999):
        why = "OpenSearch 2 opens no index made before 7" if at < (7,) else "OpenSearch reads no snapshot from 7.11 on"
        return Method("Migration Assistant for OpenSearch", f"Elasticsearch {running.version}: {why}", _SNAPSHOTS)
    return Method("write the indices anew from their source", f"Elasticsearch {running.version}: no tool reads it")


def _workflow(running: Running) -> Method:
    return Method(
        "stop producers, wait for a lag of 0 in every group, then the DAG",
        f"{running.product} {running.version}".strip() + ": nothing is copied, as each week's crawl is whole",
    )


def _registry(running: Running) -> Method:
    at = numbers(running.version)
    copy = "copy by digest, oldest push first (regctl, crane)"
    if at and at < (2,):
        return Method(f"{copy}; upgrade first", f"Harbor {running.version}: OCI artifacts and referrers came with 2.0")
    if at and at < (2, 8):
        return Method(
            f"{copy}; charts by `helm push`",
            f"Harbor {running.version}: before 2.8 charts may lie in ChartMuseum, which no copy of images reads",
        )
    return Method(copy, f"Harbor {running.version or '(unknown version)'}: all that it holds is OCI")


def _secrets(running: Running) -> Method:
    return Method(
        "kubeseal --recovery-unseal, piped into Secrets Manager",
        f"Sealed Secrets {running.version or '(unknown version)'}: with every sealing key, old ones too",
    )


def _agent(running: Running) -> Method:
    return Method("replaced: nothing is copied", f"{running.product} {running.version}".strip())


def _logs(running: Running) -> Method:
    return Method(
        "write to both, then read from the new one", f"Loki {running.version}".strip() + ": its history is not copied"
    )


def _traces(running: Running) -> Method:
    return Method(
        "send OTLP to both, then read from the new one",
        f"Tempo {running.version}".strip() + ": its history is not copied",
    )


def _volumes(running: Running) -> Method:
    return Method(
        "Velero file-system backup and restore, classes mapped",
        f"Longhorn {running.version}".strip() + ": each claim apart, see storage; ReadWriteMany has no EBS",
    )


def _backup(running: Running) -> Method:
    at = numbers(running.version)
    if at and at < (1, 10):
        return Method(
            "upgrade to 1.10 or later first", f"Velero {running.version}: its node agent (kopia) came with 1.10"
        )
    return Method("stays, with S3 as its store", f"Velero {running.version or '(unknown version)'}")


def _mesh(running: Running) -> Method:
    return Method(
        "by the decision: kept, or left out",
        f"{running.product} {running.version}".strip() + ": routes are objects, see there",
    )


_METHODS: Final[dict[Capability, Callable[[Running], Method]]] = {
    "documents": _documents,
    "cache": _cache,
    "search": _search,
    "workflow": _workflow,
    "registry": _registry,
    "secrets": _secrets,
    "agent": _agent,
    "logs": _logs,
    "traces": _traces,
    "volumes": _volumes,
    "backup": _backup,
    "mesh": _mesh,
}
