"""``python -m bootstrap.check STACK``: whether bootstrap/Pulumi.STACK.yaml says what it may; 2 and a line a problem."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
        from_config(find_project(Path(__file__).parent, stack).config, stack)
    except SettingsError as error:
        refuse(str(error))


if __name__ == "__main__":
    app(main)()
