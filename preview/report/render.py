"""One result, several writers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from preview.result import Result

Format = Literal["text", "markdown", "json", "html"]
FORMATS: Final[tuple[Format, ...]] = ("text", "markdown", "json", "html")


def render(preview: Result, form: Format, *, colour: bool = False, width: int = 120) -> str:
    """The report in one form; the same preview always gives the same text."""
    # Each writer is imported when it is used: together they cost a tenth of a second of every run.
    if form == "json":
        from preview.report.json import build_document, write_json

        return write_json(build_document(preview))
    if form == "markdown":
        from preview.report.markdown import render_markdown

        return render_markdown(preview)
    if form == "html":
        from preview.report.html import render_html

        return render_html(preview)
    from preview.report.text import render_text

    return render_text(preview, colour=colour, width=width)
