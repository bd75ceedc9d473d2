"""``python -m pricing FILE``: what the resources of any Pulumi program cost a month, offline.

Exit code 0 when priced, whatever has no price; with ``--fail-on-gaps`` 1 where anything has none; 2 on bad input.
"""

from __future__ import annotations

import sys
import traceback
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pricing.book import Book
from pricing.book.book import PriceBookError
from pricing.declared.fault import UnreadableFileError
from pricing.declared.read import STDIN, read_inventory
from pricing.estimate import estimate
from pricing.report.escape import visible
from pricing.report.render import FORMATS, render, save
from pricing.usage.file import UsageError, read_usage
from stacks import clock

GAPS = 1
BAD_INPUT = 2


def main(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="What pulumi stack export, pulumi preview --json or python -m preview STACK --format json wrote; "
            "- is standard input",
        ),
    ],
    *,
    usage: Annotated[
        str | None, typer.Option(metavar="FILE", help="YAML or JSON with keys of landing:usage; a stack file will do")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="One of " + ", ".join(FORMATS))] = "text",
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output")] = None,
    today: Annotated[str, typer.Option(help="Day to judge as of, YYYY-MM-DD; the present one by default")] = "",
    any_region: Annotated[
        bool, typer.Option("--any-region", help="Price what is in another region as if it were in the book's")
    ] = False,
    fail_on_gaps: Annotated[
        bool, typer.Option("--fail-on-gaps", help="End with 1 where anything that is billed has no figure")
    ] = False,
) -> None:
    """Price the resources of FILE."""
    if form not in FORMATS:
        _refuse(f"--format: {form!r} is refused; allowed are {', '.join(FORMATS)}")
    day = _day(today)
    if output is not None and not output.absolute().parent.is_dir():
        _refuse(f"--output: {output} cannot be written; its folder does not exist")
    try:
        figures = read_usage(usage) if usage is not None else None
        found = estimate(read_inventory(file), figures, Book.load(), today=day, anywhere=any_region)
    except UsageError as error:
        _refuse(f"--usage: {error}")
    except (UnreadableFileError, PriceBookError) as error:
        _refuse(str(error))
    _write(render(found, form, "standard input" if file == STDIN else file), output)
    raise typer.Exit(GAPS if fail_on_gaps and found.bill.at_least else 0)


def _day(today: str) -> date:
    try:
        return clock.today(today)
    except ValueError as error:
        _refuse(str(error))


def _write(content: str, output: Path | None) -> None:
    try:
        if output is None:
            # Whatever the locale says: a bill names things in any script.
            sys.stdout.buffer.write(content.encode())
            sys.stdout.buffer.flush()
        else:
            save(content, output)
    except OSError as error:
        _refuse(f"{f'--output: {output}' if output else 'standard output'} cannot be written: {error.strerror}")


def _refuse(message: str) -> NoReturn:
    typer.echo(f"error: {visible(message)}", err=True)
    raise typer.Exit(BAD_INPUT)


def _broken(error: Exception) -> NoReturn:
    """A mistake of this program's own: one line, with where to look, and 2."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    _refuse(f"pricing itself failed: {type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}; report it")


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    try:
        app()
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends in one line
        try:
            _broken(error)
        except typer.Exit as left:
            sys.exit(left.exit_code)
