"""A broker of Kafka's own, and what a producer and a consumer of the crawl did with it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from migration.verification.workflow import NAMES
from tests.rehearsal.conftest import free_port, served

CLUSTER = "MkU3OEVBNTcwNTJENDM2Qk"
GROUP = "danawa-crawl"
PARTITIONS = 2
CONFIG = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={folder}/data
log.retention.ms=-1
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
"""
#: The library reads its own schemas by what Python calls deprecated, and closes some sockets late.
WARNINGS = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:importlib"),
    pytest.mark.filterwarnings("ignore:read_text:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:open_text:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Broker:
    """One broker at ``address``; topics are named by what stands behind danawa-crawl- in them."""

    def __init__(self, address: str) -> None:
        self.address = address

    def admin(self):
        """An administrator's connection, which closes itself."""
        from kafka.admin import KafkaAdminClient

        return closing(KafkaAdminClient(bootstrap_servers=self.address))

    def empty(self) -> None:
        """The four topics anew, and no group that has read them."""
        with self.admin() as admin:
            if groups := [each["group_id"] for each in admin.list_groups()]:
                admin.delete_groups(groups)
            if there := sorted(set(admin.list_topics()) & set(NAMES.values())):
                admin.delete_topics(there)
            wanted = {name: {"num_partitions": PARTITIONS, "replication_factor": 1} for name in NAMES.values()}
            # A topic is let go of some moments after it was deleted.
            for _ in range(100):
                if not set(admin.list_topics()) & set(wanted):
                    break
                time.sleep(0.1)
            admin.create_topics(wanted)

    def produce(self, counts: Mapping[str, int], moment: datetime) -> None:
        """So many messages of each topic, as of ``moment``."""
        from kafka import KafkaProducer

        with closing(KafkaProducer(bootstrap_servers=self.address)) as producer:
            for topic, count in counts.items():
                for number in range(count):
                    producer.send(
                        NAMES[topic],
                        value=b"a vehicle",
                        partition=number % PARTITIONS,
                        timestamp_ms=int(moment.timestamp() * 1000),
                    )
            producer.flush()

    def consume(self, number: int, group: str = GROUP) -> None:
        """Read so many messages of all four, and say so."""
        from kafka import KafkaConsumer

        with closing(
            KafkaConsumer(
                *NAMES.values(),
                bootstrap_servers=self.address,
                group_id=group,
                auto_offset_reset="earliest",
                enable_auto_commit=False,
            )
        ) as reader:
            got = 0
            while got < number:
                got += sum(len(each) for each in reader.poll(timeout_ms=2000).values())
            reader.commit()

    def ends(self) -> dict[str, int]:
        """How many messages each topic was ever sent, and how many of them it has let go, by its name."""
        from kafka import TopicPartition
        from kafka.admin import OffsetSpec

        places = [TopicPartition(name, place) for name in NAMES.values() for place in range(PARTITIONS)]
        found: dict[str, int] = {}
        with self.admin() as admin:
            for what in (OffsetSpec.EARLIEST, OffsetSpec.LATEST):
                for place, told in admin.list_partition_offsets(dict.fromkeys(places, what)).items():
                    key = f"{place.topic} {what.name}"
                    found[key] = found.get(key, 0) + told.offset
        return found


@contextmanager
def started(libraries: Path, folder: Path) -> Iterator[Broker]:
    """One broker, which is its own controller, until it is stopped."""
    port, config = free_port(), folder / "server.properties"
    config.write_text(CONFIG.format(port=port, controller=free_port(), folder=folder))
    java = ["java", "-Xmx256m", "-cp", f"{libraries}/*"]
    format_ = [*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(config)]
    subprocess.run(format_, check=True, capture_output=True)
    with served([*java, "kafka.Kafka", str(config)], port, folder / "log"):
        yield Broker(f"127.0.0.1:{port}")
