"""Kafka and Airflow, crawl week by crawl week: as many documents of each topic, and nothing that nobody has read.

Kafka is only read. Its offsets are a count while no topic is compacted and no producer is transactional, which the
precheck looks at and the limits tell; Airflow's count is what each topic's task says it wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib import metadata
from time import monotonic, sleep
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from migration.dags.danawa_topics import SEOUL, TOPICS, week_of
from migration.verification.kit import Compared, Differences, by_item, differing
from migration.verification.readers import amazon
from migration.verification.readers.airflow import DAG, SUCCESS, Airflow, Run
from migration.verification.readers.kafka import Kafka, Read
from migration.verification.stores import Store, StoreError, Stores
from policy.gates.evidence import Side
from policy.ledger.moves import PROOFS
from stacks.section import Text
from stacks.settings import Settings

LIBRARIES: Final = ("kafka", "urllib3")
#: Each topic of the crawl, and that of Kafka.
NAMES: Final[Mapping[str, str]] = {topic: f"danawa-crawl-{topic}" for topic in TOPICS}
#: A group that waits for its consumers to agree is in none of them, nor one whose offsets are gone.
_STEADY: Final = ("Stable", "Empty")
#: A run is due at the end of its week, and a person may start one later.
_LATEST: Final = timedelta(days=90)
_WEEKS: Final = PROOFS["workflow"].soak_days // 7
#: Of a run that may still succeed; Airflow starts none of a crawl that is paused.
_ON_ITS_WAY: Final = ("queued", "running")
#: Seconds between two questions for such a run.
_PAUSE: Final = 15.0

Week = Annotated[str, StringConstraints(pattern=r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$")]


class WorkflowStores(Stores):
    """``source`` is a broker, kafka://host:9092, or kafkas:// for TLS; ``target`` is Airflow's database in RDS."""

    airflow: Store = Field(description="Airflow's API: address, and who signs in; name is whatever people call it")
    weeks: Annotated[tuple[Week, ...], Field(min_length=1, description="ISO weeks in Seoul that both sides crawled")]
    groups: Annotated[tuple[Text, ...], Field(min_length=1, description="consumer groups of the four topics")] = (
        "danawa-crawl",
    )
    left_behind: tuple[Text, ...] = Field(default=(), description="groups that read the topics, and nobody misses")
    wait_minutes: Annotated[int, Field(ge=0, le=1200)] = Field(
        default=120,
        description="so long a week's run that was just started is waited for; the crawl's own bound is 1200",
    )


STORES: Final = WorkflowStores


