"""One estimate, several writers."""

from __future__ import annotations

from typing import Final, Literal

from pricing.estimate import Estimate
from pricing.report import document, markdown, text

Format = Literal["text", "markdown", "json"]
FORMATS: Final[tuple[Format, ...]] = ("text", "markdown", "json")


def render(found: Estimate, form: str, called: str) -> str:
    """The estimate in one of :data:`FORMATS`; ``called`` is what its file is called."""
    if form == "json":
        return document.text(found)
    return markdown.render_markdown(found) if form == "markdown" else text.render_text(found, called)
