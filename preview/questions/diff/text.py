"""The difference between two previews, for a terminal and as a comment on a merge or pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len

from model.urn import name_of
from preview.catalogue import say, t
from preview.questions.diff.parts import (
    EFFECTS,
    GRAVE,
    NAMED,
    amounts,
    by_level,
    cut,
    head,
    level,
    parts,
    room,
    rows,
    shown_values,
    stays,
    verdict,
)
from pricing.report.escape import joined, prose


def render_text(told: dict[str, Any]) -> str:
    """The difference for a terminal."""
    return joined(_lines(told))


def render_markdown(told: dict[str, Any]) -> str:
    """The difference as a comment, whole: verdict and dollars, waivers, decisions, findings, resources, bill, room."""
    title = f"## {say('Landing zone, {stack}', stack=prose(cut(_title(told))))}"
    return "\n\n".join([title, *(part.text(len(part.rows), "") for part in parts(told))]) + "\n"


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield _title(told)
    yield from head(told)
    yield f"\n{t('Decisions')}"
    for each in told["decisions"]:
        before, after = (each[key] or t("not active") for key in ("before", "after"))
        turned = f"{before} -> {after}" if before != after else say("still {choice}", choice=after)
        yield f"  {each['capability']}: {turned}"
        yield from (f"    {reason}" for reason in each["reason"])
    if not told["decisions"]:
        yield f"  {t('none changes')}"
    yield f"\n{t('Resources')}"
    for each in told["resources"]:
        counts = ", ".join(
            say("{count} {change}", count=each[key], change=t(key))
            for key in ("added", "removed", "changed")
            if each[key]
        )
        yield f"  {each['type']}: {counts}"
        yield from (f"    {name}" for name in _named(each))
    if not told["resources"]:
        yield f"  {t('none changes')}"
    yield "\n" + _columns(t("USD a month"), t("before"), t("after"), t("change"))
    for name, each in rows(told):
        yield _columns(f"  {name}", *amounts(each))
    if lines := list(room(told)):
        yield f"\n{t('Room for pods')}"
        yield from (f"  {line}" for line in lines)
    for heading, title in (("appeared", t("Findings that appear")), ("disappeared", t("Findings that disappear"))):
        yield f"\n{title}"
        for each in by_level(told["findings"][heading]):
            where = name_of(each["urn"]) or told["stack"]
            yield f"  {t(level(each))} {each['pack']}/{each['policy']} {where}: {each['message']}"
        if not told["findings"][heading]:
            yield f"  {t('none')}"
    yield f"\n{verdict(told)}"


def _title(told: dict[str, Any]) -> str:
    if told["against"]:
        return say("{stack} on {day}, against {what}", stack=told["stack"], day=told["today"], what=told["against"])
    changes = t(" and ").join(told["changes"])
    return say("{stack} on {day}, if {changes}", stack=told["stack"], day=told["today"], changes=changes)


def _columns(name: str, *figures: str) -> str:
    """A row of the bill; a letter may be two cells of a terminal wide."""
    return name + " " * (22 - cell_len(name)) + "".join(" " * (12 - cell_len(each)) + each for each in figures)


def _named(kind: dict[str, Any]) -> Iterator[str]:
    """Which resources of one type, what differs of each, and whether it is made anew or deleted."""
    for each in kind["which"][:NAMED]:
        values = list(shown_values(each, str))
        grave = say(" ({effect} it)", effect=t(EFFECTS[each["effect"]])) if each["effect"] in GRAVE else ""
        changed = f"{name_of(each['urn'])} {t(each['change'])}"
        yield f"{changed}{': ' if values else ''}{'; '.join(values)}{grave}{stays(each)}"
    if (more := len(kind["which"]) - NAMED) > 0:
        yield say("and {count} more", count=more)
