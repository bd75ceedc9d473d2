"""``python -m tools.component_reference``: write a page for each component; ``--check`` only compares.

Exit code 0 when written or fresh, 1 when ``--check`` finds a stale page.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pricing.book import Book
from stacks.command import app, refuse, write
from tools.component_reference.measured import GIVEN, example, measure
from tools.component_reference.source import COMMON, described

STALE: Final = 1
FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "components"
#: Prices do not age here: a page changes when the book, a component or a policy does.
DAY: Final = date(2026, 11, 23)


def pages() -> dict[str, str]:
    """Every page by its name."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - markdown, of our own sources
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["cell"] = lambda text: str(text).replace("|", "\\|").replace("\n", " ")
    # Docstrings are written for Python's own tools, which mark code with two backticks.
    templates.filters["markdown"] = lambda text: re.sub(
        r":class:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text.replace("``", "`")
    )
    book, found = Book.load(), described()
    facts = {each.name: measure(each.name, each.token, book, DAY) for each in found}
    page = templates.get_template("component.md.j2")
    return {
        "index.md": templates.get_template("index.md.j2").render(
            components=found, facts=facts, given=GIVEN.read_text(encoding="utf-8")
        ),
        **{
            f"{each.name}.md": page.render(each=each, facts=facts[each.name], example=example(each.name), common=COMMON)
            for each in found
        },
    }


def main(
    *, check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a page is stale")] = False
) -> None:
    """Write every page, and remove those of components that are gone."""
    expected = pages()
    present = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    if check:
        if stale := sorted(name for name in present.keys() | expected if present.get(name) != expected.get(name)):
            refuse(f"{', '.join(stale)} must be written anew: .venv/bin/python -m tools.component_reference", STALE)
        return
    FOLDER.mkdir(exist_ok=True)
    for name in present.keys() - expected:
        (FOLDER / name).unlink()
    for name, text in expected.items():
        write(FOLDER / name, text)


if __name__ == "__main__":
    app(main, "the reference")
