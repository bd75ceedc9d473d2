"""The parts of the nightly report, in the order in which they are read: :data:`PARTS`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from model.lifecycle.end_of_life import EndOfLife
from policy.decisions.end_of_life import facts_about
from policy.gates.drills import drill_ages, is_there
from policy.gates.inputs import ROOT
from policy.guardrails.controls.row import load_table
from policy.ledger.decide import THRESHOLDS, Decision, decide
from preview.night.engine import drift, state
from preview.night.part import Answer, Night, Part
from preview.questions.diff.parts import cut
from pricing.bill import Line
from pricing.book.audit import MAX_AGE_DAYS, day
from pricing.book.book import current_book
from pricing.report.escape import prose, span
from stacks.environments import PRODUCTION
from stacks.section import Capability, Measurement
from stacks.sections.measures import Volumes

#: A waiver that ends within these days is told.
SOON: Final = timedelta(days=30)
#: More resources or prices of one row than these are counted.
NAMED: Final = 8
#: Where the windows of each conditional row stand.
WINDOWS: Final[Mapping[Capability, str]] = {"logs": "log_gb_per_month", "traces": "traces_per_month"}


def lifecycles(night: Night) -> Answer:
    """What has ended or ends within the horizon, and which declared resources hang on it."""
    bearers: dict[EndOfLife, list[str]] = {}
    for made in night.plan.recording.registrations:
        for fact in facts_about(made.resource()):
            if fact.ended(night.today) or (fact.ends and fact.ends - night.today <= night.horizon):
                bearers.setdefault(fact, []).append(made.name)
    found = sorted(bearers.items(), key=lambda pair: (pair[0].ends or date.min, pair[0].subject))
    rows = [f"- {prose(fact.told(night.today))}: {_named(names)}" for fact, names in found]
    return Answer(rows=tuple(rows), blocks=any(fact.ended(night.today) for fact in bearers))


def waivers(night: Night) -> Answer:
    """Waivers of the stack file that have ended or end soon, and exceptions from controls that do."""
    last = night.today + SOON
    rows: list[tuple[date, str]] = []
    for waiver in night.file.settings.exceptions:
        if waiver.expires <= last:
            what = f"row {waiver.row}" if waiver.row else str(waiver.policy)
            told = f"{span(what)} on {span(waiver.urn)}, {prose(f'{waiver.owner} ({waiver.ticket})')}"
            rows.append((waiver.expires, told))
    for framework in load_table().frameworks:
        for identifier, control in framework.controls.items():
            if control.exception and control.exception.until <= last:
                told = f"exception from {prose(f'{framework.name}, {identifier}')}, {prose(control.exception.owner)}"
                rows.append((control.exception.until, told))
    written = [f"- {'**ended**' if ends < night.today else 'last day'} {ends}: {told}" for ends, told in sorted(rows)]
    return Answer(rows=tuple(written), blocks=any(ends < night.today for ends, _ in rows))


def volumes(night: Night) -> Answer | None:
    """Measured volumes against the ledger's lines; nothing where the phase of no such row has begun."""
    settings, rows = night.file.settings, []
    found = {each: decision for each, decision in decide(settings, night.today).items() if each in THRESHOLDS}
    if not any(decision.active for decision in found.values()):
        return None
    for capability, decision in found.items():
        ahead = [*_ahead(night, capability, decision)]
        # Elsewhere than in production an example may go on deciding.
        example = decision.by_example and settings.environment == PRODUCTION
        if decision.active and (decision.undecided or decision.near_threshold or example or ahead):
            rows.append(f"- {prose(capability)}: {prose(cut('; '.join((*decision.reason, *ahead))))}")
    return Answer(rows=tuple(rows))


def _ahead(night: Night, capability: Capability, decision: Decision) -> Iterator[str]:
    """Whether one more month like the last would turn the decision."""
    settings, key = night.file.settings, WINDOWS[capability]
    windows: Sequence[Measurement] = getattr(settings.volumes, key)
    if decision.undecided or not windows:
        return
    again: Volumes = settings.volumes.model_copy(update={key: (*windows, windows[-1])})
    then = decide(settings.model_copy(update={"volumes": again}), night.today)[capability]
    if then.choice != decision.choice:
        yield f"one more month like {windows[-1].window} turns it to {then.chosen.title}"


def drills(night: Night, root: Path = ROOT) -> Answer | None:
    """Drills that are missing, red or too long ago, by the evidence below ``root``, and stores without a planned one.

    ``None`` where the stack has no store yet.
    """
    there = [made.resource() for made in night.plan.recording.registrations]
    ages = [age for age in drill_ages(night.file.settings, night.today, root) if is_there(age.store, there)]
    if not ages:
        return None
    rows = [
        f"- {prose(age.store)}: {prose(cut('; '.join(age.problems)))}"
        for age in sorted(ages, key=lambda each: not each.counts)
        if age.problems
    ]
    return Answer(rows=tuple(rows), blocks=any(age.counts and age.problems for age in ages))


def prices(night: Night) -> Answer:
    """Prices in use that were read too long ago, with what they bear of the bill; undated ones have no age."""
    lines = [line for line in night.plan.bill.lines if line.as_of]
    limit = night.today - timedelta(days=MAX_AGE_DAYS)
    late = sorted({str(line.as_of) for line in lines if day(str(line.as_of)) < limit})
    rows = [_lines(as_of, [line for line in lines if line.as_of == as_of]) for as_of in late]
    if current_book().published < limit:
        rows.insert(0, f"- the price book as a whole is of {current_book().published}")
    if rows:
        rows.append(f"- older than {MAX_AGE_DAYS} days; they are read anew by `./lz book refresh`")
    return Answer(rows=tuple(rows))


def _lines(as_of: str, lines: Sequence[Line]) -> str:
    usd = sum(line.usd_per_month for line in lines)
    return f"- read {prose(as_of)}: {_named([line.price or line.item for line in lines])} ({usd:,.2f} USD a month)"


def _named(names: Sequence[str]) -> str:
    which = sorted({*names})
    more = f" and {len(which) - NAMED} more" if len(which) > NAMED else ""
    return f"{', '.join(map(span, which[:NAMED]))}{more}"


#: The gravest first. To add a part: a function from a night to an answer, and its line here.
PARTS: Final = (
    Part("Drift", drift),
    Part("The state as it stands", state),
    Part("Ends of life", lifecycles),
    Part("Waivers", waivers),
    Part("Drills", drills),
    Part("Measured volumes", volumes),
    Part("Old prices", prices),
)
