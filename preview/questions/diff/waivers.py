"""What a change does to waivers: which it adds, widens, alters or takes away; to their owners; to what judges it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from policy.engine.rule import RENAMED
from preview.catalogue import say, t, told_again
from stacks.owners import unlisted
from stacks.section import Waiver

#: What decides whether a change is allowed: a reader of the verdict has to know that the change rewrites it.
JUDGES: Final = (
    "stacks/*.py",
    "stacks/waiver-owners.yaml",
    "model",
    "pricing",
    "policy",
    "preview",
    "Makefile",
    ".ci",
    ".gitlab-ci.yml",
    ".gitlab",
    ".github",
    ":(glob)**/CODEOWNERS",
)
#: More files than this are counted and not named.
NAMED: Final = 5
_FIELDS: Final = ("policy", "row", "urn", "expires", "owner", "ticket", "reason")
#: In the order in which a reviewer wants them.
KINDS: Final = ("added", "widened", "altered", "narrowed", "removed")
LATER: Final = "it counts once it stands on the base revision"
#: Why a waiver does not count, or not yet, as a document says it (:func:`stacks.owners.unlisted`).
UNCOUNTED: Final = (
    LATER,
    "{owner} is no owner of waivers in {file}; did you mean {meant}?",
    "{owner} is no owner of waivers in {file}; allowed are {known}",
    "{owner} is no owner of waivers in {file}",
)
Told = dict[str, Any]


def compare_waivers(
    before: Sequence[Waiver], after: Sequence[Waiver], *, owners: Collection[str], production: bool
) -> list[Told]:
    """Each waiver that differs, by what became of it: its kind, its fields, which of them were otherwise, and ``not``.

    ``not`` says why it does not count, or not yet in ``production``, or is ``None``. A waiver is known again by what it
    waives and where, else by its ticket, and each is known once.
    """
    old, new = [_told(waiver) for waiver in before], [_told(waiver) for waiver in after]
    pairs = _pairs(old, new)
    found = []
    for place, now in enumerate(new):
        if (partner := pairs.get(place)) is None:
            found.append({"change": "added", **now, "before": {}})
        elif was := {key: old[partner][key] for key in _FIELDS if old[partner][key] != now[key]}:
            found.append({"change": _kind(old[partner], now), **now, "before": was})
    taken = set(pairs.values())
    found += [{"change": "removed", **was, "before": {}} for place, was in enumerate(old) if place not in taken]
    told = [{**each, "not": _why_not(each, owners, production=production)} for each in found]
    return sorted(told, key=lambda each: KINDS.index(each["change"]))


def _why_not(each: Told, owners: Collection[str], *, production: bool) -> str | None:
    if each["change"] == "removed":
        return None
    if each["owner"] not in owners:
        return unlisted(each["owner"], owners)
    return LATER if production and each["change"] in ("added", "widened") else None


def compare_owners(before: Collection[str], after: Collection[str]) -> dict[str, list[str]]:
    """Who is an owner of waivers now and was none, and who was one."""
    return {"added": sorted({*after} - {*before}), "removed": sorted({*before} - {*after})}


def _told(waiver: Waiver) -> Told:
    told = {key: value for key, value in waiver.model_dump(mode="json").items() if key in _FIELDS}
    return {**told, "policy": RENAMED.get(waiver.policy or "", waiver.policy)}


def _pairs(old: Sequence[Told], new: Sequence[Told]) -> dict[int, int]:
    """Which of ``old`` each of ``new`` was, by places: the same, or what most resembles it."""
    pairs: dict[int, int] = {}
    for keys in (_FIELDS, ("policy", "row", "urn"), ("policy", "row", "ticket"), ("ticket",), ("policy", "row")):
        for here, now in enumerate(new):
            free = [place for place in range(len(old)) if place not in pairs.values()]
            same = [place for place in free if all(old[place][key] == now[key] for key in keys)]
            if here not in pairs and same:
                pairs[here] = same[0]
    return pairs


def _kind(was: Told, now: Told) -> str:
    reaches = all(was[key] == now[key] for key in ("policy", "row")) and _within(now["urn"], was["urn"])
    if not reaches or now["expires"] > was["expires"]:
        return "widened"
    # Whoever else answers for it, or another reason, is for its owners to see; a part of what was is not.
    return "altered" if any(was[key] != now[key] for key in ("owner", "ticket", "reason")) else "narrowed"


def _within(pattern: str, other: str) -> bool:
    """Whether all that ``pattern`` matches is matched by ``other``; in doubt it is not.

    Of stars and plain text alone: a pattern that ``other`` matches as a text keeps each of its plain parts.
    """
    if pattern == other:
        return True
    return not any(letter in other for letter in "?[") and "[" not in pattern and fnmatchcase(pattern, other)


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """What the head of a difference says of its ``waivers``, a line each."""
    for each in told["changes"]:
        yield say(
            "Waiver {change}: {what} on {urn} until {expires} by {owner} ({ticket}: {reason}){was}{counts}",
            **{key: each[key] for key in ("urn", "expires", "owner", "ticket", "reason")},
            change=t(each["change"]),
            what=each["policy"] or say("row {row}", row=each["row"]),
            was="".join(say("; {key} was {value}", key=key, value=value) for key, value in each["before"].items()),
            counts=f"; {told_again(each['not'], *UNCOUNTED)}" if each["not"] else "",
        )
    if names := told["owners"]["added"]:
        yield say(
            "Owners of waivers added: {names}; their waivers count once the base revision lists them",
            names=", ".join(names),
        )
    if names := told["owners"]["removed"]:
        yield say("Owners of waivers removed: {names}; their waivers no longer count", names=", ".join(names))
    if judges := told["judges"]:
        more = say(" and {count} more", count=len(judges) - NAMED) if len(judges) > NAMED else ""
        yield say("This change rewrites what judges it: {files}{more}", files=", ".join(judges[:NAMED]), more=more)
