"""``python -m bootstrap.generate``: writes what each environment's roles may do into bootstrap/policies/, to be read.

What the program declares decides it; ``--check`` says whether the files are fresh.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bootstrap import policies
from bootstrap.declared import declared
from bootstrap.granted import BOUNDARY, PLACEHOLDER, granted_file
from bootstrap.permissions import table
from preview.simulate.lookups import ACCOUNT
from stacks.command import app, refuse, write
from stacks.environments import stack_names
from stacks.messages import SettingsError
from stacks.offered import REGION

STALE: Final = 1


def content(stack: str) -> str:
    """The file of ``stack``. Raises :class:`ValueError` for a type or a service that a table does not know."""
    found = declared(stack)
    boundary = f"arn:aws:iam::{ACCOUNT}:policy{BOUNDARY}"
    made: dict[str, Any] = {
        "deploy": policies.deploying(found, table(), ACCOUNT, REGION, boundary),
        "preview": policies.reading(found, table(), ACCOUNT, REGION),
        "boundary": policies.bounding(found, ACCOUNT, REGION),
    }
    return json.dumps(made, indent=1).replace(ACCOUNT, PLACEHOLDER) + "\n"


def main(
    *, check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a file is stale")] = False
) -> None:
    """Write each environment's permissions. 1 when a check finds one stale, 2 for what a table does not know."""
    try:
        made: dict[Path, str] = {granted_file(stack): content(stack) for stack in stack_names()}
    except (SettingsError, ValueError) as error:
        refuse(str(error))
    if check:
        stale = [path.name for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
        if stale:
            refuse(f"{', '.join(stale)}: stale; write anew by .venv/bin/python -m bootstrap.generate", STALE)
        return
    for path, text in made.items():
        write(path, text)


if __name__ == "__main__":
    app(main)()
