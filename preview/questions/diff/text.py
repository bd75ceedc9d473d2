"""The difference between two previews, for a terminal and as a comment on a merge or pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from model.urn import name_of
from preview.money import cents
from preview.report.templating import load_templates
from pricing.report.escape import joined

#: More resources of one type than this are counted and not named.
NAMED: Final = 12


def render_text(told: dict[str, Any]) -> str:
    """The difference for a terminal."""
    return joined(_lines(told))


def render_markdown(told: dict[str, Any]) -> str:
    """The difference as a comment: dollars first, then decisions, resources and findings."""
    return (
        load_templates()
        .get_template("difference.md.j2")
        .render(
            told=told,
            name_of=name_of,
            title=_title(told),
            rows=[(name, *_amounts(each)) for name, each in _rows(told)],
            names={each["type"]: list(_named(each)) for each in told["resources"]},
            verdict=_verdict(told),
        )
    )


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield _title(told)
    for note in told["notes"]:
        yield f"note: {note}"
    yield "\nDecisions"
    for each in told["decisions"]:
        before, after = (each[key] or "not active" for key in ("before", "after"))
        yield f"  {each['capability']}: {f'{before} -> {after}' if before != after else f'still {after}'}"
        yield from (f"    {reason}" for reason in each["reason"])
    if not told["decisions"]:
        yield "  none changes"
    yield "\nResources"
    for each in told["resources"]:
        counts = ", ".join(f"{each[key]} {key}" for key in ("added", "removed", "changed") if each[key])
        yield f"  {each['type']}: {counts}"
        yield from (f"    {name}" for name in _named(each))
    if not told["resources"]:
        yield "  none changes"
    yield f"\n{'USD a month':<22}{'before':>12}{'after':>12}{'change':>12}"
    for name, each in _rows(told):
        before, after, delta = _amounts(each)
        yield f"  {name:<20}{before:>12}{after:>12}{delta:>12}"
    for heading in ("appeared", "disappeared"):
        yield f"\nFindings that {heading.removesuffix('ed')}"
        for each in told["findings"][heading]:
            level = "waived" if each["kind"] == "waived" else each["level"]
            where = name_of(each["urn"]) or told["stack"]
            yield f"  {level} {each['pack']}/{each['policy']} {where}: {each['message']}"
        if not told["findings"][heading]:
            yield "  none"
    yield f"\n{_verdict(told)}"


def _title(told: dict[str, Any]) -> str:
    what = f"against {told['against']}" if told["against"] else f"if {' and '.join(told['changes'])}"
    return f"{told['stack']} on {told['today']}, {what}"


def _verdict(told: dict[str, Any]) -> str:
    return f"{told['stack']} would be {'BLOCKED' if told['blocked'] else 'ALLOWED: no mandatory findings'}"


def _rows(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    cost = told["cost"]
    rows = [(each["capability"], each) for each in cost["capabilities"]]
    return [*rows, ("total", cost["total"]), ("high bound", cost["totalHigh"]), ("budget", cost["budget"])]


def _amounts(change: dict[str, Any]) -> tuple[str, str, str]:
    before, after, delta = (f"{cents(change[key]):,}" for key in ("before", "after", "delta"))
    return before, after, f"+{delta}" if change["delta"] > 0 else delta


def _named(kind: dict[str, Any]) -> Iterator[str]:
    """Which resources of one type, and by which of their properties."""
    for each in kind["which"][:NAMED]:
        properties = f": {', '.join(each['properties'])}" if each["properties"] else ""
        yield f"{name_of(each['urn'])} {each['change']}{properties}"
    if (more := len(kind["which"]) - NAMED) > 0:
        yield f"and {more} more"