class WorkflowKit:
    """Both sides, signed in."""

    def __init__(self, stores: WorkflowStores, kafka: Kafka, airflow: Airflow, identity: str) -> None:
        self._stores, self._kafka, self._airflow = stores, kafka, airflow
        store = stores.target
        self.sides: tuple[Side, Side] = (
            Side(
                system="Apache Kafka",
                name=stores.source.name,
                host=stores.source.host,
                version=kafka.version,
                identity=f"cluster {kafka.identity}",
            ),
            Side(
                system="Apache Airflow",
                name=store.name,
                host=stores.airflow.host,
                version=airflow.version,
                identity=identity,
            ).model_copy(update={"stand_in": not store.is_aws}),
        )

    @property
    def tools(self) -> Mapping[str, str]:
        """The libraries that ask."""
        return {"kafka-python": metadata.version("kafka-python"), "urllib3": metadata.version("urllib3")}

    def requirements(self) -> Compared:
        """Topics and groups are there and steady, nobody else reads the topics, and Airflow has parsed the crawl."""
        needs = dict(self._needs())
        return by_item(
            "requirements",
            dict.fromkeys(needs, 1),
            {name: int(not why) for name, why in needs.items()},
            differences=tuple(f"{name}: {why}" for name, why in needs.items() if why),
        )

    def _needs(self) -> Iterator[tuple[str, str]]:
        compacted = self._kafka.compacted(self._partitions)
        for name in NAMES.values():
            yield f"topic {name}", "" if name in self._partitions else "Kafka has none of that name"
            yield f"offsets of {name} count", "is compacted: what is left is fewer" if name in compacted else ""
            reading = [group for group in self._stores.groups if name in self._reads.get(group, {})]
            why = f"none of {', '.join(self._stores.groups)} has read it, and a lag of 0 would say nothing"
            yield f"{name} is read", "" if reading else why
        for group in self._stores.groups:
            state = self._groups.get(group)
            yield f"group {group}", "" if state in _STEADY else f"is {state or 'unknown to Kafka'}"
        known = {*self._stores.groups, *self._stores.left_behind}
        for group in sorted(set(self._reads) - known):
            yield f"group {group} is known", "reads a topic, and stands neither in groups nor in leftBehind"
        dag = self._airflow.dag()
        yield f"{DAG} is parsed", "" if dag and not dag["is_stale"] else "Airflow knows none, or knows it no more"
        yield f"{DAG} has no import error", "see Airflow's import errors" if dag and dag["has_import_errors"] else ""

    def compare(self) -> Iterator[Compared]:
        """Documents by week and topic; then, whether each was read to its end and saved by a run that succeeded."""
        runs = {week: self._run(week) for week in self._stores.weeks}
        spans = {week: self._kafka.spans(self._partitions, *bounds(week)) for week in self._stores.weeks}
        sent = {
            f"{week} {topic}": sum(end - begin for begin, end in spans[week].get(name, {}).values())
            for week in self._stores.weeks
            for topic, name in NAMES.items()
        }
        saved = {
            f"{week} {topic}": count
            for week, run in runs.items()
            if run is not None
            for topic, count in self._airflow.saved(run).items()
        }
        yield by_item("counts", sent, saved, differences=differing(sent, saved))
        done = {week: self._airflow.succeeded(run) if run else {} for week, run in runs.items()}
        here: dict[str, int | str] = {}
        there: dict[str, int | str] = {}
        told = Differences()
        for week in self._stores.weeks:
            for topic, name in NAMES.items():
                item = f"{week} {topic}"
                here[item] = int(self._drained(name, spans[week].get(name, {})))
                there[item] = int(done[week].get(topic, False))
                if not here[item]:
                    told.add(f"{item}: is not read to the week's end")
                if not there[item]:
                    told.add(f"{item}: no task has saved it")
            # Beside a week that is full, an empty one would be equal to a crawl that saved nothing.
            here[f"{week} crawled"], there[f"{week} crawled"] = int(any(sent[f"{week} {topic}"] for topic in NAMES)), 1
            if not here[f"{week} crawled"]:
                told.add(f"{week} crawled: the topics have nothing of that week")
            run = runs[week]
            here[f"{week} run"], there[f"{week} run"] = 1, int(run is not None and run.state == SUCCESS)
            if not there[f"{week} run"]:
                told.add(f"{week} run: {self._why(run)}")
        for group in self._stores.groups:
            for name, read in self._reads.get(group, {}).items():
                item = f"lag of {group} in {name}"
                here[item], there[item] = read.lag, 0
                if read.lag:
                    told.add(f"{item}: {read.lag} not read")
        yield by_item("runs", here, there, differences=told.told)

    def health(self) -> Compared:
        """Of each of the soak's weeks a run that succeeded, and a crawl that is neither paused nor lost."""
        now = datetime.now(UTC)
        weeks = [week_of(now - timedelta(weeks=back)) for back in range(_WEEKS + 1)]
        # The week that runs counts from its Sunday on.
        wanted = [week for week in weeks if due(week) <= now][:_WEEKS]
        done = {run.week for run in self._airflow.runs(now - timedelta(weeks=_WEEKS + 2)) if run.state == SUCCESS}
        ill: dict[str, int | str] = {week: int(week not in done) for week in sorted(wanted)}
        dag = self._airflow.dag()
        ill["paused"] = int(dag is None or bool(dag["is_paused"]))
        ill["import errors"] = int(dag is None or bool(dag["has_import_errors"]))
        told = tuple(f"{name}: no run succeeded" if "-W" in name else name for name, state in ill.items() if state)
        return by_item("health", dict.fromkeys(ill, 0), ill, differences=told)

    @cached_property
    def _partitions(self) -> Mapping[str, tuple[int, ...]]:
        return self._kafka.partitions(NAMES.values())

    @cached_property
    def _groups(self) -> Mapping[str, str]:
        return self._kafka.groups()

    @cached_property
    def _reads(self) -> Mapping[str, Mapping[str, Read]]:
        """Every group that has read one of the topics."""
        found = {group: self._kafka.read(group, self._partitions) for group in self._groups}
        return {group: topics for group, topics in found.items() if topics}

    @cached_property
    def _runs(self) -> tuple[Run, ...]:
        """Every run since the first of the weeks: what was started a moment ago is waited for, with a bound."""
        first = min(due(week) for week in self._stores.weeks)
        end = monotonic() + 60 * self._stores.wait_minutes
        while True:
            runs = tuple(self._airflow.runs(first - timedelta(days=7)))
            latest = [next((run for run in runs if run.week == week), None) for week in self._stores.weeks]
            waiting = any(run is not None and run.state in _ON_ITS_WAY for run in latest)
            if not waiting or monotonic() >= end or self._is_paused():
                return runs
            sleep(min(_PAUSE, max(0.0, end - monotonic())))

    def _is_paused(self) -> bool:
        dag = self._airflow.dag()
        return dag is not None and bool(dag["is_paused"])

    def _why(self, run: Run | None) -> str:
        """What keeps a week's run from being a success."""
        if run is None:
            return "Airflow has none of that week"
        paused = run.state in _ON_ITS_WAY and self._is_paused()
        return f"is {run.state}" + (f", and {DAG} is paused: it will not go on" if paused else "")

    def _run(self, week: str) -> Run | None:
        """The week's last run that succeeded, else its last one."""
        of_week = [run for run in self._runs if run.week == week]
        return next((run for run in of_week if run.state == SUCCESS), of_week[0] if of_week else None)

    def _drained(self, name: str, span: Mapping[int, tuple[int, int]]) -> bool:
        """Whether some group has read the topic, and each that does has read all of the week."""
        reads = [
            topics[name] for group, topics in self._reads.items() if group in self._stores.groups and name in topics
        ]
        return bool(span and reads) and all(
            begin == end or read.offsets.get(place, 0) >= end for read in reads for place, (begin, end) in span.items()
        )


