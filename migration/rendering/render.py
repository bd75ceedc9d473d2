"""Every move written down: pages for people, scripts and Kubernetes objects for machines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from migration.moves.catalog import MOVES
from migration.rendering.manifests import rendered
from migration.rendering.page import page
from migration.rendering.shell import file_name, script

PAGES: Final = Path(__file__).resolve().parents[2] / "docs" / "migration"


def pages() -> Mapping[str, str]:
    """Each page's text by its file's name."""
    return {f"{move.capability}.md": page(move) for move in MOVES.values()}


def stale(folder: Path = PAGES) -> list[str]:
    """The files in ``folder`` that are not what the moves say."""
    return [name for name, text in pages().items() if not _holds(folder / name, text)]


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def files() -> Mapping[str, str]:
    """Each script and each file of Kubernetes objects, by its path below the folder that is asked for."""
    found: dict[str, str] = {}
    for move in MOVES.values():
        for step in move.everything:
            found[f"{move.capability}/{file_name(move, step)}"] = script(move, step)
        if text := rendered(move).strip():
            found[f"{move.capability}/jobs.yaml"] = f"{text}\n"
    return found
