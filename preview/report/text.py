"""The report for a terminal."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from model.urn import name_of
from preview.catalogue import say, t
from preview.money import cents
from preview.report.bill_text import render_bill, render_breakdown
from preview.report.grid import Grid
from preview.report.recommendations import short_lines
from preview.report.recovery import NOTE, recovery_cells, recovery_headings
from preview.report.verdict import verdict
from preview.result import Result, capacity_rows, capacity_title
from preview.tree import Branch, roots, short_type
from pricing.evidence import by_evidence
from pricing.report.escape import shown

WIDTH = 120
#: Who answered a look-up, in words.
ANSWERED: Final = {
    "preview": "answered as AWS always would",
    "file": "answered by --look-ups",
    "unknown": "unknown, as nothing offline can answer it; --look-ups may",
    "refused": "not answered, and the program went on without it",
}


def render_text(preview: Result, *, colour: bool = False, width: int = WIDTH, plan: bool = False) -> str:
    """The whole report: verdict, bill, findings, decisions, the plan by component, and a last line for it all.

    ``plan`` asks for every resource of it.
    """
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    told = "bold red" if preview.blocked else "bold green"
    _head(console, preview)
    console.print(shown(verdict(preview)), style=told)
    console.print()
    for part in render_bill(preview):
        console.print(part)
    for line in _gaps(preview):
        console.print(line, style="yellow")
    console.print()
    for line in _findings(preview):
        _hang(console, line)
    console.print()
    if preview.decisions:
        console.print(_decisions(preview))
        console.print()
    if asks_for_room(preview):
        # A table's own title would be wrapped at its width.
        console.print(f"[italic]{t('Capacity')}, {shown(capacity_title(preview.capacity))}[/]")
        console.print(_capacity(preview))
        console.print()
    _recovery(console, preview)
    if preview.recommendations:
        console.print(t("What would be cheaper, USD a month, each alone"))
        for line in short_lines(preview.recommendations):
            _hang(console, shown(line))
        console.print()
    for part in render_breakdown(preview):
        console.print(part)
    console.print()
    for line in asked(preview):
        console.print(shown(line))
    console.print(_plan(preview, whole=plan))
    console.print()
    console.print(shown(summarise(preview)), style=told)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _head(console: Console, preview: Result) -> None:
    head = say(
        "{title} on {day}{phases}, offline preview",
        title=f"[bold]{shown(title(preview))}[/]",
        day=preview.today,
        phases=_phases(preview),
    )
    # A rule cuts off what is longer than itself.
    if cell_len(Text.from_markup(head).plain) + 4 <= console.width:
        console.rule(head)
    else:
        console.print(head)


def _hang(console: Console, line: str) -> None:
    """Print ``line``, each further line of it set in below the first, so that the next thing is seen to begin."""
    text = Text.from_markup(line)
    start = len(text.plain) - len(text.plain.lstrip(" "))
    if start == 0 or cell_len(text.plain) <= console.width:
        console.print(text)
        return
    for place, part in enumerate(text[start:].wrap(console, console.width - 2 * start)):
        part.rstrip()
        console.print(Text(" " * (2 * start if place else start)) + part)


def summarise(preview: Result) -> str:
    """What it comes to, in one line."""
    made = sum(1 for item in preview.recording.registrations if item.custom)
    mandatory = sum(1 for finding in preview.findings if finding.level == "mandatory" and not finding.waived)
    waived = sum(1 for finding in preview.findings if finding.waived)
    notes = len(preview.findings) - mandatory - waived
    budget = say(" of {usd} USD", usd=preview.settings.budget.usd_per_month) if preview.settings else ""
    example = t(" on example figures") if "guess" in by_evidence(preview.bill) else ""
    return say(
        "{title}: {made} resources, {total}{budget} a month{example}, "
        "{mandatory} mandatory, {advisory} advisory, {waived} waived findings: {verdict}",
        title=title(preview),
        made=made,
        total=total(preview),
        budget=budget,
        example=example,
        mandatory=mandatory,
        advisory=notes,
        waived=waived,
        verdict=verdict(preview),
    )


def total(preview: Result) -> str:
    """The month's total as it may honestly be said."""
    least = f"{t('at least')} " if preview.bill.at_least else ""
    high = f"{t('high')} {cents(preview.bill.usd_per_month_high)}"
    return f"{least}{cents(preview.bill.usd_per_month)} USD ({high})"


def title(preview: Result) -> str:
    """What was previewed: a stack of ours by its name, a program by its project's as well."""
    stack = preview.recording.stack
    return f"{preview.asked.project}/{stack}" if preview.asked else stack


def asks_for_room(preview: Result) -> bool:
    """Whether there are nodes, or pods whose requests are known."""
    return preview.settings is not None or bool(preview.capacity.groups or preview.capacity.needs)


