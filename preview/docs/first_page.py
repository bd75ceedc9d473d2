"""The part of the first page, in both languages, that a preview prints: nobody writes it by hand."""

from __future__ import annotations

import io
import re
from typing import Final

from rich.console import Console

from preview.report.bill_text import render_bill
from preview.report.text import WIDTH
from preview.result import Preview

#: The pages, as they are called from ``docs``.
PAGES: Final = ("../README.md", "../README.ko.md")
#: The one block between fences; commands are indented.
_BLOCK: Final = re.compile(r"^(```\n)(.*?)^(```)$", re.DOTALL | re.MULTILINE)


def first_page(text: str, preview: Preview) -> str:
    """``text`` with the bill of ``preview`` as a terminal shows it. Raises :class:`ValueError` without one block."""
    found = _BLOCK.findall(text)
    if len(found) != 1:
        raise ValueError(f"the first page has {len(found)} blocks between ```; allowed is one, for the bill")
    return _BLOCK.sub(lambda block: f"{block[1]}{bill(preview)}{block[3]}", text)


def bill(preview: Preview) -> str:
    """The table of the bill, a line each."""
    stream = io.StringIO()
    console = Console(file=stream, width=WIDTH, no_color=True, highlight=False)
    console.print(next(render_bill(preview)))
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())