def bounds(week: str) -> tuple[datetime, datetime]:
    """Monday's first moment in Seoul, and the next one's. Raises :class:`StoreError` for a week that no year has."""
    year, _, number = week.partition("-W")
    try:
        begin = datetime.fromisocalendar(int(year), int(number), 1).replace(tzinfo=SEOUL)
    except ValueError:
        raise StoreError(f"weeks: {week} is in no calendar") from None
    return begin, begin + timedelta(days=7)


def due(week: str) -> datetime:
    """Sunday, two in the morning in Seoul: when the week's crawl begins."""
    return bounds(week)[0] + timedelta(days=6, hours=2)


@contextmanager
def connect(stores: WorkflowStores, settings: Settings) -> Iterator[WorkflowKit]:
    """A broker and Airflow, signed in, and the database by its name."""
    del settings
    for week in stores.weeks:
        if due(week) < datetime.now(UTC) - _LATEST:
            raise StoreError(f"weeks: {week} is over for more than {_LATEST.days} days, and Airflow has forgotten it")
        if due(week) > datetime.now(UTC):
            raise StoreError(f"weeks: {week} is not crawled yet")
    database = amazon.described(
        stores.target,
        "rds",
        lambda client: list(client.describe_db_instances(DBInstanceIdentifier=stores.target.name)["DBInstances"]),
    )
    with ExitStack() as open_:
        kafka = open_.enter_context(closing(Kafka(stores.source)))
        airflow = open_.enter_context(closing(Airflow(stores.airflow)))
        # An identifier is free again when its instance is gone; the resource's id never is.
        identity = f"{database['DBInstanceArn']} {database['DbiResourceId']}"
        yield WorkflowKit(stores, kafka, airflow, identity)
