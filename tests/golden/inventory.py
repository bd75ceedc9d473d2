"""The golden inventory: how many resources of each type, by variation, and what each switch moves."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

from tests.golden.target import BRANCHES, VARIATIONS, recorded

FILE: Final = Path(__file__).with_name("inventory.json")
COMMAND: Final = ".venv/bin/python -m tests.golden"


def inventory() -> dict[str, dict[str, int]]:
    """Counts by type, then by variation; a type that a variation has none of is left out there."""
    counted = {name: Counter(made.type for made in recorded(name).all) for name in VARIATIONS}
    types = sorted(set().union(*counted.values()))
    return {kind: {name: counts[kind] for name, counts in counted.items() if counts[kind]} for kind in types}


def switches() -> dict[str, dict[str, list[str]]]:
    """What each choice moves in prod: resources that go, that come, and that stay but are told about it."""
    return {branch: moved("prod/all", f"prod/all/{branch}") for branch in BRANCHES}


def moved(one: str, other: str) -> dict[str, list[str]]:
    """The difference between two variations, by type and name."""
    before, after = (recorded(name).by_urn for name in (one, other))
    return {
        "goes": sorted(_label(urn) for urn in before.keys() - after.keys()),
        "comes": sorted(_label(urn) for urn in after.keys() - before.keys()),
        "is told": sorted(
            _label(urn) for urn in before.keys() & after.keys() if before[urn].inputs != after[urn].inputs
        ),
    }


def _label(urn: str) -> str:
    kind, name = urn.split("::")[2:]
    return f"{kind.rpartition('$')[2]} {name}"


def present() -> dict[str, Any]:
    """Everything the golden file holds, as the program is now."""
    return {"inventory": inventory(), "switches": switches()}


def golden() -> dict[str, Any]:
    """The golden file, its table turned into mappings."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    columns = content["columns"]
    rows = {
        kind: {name: count for name, count in zip(columns, counts, strict=True) if count}
        for kind, counts in content["inventory"].items()
    }
    return {**content, "inventory": rows}


def text(content: dict[str, Any]) -> str:
    """The golden file's text: a table with a type a line, so that a change is a line of its difference."""
    rows = ",\n".join(
        f"    {json.dumps(kind)}: [{', '.join(f'{counts.get(name, 0):2}' for name in VARIATIONS)}]"
        for kind, counts in content["inventory"].items()
    )
    columns, moves = json.dumps(list(VARIATIONS)), json.dumps(content["switches"], indent=4, sort_keys=True)
    return f'{{\n  "columns": {columns},\n  "inventory": {{\n{rows}\n  }},\n  "switches": {moves}\n}}\n'


def differences(old: dict[str, dict[str, int]], new: dict[str, dict[str, int]]) -> list[str]:
    """One line a type and variation whose count is not the golden one."""
    return [
        f"{name}: {kind}: {old.get(kind, {}).get(name, 0)} -> {new.get(kind, {}).get(name, 0)}"
        for name in VARIATIONS
        for kind in sorted(old.keys() | new.keys())
        if old.get(kind, {}).get(name, 0) != new.get(kind, {}).get(name, 0)
    ]
