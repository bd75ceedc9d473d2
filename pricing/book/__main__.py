"""``python -m pricing.book refresh`` reads the book anew from AWS, ``check`` says how far it can be trusted.

``compare`` holds it against a second source.

Exit code 0 when all is well, 1 when AWS's answers make no book or the check fails, 2 on bad input or without access.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table

from pricing.book.audit import MAX_AGE_DAYS, SURENESS, age, coverage, used
from pricing.book.book import DEFAULT, Book, PriceBookError
from pricing.book.prefixes import PREFIXES
from pricing.book.price_list import Rate
from pricing.book.queries import QUERIES
from pricing.book.query import Query
from stacks import command
from stacks.environments import stack_names
from stacks.messages import meant
from stacks.offered import REGION

ROOT: Final = Path(__file__).resolve().parents[2]
FAILED: Final = 1
WIDTH: Final = 120
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="The price book of Seoul.")


@app.command()
def refresh(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and write nothing")] = False,
    only: Annotated[str, typer.Option(help="Only prices whose key begins like this, such as docdb/")] = "",
    accept_large_changes: Annotated[
        bool, typer.Option("--accept-large-changes", help="Take prices that became 0 or changed by more than x3")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="File to write instead of the book itself")] = None,
    region: Annotated[
        str, typer.Option(help="Region to read; of another one than Seoul a book of its own is written")
    ] = REGION,
) -> None:
    """Read prices from the AWS Price List Query API: all that are asked for, or none; of another region what it has."""
    from pricing import aws_client
    from pricing.book import refresh as refreshing

    if region not in PREFIXES:
        command.refuse(f"--region: {region!r} is unknown; {meant(region, sorted(PREFIXES))}")
    book = _book()
    queries = {key: query for key, query in QUERIES.items() if key.startswith(only) and key in book.prices}
    if not queries:
        services = ", ".join(sorted({f"{key.partition('/')[0]}/" for key in QUERIES}))
        command.refuse(f"--only: {only!r} begins no price that can be refreshed; keys begin with {services}")
    target = output or (book.path if region == book.region else book.path.with_name(f"{region}.json"))
    if not target.absolute().parent.is_dir():
        command.refuse(f"--output: {target} cannot be written; its folder does not exist")
    try:
        api = aws_client.make_client("pricing", refreshing.ENDPOINT_REGION)
        document = _document(book, region, target)
        rates, missing = _fetched(queries, None if region == book.region else region, api)
        renewed, changes = refreshing.apply_rates(document, queries, rates)
        kept = [key for key in book.prices if key.startswith(only) and key not in QUERIES]
        for told in (
            *map(str, changes),
            *(f"{key}: unknown in {region}: {why}" for key, why in missing.items()),
            *(f"{key}: kept, no query known" for key in kept),
        ):
            typer.echo(told)
        unknown = f"{len(missing)} unknown in {region}, " if missing else ""
        counts = f"{len(changes)} entries change, {len(kept)} kept without a query"
        typer.echo(f"{len(rates)} prices read, {unknown}{counts}")
        if not accept_large_changes:
            refreshing.refuse_large(changes)
        if not dry_run:
            refreshing.replace(renewed, target)
            typer.echo(f"{target}: written")
    except aws_client.AccessError as error:
        command.refuse(f"{error}; the old book is untouched")
    except (aws_client.AskingError, refreshing.RefreshError, PriceBookError) as error:
        command.refuse(f"{error}\nthe old book is untouched", code=FAILED)
    except OSError as error:
        command.refuse(f"{target}: cannot be written ({error.strerror}); the old book is untouched")


def _fetched(
    queries: Mapping[str, Query], elsewhere: str | None, api: Any
) -> tuple[Mapping[str, Rate], Mapping[str, str]]:
    """The rates, of Seoul or ``elsewhere``, and what that other region has none of; told while they are asked for."""
    from pricing.book import refresh as refreshing

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking AWS", total=len(queries))

        def step(key: str) -> None:
            bar.update(task, description=key, advance=1)

        if elsewhere is None:
            return refreshing.fetch_rates(queries, api, step=step), {}
        return refreshing.fetch_elsewhere(queries, elsewhere, api, step=step)


def _document(book: Book, region: str, target: Path) -> dict[str, Any]:
    """What is refreshed: Seoul's book, that of another region where there is one, else one that knows nothing.

    Raises :class:`PriceBookError`, also where the target is a book of yet another region.
    """
    from pricing.book import refresh as refreshing

    if region != book.region and target.exists():
        found = Book.load(target)
        if found.region != region:
            raise PriceBookError(f"{target}: is the book of {found.region}, and not of {region}; name another --output")
        book = found
    document: dict[str, Any] = json.loads(book.path.read_text(encoding="utf-8"))
    return document if book.region == region else refreshing.blank(document, region)


@app.command()
def check(
    *,
    max_age_days: Annotated[int, typer.Option(min=1, help="Days after which the book is too old")] = MAX_AGE_DAYS,
    today: Annotated[str, typer.Option(help="Day to judge as of, YYYY-MM-DD; the present one by default")] = "",
) -> None:
    """Say how old and how sure the book is; fail when it is too old or a stack uses a price that nobody knows."""
    book, day = _book(), command.day(today)
    console = Console(stderr=True)
    seen = track(stack_names(), "previewing", console=console, transient=True, disable=not console.is_terminal)
    bills = {stack: _bill(stack, day) for stack in seen}
    Console(width=WIDTH, highlight=False).print(_coverage(book))
    bought = (found for stack, bill in bills.items() for found in used(stack, bill, day))
    findings = [*age(book, day, max_age_days), *bought]
    for finding in findings:
        typer.echo(f"{'FAILED: ' if finding.grave else ''}{finding.text}")
    raise typer.Exit(FAILED if any(finding.grave for finding in findings) else 0)


@app.command()
def compare(
    *,
    renew: Annotated[
        Path | None, typer.Option(metavar="WHEEL", help="Read the second source anew from a wheel of apache-libcloud")
    ] = None,
) -> None:
    """Hold the book's EC2 prices against a second source; fail where they differ for no known reason."""
    from pricing.book import second_source

    book = _book()
    try:
        extract = second_source.load() if renew is None else second_source.read_wheel(renew, book)
        if renew is not None:
            second_source.write(extract)
    except second_source.SecondSourceError as error:
        command.refuse(str(error))
    found = list(second_source.differences(book, extract))
    for difference in found:
        typer.echo(f"{'' if difference.why else 'FAILED: '}{difference}")
    agree = second_source.agreeing(book, extract)
    typer.echo(
        f"{agree} of {len(extract.prices)} EC2 prices agree with {second_source.PACKAGE} {extract.version} "
        f"of {extract.updated}, {len(found)} differ"
    )
    raise typer.Exit(FAILED if any(not difference.why for difference in found) else 0)


def _bill(stack: str, day: date) -> Any:
    """The bill of a stack's preview, which is started as a program: policy imports nothing that knows the SDK."""
    asked = [sys.executable, "-m", "preview", stack, "--format", "json", "--today", day.isoformat()]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode not in {0, 1}:
        command.refuse(
            done.stderr.strip().removeprefix("error: ") or f"{stack}: the preview ended with {done.returncode}"
        )
    return json.loads(done.stdout)["cost"]


def _coverage(book: Book) -> Table:
    table = Table(title=f"Prices of {book.path.name} by service", title_justify="left")
    table.add_column("service")
    for name in SURENESS:
        table.add_column(name, justify="right")
    found = coverage(book)
    for service, counts in found.items():
        table.add_row(service, *(str(counts[name] or "") for name in SURENESS))
    table.add_section()
    table.add_row("all", *(str(sum(counts[name] for counts in found.values())) for name in SURENESS))
    return table


def _book() -> Book:
    try:
        return Book.load(DEFAULT)
    except PriceBookError as error:
        command.refuse(str(error))


if __name__ == "__main__":
    command.app(app, "the price book's command")
