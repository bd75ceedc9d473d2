"""Which failure is rehearsed where: a file a move below matrix/, and the page that is written from them."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
MATRIX = Path(__file__).parent / "matrix"
PAGE = ROOT / "docs" / "migration" / "rehearsals.md"
#: What a move must survive, by number.
FAILURES = {
    1: "The copy is killed half-way and run again: the result is the same.",
    2: "The source is written during the copy: verification fails and names the delta.",
    3: "One value is corrupted and the count is the same.",
    4: "The value is the same, its type or its expiry is not.",
    5: "The target lacks a feature: the precheck stops.",
    6: "A credential expires in the middle.",
    7: "Rollback after writes to the target: refused or carried back, and the source is never emptied.",
    8: "Evidence is edited, of another environment, or eight days old: the gate refuses.",
}
#: Rehearsed for every move.
EVERYWHERE = (1, 3, 7, 8)
LEAST = 5
REHEARSED = ("cache", "documents", "registry", "search", "secrets", "volumes", "workflow")

HEAD = """# Rehearsals

Written by `.venv/bin/python -m tests.rehearsal` from `tests/rehearsal/matrix/`; a test holds it fresh, and that each test named
exists. `make rehearse` fetches and builds the servers once, into `.engine/rehearsal`, and runs the tests against them.
"""


def rows(capability: str) -> dict[int, dict[str, str]]:
    """What the move's file says of each failure: ``test``, or ``notApplicable`` with the reason."""
    content = yaml.safe_load((MATRIX / f"{capability}.yaml").read_text())
    return {int(number): row for number, row in content.items()}


def exists(test: str) -> bool:
    """Whether ``path::function`` is a test of this repository."""
    path, _, name = test.partition("::")
    file = ROOT / path
    return file.is_file() and re.search(rf"^def {re.escape(name)}\b", file.read_text(), re.MULTILINE) is not None


def page() -> str:
    """The page, in markdown."""
    lines = [HEAD, f"| | failure | {' | '.join(REHEARSED)} |", f"|---|---|{'---|' * len(REHEARSED)}"]
    found = {capability: rows(capability) for capability in REHEARSED}
    for number, failure in FAILURES.items():
        told = ["tested" if "test" in found[each][number] else "no" for each in REHEARSED]
        lines.append(f"| {number} | {failure} | {' | '.join(told)} |")
    for capability in REHEARSED:
        lines += ["", f"## {capability}", ""]
        for number in FAILURES:
            row = found[capability][number]
            if "test" in row:
                path, _, name = row["test"].partition("::")
                lines.append(f"- {number}: [{name.removeprefix('test_').replace('_', ' ')}](../../{path})")
            else:
                lines.append(f"- {number}: not applicable: {row['notApplicable']}")
    return "\n".join(lines) + "\n"
