"""The report for a terminal."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from model.urn import name_of
from preview.money import cents
from preview.report.bill_text import render_bill
from preview.report.recommendations import short_lines
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


def render_text(preview: Result, *, colour: bool = False, width: int = WIDTH) -> str:
    """The whole report: plan, decisions, bill, findings, and one last line that says what it comes to."""
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    console.rule(f"[bold]{shown(title(preview))}[/] on {preview.today}{_phases(preview)}, offline preview")
    console.print(_plan(preview))
    console.print()
    if preview.decisions:
        console.print(_decisions(preview))
        console.print()
    for part in render_bill(preview):
        console.print(part)
    for line in _gaps(preview):
        console.print(line, style="yellow")
    console.print()
    if asks_for_room(preview):
        # A table's own title would be wrapped at its width.
        console.print(f"[italic]Capacity, {shown(capacity_title(preview.capacity))}[/]")
        console.print(_capacity(preview))
        console.print()
    if preview.recommendations:
        console.print("What would be cheaper, USD a month, each alone")
        for line in short_lines(preview.recommendations):
            console.print(shown(line))
        console.print()
    for line in asked(preview):
        console.print(shown(line))
    for line in _findings(preview):
        console.print(line)
    console.print()
    console.print(shown(summarise(preview)), style="bold red" if preview.blocked else "bold green")
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def summarise(preview: Result) -> str:
    """What it comes to, in one line."""
    made = sum(1 for item in preview.recording.registrations if item.custom)
    mandatory = sum(1 for finding in preview.findings if finding.level == "mandatory" and not finding.waived)
    waived = sum(1 for finding in preview.findings if finding.waived)
    notes = len(preview.findings) - mandatory - waived
    budget = f" of {preview.settings.budget.usd_per_month} USD" if preview.settings else ""
    example = " on example figures" if "guess" in by_evidence(preview.bill) else ""
    return (
        f"{title(preview)}: {made} resources, {total(preview)}{budget} a month{example}, "
        f"{mandatory} mandatory, {notes} advisory, {waived} waived findings: "
        f"{'BLOCKED' if preview.blocked else 'ALLOWED: no mandatory findings'}"
    )


def total(preview: Result) -> str:
    """The month's total as it may honestly be said."""
    least = "at least " if preview.bill.at_least else ""
    return f"{least}{cents(preview.bill.usd_per_month)} USD (high {cents(preview.bill.usd_per_month_high)})"


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
        yield f"not expanded: {name_of(each.urn)} ({each.type}): {each.reason}"
    for made in preview.asked.reads:
        yield f"only read: {made.name} ({made.type}): exists outside, and is neither judged nor billed"
    for look_up, times in sorted(Counter((each.token, each.source) for each in preview.asked.look_ups).items()):
        token, source = look_up
        yield f"looked up: {token}{f', {times} times' if times > 1 else ''}: {ANSWERED[source]}"
    for note in preview.asked.notes:
        yield f"note: {note}"
    yield ""


def _phases(preview: Result) -> str:
    return f", phases {phases(preview)}" if preview.settings else ""


def phases(preview: Result) -> str:
    """The active phases of a stack of ours."""
    return ", ".join(map(str, sorted(preview.settings.phases))) or "none" if preview.settings else "none"


def _plan(preview: Result) -> Tree:
    top = roots(preview.recording.registrations)
    tree = Tree(f"Plan: {len(preview.recording.registrations)} registrations")
    for branch in top:
        _grow(tree, branch)
    return tree


def _grow(tree: Tree, branch: Branch) -> None:
    made = branch.made
    kept = " [cyan](protected)[/]" if made.protect else ""
    node = tree.add(f"{shown(made.name)} [dim]{shown(short_type(made.type))}[/]{kept}")
    for child in branch.children:
        _grow(node, child)


def _decisions(preview: Result) -> Table:
    table = Table(title="Decisions", title_justify="left", expand=True)
    for heading in ("row", "capability", "verdict", "choice"):
        table.add_column(heading, no_wrap=True)
    table.add_column("why", ratio=1)
    for decision in preview.decisions:
        marks = " (undecided)" if decision.undecided else " (near the line)" if decision.near_threshold else ""
        choice = f"{decision.choice}{marks}" if decision.active else f"[dim]{decision.choice}, not active[/]"
        row = decision.row
        table.add_row(str(row.number), row.capability, row.verdict, choice, shown("; ".join(decision.reason)))
    return table


def _capacity(preview: Result) -> Table:
    found = preview.capacity
    table = Table()
    table.add_column("requests")
    for heading in ("CPU, m", "memory, Mi", "pods"):
        table.add_column(heading, justify="right")
    *parts, requested, room = capacity_rows(found)
    for name, amount in parts:
        table.add_row(name, f"{amount.cpu_millis:,}", f"{amount.memory_mib:,}", f"{amount.pods:,}")
    table.add_section()
    for name, amount in (requested, room):
        table.add_row(name, f"{amount.cpu_millis:,}", f"{amount.memory_mib:,}", f"{amount.pods:,}")
    return table


def _gaps(preview: Result) -> Iterable[str]:
    for gap in preview.bill.unpriced:
        yield shown(f"unpriced: {name_of(gap.urn)} ({gap.type}): {gap.reason}")


def _findings(preview: Result) -> Iterable[str]:
    if not preview.findings:
        yield "Findings: none"
        return
    yield f"Findings: {len(preview.findings)}"
    for finding in preview.findings:
        level = "waived" if finding.waived else finding.level
        colour = {"mandatory": "red", "advisory": "yellow", "waived": "cyan"}[level]
        where = name_of(finding.urn) if finding.urn else preview.recording.stack
        yield (
            f"  [{colour}]{level}[/] {shown(finding.pack)}/{shown(finding.policy)} "
            f"[bold]{shown(where)}[/]: {shown(finding.message)}"
        )
