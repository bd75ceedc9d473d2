"""The choices: pure functions from settings and a day to what is built, each with the trace of its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from model.lifecycle import services
from policy.ledger.row import Claim, Row, System
from policy.ledger.rows import ROWS
from stacks.section import Capability, Measurement, Need
from stacks.sections.measures import Volumes
from stacks.settings import Settings

#: The guide's lines. They belong to AWS: "or less" is read as up to and including.
LOG_GB_PER_MONTH: Final = Decimal(100)
TRACES_PER_MONTH: Final = Decimal(100_000)
THRESHOLDS: Final[Mapping[Capability, tuple[Decimal, str]]] = {
    "logs": (LOG_GB_PER_MONTH, "GB of logs"),
    "traces": (TRACES_PER_MONTH, "traces"),
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What one row comes to. ``choice`` is the slug of a system; ``active`` says whether its phase has begun."""

    row: Row
    choice: str
    active: bool
    reason: tuple[str, ...]
    undecided: bool = False
    near_threshold: bool = False
    #: The newest measurement stands in for a real one.
    by_example: bool = False

    @property
    def chosen(self) -> System:
        """The system that is built or stays."""
        return self.row.target if self.choice == self.row.target.slug else self.row.incumbent

    @property
    def holds_target(self) -> bool:
        """Whether the target is what is built."""
        return self.active and self.choice == self.row.target.slug

    def claimed_before(self, hardware: str) -> Claim | None:
        """The guide's price of staying, on the basis that fits whether hardware must be bought."""
        fitting = [claim for claim in self.row.before if claim.basis == "with new hardware"]
        if hardware == "due" and fitting:
            return fitting[0]
        return next((claim for claim in self.row.before if claim not in fitting), None)


def decide(settings: Settings, today: date) -> Mapping[Capability, Decision]:
    """One decision a row, for every row. Pure and total: the same settings and day give the same decisions."""
    return {row.capability: _decide(row, settings, today) for row in ROWS}


def _decide(row: Row, settings: Settings, today: date) -> Decision:
    active = row.phase is None or row.phase in settings.phases
    if not active:
        text = f"phase {row.phase} is not active: {row.incumbent.title} stays where it is, nothing is built here"
        return Decision(row=row, choice=row.incumbent.slug, active=False, reason=(text,))
    if row.capability == "logs":
        return _by_volume(row, settings.volumes, settings.volumes.log_gb_per_month, today)
    if row.capability == "traces":
        need = settings.needs.trace_customisation
        if need is not None and need.recorded_on > today:
            return _undecided(row, f"a need is said to be recorded on {need.recorded_on}, which is after {today}")
        if need is not None and need.needed:
            return _chosen(row, row.incumbent.slug, _recorded("trace customisation is needed", need))
        return _by_volume(row, settings.volumes, settings.volumes.traces_per_month, today)
    if row.capability == "mesh":
        return _mesh(row, settings.needs.mesh_features, today)
    since = "always" if row.phase is None else f"phase {row.phase} is active"
    return _chosen(row, row.target.slug, f"{since}; the guide: {row.reasons}")


def _chosen(row: Row, slug: str, *reason: str) -> Decision:
    return Decision(row=row, choice=slug, active=True, reason=reason)


def _by_volume(row: Row, volumes: Volumes, windows: Sequence[Measurement], today: date) -> Decision:
    """AWS up to and including the threshold, the incumbent above it; no or only stale measurements decide nothing."""
    threshold, what = THRESHOLDS[row.capability]
    if not windows:
        return _undecided(row, f"no {what} a month are recorded")
    latest = windows[-1]
    if doubt := _doubt(windows, what, volumes.stale_after_days, today):
        return _undecided(row, doubt, _measured(latest, what))
    within, turns = _settle(windows, threshold)
    system = row.target if within else row.incumbent
    rule = f"{'at most' if within else 'more than'} the guide's {threshold:,} a month: {system.title}"
    held = (latest.value <= threshold) is not within
    if held:
        rule = (
            f"one window beyond the guide's {threshold:,} does not turn a choice, two in a row do: {system.title} stays"
        )
    history = [f"turned in {windows[turn].window}, the second window in a row beyond the line" for turn in turns]
    near = abs(latest.value - threshold) * 10 <= threshold
    if near:
        turning = "one more window beyond it turns it" if held else "two windows in a row beyond it would turn it"
        history.append(f"within 10 % of the line of {threshold:,}: {turning}")
    if latest.example:
        history.append("an example decides here: record a measurement of your own")
    return Decision(
        row=row,
        choice=system.slug,
        active=True,
        reason=(_measured(latest, what), rule, *history),
        near_threshold=near,
        by_example=latest.example,
    )


def _doubt(windows: Sequence[Measurement], what: str, stale_after_days: int, today: date) -> str | None:
    """Why the windows decide nothing on this day: one lies in the future, or the newest is too old."""
    for window in windows:
        if window.last_day > today:
            return f"{what} are recorded for {window.window}, a month that is not over on {today}"
        if window.measured_on > today:
            return f"{what} in {window.window} are said to be measured on {window.measured_on}, which is after {today}"
    # An old month is no newer for having been counted late.
    age = (today - min(windows[-1].last_day, windows[-1].measured_on)).days
    if age > stale_after_days:
        old = f"the newest count of {what} is {age} days old, older than {stale_after_days}"
        return f"{old} (landing:volumes.staleAfterDays)"
    return None


def _settle(windows: Sequence[Measurement], threshold: Decimal) -> tuple[bool, list[int]]:
    """Whether the last windows hold to the line, and where that turned: two in a row are needed to turn it.

    In a row as they are recorded: a month that nobody measured neither turns a choice nor keeps it from turning.
    """
    sides = [window.value <= threshold for window in windows]
    holds, turns = sides[0], []
    for place in range(1, len(sides)):
        if sides[place] is sides[place - 1] and sides[place] is not holds:
            holds = sides[place]
            turns.append(place)
    return holds, turns


def _measured(window: Measurement, what: str) -> str:
    example = ", an example figure" if window.example else ""
    return f"{window.value:,} {what} in {window.window}{example} ({window.source}; measured {window.measured_on})"


def _undecided(row: Row, why: str, *rest: str) -> Decision:
    text = f"undecided: {why}, so {row.incumbent.title} is built as before"
    return Decision(row=row, choice=row.incumbent.slug, active=True, reason=(text, *rest), undecided=True)


def _mesh(row: Row, need: Need | None, today: date) -> Decision:
    fact = services.APP_MESH
    ended = f"{fact.subject} {'ended' if fact.ended(today) else 'ends'} on {fact.ends} ({fact.source}): never chosen"
    if need is None:
        return _undecided(row, "no need for mesh features is recorded", ended)
    if need.recorded_on > today:
        return _undecided(row, f"a need is said to be recorded on {need.recorded_on}, which is after {today}", ended)
    if need.needed:
        return _chosen(row, row.incumbent.slug, _recorded("mesh features are needed", need), ended)
    return _chosen(row, row.target.slug, _recorded("mesh features are not needed", need), ended)


def _recorded(what: str, need: Need) -> str:
    return f"{what}: {need.reason} (recorded {need.recorded_on} by {need.owner})"
