"""``python -m preview.baseline [STACK ...]``: write what the stacks cost today as the baseline growth is judged by."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from policy.cost.baseline import path, text
from preview.report.render import save
from preview.run import planned
from preview.simulate.registration import RecordingError
from pricing.book import PriceBookError
from stacks import clock
from stacks.load import stack_file, stack_names

BAD_INPUT: Final = 2


def main(
    stacks: Annotated[list[str] | None, typer.Argument(help="Environments; all of them by default")] = None,
    today: Annotated[str, typer.Option(help="Day to price as of, YYYY-MM-DD; the present one by default")] = "",
) -> None:
    """Write the baseline of each stack; a review of the change is the agreement."""
    try:
        day = clock.today(today)
        files = {stack: stack_file(stack) for stack in stacks or stack_names()}
        bills = {stack: planned(stack, file, day).bill for stack, file in files.items()}
        for stack, bill in bills.items():
            target = path(files[stack].settings.environment)
            save(text(bill, day.isoformat()), target)
            typer.echo(f"{target.name} written")
    except (OSError, PriceBookError, RecordingError, ValueError) as error:
        for line in str(error).splitlines():
            typer.echo(f"error: {line}", err=True)
        raise typer.Exit(BAD_INPUT) from None


if __name__ == "__main__":
    typer.run(main)
