"""``python -m tools.aws_api``: writes the table of constraints and its page; ``--check`` says if they are fresh."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer
import yaml

from stacks.command import app, refuse, write
from tools.aws_api.generate import Table, table
from tools.aws_api.page import page

STALE: Final = 1
FOLDER: Final = Path(__file__).resolve().parents[2] / "policy" / "guardrails" / "aws_api"
MAPPING: Final = FOLDER / "mapping.yaml"
TABLE: Final = FOLDER / "constraints.json"
PAGE: Final = FOLDER.parents[2] / "docs" / "aws-accepts-it.md"


def mapping() -> dict[str, Any]:
    """The committed mapping."""
    found: dict[str, Any] = yaml.safe_load(MAPPING.read_text(encoding="utf-8"))
    return found


def made() -> Table:
    """The table of the committed mapping and the installed botocore. Raises :class:`ValueError`."""
    return table(mapping())


def content(found: Table) -> str:
    """The table as it is committed: a line for each constraint and each type, so that a change reads as one."""
    parts: dict[str, dict[str, Any]] = {"constraints": found.constraints, "types": dict(sorted(found.types.items()))}
    lines = [
        f'"{part}": {{\n'
        + ",\n".join(f"{json.dumps(name)}: {json.dumps(each, sort_keys=True)}" for name, each in entries.items())
        + "\n}"
        for part, entries in parts.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(
    *, check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a file is stale")] = False
) -> None:
    """Write the table and its page. 1 when a check finds them stale, 2 for a mapping that fits no model."""
    try:
        found = made()
    except ValueError as error:
        refuse(f"{MAPPING.name}: {error}")
    written = {TABLE: content(found), PAGE: page(found, mapping())}
    if check:
        stale = [file.name for file, text in written.items() if file.read_text(encoding="utf-8") != text]
        if stale:
            refuse(f"{' and '.join(stale)} must be written anew: .venv/bin/python -m tools.aws_api", STALE)
        return
    for file, text in written.items():
        write(file, text)


if __name__ == "__main__":
    app(main, "the generator")
