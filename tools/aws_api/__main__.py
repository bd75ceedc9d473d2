"""``python -m tools.aws_api``: writes the table of constraints; ``--check`` says whether it is what it would write."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import yaml

from tools.aws_api.generate import Table, table

FOLDER: Final = Path(__file__).resolve().parents[2] / "policy" / "guardrails" / "aws_api"
MAPPING: Final = FOLDER / "mapping.yaml"
TABLE: Final = FOLDER / "constraints.json"


def made() -> Table:
    """The table of the committed mapping and the installed botocore. Raises :class:`ValueError`."""
    return table(yaml.safe_load(MAPPING.read_text(encoding="utf-8")))


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
        written = content(made())
    except ValueError as error:
        print(f"error: {MAPPING.name}: {error}", file=sys.stderr)
        return 2
    if arguments:
        if TABLE.read_text(encoding="utf-8") == written:
            return 0
        print(f"error: {TABLE.name} is not what the models say; write it with python -m tools.aws_api", file=sys.stderr)
        return 1
    TABLE.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
