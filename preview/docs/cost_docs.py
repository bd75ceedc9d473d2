"""``python -m preview.docs.cost_docs``: writes docs/cost.md and its picture; ``--check`` says whether they are fresh.

Exit code 0 when written or fresh, 1 when stale, 2 on bad input.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import Progress

from policy.economics.commitments import what_if
from policy.economics.savings import Declared, possible, savings
from policy.economics.three_years import Bills
from preview.docs.cost_page import Costs, Environment, bills, opening
from preview.docs.savings_page import CHART, picture, sections
from preview.packs.runner import PackError
from preview.result import Preview
from preview.run import ROOT, planned
from pricing import meter
from pricing.book import Book, PriceBookError
from stacks.command import app, day, refuse, write
from stacks.environments import promotion_order
from stacks.load import StackFile, from_config, stack_file
from stacks.messages import SettingsError

STALE: Final = 1
#: Production first: the guide's claims are about it.
STACKS: Final = tuple(reversed(promotion_order()))
PAGE: Final = "cost.md"
DOUBLED: Final = ("landing:volumes", "landing:usage")
LESS, MORE = Decimal("0.8"), Decimal("1.2")


def documents(costs: Costs) -> dict[str, str]:
    """The files of docs/ by name."""
    page = "\n\n".join([*opening(costs), *bills(costs), *sections(costs)]) + "\n"
    return {PAGE: page, CHART: picture(costs)}


def gathered(previews: dict[str, Preview], doubled: Preview, book: Book, today: date) -> Costs:
    """Everything the page tells, from previews of the three stacks and of production with doubled volumes."""
    production = previews[STACKS[0]]
    environments = []
    for name in STACKS:
        declared = _declared(previews[name], book)
        environments.append(
            Environment(preview=previews[name], savings=savings(declared), options=list(possible(declared)))
        )
    return Costs(
        environments=environments,
        bills=Bills(
            base=production.bill.usd_per_month,
            high=production.bill.usd_per_month_high,
            less_usage=_scaled(production, book, today, LESS),
            more_usage=_scaled(production, book, today, MORE),
            doubled=doubled.bill.usd_per_month,
            everything=sum((each.bill.usd_per_month for each in previews.values()), Decimal(0)),
        ),
        commitments=list(what_if(production.bill.lines, book)),
        book=book,
        today=today,
    )


def twice(file: StackFile) -> StackFile:
    """The same stack with every measured volume and every usage figure doubled."""
    config = {**file.config, **{key: json.dumps(_twice(json.loads(file.config[key]))) for key in DOUBLED}}
    return replace(file, config=config, settings=from_config(config))


def main(
    *,
    today: Annotated[str, typer.Option(help="Day to judge as of, YYYY-MM-DD; the present one by default")] = "",
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a file is stale")] = False,
) -> None:
    """Write docs/cost.md from the three stacks' previews."""
    priced = day(today)
    try:
        found = documents(_costs(priced))
    except (SettingsError, PriceBookError, PackError, ValueError) as error:
        refuse(str(error))
    stale = [name for name, text in found.items() if not _same(ROOT / "docs" / name, text)]
    for name in found if check else stale:
        state = (
            ("stale, run .venv/bin/python -m preview.docs.cost_docs" if check else "written")
            if name in stale
            else "fresh"
        )
        sys.stdout.write(f"docs/{name}: {state}\n")
    if check:
        raise typer.Exit(STALE if stale else 0)
    for name in stale:
        write(ROOT / "docs" / name, found[name], called=f"docs/{name}")


def _costs(today: date) -> Costs:
    files = {name: stack_file(name) for name in STACKS}
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("previewing", total=len(STACKS) + 1)
        found = {}
        for name, file in files.items():
            found[name] = planned(name, file, today)
            bar.advance(task)
        doubled = planned(STACKS[0], twice(files[STACKS[0]]), today)
    return gathered(found, doubled, Book.load(), today)


def _declared(shown: Preview, book: Book) -> Declared:
    resources = tuple(made.resource() for made in shown.recording.registrations)
    return Declared(resources=resources, usage=shown.settings.usage, book=book)


def _scaled(shown: Preview, book: Book, today: date, factor: Decimal) -> Decimal:
    declared = _declared(shown, book)
    figures = {name: value.base * factor for name, value in declared.usage if value is not None}
    scaled = declared.use(**figures)
    return meter.bill(scaled.resources, scaled.usage, book, today=today).usd_per_month


def _twice(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: item if key == "staleAfterDays" else _twice(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_twice(item) for item in value]
    return value * 2 if isinstance(value, int | float) and not isinstance(value, bool) else value


def _same(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    app(main, "the cost page's command")
