"""Writes the provider's schema to ``provider/schema.json``: ``python -m provider.generate [--check]``.

Exit code 1 with ``--check`` when the file is stale. A module of its own: the plugin needs no command line to start.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from provider.schema import schema
from stacks.command import app, write

FILE: Final = Path(__file__).with_name("schema.json")


def text() -> str:
    """What ``provider/schema.json`` should hold."""
    return json.dumps(schema(), indent=2) + "\n"


def main(
    *, check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when the schema is stale")] = False
) -> int:
    """Write the provider's schema."""
    if check:
        fresh = FILE.exists() and FILE.read_text(encoding="utf-8") == text()
        print(f"{FILE.name}: {'fresh' if fresh else 'stale, run .venv/bin/python -m provider.generate'}")
        return 0 if fresh else 1
    write(FILE, text())
    return 0


if __name__ == "__main__":
    app(main, "the provider's schema command")
