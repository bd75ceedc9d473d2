"""One drill, whatever the store: restore the newest backup, read it, compare it with what was written, clean up.

It is green only where nothing speaks against its evidence (``policy/gates/drills.py``), as the gate will say too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from policy.gates.drills import SKEW, DrillEvidence, Taken, judge_backup, judge_drill
from policy.gates.evidence import Side
from recovery.canary import BusyError, DrillError, Entry, Ledger, Record, digest_of, new_id, new_records
from stacks.command import harmless
from stacks.sections.drills import Drilled

#: Seconds between two looks at a restore.
_PAUSE: Final = 15
#: AWS and Kubernetes need a while to take something away.
_CLEANING: Final = timedelta(minutes=30)


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long is waited for, and how: a test turns the clock itself."""

    minutes: int = 90
    clock: Callable[[], datetime] = now
    pause: Callable[[float], None] = time.sleep

    def until(self, done: Callable[[], bool], what: str, *, within: timedelta | None = None) -> None:
        """Ask until it is ``done``. Raises :class:`DrillError` after its time, saying ``what`` did not happen."""
        limit = within or timedelta(minutes=self.minutes)
        end = self.clock() + limit
        while not done():
            if self.clock() >= end:
                raise DrillError(f"{what} within {limit.total_seconds() / 60:.0f} minutes")
            self.pause(_PAUSE)

    def gone(self, done: Callable[[], bool], what: str) -> None:
        """As :meth:`until`, for what is taken away."""
        self.until(done, what, within=_CLEANING)


class Store(Protocol):
    """A store that can be restored beside itself. Each method raises :class:`DrillError` when it cannot do its part."""

    @property
    def tools(self) -> Mapping[str, str]:
        """What reads it, by name and version."""

    def write(self, records: Sequence[Record], canary: str) -> None:
        """Put the canary's records into the live store; those of canaries before may go."""

    def left_over(self) -> Iterable[str]:
        """What an earlier drill or restore left behind, a line each.

        :class:`BusyError` while somebody restores, and where the copy's name is taken by what no drill made.
        """

    def live(self) -> Side:
        """Who the live store is."""

    def newest_backup(self) -> Taken:
        """What a disaster at this moment would be answered with: never an older one that happens to be whole."""

    def restore(self, backup: Taken) -> Side:
        """Bring it back beside the live store; who it is there."""

    def records(self, canary: str) -> Iterable[Record]:
        """The canary's records in what was restored."""

    def count(self, *, restored: bool) -> Mapping[str, int]:
        """How many of what there are, in what was restored or in the live store."""

    def clean(self) -> Iterable[Callable[[], None]]:
        """What takes the restore away, in order; each is tried whatever became of the others, and twice is no error.

        :class:`BusyError` from a step that finds what no drill made: it stays.
        """


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is drilled, and for whom."""

    environment: str
    account: str
    store: Drilled
    patience: Patience = field(default_factory=Patience)


def write_canary(asked: Asked, store: Store, ledger: Ledger) -> Entry:
    """Write a canary into the live store, and then into the ledger what a backup from here on must hold."""
    clock = asked.patience.clock
    began = clock()
    canary = new_id(began)
    records = new_records(canary, began)
    store.write(records, canary)
    counts = dict(store.count(restored=False))
    entry = Entry.model_validate(
        {"store": asked.store, "id": canary, "written": clock(), "digest": digest_of(records), "counts": counts}
    )
    ledger.keep(entry)
    return entry


class _Run:
    """The parts of a drill as they become known: a red one has those that it came to."""

    def __init__(self, asked: Asked, store: Store, ledger: Ledger) -> None:
        self.asked, self.store, self.ledger = asked, store, ledger
        self.found: dict[str, Any] = {}
        self.problems: list[str] = []
        self.started = asked.patience.clock()

    def go(self) -> None:
        """Everything up to the reading; stops at the first thing that leaves nothing to go on with."""
        self.found["live"] = self.store.live()
        newest = self.ledger.newest()
        if newest and newest - self.started > SKEW:
            raise DrillError(
                f"the ledger's newest canary is of {newest:%Y-%m-%dT%H:%M:%SZ}, which is after the drill began: "
                "a clock is wrong"
            )
        backup = self.store.newest_backup()
        self.found["backup"] = backup
        # What is too old is not restored: hours of instances would prove nothing that is not known already.
        if list(judge_backup(self.asked.store, backup, self.started)):
            return
        entry = self.ledger.before(backup.at)
        self.found["canary"] = {"written": entry.written, "expected": entry.digest}
        self.found["restored"] = self.store.restore(backup)
        self.read(entry)

    def read(self, entry: Entry) -> None:
        """What was restored, beside what the ledger says and what is live."""
        live, restored = self.store.count(restored=False), self.store.count(restored=True)
        self.found["counts"] = {
            name: {"before": entry.counts.get(name, 0), "restored": restored.get(name, 0), "live": live.get(name, 0)}
            # What came into being after the canary was counted is no part of it.
            for name in entry.counts
        }
        self.found["canary"]["found"] = digest_of(self.store.records(entry.id))

    def clean(self) -> None:
        """Take away what was restored, and say what is still there."""
        for step in self.store.clean():
            try:
                step()
            except (DrillError, BusyError) as error:
                self.problems.append(f"cleaning up: {error}")

    def evidence(self) -> DrillEvidence:
        """All that is known."""
        return DrillEvidence.model_validate(
            {
                "schemaVersion": "1.0",
                "environment": self.asked.environment,
                "account": self.asked.account,
                "store": self.asked.store,
                "tools": dict(self.store.tools),
                "started": self.started,
                "ended": max(self.asked.patience.clock(), self.started + timedelta(microseconds=1)),
                "problems": tuple(harmless(each) for each in self.problems),
                **self.found,
            }
        )


def drill(asked: Asked, store: Store, ledger: Ledger) -> DrillEvidence:
    """Do it, and clean up whatever happens: a signal that ends the program included.

    Raises :class:`recovery.canary.BusyError`, having touched nothing, while somebody restores, and where what no drill
    made is in the way.
    """
    run = _Run(asked, store, ledger)
    try:
        run.problems += store.left_over()
    except DrillError as error:
        # Nothing is made yet, and whether somebody restores is not known: nothing is taken away either.
        run.problems.append(str(error))
        return run.evidence()
    try:
        # Beside what an earlier one left nothing is restored: it is taken away, and the next drill begins clean.
        if not run.problems:
            run.go()
    except DrillError as error:
        run.problems.append(str(error))
    finally:
        run.clean()
    return run.evidence()


def told(evidence: DrillEvidence) -> Iterator[str]:
    """The drill as lines for people: counts, digests and moments, never a value."""
    if evidence.backup:
        yield f"backup: {evidence.backup.name}, of {evidence.backup.at:%Y-%m-%dT%H:%M:%SZ}"
    if evidence.canary:
        same = "found" if evidence.canary.found == evidence.canary.expected else "NOT FOUND"
        yield f"canary of {evidence.canary.written:%Y-%m-%dT%H:%M:%SZ}: {same}"
    for name, each in sorted(evidence.counts.items()):
        yield f"{name}: {each.before} before, {each.restored} restored, {each.live} live"
    yield from (f"red: {problem}" for problem in judge_drill(evidence))
