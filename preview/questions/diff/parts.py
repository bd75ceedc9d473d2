"""A difference as parts of a comment, each with its rows and its weight: what a long comment leaves out first.

Whatever was typed, or comes from a file, is text here: every cell is escaped, and none is longer than a reader bears.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from model.urn import name_of
from preview.catalogue import counted, say, t, told_again
from preview.money import cents
from preview.questions.diff.waivers import lines
from preview.questions.linked_usage import MOVED
from preview.report.verdict import verdict_of
from preview.result import fitting
from pricing.money import number
from pricing.report.escape import prose, span
from stacks.command import harmless

Told = Mapping[str, Any]
#: More resources of one kind than this are counted and not named, in one line of a text.
NAMED: Final = 12
#: Values of one resource that are shown, and the longest of them; a finding's longest message.
VALUES: Final = 8
LONGEST_VALUE: Final = 80
LONGEST_TEXT: Final = 1000
#: How a finding weighs, the gravest first.
LEVELS: Final = ("mandatory", "undetermined", "advisory", "waived")
#: What the engine does, the gravest first, and what a reader is told; of a component it does nothing.
EFFECTS: Final[Mapping[str | None, str]] = {
    "replaces": "REPLACES",
    "deletes": "DELETES",
    "keeps": "lets go of",
    "creates": "creates",
    "updates": "updates",
    None: "component",
}
GRAVE: Final = ("replaces", "deletes")
#: What a document notes of itself: that the revision has gone on, and which usage moves along with a volume.
GONE_ON: Final = (
    "{name} has gone on since this change left it ({start}, now {tip}): the difference is to where it left, and "
    "waivers have to stand in both"
)
NOTES: Final = (GONE_ON, MOVED)


@dataclass(frozen=True)
class Part:
    """A part of a comment: ``head`` stands before ``rows``, which are in the order of their weight.

    ``rank`` is 0 for what is never left out; of the others, the highest is left out first, from its last row on.
    """

    rank: int
    title: str
    rows: tuple[str, ...]
    head: tuple[str, ...] = ()

    def text(self, kept: int, where: str) -> str:
        """The part with its first ``kept`` rows; of the others, how many they are, and ``where`` they stand."""
        left = len(self.rows) - kept
        one, many = "1 more row is left out here: see {where}.", "{count} more rows are left out here: see {where}."
        told = say(one if left == 1 else many, count=left, where=where)
        shown = [*self.head, *self.rows[:kept]] if kept else []
        return "\n".join([*([f"**{self.title}**", ""] if self.title else []), *shown, *(["", told] if left else [])])


def parts(told: Told) -> list[Part]:
    """All that a reviewer reads of one stack, in the order in which it is read; a part without rows is left out."""
    findings = _head("level", "policy", "resource", "finding"), "|---|---|---|---|"
    sums = _head("USD a month", "before", "after", "change"), "|---|---:|---:|---:|"
    made = [
        Part(0, "", (f"{prose(cut(verdict(told)))}. {dollars(told)}",)),
        Part(2, t("Waivers, and who judges"), tuple(f"- {prose(cut(line))}." for line in head(told))),
        Part(3, t("Decisions that turn"), tuple(_decisions(told))),
        Part(1, t("Findings that block"), tuple(_blocking(told)), findings),
        Part(5, t("Findings that appear"), tuple(_others(told, "appeared")), findings),
        Part(9, t("Findings that disappear"), tuple(_others(told, "disappeared")), findings),
        Part(4, t("Replaced and deleted"), tuple(_resources(told, grave=True))),
        Part(8, t("Other resources"), tuple(_resources(told, grave=False))),
        Part(6, t("Bill"), tuple(_bill(told)), sums),
        Part(7, t("Room for pods"), tuple(_room(told))),
    ]
    return [part for part in made if part.rows]


def _head(*columns: str) -> str:
    return f"| {' | '.join(map(t, columns))} |"


def changes_nothing(told: Told) -> bool:
    """Whether there is nothing to say of the stack: no change, and nothing that blocks."""
    found, waivers, cost = told["findings"], told["waivers"], told["cost"]
    return not (
        told["blocked"]
        or told["decisions"]
        or told["resources"]
        or found["appeared"]
        or found["disappeared"]
        or waivers.get("changes")
        or any(waivers.get("owners", {}).values())
        or waivers.get("judges")
        or cost["capabilities"]
        or any(cost[key]["delta"] for key in ("total", "totalHigh", "budget"))
    )


def verdict(told: Told) -> str:
    """The verdict as a sentence without its end."""
    said = verdict_of(told["waivers"], blocked=told["blocked"])
    return say("{stack} would be {verdict}", stack=told["stack"], verdict=said)


def dollars(told: Told) -> str:
    """What the stack costs before and after, and at most, in one line."""
    before, after, delta = amounts(told["cost"]["total"])
    _, high, _ = amounts(told["cost"]["totalHigh"])
    least = f"{t('at least')} " if told["cost"].get("atLeast") else ""
    return say(
        "{before} to {least}{after} USD a month ({delta}), high bound {high}.",
        before=before,
        least=least,
        after=after,
        delta=delta,
        high=high,
    )


def head(told: Told) -> Iterator[str]:
    """What a reviewer has to know before anything else: what is waived, by whom, who judges, and what is noted."""
    yield from lines(told["waivers"])
    yield from _waived(told)
    yield from (told_again(note, *NOTES) for note in told["notes"])


def _waived(told: Told) -> Iterator[str]:
    """What is waived now and was not in the same words before: by a new waiver, a wider or a longer one, or an old one.

    A finding's message ends with its waiver's day, owner, ticket and reason, so an extended waiver shows up as well.
    """
    waived = [each for each in told["findings"]["appeared"] if each["kind"] == "waived"]
    if waived:
        which = sorted(
            {
                say("{policy} on {where}", policy=each["policy"], where=name_of(each["urn"]) or told["stack"])
                for each in waived
            }
        )
        more = [say("and {count} more", count=len(which) - NAMED)] if len(which) > NAMED else []
        count = counted(len(waived), "{count} finding", "{count} findings")
        yield say("Newly or otherwise waived: {count}: {which}", count=count, which=", ".join([*which[:NAMED], *more]))


def _decisions(told: Told) -> Iterator[str]:
    for each in told["decisions"]:
        yield f"- {prose(each['capability'])}: {prose(turned(each))} ({prose(cut('; '.join(each['reason'])))})"


def turned(decision: Told) -> str:
    """From which choice to which, or which it still is."""
    before, after = (decision[key] or t("not active") for key in ("before", "after"))
    return change(before, after) if before != after else say("still {choice}", choice=after)


def change(before: str, after: str) -> str:
    """From one text to another."""
    return say("{before} to {after}", before=before, after=after)


def level(finding: Told) -> str:
    """Its level as a reader is told it: what does not block may be waived, or not be determined."""
    blocks = finding["level"] == "mandatory"
    return str(finding["kind"] if not blocks and finding["kind"] in ("undetermined", "waived") else finding["level"])


def by_level(findings: Sequence[Told]) -> list[Told]:
    """The gravest first."""
    return sorted(findings, key=lambda each: LEVELS.index(level(each)))


def _blocking(told: Told) -> Iterator[str]:
    for each in told["findings"]["blocking"]:
        new = each in told["findings"]["appeared"]
        yield _finding(told, each, t("mandatory") if new else t("mandatory, as before"))


def _others(told: Told, which: str) -> Iterator[str]:
    for each in by_level(told["findings"][which]):
        # What blocks now has a part of its own.
        if which == "disappeared" or each["level"] != "mandatory":
            yield _finding(told, each, t(level(each)))


def _finding(told: Told, each: Told, called: str) -> str:
    policy, where = f"{each['pack']}/{each['policy']}", name_of(each["urn"]) or told["stack"]
    return f"| {prose(called)} | {span(policy)} | {span(where)} | {prose(cut(each['message']))} |"


def _resources(told: Told, *, grave: bool) -> Iterator[str]:
    found = [(kind["type"], each) for kind in told["resources"] for each in kind["which"]]
    order = {effect: place for place, effect in enumerate(EFFECTS)}
    for type_, each in sorted(found, key=lambda pair: order[pair[1]["effect"]]):
        if (each["effect"] in GRAVE) is grave:
            yield f"- {_resource(type_, each)}"


def _resource(type_: str, each: Told) -> str:
    what = t(EFFECTS[each["effect"]])
    told = f"**{what}**" if each["effect"] in GRAVE else what
    if each["effect"] is None:
        told = f"{t('component')} {prose(t(each['change']))}:"
    values = list(shown_values(each, span))
    return (
        f"{told} {span(name_of(each['urn']))} ({span(type_)}){': ' if values else ''}{'; '.join(values)}{stays(each)}"
    )


def stays(each: Told) -> str:
    """What becomes of a deployment that would take away what is protected."""
    return t("; it is protected, and the deployment stops there") if each["protected"] else ""


def shown_values(each: Told, written: Callable[[str], str]) -> Iterator[str]:
    """What differs of one resource, what replaces it first, each as ``written`` writes a value."""
    values = sorted(each["values"], key=lambda value: not value["replaces"])
    for value in values[:VALUES]:
        why = f" ({t('replaces')})" if value["replaces"] else ""
        before, after = (written(_value(value[key])) for key in ("before", "after"))
        yield f"{written(value['path'])} {change(before, after)}{why}"
    if (more := len(values) - VALUES) > 0:
        yield say("and {count} more", count=more)


def _value(value: Any) -> str:
    if value is None:
        return t("nothing")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=number)
    return cut(text, LONGEST_VALUE)


def rows(told: Told) -> list[tuple[str, Told]]:
    """The bill: each capability that differs, the total, what it may come to, and the budget."""
    cost = told["cost"]
    capabilities = [(each["capability"], each) for each in cost["capabilities"]]
    sums = (("total", "total"), ("high bound", "totalHigh"), ("budget", "budget"))
    return [*capabilities, *((t(name), cost[key]) for name, key in sums)]


def _bill(told: Told) -> Iterator[str]:
    # Total and bounds first: they are the last to be left out.
    found = rows(told)
    for name, each in [*found[-3:], *found[:-3]]:
        yield f"| {prose(name)} | {' | '.join(amounts(each))} |"


def amounts(change: Told) -> tuple[str, str, str]:
    """Before, after, and the change with its sign; USD."""
    before, after, delta = (f"{cents(change[key]):,}" for key in ("before", "after", "delta"))
    return before, after, f"+{delta}" if change["delta"] > 0 else delta


def _room(told: Told) -> Iterator[str]:
    yield from (f"- {prose(line)}" for line in room(told))


def room(told: Told) -> Iterator[str]:
    """Whether the pods fit when the largest node is lost, and what they ask for; nothing where none of it differs."""
    before, after = (told["capacity"][key] for key in ("before", "after"))
    if before == after and after["fits"] is not False:
        return
    differs = before and before["fits"] is not after["fits"]
    was = say(" (before: {fits})", fits=fitting(before["fits"])) if differs else ""
    yield say("{fits} with the largest node lost{was}", fits=fitting(after["fits"]), was=was)
    for key, name, unit in (("cpuMillis", "CPU", " m"), ("memoryMib", t("memory"), " Mi"), ("pods", t("pods"), "")):
        sums = [
            say("{asked} of {room}", asked=f"{each['requests'][key]:,}", room=f"{each['allocatable'][key]:,}{unit}")
            for each in (before, after)
            if each
        ]
        if len(set(sums)) > 1 or before is None or after["fits"] is False:
            told_sums = change(*sums) if len(set(sums)) > 1 else sums[0]
            yield say("{what} requested of what is left: {sums}", what=name, sums=told_sums)


def cut(text: str, longest: int = LONGEST_TEXT) -> str:
    """``text`` without what a terminal obeys, and no longer than ``longest``."""
    plain = harmless(text)
    return plain if len(plain) <= longest else f"{plain[: longest - 3]}..."
