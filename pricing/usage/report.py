"""What was read, as text and as JSON: each figure before and after, its part of the bill, and what stayed unread."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from pricing.money import cents, number
from pricing.report.escape import json_text, shown
from pricing.usage.changes import Changes, counted, written
from pricing.usage.effect import Choice, Cost, Effect
from pricing.usage.reading import Readings, Seen
from stacks.command import harmless
from stacks.sections.measures import Spread

FORMATS: Final = ("text", "json")
WIDTH: Final = 160
SCHEMA_VERSION: Final = "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that is told. ``months`` are written YYYY-MM; ``write`` says whether the stack file is to change."""

    stack: str
    source: str
    months: Sequence[str]
    readings: Readings
    changes: Changes
    effect: Effect
    write: bool


def render(report: Report, form: str) -> str:
    """The report as ``text`` or ``json``."""
    return (
        _text(report) if form == "text" else json_text(json.dumps(_json(report), indent=2, ensure_ascii=False) + "\n")
    )


def _text(report: Report) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=WIDTH, no_color=True, highlight=False, soft_wrap=False)
    changes = report.changes
    if changes.changed_figures:
        console.print(_figures(report))
    if changes.changed_windows:
        console.print(_windows(report))
    same = len(changes.figures) + len(changes.windows) - len(changes.changed_figures) - len(changes.changed_windows)
    if same:
        console.print(
            f"As the stack file has it already: {same} of {len(changes.figures) + len(changes.windows)} read."
        )
    for line in _outcome(report):
        console.print(harmless(line), markup=False)
    if report.readings.unread:
        console.print("\nNot read:")
        for name, why in sorted(report.readings.unread.items()):
            console.print(f"  {name}: {harmless(why)}", markup=False)
    if unmapped := [each for each in report.readings.seen if not each.mapped]:
        console.print(_types(unmapped))
    for note in report.readings.notes:
        console.print(harmless(note), markup=False)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _figures(report: Report) -> Table:
    table = Table(title=f"Usage of {report.stack} from {report.source}", title_justify="left")
    table.add_column("figure", no_wrap=True)
    table.add_column("was")
    table.add_column("now")
    for heading in ("USD a month", "low", "high"):
        table.add_column(heading, justify="right", no_wrap=True)
    for figure in report.changes.changed_figures:
        part = report.effect.by_figure[figure.key]
        costs = [f"{cents(amount):+}" for amount in (part.base, part.low, part.high)]
        table.add_row(figure.key, _figure(figure.stood), _figure(figure.now), *costs)
    return table


def _windows(report: Report) -> Table:
    table = Table(title="Volumes, by which decisions are made", title_justify="left")
    for heading in ("volume", "window", "was", "now"):
        table.add_column(heading)
    for window in report.changes.changed_windows:
        was = "-" if window.was is None else f"{window.was.value:,}, {shown(window.was.source)}"
        now = f"{window.now.value:,}, {shown(window.now.source)}"
        table.add_row(window.volume, window.now.window, was, now)
    return table


def _figure(spread: Spread | None) -> str:
    if spread is None:
        return "not set"
    return str(spread) if spread.source is None else f"{spread}, {shown(spread.source)}"


def _outcome(report: Report) -> Iterable[str]:
    effect = report.effect
    if not report.changes:
        yield "Nothing changes in the stack file."
        return
    before, after = effect.before, effect.after
    moved = after - before
    yield (
        f"The month's bill, USD before VAT: {cents(before.base)} becomes {cents(after.base)} ({cents(moved.base):+}); "
        f"low {cents(after.low)} ({cents(moved.low):+}), high {cents(after.high)} ({cents(moved.high):+})."
    )
    for was, now in effect.turned:
        yield f"Decision {was.capability} turns from {_chosen(was)} to {_chosen(now)}: {now.reason}"
    if not effect.turned:
        yield "No decision turns."
    yield "Written to the stack file." if report.write else "Nothing is written; --write does."


def _chosen(choice: Choice) -> str:
    return f"{choice.choice} (undecided)" if choice.undecided else choice.choice


def _types(seen: Sequence[Seen]) -> Table:
    table = Table(title="On the bill, and read for no figure", title_justify="left")
    table.add_column("service")
    table.add_column("usage type")
    table.add_column("quantity", justify="right")
    table.add_column("USD", justify="right")
    table.add_column("why")
    for each in seen:
        quantity = f"{each.quantity:,.2f} {each.unit}"
        table.add_row(*map(shown, (each.service, each.usage_type, quantity, f"{cents(each.usd):,}", each.what)))
    total = sum((each.usd for each in seen), Decimal(0))
    table.add_section()
    table.add_row("all of them", "", "", f"{cents(total):,}", "")
    return table


def _json(report: Report) -> dict[str, Any]:
    readings, effect = report.readings, report.effect
    return {
        "schemaVersion": SCHEMA_VERSION,
        "stack": report.stack,
        "source": report.source,
        "months": list(report.months),
        "figures": [
            {
                "figure": figure.key,
                "was": None if figure.stood is None else written(figure.stood),
                "set": figure.was is not None,
                "now": written(figure.now),
                "changes": figure.changes,
                "usdPerMonth": _cost(effect.by_figure[figure.key]) if figure.changes else None,
            }
            for figure in report.changes.figures
        ],
        "windows": [
            {
                "volume": window.volume,
                "was": None if window.was is None else counted(window.was) | {"example": window.was.example},
                "now": counted(window.now),
                "changes": window.changes,
            }
            for window in report.changes.windows
        ],
        "bill": {
            "before": _cost(effect.before),
            "after": _cost(effect.after),
            "difference": _cost(effect.after - effect.before),
        },
        "decisions": [
            {"capability": was.capability, "was": _choice(was), "now": _choice(now)} for was, now in effect.turned
        ],
        "unread": dict(sorted(readings.unread.items())),
        "usageTypes": [
            {
                "service": each.service,
                "usageType": each.usage_type,
                "figure": each.what if each.mapped else None,
                "why": None if each.mapped else each.what,
                "quantity": number(each.quantity),
                "unit": each.unit,
                "usd": number(each.usd),
            }
            for each in readings.seen
        ],
        "notes": readings.notes,
        "write": report.write and bool(report.changes),
    }


def _cost(cost: Cost) -> dict[str, int | float]:
    return {"low": number(cost.low), "base": number(cost.base), "high": number(cost.high)}


def _choice(choice: Choice) -> dict[str, Any]:
    return {"choice": choice.choice, "undecided": choice.undecided, "reason": choice.reason}
