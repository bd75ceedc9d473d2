"""``python -m pricing FILE``: what the resources of any Pulumi program cost a month, offline.

Exit code 0 when priced, whatever has no price; with ``--fail-on-gaps`` 1 where anything has none; 2 on bad input.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pricing.book import Book
from pricing.book.book import PriceBookError
from pricing.declared.fault import UnreadableFileError
from pricing.declared.read import STDIN, read_inventory
from pricing.estimate import estimate
from pricing.report.render import FORMATS, render
from pricing.usage.file import UsageError, read_usage
from stacks.command import app, day, put_out, refuse

GAPS = 1


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
    book: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Price book of another region, as lz book refresh --region REGION writes it; Seoul's by default",
        ),
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
) -> int:
    """Price the resources of FILE."""
    if form not in FORMATS:
        refuse(f"--format: {form!r} is refused; allowed are {', '.join(FORMATS)}")
    judged = day(today)
    if output is not None and not output.absolute().parent.is_dir():
        refuse(f"--output: {output} cannot be written; its folder does not exist")
    if output is not None and (
        str(output) == STDIN or any(_is(output, given) for given in (file, usage, book and str(book)) if given)
    ):
        refuse(
            f"--output: {output} is refused; allowed is a file that is not read, and without the option standard output"
        )
    try:
        figures = read_usage(usage) if usage is not None else None
        found = estimate(read_inventory(file), figures, Book.load(book), today=judged, anywhere=any_region)
    except UsageError as error:
        refuse(f"--usage: {error}")
    except (UnreadableFileError, PriceBookError) as error:
        refuse(str(error))
    put_out(render(found, form, "standard input" if file == STDIN else file), output)
    return GAPS if fail_on_gaps and found.bill.at_least else 0


def _is(output: Path, given: str) -> bool:
    return given != STDIN and output.exists() and Path(given).exists() and output.samefile(given)


if __name__ == "__main__":
    app(main, "pricing")
