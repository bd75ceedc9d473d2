"""One estimate, several writers."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final, Literal

from pricing.estimate import Estimate
from pricing.report import document, markdown, text

Format = Literal["text", "markdown", "json"]
FORMATS: Final[tuple[Format, ...]] = ("text", "markdown", "json")


def render(found: Estimate, form: str, called: str) -> str:
    """The estimate in one of :data:`FORMATS`; ``called`` is what its file is called."""
    if form == "json":
        return document.text(found)
    return markdown.markdown(found) if form == "markdown" else text.text(found, called)


def save(content: str, target: Path) -> None:
    """Write ``content`` whole or not at all, where ``target`` is a file. Raises :class:`OSError`."""
    if target.exists() and not target.is_file():
        # A pipe or a device is written to, and stays what it is.
        target.write_text(content, encoding="utf-8")
        return
    target = target.resolve()
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