def asked(preview: Result) -> Iterator[str]:
    """What a program was asked with, and what of it could not be acted out: a line each."""
    if preview.asked is None:
        return
    for each in preview.asked.unexpanded:
        yield say("not expanded: {name} ({type}): {why}", name=name_of(each.urn), type=each.type, why=each.reason)
    for made in preview.asked.reads:
        yield say(
            "only read: {name} ({type}): exists outside, and is neither judged nor billed",
            name=made.name,
            type=made.type,
        )
    for look_up, times in sorted(Counter((each.token, each.source) for each in preview.asked.look_ups).items()):
        token, source = look_up
        often = say(", {count} times", count=times) if times > 1 else ""
        yield say("looked up: {token}{often}: {answered}", token=token, often=often, answered=t(ANSWERED[source]))
    for note in preview.asked.notes:
        yield say("note: {note}", note=note)
    yield ""


def _phases(preview: Result) -> str:
    return f", {t('phases')} {phases(preview)}" if preview.settings else ""


def phases(preview: Result) -> str:
    """The active phases of a stack of ours."""
    return ", ".join(map(str, sorted(preview.settings.phases))) or t("none") if preview.settings else t("none")


def _plan(preview: Result, *, whole: bool) -> Tree:
    """Every resource below its component; without ``whole`` the components alone, and how many each holds."""
    folded = "" if whole else f" ({t('every resource: --plan')})"
    head = say("Plan: {count} registrations", count=len(preview.recording.registrations))
    tree = Tree(f"{head}{folded}")
    for branch in roots(preview.recording.registrations):
        _grow(tree, branch, deepest=None if whole else 1)
    return tree


def _grow(tree: Tree, branch: Branch, *, deepest: int | None) -> None:
    made = branch.made
    kept = f" [cyan]({t('protected')})[/]" if made.protect else ""
    hidden = f", {say('{count} below', count=_below(branch))}" if deepest == 0 and branch.children else ""
    node = tree.add(f"{shown(made.name)} [dim]{shown(short_type(made.type))}{hidden}[/]{kept}")
    if deepest == 0:
        return
    for child in branch.children:
        _grow(node, child, deepest=None if deepest is None else deepest - 1)


def _below(branch: Branch) -> int:
    return sum(1 + _below(child) for child in branch.children)


def _decisions(preview: Result) -> Grid:
    rows = []
    for decision in preview.decisions:
        mark = "undecided" if decision.undecided else "near the line" if decision.near_threshold else ""
        choice = f"{decision.choice}{f' ({t(mark)})' if mark else ''}"
        if not decision.active:
            choice = f"[dim]{decision.choice}, {t('not active')}[/]"
        row, why = decision.row, shown("; ".join(decision.reason))
        rows.append([row.capability, str(row.number), t(row.verdict), choice, why])
    return Grid(
        title=t("Decisions"),
        headings=[t("capability"), t("row"), t("verdict"), t("choice"), t("why")],
        groups=[rows],
        figures=False,
        sentence=4,
    )


def _capacity(preview: Result) -> Grid:
    rows = [
        [name, f"{amount.cpu_millis:,}", f"{amount.memory_mib:,}", f"{amount.pods:,}"]
        for name, amount in capacity_rows(preview.capacity)
    ]
    headings = [t("requests"), t("CPU, m"), t("memory, Mi"), t("pods")]
    return Grid(headings=headings, groups=[rows[:-2], rows[-2:]])


def _recovery(console: Console, preview: Result) -> None:
    if not preview.recoveries:
        return
    console.print(f"[italic]{t('Recovery')}, {t(NOTE)}[/]")
    rows = [[shown(cell) for cell in recovery_cells(row)] for row in preview.recoveries]
    console.print(Grid(headings=recovery_headings(), groups=[rows], figures=False, sentence=5))
    console.print()


def _gaps(preview: Result) -> Iterable[str]:
    for gap in preview.bill.unpriced:
        yield shown(f"{t('unpriced')}: {name_of(gap.urn)} ({gap.type}): {gap.reason}")


def _findings(preview: Result) -> Iterable[str]:
    if not preview.findings:
        yield f"{t('Findings')}: {t('none')}"
        return
    yield f"{t('Findings')}: {len(preview.findings)}"
    for finding in preview.findings:
        level = "waived" if finding.waived else finding.level
        colour = {"mandatory": "red", "advisory": "yellow", "waived": "cyan"}[level]
        where = name_of(finding.urn) if finding.urn else preview.recording.stack
        yield (
            f"  [{colour}]{t(level)}[/] {shown(finding.pack)}/{shown(finding.policy)} "
            f"[bold]{shown(where)}[/]: {shown(finding.message)}"
        )
