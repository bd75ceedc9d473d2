"""``python -m preview.docs``: write the pages that come from ledger, stacks and price book; ``--check`` only compares.

Exit code 0 when written or fresh, 1 when ``--check`` finds a stale page, 2 on bad input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from policy.economics.alternatives import break_evens
from policy.ledger.rows import ROWS
from preview.charts.break_even import chart
from preview.docs.decision_page import SHOWN, decision_index, decision_page, page_name
from preview.docs.guide_pages import break_even, guide_check
from preview.report.templating import environment
from preview.result import Preview
from preview.run import planned
from pricing.book import Book, PriceBookError
from stacks import command
from stacks.environments import promotion_order
from stacks.load import stack_file
from stacks.messages import SettingsError

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs"
STACKS: Final = tuple(promotion_order())


def pages(today: date, folder: Path = FOLDER) -> dict[str, str]:
    """Every page by its path below ``docs``, as of ``today``.

    The hand-written records in ``folder`` are listed, not written. Raises :class:`SettingsError` and
    :class:`PriceBookError`.
    """
    book = Book.load()
    stacks = {name: planned(name, stack_file(name), today) for name in STACKS}
    settings = {name: preview.settings for name, preview in stacks.items()}
    index = {**decision_index(stacks), "records": list(_records(folder / "decisions"))}
    return {
        **{f"decisions/{name}": text for name, text in _rows(stacks, book)},
        "decisions/index.md": _rendered("decisions.md.j2", index),
        "guide-check.md": _rendered("guide-check.md.j2", guide_check(book)),
        "break-even.md": _rendered("break-even.md.j2", break_even(settings, SHOWN, book)),
        **{f"break-even-{even.capability}.svg": chart(even) for even in break_evens(settings[SHOWN], book)},
    }


def stale(expected: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
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
    """Write the generated pages of docs/."""
    day = command.day(today)
    try:
        expected = pages(day)
    except (SettingsError, PriceBookError) as error:
        command.refuse(str(error))
    old = stale(expected)
    if check and old:
        command.refuse(
            "\n".join(f"docs/{name} is stale; run .venv/bin/python -m preview.docs --today {day}" for name in old),
            1,
        )
    for name in [] if check else old:
        target = FOLDER / name
        if name in expected:
            target.parent.mkdir(parents=True, exist_ok=True)
            command.write(target, expected[name], called=f"docs/{name}")
        else:
            target.unlink()
    typer.echo(f"{len(expected)} pages are fresh" if check else f"{len(old)} of {len(expected)} pages written")


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
    templates = environment()
    templates.filters["sentence"] = lambda text: f"{text[:1].upper()}{text[1:].rstrip('.')}."
    return templates.get_template(template).render(**values).rstrip() + "\n"


if __name__ == "__main__":
    command.app(main, "the pages' command")
