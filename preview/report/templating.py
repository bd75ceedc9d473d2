"""Where every page's template is read, and what a template may use."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def load_templates(*, markup: bool = False) -> Environment:
    """Templates beside this module; an unknown name in one is an error, and ``markup`` escapes all that is put in."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=StrictUndefined,
        autoescape=markup,  # noqa: S701 - markdown's cells are escaped by the filter below
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["cell"] = cell
    return made


def cell(value: object) -> str:
    """Text that stays inside its table cell."""
    return str(value).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
