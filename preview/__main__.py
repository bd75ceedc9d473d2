"""``python -m preview STACK``: what a deployment would do, cost and break, with no account, no cluster and no CLI.

Exit code 0 without a mandatory finding, 1 with one, 2 on bad input.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from preview.report import FORMATS, render, save
from stacks.load import stack_file, stack_names
from stacks.messages import SettingsError

BLOCKED = 1
BAD_INPUT = 2


def main(
    stack: Annotated[str, typer.Argument(help="Environment to preview: " + ", ".join(stack_names()))],
    form: Annotated[str, typer.Option("--format", help="One of " + ", ".join(FORMATS))] = "text",
    stack_path: Annotated[
        Path | None, typer.Option("--stack-file", help="A stack file other than the stack's own")
    ] = None,
    today: Annotated[str, typer.Option(help="Day to judge as of, YYYY-MM-DD; the present one by default")] = "",
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output")] = None,
) -> None:
    """Preview STACK offline: plan, decisions, bill and findings."""
    if form not in FORMATS:
        _refuse(f"--format: {form!r} is refused; allowed are {', '.join(FORMATS)}")
    if stack not in stack_names() and stack_path is None:
        _refuse(f"STACK: {stack!r} has no stack file; stacks are {', '.join(stack_names())}")
    if output is not None and not output.absolute().parent.is_dir():
        _refuse(f"--output: {output} cannot be written; its folder does not exist")
    try:
        day = datetime.strptime(today, "%Y-%m-%d").replace(tzinfo=UTC).date() if today else datetime.now(tz=UTC).date()
    except ValueError:
        _refuse(f"--today: {today!r} is refused; allowed is a date such as 2026-11-23")
    try:
        file = stack_file(stack, stack_path)
    except SettingsError as error:
        _refuse(str(error))
    console = Console(stderr=True)
    with console.status(f"previewing {stack}", spinner="line"):
        # The SDKs take most of a second to import; bad input should not have to wait for them.
        from policy.prices import PriceBookError
        from preview.packs import PackError
        from preview.run import preview

        try:
            result = preview(stack, file, day)
        except (SettingsError, PriceBookError, PackError) as error:
            _refuse(str(error))
    terminal = output is None and sys.stdout.isatty()
    content = render(result, form, colour=terminal, width=console.width if terminal else 120)  # type: ignore[arg-type]
    if output is None:
        sys.stdout.write(content)
    else:
        try:
            save(content, output)
        except OSError as error:
            _refuse(f"--output: {output} cannot be written: {error.strerror}")
    raise typer.Exit(BLOCKED if result.blocked else 0)


def _refuse(message: str) -> NoReturn:
    for line in message.splitlines():
        print(f"error: {line}", file=sys.stderr)
    raise typer.Exit(BAD_INPUT)


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    app()
