"""Where every page's template is read, and what a template may use."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from preview.catalogue import language, say, t
from pricing.report.escape import prose, readable, span

FOLDER: Final = Path(__file__).with_name("templates")


def load_templates(*, markup: bool = False) -> Environment:
    """Templates beside this module; an unknown name in one is an error, and ``markup`` escapes all that is put in."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=markup,  # noqa: S701 - markdown's cells are escaped by the filter below
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=written,
    )
    made.globals |= {"t": t, "say": say, "language": language()}
    made.filters |= {"cell": cell, "prose": prose, "code": span}
    return made


def read_script(name: str) -> str:
    """A script beside the templates, as it is: nothing is put into it, so that its hash may say which one runs."""
    return (FOLDER / name).read_text(encoding="utf-8")


def written(value: object) -> object:
    """``value``, whose control characters are written out: a name must not move a reader's cursor."""
    return type(value)(readable(value)) if isinstance(value, str) else value


def cell(value: object) -> str:
    """What this project says itself, markup and all, inside a table's cell; what a person typed is ``prose``."""
    return str(value).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
