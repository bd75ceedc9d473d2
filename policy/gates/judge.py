"""What speaks against one piece of evidence, whoever asks: pure, a line a problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from policy.gates.evidence import Comparison, Evidence
from policy.ledger.moves import MOST_DAYS, PROOFS, Proven

#: Steps that compare both sides item by item.
COMPARING: Final = frozenset({"verify", "cut-over"})
#: What the other steps look at.
LOOKS_AT: Final[Mapping[Proven, tuple[str, ...]]] = {
    "precheck": ("requirements",),
    "soak": ("health",),
    "decommission": ("removed",),
}
#: Fewer of many say nothing about the rest.
LEAST_SAMPLE: Final = 100
COUNTS: Final = "counts"
#: What the source says of each thing where only the target is looked at: it is there, or nothing is wrong with it.
_WANTED: Final[Mapping[str, int]] = {"requirements": 1, "health": 0, "removed": 0}
#: So many items that differ are told by name.
_SHOWN: Final = 3


def wanted(evidence: Evidence) -> tuple[str, ...]:
    """The comparisons that the step's evidence must have."""
    return LOOKS_AT.get(evidence.step) or PROOFS[evidence.capability].compares


def judge_comparisons(evidence: Evidence) -> Iterator[str]:
    """What was compared differs, is missing, or could not have failed."""
    sides = [(side.host.casefold(), side.name.casefold()) for side in (evidence.source, evidence.target)]
    if evidence.source.identity.casefold() == evidence.target.identity.casefold() or sides[0] == sides[1]:
        yield f"compares {evidence.source.identity} with itself, which cannot fail"
    names = [each.name for each in evidence.comparisons]
    if missing := [name for name in wanted(evidence) if name not in names]:
        yield f"has no comparison {', '.join(missing)}; wanted are {', '.join(wanted(evidence))}"
    if twice := sorted({name for name in names if names.count(name) > 1}):
        yield f"has the comparison {twice[0]} twice"
    for comparison in evidence.comparisons:
        yield from (f"{comparison.name}: {problem}" for problem in _vacuous(evidence, comparison))
        yield from (f"{comparison.name}: {problem}" for problem in judge_differences(comparison))


def _vacuous(evidence: Evidence, comparison: Comparison) -> Iterator[str]:
    if not comparison.of or not comparison.source:
        yield "there was nothing to compare, which cannot fail"
    elif comparison.of < len(comparison.source):
        yield f"says that there were {comparison.of} to compare, and names {len(comparison.source)}"
    elif not comparison.compared:
        yield f"0 of {comparison.of} were compared, which cannot fail"
    elif comparison.compared > comparison.of:
        yield f"{comparison.compared} of {comparison.of} were compared"
    elif comparison.sampling == "all" and comparison.compared < comparison.of:
        yield f"all are said to be compared, and {comparison.compared} of {comparison.of} were"
    elif comparison.compared < min(comparison.of, LEAST_SAMPLE):
        yield f"{comparison.compared} of {comparison.of} were compared; allowed are {LEAST_SAMPLE} and more"
    yield from _said(comparison)
    if evidence.step in COMPARING and comparison.name == COUNTS and comparison.of:
        counted = [value for value in comparison.source.values() if isinstance(value, int)]
        if len(counted) < len(comparison.source):
            yield "holds what is no count"
        elif sum(counted) == 0:
            yield "the source is empty, and an empty target equals it: that cannot fail"


def _said(comparison: Comparison) -> Iterator[str]:
    """What the source says of its things is nothing that could differ."""
    values = set(comparison.source.values())
    if (wanted_value := _WANTED.get(comparison.name)) is not None:
        if values - {wanted_value}:
            yield f"wants {wanted_value} of each thing; the source says {', '.join(map(str, sorted(values, key=str)))}"
    elif values == {0} and comparison.name != COUNTS:
        yield "says 0 of everything, and nothing equals it: that cannot fail"
    if comparison.name == COUNTS and comparison.sampling != "all":
        yield f"is a sample ({comparison.sampling}); everything is counted"


def judge_differences(comparison: Comparison) -> Iterator[str]:
    """The items that are not the same on both sides, the first by name."""
    names = sorted({*comparison.source, *comparison.target})
    differing = [name for name in names if comparison.source.get(name) != comparison.target.get(name)]
    for name in differing[:_SHOWN]:
        found = [side.get(name, "nothing") for side in (comparison.source, comparison.target)]
        yield f"{name} is {found[0]} at the source and {found[1]} at the target"
    if len(differing) > _SHOWN:
        yield f"and {len(differing) - _SHOWN} more differ"


def judge_window(evidence: Evidence, entered: date, live: date | None = None) -> Iterator[str]:
    """It was made after the change of state that it should open, long before it, or in no time.

    Days are UTC's. A soak begins when its target was ``live``, if that is later than its evidence says.
    """
    ended = evidence.ended.date()
    if evidence.ended <= evidence.started:
        yield f"ended at {evidence.ended:%Y-%m-%dT%H:%M:%SZ}, not after it started"
    if ended > entered:
        yield f"ended on {ended} (UTC), after the state that it opens was entered on {entered}"
    elif (age := (entered - ended).days) > MOST_DAYS:
        yield f"was {age} days old when the state was entered on {entered}; allowed are {MOST_DAYS}"
    soak = timedelta(days=PROOFS[evidence.capability].soak_days)
    began = max(evidence.started, datetime.combine(live, time(), UTC)) if live else evidence.started
    if evidence.step == "soak" and evidence.ended - began < soak:
        lasted = max((evidence.ended - began).days, 0)
        yield f"lasted {lasted} days; allowed are {soak.days} and more"


def judge_approval(evidence: Evidence, entered: date) -> Iterator[str]:
    """Nobody agreed, or what they agreed to was another text."""
    if evidence.approval is None:
        yield "names nobody who approved it"
        return
    if evidence.approval.of != evidence.to_approve:
        yield f"was changed after {evidence.approval.by} had approved it ({evidence.approval.ticket})"
    if not evidence.ended.date() <= evidence.approval.on <= entered:
        yield f"was approved on {evidence.approval.on}, not between its end and the state's first day, {entered}"
