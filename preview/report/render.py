"""One result, several writers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from preview.result import Preview

Format = Literal["text", "markdown", "json", "html"]
FORMATS: Final[tuple[Format, ...]] = ("text", "markdown", "json", "html")


def render(preview: Preview, form: Format, *, colour: bool = False, width: int = 120) -> str:
    """The report in one form; the same preview always gives the same text."""
    # Each writer is imported when it is used: together they cost a tenth of a second of every run.
    if form == "json":
        from preview.report.json import document, written

        return written(document(preview))
    if form == "markdown":
        from preview.report.markdown import markdown

        return markdown(preview)
    if form == "html":
        from preview.report.html import html

        return html(preview)
    from preview.report.text import text

    return text(preview, colour=colour, width=width)
