"""Kafka by its admin protocol: topics, how far each group has read them, and how much is of one week. It reads only."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from migration.verification.stores import Store, StoreError

Answer = TypeVar("Answer")
#: Milliseconds until a broker that does not answer is given up.
_PATIENCE: Final = 20_000
_PORT: Final = 9092
#: Of an address, and whether TLS is spoken there.
_SCHEMES: Final = {"kafka": False, "kafkas": True}
#: Strimzi's and Kafka's own default for users with passwords.
_SASL: Final = "SCRAM-SHA-512"
_LONGEST_ERROR: Final = 200


@dataclass(frozen=True)
class Read:
    """One group on one topic, over all partitions: messages that it has not read yet, and where it has begun."""

    lag: int
    #: Offsets by partition; none for a partition that it never read.
    offsets: Mapping[int, int]


class Kafka:
    """One cluster. Every method raises :class:`StoreError`, which names the side."""

    def __init__(self, store: Store) -> None:
        parts = urlsplit(store.address)
        if parts.scheme not in _SCHEMES:
            raise StoreError(f"source: {parts.scheme}:// is refused; allowed are kafka, and kafkas for TLS")
        if store.ca_file is not None and not Path(store.ca_file).is_file():
            raise StoreError(f"source: caFile {store.ca_file} is no file")
        # What the library logs while it retries is told once, by the error.
        logging.getLogger("kafka").setLevel(logging.CRITICAL)
        self._admin = self._said(lambda: _admin(store, f"{parts.hostname}:{parts.port or _PORT}", parts.scheme))

    def close(self) -> None:
        """Let go of the connections."""
        self._admin.close()

    @property
    def identity(self) -> str:
        """The cluster's id, which it keeps as long as its disks."""
        return str(self._said(self._admin.describe_cluster)["cluster_id"])

    @property
    def version(self) -> str:
        """By the protocol that the brokers speak, as they do not name their release."""
        features = self._said(self._admin.describe_features)
        level = features.get("metadata.version", {}).get("finalized")
        return f"metadata.version {level[1]}" if level else "without KRaft"

    def partitions(self, topics: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
        """Of those ``topics`` that exist, the partitions."""
        known = set(self._said(self._admin.list_topics))
        there = [topic for topic in topics if topic in known]
        # Without a name the library asks for every topic.
        told = self._said(lambda: self._admin.describe_topics(there)) if there else []
        return {each["name"]: tuple(sorted(one["partition_index"] for one in each["partitions"])) for each in told}

    def compacted(self, topics: Iterable[str]) -> frozenset[str]:
        """Those of ``topics`` whose offsets are no count, because older messages of a key go."""
        from kafka.admin import ConfigResource, ConfigResourceType

        asked = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
        if not asked:
            return frozenset()
        told = self._said(lambda: self._admin.describe_configs(asked, config_filter="all"))
        return frozenset(name for name, policy in _policies(told) if "compact" in policy)

    def groups(self) -> Mapping[str, str]:
        """Every consumer group, and its state."""
        names = [each["group_id"] for each in self._said(self._admin.list_groups)]
        told = self._said(lambda: self._admin.describe_groups(names)) if names else {}
        return {name: str(each["group_state"]) for name, each in told.items()}

    def read(self, group: str, partitions: Mapping[str, tuple[int, ...]]) -> Mapping[str, Read]:
        """How far ``group`` is in each topic that it has read at all. What it never read of one is lag as well."""
        from kafka import TopicPartition

        told = self._said(lambda: self._admin.list_group_offsets({group: None}))[group]
        done = {
            topic: {place: at.offset for (name, place), at in told.items() if name == topic and at.offset >= 0}
            for topic in partitions
        }
        asked = [
            TopicPartition(topic, place) for topic, places in partitions.items() if done[topic] for place in places
        ]
        first, last = self._bounds(asked)
        return {
            topic: Read(
                lag=sum(
                    # A group may have stopped before what retention has taken since.
                    max(0, last[topic, place] - max(done[topic].get(place, 0), first[topic, place]))
                    for place in places
                ),
                offsets=done[topic],
            )
            for topic, places in partitions.items()
            if done[topic]
        }

    def spans(
        self, partitions: Mapping[str, tuple[int, ...]], begin: datetime, end: datetime
    ) -> Mapping[str, Mapping[int, tuple[int, int]]]:
        """Of each partition, the first offset at ``begin`` or later, and at ``end``: their difference is a count."""
        from kafka import TopicPartition

        asked = [TopicPartition(topic, place) for topic, places in partitions.items() for place in places]
        _, last = self._bounds(asked)
        edges = [self._offsets(asked, int(moment.timestamp() * 1000)) for moment in (begin, end)]
        # Where nothing is as late, the answer is -1.
        at = [{key: value if value >= 0 else last[key] for key, value in edge.items()} for edge in edges]
        return {
            topic: {place: (at[0][topic, place], at[1][topic, place]) for place in places}
            for topic, places in partitions.items()
        }

    def _bounds(self, asked: list[Any]) -> tuple[Mapping[tuple[str, int], int], Mapping[tuple[str, int], int]]:
        from kafka.admin import OffsetSpec

        return self._offsets(asked, OffsetSpec.EARLIEST), self._offsets(asked, OffsetSpec.LATEST)

    def _offsets(self, asked: list[Any], where: Any) -> Mapping[tuple[str, int], int]:
        if not asked:
            return {}
        told = self._said(lambda: self._admin.list_partition_offsets(dict.fromkeys(asked, where)))
        return {(each.topic, each.partition): int(found.offset) for each, found in told.items()}

    def _said(self, ask: Callable[[], Answer]) -> Answer:
        from kafka.errors import KafkaError

        try:
            return ask()
        except (KafkaError, OSError) as error:
            text = " ".join(str(error).split())[:_LONGEST_ERROR]
            raise StoreError(f"source: {type(error).__name__}: {text}") from None


def _admin(store: Store, server: str, scheme: str) -> Any:
    from kafka import KafkaAdminClient

    tls = _SCHEMES[scheme]
    asked: dict[str, Any] = {
        "bootstrap_servers": server,
        "security_protocol": f"{'SASL_' if store.user else ''}{'SSL' if tls else 'PLAINTEXT'}",
        "ssl_cafile": store.ca_file,
        "bootstrap_timeout_ms": _PATIENCE,
        "request_timeout_ms": _PATIENCE,
    }
    if store.user is not None:
        asked |= {
            "sasl_mechanism": _SASL,
            "sasl_plain_username": store.user,
            "sasl_plain_password": store.password() or "",
        }
    return KafkaAdminClient(**asked)


def _policies(told: Any) -> Iterable[tuple[str, str]]:
    """Topic and clean-up policy, out of what the library makes of the answer."""
    for name, settings in told["topic"].items():
        yield name, str(settings["cleanup.policy"]["value"])
