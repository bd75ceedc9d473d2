"""Where every page's template is read, and what a template may use."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pricing.report.escape import prose, readable, span


def load_templates(*, markup: bool = False) -> Environment:
    """Templates beside this module; an unknown name in one is an error, and ``markup`` escapes all that is put in."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=StrictUndefined,
        autoescape=markup,  # noqa: S701 - markdown's cells are escaped by the filter below
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=harmless,
    )
    made.filters |= {"cell": cell, "prose": prose, "code": span}
    return made


def harmless(value: object) -> object:
    """``value``, whose control characters are written out: a name must not move a reader's cursor."""
    return type(value)(readable(value)) if isinstance(value, str) else value


def cell(value: object) -> str:
    """What this project says itself, markup and all, inside a table's cell; what a person typed is ``prose``."""
    return str(value).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
