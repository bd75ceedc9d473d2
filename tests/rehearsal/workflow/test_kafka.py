"""What the comparison reads of a real Kafka: weeks, groups and lag; Airflow is not asked here."""

from __future__ import annotations

import gc
from datetime import timedelta

import pytest

from migration.verification.readers.kafka import Kafka
from migration.verification.stores import Store, StoreError
from migration.verification.workflow import NAMES, bounds
from tests.rehearsal.conftest import free_port
from tests.rehearsal.workflow.broker import CLUSTER, WARNINGS

pytestmark = WARNINGS
WEEK = "2026-W47"
SUNDAY = bounds(WEEK)[0] + timedelta(days=6, hours=3)


def test_a_week_is_counted_and_what_is_written_after_the_drain_is_lag(broker):
    name = NAMES["images"]
    broker.empty()
    broker.produce({"images": 5}, SUNDAY)
    broker.consume(5)
    kafka = Kafka(Store(address=f"kafka://{broker.address}", name="kafka"))
    places = kafka.partitions(NAMES.values())

    assert kafka.identity == CLUSTER
    assert set(places) == set(NAMES.values())
    assert kafka.groups() == {"danawa-crawl": "Empty"}
    assert kafka.read("danawa-crawl", places)[name].lag == 0
    assert kafka.spans(places, *bounds(WEEK))[name] == {0: (0, 3), 1: (0, 2)}
    assert kafka.spans(places, *bounds("2026-W46"))[name] == {0: (0, 0), 1: (0, 0)}
    broker.produce({"images": 2}, SUNDAY)
    assert kafka.read("danawa-crawl", places)[name].lag == 2
    # To read is not to consume: both are still there.
    assert kafka.read("danawa-crawl", places)[name].lag == 2
    assert kafka.spans(places, *bounds(WEEK))[name] == {0: (0, 4), 1: (0, 3)}
    kafka.close()


def test_a_broker_that_is_away_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr("migration.verification.readers.kafka._PATIENCE", 500)
    with pytest.raises(StoreError, match=r"^source: Kafka"):
        Kafka(Store(address=f"kafka://127.0.0.1:{free_port()}", name="kafka"))
    # The library's socket is closed here, where its warning is known.
    gc.collect()
