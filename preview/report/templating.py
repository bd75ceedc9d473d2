"""Where every page's template is read, and what a template may use."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.markup import escape


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
    made.filters["cell"] = cell
    return made


def harmless(value: object) -> object:
    """``value``, whose control characters are written out: a name must not move a reader's cursor."""
    return plain(value) if isinstance(value, str) and not value.isprintable() else value


def plain(text: str) -> str:
    """``text`` with every control character but line ends and tabs written out."""
    shown = (each if each.isprintable() or each in "\n\t" else each.encode("unicode_escape").decode() for each in text)
    return type(text)("".join(shown))


def shown(text: str) -> str:
    """``text`` as a terminal prints it: no markup, and no escape sequence."""
    return escape(plain(text))


def cell(value: object) -> str:
    """Text that stays inside its table cell."""
    return str(value).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
