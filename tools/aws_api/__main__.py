"""``python -m tools.aws_api``: writes the table of constraints and its page; ``--check`` says if they are fresh."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import yaml

from tools.aws_api.generate import Table, table
from tools.aws_api.page import page

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


def main(arguments: list[str]) -> int:
    """Write or check. Exit code 1 when what is committed is not what the models say, 2 for a mapping that fits none."""
    if arguments not in ([], ["--check"]):
        print("error: allowed is --check, or nothing", file=sys.stderr)
        return 2
    try:
        found = made()
    except ValueError as error:
        print(f"error: {MAPPING.name}: {error}", file=sys.stderr)
        return 2
    written = {TABLE: content(found), PAGE: page(found, mapping())}
    if arguments:
        stale = [file.name for file, text in written.items() if file.read_text(encoding="utf-8") != text]
        if not stale:
            return 0
        names = " and ".join(stale)
        print(f"error: {names} must be written anew: .venv/bin/python -m tools.aws_api", file=sys.stderr)
        return 1
    for file, text in written.items():
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
