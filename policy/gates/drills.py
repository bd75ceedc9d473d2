"""What a drill proved: that the backup of a store can be brought back, with the data that was in it.

A file a store, ``gates/<environment>/drills/<store>.json``, as the evidence of moves is: counts and digests, never a
value. What is judged here is judged by the drill itself as well, before it says that it is green.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, StringConstraints

from model import type_tokens
from model.resource import Resource
from policy.engine.rule import Context, Finding, Kind, StackRule
from policy.gates.evidence import (
    Canonical,
    Comparison,
    Digest,
    EvidenceError,
    Moment,
    Side,
    Signature,
    Whole,
    place,
    read_record,
)
from policy.gates.inputs import ROOT
from policy.gates.judge import judge_differences
from policy.gates.rules import signature_problem
from policy.recovery.copies import holders
from stacks.environments import PRODUCTION
from stacks.section import Name, Section, Text
from stacks.sections.drills import Drill, Drilled
from stacks.sections.recovery import Store
from stacks.settings import Settings

NAME: Final = "drills-are-current"
FOLDER: Final = "drills"
#: How old the newest backup may be when a drill begins. Those of a managed store reach up to some minutes ago (source:
#: RDS and DocumentDB user guides, LatestRestorableTime), the others are daily, with two hours to be made in.
OLDEST: Final[Mapping[Drilled, timedelta]] = {
    "documents": timedelta(hours=1),
    "workflow": timedelta(hours=1),
    "backup": timedelta(hours=26),
    "objects": timedelta(hours=26),
    "secrets": timedelta(hours=26),
}
#: A canary is written daily; one that is older says nothing about the backup after it.
OLDEST_CANARY: Final = timedelta(hours=26)
#: Two clocks that agree differ by less.
SKEW: Final = timedelta(minutes=5)
#: What may be more or less than was counted before the backup and is counted now, in hundredths of the larger count:
#: data that came and went in between.
SLACK_PERCENT: Final = 2
STORES: Final[tuple[Drilled, ...]] = get_args(Drilled)
#: As which of the stores with a promise the stack holds it; ``objects`` are in any bucket.
_HELD: Final[Mapping[Drilled, Store]] = {
    "documents": "documents",
    "workflow": "workflow",
    "backup": "cluster",
    "secrets": "secrets",
}


class Taken(Section):
    """The backup that was restored: its name, and the moment whose data it holds."""

    name: Text
    at: Moment


class Canary(Section):
    """What was written for the drill before the backup, and what was found in what was restored."""

    written: Moment
    expected: Digest
    found: Digest | None = Field(default=None, description="absent: it could not be read, or was not there")


class Counted(Section):
    """How many there were when the canary was written, are in what was restored, and are in the live store."""

    before: Whole
    restored: Whole
    live: Whole


class DrillEvidence(Canonical):
    """One drill. A red one may lack what it never came to, and says why in ``problems``."""

    schema_version: Literal["1.0"]
    environment: Name
    account: Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
    store: Drilled
    live: Side | None = None
    restored: Side | None = None
    backup: Taken | None = None
    canary: Canary | None = None
    counts: dict[Text, Counted] = Field(default_factory=dict)
    comparisons: tuple[Comparison, ...] = ()
    tools: dict[str, Text] = Field(default_factory=dict)
    started: Moment
    ended: Moment
    problems: tuple[Text, ...] = ()
    signature: Signature | None = None


def judge_drill(evidence: DrillEvidence) -> Iterator[str]:
    """What speaks against a drill by itself: it went wrong, differs, or could not have failed."""
    said = [*evidence.problems, *_of_parts(evidence)]
    yield from said
    missing = [name for name in ("live", "restored", "backup", "canary", "counts") if not getattr(evidence, name)]
    if missing and not said:
        yield f"has no {', '.join(missing)}: it proves nothing"


def _of_parts(evidence: DrillEvidence) -> Iterator[str]:
    if evidence.ended <= evidence.started:
        yield f"ended at {evidence.ended:%Y-%m-%dT%H:%M:%SZ}, not after it started"
    live, restored = evidence.live, evidence.restored
    if live and restored and live.identity.casefold() == restored.identity.casefold():
        yield f"compares {live.identity} with itself, which cannot fail"
    if evidence.backup:
        yield from judge_backup(evidence.store, evidence.backup, evidence.started)
    if evidence.canary:
        yield from _of_canary(evidence, evidence.canary)
    yield from _of_counts(evidence)
    for comparison in evidence.comparisons:
        if not comparison.source:
            yield f"{comparison.name}: there was nothing to compare, which cannot fail"
        yield from (f"{comparison.name}: {problem}" for problem in judge_differences(comparison))


def judge_backup(store: Drilled, backup: Taken, started: Moment) -> Iterator[str]:
    """Whether it is of the time that it should be."""
    if backup.at - started > SKEW:
        yield f"{backup.name} is of {_moment(backup.at)}, which is after the drill began: a clock is wrong"
    elif started - backup.at > OLDEST[store]:
        yield (
            f"{backup.name} is of {_moment(backup.at)}, {_hours(started - backup.at)} before the drill; "
            f"allowed are {_hours(OLDEST[store])}"
        )


def _of_canary(evidence: DrillEvidence, canary: Canary) -> Iterator[str]:
    if canary.written - evidence.started > SKEW:
        yield f"the canary was written at {_moment(canary.written)}, which is after the drill began: a clock is wrong"
    if backup := evidence.backup:
        if canary.written > backup.at:
            yield f"the canary was written at {_moment(canary.written)}, after the backup of {_moment(backup.at)}"
        elif backup.at - canary.written > OLDEST_CANARY:
            yield (
                f"the newest canary before the backup is {_hours(backup.at - canary.written)} older; "
                f"allowed are {_hours(OLDEST_CANARY)}"
            )
    if evidence.restored is None:
        return
    if canary.found is None:
        yield f"the canary of {_moment(canary.written)} is not in what was restored, or cannot be read there"
    elif canary.found != canary.expected:
        yield f"the canary in what was restored is not the one of {_moment(canary.written)}"


def _of_counts(evidence: DrillEvidence) -> Iterator[str]:
    if evidence.counts and not any(each.before for each in evidence.counts.values()):
        yield "there was nothing before the backup, and an empty restore equals it: that cannot fail"
    for name, each in sorted(evidence.counts.items()):
        slack = max(each.before, each.live) * SLACK_PERCENT // 100
        lowest, highest = min(each.before, each.live) - slack, max(each.before, each.live) + slack
        if each.before and not each.restored:
            yield f"{name}: nothing was restored of {each.before}"
        elif not lowest <= each.restored <= highest:
            yield (
                f"{name}: {each.restored} were restored; there were {each.before} before the backup "
                f"and are {each.live} now"
            )


def _moment(moment: Moment) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / 3600:.1f} hours"


@dataclass(frozen=True, kw_only=True)
class DrillAge:
    """How one store stands. ``days`` since its last drill that is good, ``None`` for none; ``problems`` say why not.

    ``every_days`` is ``None`` where no drill is planned. ``counts`` is whether it is past its ``since`` by more than
    one period, in production: what is missing is refused from there on.
    """

    store: Drilled
    every_days: int | None
    days: int | None
    counts: bool
    problems: tuple[str, ...]


def drill_ages(settings: Settings, today: date, root: Path = ROOT) -> tuple[DrillAge, ...]:
    """Every store of an environment that holds data, by what lies below ``root``, planned ones first: for reports."""
    return (
        *(_age(settings, store, drill, today, root) for store, drill in settings.drills.items()),
        *(_unplanned(store) for store in STORES if store not in settings.drills and _keeps(settings, store)),
    )


def _keeps(settings: Settings, store: Drilled) -> bool:
    """Whether it is more than what is made anew."""
    return store not in _HELD or _HELD[store] in settings.holding


def _unplanned(store: Drilled) -> DrillAge:
    problem = "no drill is planned, and nothing proves that it can be brought back"
    return DrillAge(store=store, every_days=None, days=None, counts=False, problems=(problem,))


def is_there(store: Drilled, resources: Sequence[Resource]) -> bool:
    """Whether a stack has what a drill of ``store`` brings back."""
    held = _HELD.get(store)
    return (
        any(each.type == type_tokens.S3_BUCKET for each in resources)
        if held is None
        else bool(holders(held, resources))
    )


def _age(settings: Settings, store: Drilled, drill: Drill, today: date, root: Path) -> DrillAge:
    late = drill.since is not None and today > drill.since + timedelta(days=drill.every_days)
    counts = late and settings.environment == PRODUCTION
    shown = place(Path(), settings.environment, FOLDER, store).as_posix()
    days: int | None = None
    if not (root / shown).exists():
        problems = [f"no drill has proved that it can be brought back: {shown} is missing"]
    else:
        try:
            evidence = read_record(root / shown, DrillEvidence)
        except EvidenceError as error:
            problems = [f"{shown} {error}"]
        else:
            problems = [f"{shown} {each}" for each in _of_file(settings, store, evidence, today, root)]
            days = None if problems else (today - evidence.ended.date()).days
            if days is not None and days > drill.every_days:
                problems = [f"the last drill was {days} days ago; allowed are {drill.every_days}"]
    return DrillAge(store=store, every_days=drill.every_days, days=days, counts=counts, problems=tuple(problems))


def _of_file(settings: Settings, store: Drilled, evidence: DrillEvidence, today: date, root: Path) -> Iterator[str]:
    found = (evidence.environment, evidence.store)
    if found != (settings.environment, store):
        yield f"is of {' '.join(found)}, and lies where that of {settings.environment} {store} belongs"
    accounts = {entry.principal_arn.split(":")[4] for entry in settings.cluster.access_entries.values()}
    if evidence.account not in accounts:
        yield f"is of account {evidence.account}; the stack's cluster admits {', '.join(sorted(accounts))}"
    if evidence.ended.date() > today:
        yield f"ended on {evidence.ended.date()}, which is after {today}"
    for side in (evidence.live, evidence.restored):
        if side and side.stand_in:
            yield f"is of a rehearsal: {side.system} stood in for the real store"
    yield from (f"is red: {problem}" for problem in judge_drill(evidence))
    _, problem = signature_problem(settings.environment, evidence.account, evidence.signature, evidence.to_sign, root)
    if problem:
        yield problem


def drills_rule(root: Path = ROOT) -> StackRule:
    """The rule, with evidence and public keys below ``root``."""
    return StackRule(
        name=NAME,
        description="What is backed up was brought back lately, signed, with the data of its backup in it.",
        check=lambda resources, context: _check(resources, context, root),
    )


def _check(resources: Sequence[Resource], context: Context, root: Path) -> Iterator[Finding]:
    if context.settings is None:
        return
    for age in drill_ages(context.settings, context.today, root):
        if not age.problems or not is_there(age.store, resources):
            continue
        kind: Kind = "violation" if age.counts else "advisory"
        for problem in age.problems:
            yield Finding(f"landing:drills.{age.store}: {problem}", kind=kind)


#: What the decisions pack asks.
DRILLS: Final = drills_rule()
