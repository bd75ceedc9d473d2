"""Kafka and Airflow by crawl week, with both sides made in memory."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from migration.dags.danawa_topics import TOPICS
from migration.verification import workflow
from migration.verification.readers.airflow import Run
from migration.verification.readers.kafka import Read
from migration.verification.stores import StoreError
from policy.ledger.moves import PROOFS

WEEK = "2026-W47"
SIDE = {"address": "http://h:1", "name": "h"}
NAMES = tuple(workflow.NAMES.values())


class World:
    """One cluster of four topics with five messages each, all read, and one run that saved as many."""

    def __init__(self):
        self.sent = dict.fromkeys(NAMES, 5)
        self.offset = dict.fromkeys(NAMES, 5)
        self.states = {"danawa-crawl": "Stable"}
        self.compact = frozenset()
        self.saved = dict.fromkeys(TOPICS, 5)
        self.succeeded = dict.fromkeys(TOPICS, True)
        self.runs = [Run("r", WEEK, "success")]
        self.dag = {"is_stale": False, "has_import_errors": False, "is_paused": False}

    def kit(self):
        places = dict.fromkeys(self.sent, (0,))
        kafka = SimpleNamespace(
            identity="id",
            version="v",
            partitions=lambda names: places,
            compacted=lambda names: self.compact,
            groups=lambda: self.states,
            read=lambda group, _: {
                name: Read(self.sent[name] - at, {0: at}) for name, at in self.offset.items() if name in places
            },
            spans=lambda *_: {name: {0: (0, sent)} for name, sent in self.sent.items()},
        )
        airflow = SimpleNamespace(
            version="3.2.2",
            dag=lambda: self.dag,
            runs=lambda since: iter(self.runs),
            saved=lambda run: self.saved,
            succeeded=lambda run: self.succeeded,
        )
        stores = workflow.WorkflowStores.model_validate_json(
            '{"source": {"address": "kafka://k:9092", "name": "kafka"}, "weeks": ["2026-W47"],'
            '"target": {"address": "https://rds.ap-northeast-2.amazonaws.com", "name": "airflow"},'
            '"airflow": {"address": "http://a:8080", "name": "airflow"}}'
        )
        return workflow.WorkflowKit(stores, kafka, airflow, "arn db-1")

    def differing(self):
        return {each.comparison.name: each.differences for each in self.kit().compare()}


@pytest.fixture
def world():
    return World()


def lacking(world):
    found = world.kit().requirements().comparison
    return {name for name, value in found.target.items() if not value}


def test_a_week_that_both_crawled_is_equal_and_is_what_the_ledger_wants(world):
    found = [each.comparison for each in world.kit().compare()]

    assert tuple(each.name for each in found) == PROOFS["workflow"].compares
    assert all(each.source == each.target and each.source for each in found)
    assert found[0].source == {f"{WEEK} {topic}": 5 for topic in TOPICS}
    assert [side.stand_in for side in world.kit().sides] == [False, False]


def test_one_more_of_a_topic_and_one_fewer_of_another_is_told_by_name(world):
    world.saved = {**world.saved, "images": 6, "options": 4}

    assert world.differing() == {"counts": (f"{WEEK} images", f"{WEEK} options"), "runs": ()}


def test_what_is_written_after_the_drain_is_a_lag_with_its_number(world):
    world.sent["danawa-crawl-reviews"] = 7
    runs = list(world.kit().compare())[1].comparison

    assert runs.source["lag of danawa-crawl in danawa-crawl-reviews"] == 2
    assert (runs.source[f"{WEEK} reviews"], runs.target[f"{WEEK} reviews"]) == (0, 1)


def test_a_topic_that_nobody_read_is_not_drained_by_a_lag_of_nothing(world):
    del world.offset["danawa-crawl-reviews"]

    assert world.differing()["runs"] == (f"{WEEK} reviews: is not read to the week's end",)
    assert lacking(world) == {"danawa-crawl-reviews is read"}


@pytest.mark.parametrize(
    ("state", "task", "told"),
    [("failed", True, f"{WEEK} run: is failed"), ("success", False, f"{WEEK} images: no task has saved it")],
)
def test_a_run_or_a_topic_of_it_that_failed_is_none(world, state, task, told):
    world.runs, world.succeeded = [Run("r", WEEK, state)], {**world.succeeded, "images": task}

    assert world.differing()["runs"] == (told,)


class Clock:
    """Time that passes only while somebody waits; ``after`` says what happens after so many seconds."""

    def __init__(self, monkeypatch, after=()):
        self.now, self.after = 0.0, dict(after)
        monkeypatch.setattr(workflow, "monotonic", lambda: self.now)
        monkeypatch.setattr(workflow, "sleep", self.sleep)

    def sleep(self, seconds):
        self.now += seconds
        if (happens := self.after.pop(self.now, None)) is not None:
            happens()


def test_a_run_that_was_just_started_is_waited_for(world, monkeypatch):
    ended = [Run("by hand", WEEK, "success")]
    world.runs = [Run("by hand", WEEK, "queued"), Run("before", WEEK, "failed")]
    clock = Clock(monkeypatch, {30.0: lambda: setattr(world, "runs", ended)})

    assert world.differing() == {"counts": (), "runs": ()}
    assert clock.now == 30.0


def test_a_run_that_does_not_end_is_waited_for_no_longer_than_is_said(world, monkeypatch):
    world.runs = [Run("by hand", WEEK, "running")]
    clock = Clock(monkeypatch)

    assert world.differing()["runs"] == (f"{WEEK} run: is running",)
    assert clock.now == 7200.0


def test_a_run_of_a_crawl_that_is_paused_is_not_waited_for(world, monkeypatch):
    world.runs, world.dag = [Run("by hand", WEEK, "queued")], {**world.dag, "is_paused": True}
    clock = Clock(monkeypatch)

    told = f"{WEEK} run: is queued, and danawa_crawler is paused: it will not go on"
    assert world.differing()["runs"] == (told,)
    assert clock.now == 0.0


def test_a_week_of_which_the_topics_have_nothing_is_told_though_a_crawl_saved_nothing_either(world):
    world.sent = world.offset = dict.fromkeys(NAMES, 0)
    world.saved = dict.fromkeys(TOPICS, 0)

    told = f"{WEEK} crawled: the topics have nothing of that week"
    assert world.differing() == {"counts": (), "runs": (told,)}


def test_the_run_of_another_week_is_not_that_of_this(world):
    world.runs = [Run("r", "2026-W46", "success")]

    found = world.differing()
    assert found["counts"] == tuple(sorted(f"{WEEK} {topic}" for topic in TOPICS))
    assert f"{WEEK} run: Airflow has none of that week" in found["runs"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda world: world.sent.pop("danawa-crawl-images"), "topic danawa-crawl-images"),
        (lambda world: world.states.update({"danawa-crawl": "PreparingRebalance"}), "group danawa-crawl"),
        (lambda world: world.states.update(audit="Empty"), "group audit is known"),
        (lambda world: setattr(world, "compact", {"danawa-crawl-images"}), "offsets of danawa-crawl-images count"),
        (lambda world: world.dag.update(has_import_errors=True), "danawa_crawler has no import error"),
        (lambda world: setattr(world, "dag", None), "danawa_crawler is parsed"),
    ],
)
def test_what_is_missing_stops_the_precheck(world, change, told):
    change(world)

    assert told in lacking(world)


def test_nothing_is_missing_where_consumers_are_away_between_two_sundays(world):
    world.states = {"danawa-crawl": "Empty"}

    assert lacking(world) == set()


def test_a_week_that_no_calendar_has_is_refused():
    with pytest.raises(StoreError, match="2025-W53 is in no calendar"):
        workflow.bounds("2025-W53")


#: Four Sundays of which the last is today's, and an hour after the crawl began in Seoul.
SUNDAY = datetime(2026, 11, 28, 18, tzinfo=UTC)
SOAKED = ("2026-W45", "2026-W46", "2026-W47", "2026-W48")


@pytest.fixture
def soaked(world, monkeypatch):
    """The four weeks, each crawled once; the clock is a class that knows one moment."""

    def at(moment):
        monkeypatch.setattr(workflow, "datetime", type("Moment", (datetime,), {"now": lambda zone: moment}))
        return world

    world.runs = [Run(f"of {week}", week, "success") for week in reversed(SOAKED)]
    return at


def test_four_sundays_of_success_are_health(soaked):
    found = soaked(SUNDAY).kit().health()

    assert found.comparison.name == "health"
    assert found.comparison.source == dict.fromkeys((*SOAKED, "paused", "import errors"), 0)
    assert (found.comparison.target, found.differences) == (found.comparison.source, ())


def test_a_sunday_counts_from_two_in_the_morning_on(soaked):
    world = soaked(SUNDAY - timedelta(hours=1, seconds=1))

    # Not the one that is ahead, but the one before the four.
    assert world.kit().health().differences == ("2026-W44: no run succeeded",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda world: world.runs.pop(0), "2026-W48: no run succeeded"),
        (lambda world: world.runs.pop(), "2026-W45: no run succeeded"),
        (lambda world: world.runs.__setitem__(1, Run("r", "2026-W47", "failed")), "2026-W47: no run succeeded"),
        (lambda world: world.dag.update(is_paused=True), "paused"),
        (lambda world: world.dag.update(has_import_errors=True), "import errors"),
    ],
)
def test_a_sunday_without_success_or_a_crawl_at_rest_is_no_health(soaked, change, told):
    world = soaked(SUNDAY)
    change(world)

    assert world.kit().health().differences == (told,)


def test_a_crawl_that_airflow_does_not_know_is_not_well(soaked):
    world = soaked(SUNDAY)
    world.dag = None

    assert world.kit().health().differences == ("paused", "import errors")


def test_a_failed_run_that_was_made_again_is_health(soaked):
    world = soaked(SUNDAY)
    world.runs.insert(0, Run("first try", "2026-W48", "failed"))

    assert world.kit().health().differences == ()
