"""``python -m preview.docs``: write the generated pages and both READMEs' bill; ``--check`` only compares.

Exit code 0 when written or fresh, 1 when ``--check`` finds a stale page, 2 on bad input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import track

from policy.economics.alternatives import break_evens
from policy.ledger.rows import ROWS
from preview.charts.break_even import draw_break_even
from preview.docs.commands_page import commands_page
from preview.docs.controls_page import controls_page
from preview.docs.cost_page import bills, opening, usage
from preview.docs.costs import Costs, double_usage, gather_costs
from preview.docs.decision_page import SHOWN, decision_index, decision_page, page_name
from preview.docs.first_page import PAGES, first_page
from preview.docs.flows_page import flows_page
from preview.docs.guide_pages import break_even, guide_check
from preview.docs.savings_page import CHART, picture, sections
from preview.docs.settings_page import settings_page
from preview.docs.target_picture import draw_target
from preview.report.templating import load_templates
from preview.result import Preview
from preview.run import plan_stack
from preview.simulate.registration import RecordingError
from pricing.book import Book
from stacks import command
from stacks.environments import promotion_order
from stacks.load import stack_file

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs"
#: In the order of a change's way to production.
STACKS: Final = promotion_order()
COST_PAGE: Final = "cost.md"


def build_pages(today: date, folder: Path = FOLDER) -> dict[str, str]:
    """Every page by its path below ``docs``, as of ``today``.

    The hand-written records in ``folder`` are listed, not written. Raises :class:`ValueError` for what a stack file,
    the price book or a component refuses, and :class:`RecordingError`.
    """
    book = Book.load()
    stacks, doubled = _previews(today)
    settings = {name: preview.settings for name, preview in stacks.items()}
    index = {**decision_index(stacks), "records": list(_records(folder / "decisions"))}
    return {
        **{f"decisions/{name}": text for name, text in _rows(stacks, book)},
        "decisions/index.md": _rendered("decisions.md.j2", index),
        "guide-check.md": _rendered("guide-check.md.j2", guide_check(book)),
        "controls.md": _rendered("controls.md.j2", controls_page(settings, book)),
        "break-even.md": _rendered("break-even.md.j2", break_even(settings, SHOWN, book)),
        **{f"break-even-{even.capability}.svg": draw_break_even(even) for even in break_evens(settings[SHOWN], book)},
        "settings.md": settings_page(),
        "commands.md": commands_page(),
        "flows.md": flows_page(),
        "target.svg": draw_target(stacks[SHOWN].decisions),
        **{name: first_page((FOLDER / name).read_text(encoding="utf-8"), stacks[SHOWN]) for name in PAGES},
        **cost_pages(gather_costs(stacks, doubled, book, today)),
    }


def cost_pages(costs: Costs) -> dict[str, str]:
    """``docs/cost.md`` and its picture."""
    page = "\n\n".join([*opening(costs), *bills(costs), *usage(costs), *sections(costs)]) + "\n"
    return {COST_PAGE: page, CHART: picture(costs)}


def find_stale(expected: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
    """Pages that differ from what they should be, are missing, or stand there for a row that is gone."""
    differing = [
        name
        for name, text in expected.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]
    return sorted([*differing, *_leftover(expected, folder)])


def main(
    *,
    check: Annotated[bool, typer.Option("--check", help="Compare only; exit 1 naming stale pages")] = False,
    today: Annotated[str, typer.Option(help="Day to decide as of, YYYY-MM-DD; the present one by default")] = "",
) -> None:
    """Write the generated pages of docs/, and the bill of both READMEs."""
    day = command.day(today)
    try:
        expected = build_pages(day, FOLDER)
    except (RecordingError, ValueError) as error:
        command.refuse(str(error))
    old = find_stale(expected, FOLDER)
    if check and old:
        command.refuse(
            "\n".join(f"{_shown(name)} is stale; run .venv/bin/python -m preview.docs --today {day}" for name in old),
            1,
        )
    for name in [] if check else old:
        if name in expected:
            (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
            command.write(FOLDER / name, expected[name], called=_shown(name))
        else:
            (FOLDER / name).unlink()
    typer.echo(f"{len(expected)} pages are fresh" if check else f"{len(old)} of {len(expected)} pages written")


def _shown(name: str) -> str:
    """A page as it is called from the project's folder."""
    return name.removeprefix("../") if name in PAGES else f"docs/{name}"


def _previews(today: date) -> tuple[dict[str, Preview], Preview]:
    """Each stack once, and what production would be with twice its volumes and usage."""
    files = {name: stack_file(name) for name in STACKS}
    console = Console(stderr=True)
    hidden = not console.is_terminal
    steps = track([*files, ""], "previewing", console=console, transient=True, disable=hidden)
    found: dict[str, Preview] = {}
    for name in steps:
        if name:
            found[name] = plan_stack(name, files[name], today)
        else:
            doubled = plan_stack(SHOWN, double_usage(files[SHOWN], found[SHOWN].bill.figures), today)
    return found, doubled


def _rows(stacks: Mapping[str, Preview], book: Book) -> Iterator[tuple[str, str]]:
    for row in ROWS:
        yield page_name(row), _rendered("decision.md.j2", {**decision_page(row, stacks), "published": book.published})


def _records(folder: Path) -> Iterator[tuple[str, str]]:
    """Title and file of each hand-written decision record."""
    for path in sorted(folder.glob("adr-*.md")):
        yield path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# "), path.name


def _leftover(expected: Mapping[str, str], folder: Path) -> list[str]:
    found = (f"decisions/{path.name}" for path in (folder / "decisions").glob("[0-9][0-9]-*.md"))
    return [name for name in found if name not in expected]


def _rendered(template: str, values: Mapping[str, object]) -> str:
    templates = load_templates()
    templates.filters["sentence"] = lambda text: f"{text[:1].upper()}{text[1:].rstrip('.')}."
    return templates.get_template(template).render(**values).rstrip() + "\n"


if __name__ == "__main__":
    command.app(main, "the pages' command")
