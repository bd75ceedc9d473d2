"""``python -m preview.baseline [STACK ...]``: write what the stacks cost today as the baseline growth is judged by."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from policy.cost.baseline import path, text
from preview.report import save
from preview.run import planned
from stacks.load import stack_file, stack_names


def main(
    stacks: Annotated[list[str] | None, typer.Argument(help="Environments; all of them by default")] = None,
    today: Annotated[str, typer.Option(help="Day to price as of, YYYY-MM-DD; the present one by default")] = "",
) -> None:
    """Write the baseline of each stack; a review of the change is the agreement."""
    day = date.fromisoformat(today) if today else datetime.now(tz=UTC).date()
    for stack in stacks or stack_names():
        file = stack_file(stack)
        target = path(file.settings.environment)
        save(text(planned(stack, file, day).bill, day.isoformat()), target)
        typer.echo(f"{target.name} written")


if __name__ == "__main__":
    typer.run(main)
