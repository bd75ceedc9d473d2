"""``python -m preview.baseline [STACK ...]``: write what the stacks cost today as the baseline growth is judged by."""

from __future__ import annotations

from typing import Annotated

import typer

from policy.cost.baseline import path, text
from preview.run import plan_stack
from preview.simulate.registration import RecordingError
from pricing.book import PriceBookError
from stacks.command import app, day, refuse, write
from stacks.environments import stack_names
from stacks.load import stack_file


def main(
    stacks: Annotated[list[str] | None, typer.Argument(help="Environments; all of them by default")] = None,
    today: Annotated[str, typer.Option(help="Day to price as of, YYYY-MM-DD; the present one by default")] = "",
) -> None:
    """Write the baseline of each stack; a review of the change is the agreement."""
    priced = day(today)
    try:
        files = {stack: stack_file(stack) for stack in stacks or stack_names()}
        bills = {stack: plan_stack(stack, file, priced).bill for stack, file in files.items()}
    except (OSError, PriceBookError, RecordingError, ValueError) as error:
        refuse(str(error))
    for stack, bill in bills.items():
        target = path(files[stack].settings.environment)
        write(target, text(bill, priced.isoformat()))
        typer.echo(f"{target.name} written")


if __name__ == "__main__":
    app(main, "the baseline")
