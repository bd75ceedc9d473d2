"""One result, several writers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from preview.catalogue import Language, spoken

if TYPE_CHECKING:
    from preview.result import Result

Format = Literal["text", "markdown", "json", "html", "codequality", "sarif", "junit"]
#: Of the findings alone, for a forge to read.
FINDINGS: Final[tuple[Format, ...]] = ("codequality", "sarif", "junit")
#: Of the whole report.
FORMATS: Final[tuple[Format, ...]] = ("text", "markdown", "json", "html")


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a report is written: its language, and for a terminal colour, width, and whether every resource is shown."""

    language: Language = "en"
    colour: bool = False
    width: int = 120
    plan: bool = False
    quiet: bool = False


PLAIN: Final = Style()


def render(preview: Result, form: Format, style: Style = PLAIN) -> str:
    """The report in one form; the same preview in the same style always gives the same text."""
    # Programs read JSON, and compare words.
    with spoken("en" if form in ("json", *FINDINGS) else style.language):
        return _rendered(preview, form, style)


def _rendered(preview: Result, form: Format, style: Style) -> str:
    # Each writer is imported when it is used: together they cost a tenth of a second of every run.
    if form in FINDINGS:
        from preview.report import findings

        written = {"codequality": findings.code_quality, "sarif": findings.sarif, "junit": findings.junit}
        return written[form](preview)
    if form == "json":
        from preview.report.json import build_document, write_json

        return write_json(build_document(preview))
    if form == "markdown":
        from preview.report.markdown import render_markdown

        return render_markdown(preview)
    if form == "html":
        from preview.report.html import render_html

        return render_html(preview)
    from preview.report.text import render_text, summarise

    if style.quiet:
        return summarise(preview) + "\n"
    return render_text(preview, colour=style.colour, width=style.width, plan=style.plan)
