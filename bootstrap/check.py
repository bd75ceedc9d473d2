"""``python -m bootstrap.check STACK``: whether its files are there and say what they may; 2 and a line a problem."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bootstrap.granted import granted_file
from bootstrap.settings import from_config
from preview.program.project import find_project
from stacks.command import app, refuse
from stacks.environments import stack_names
from stacks.messages import SettingsError


def main(stack: Annotated[str, typer.Argument(help="One of " + ", ".join(stack_names()))]) -> None:
    """Check the settings of STACK's bootstrap."""
    if stack not in stack_names():
        refuse(f"{stack!r} is refused; allowed are {', '.join(stack_names())}")
    try:
        project = find_project(Path(__file__).parent, stack)
        if not project.stack_file.exists():
            refuse(
                f"bootstrap/{project.stack_file.name} does not exist; copy another environment's and rename it inside"
            )
        from_config(project.config, stack)
    except SettingsError as error:
        refuse(str(error))
    if not (permissions := granted_file(stack)).exists():
        refuse(
            f"bootstrap/policies/{permissions.name} does not exist; write it with "
            ".venv/bin/python -m bootstrap.generate"
        )


if __name__ == "__main__":
    app(main)()
