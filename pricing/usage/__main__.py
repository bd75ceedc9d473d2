"""``python -m pricing.usage STACK``: usage read back from where it happened, and what it does to bill and decisions.

Exit code 0 when everything asked for was read, 1 when something could not be (it is named), 2 on bad input.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

import typer

from pricing.aws_client import AskingError
from pricing.book import Book
from pricing.book.book import PriceBookError
from pricing.evidence import is_bare
from pricing.usage.account import Question, caller_account, read_account, readable
from pricing.usage.changes import Figure, compared
from pricing.usage.effect import (
    PreviewError,
    Stack,
    Standing,
    billed_figures,
    computed_figures,
    effect,
    run_preview,
    standing,
)
from pricing.usage.file import UsageError
from pricing.usage.given import read_given
from pricing.usage.prometheus import EXPRESSIONS, READ, PrometheusError, read_prometheus
from pricing.usage.reading import FIGURES, LOGS, TRACES, VOLUMES, Readings, full_months
from pricing.usage.report import FORMATS, Report, render
from pricing.usage.stack_edit import LayoutError, write_changes
from stacks.command import app, day, put_out, refuse
from stacks.environments import stack_names
from stacks.load import stack_file
from stacks.messages import SettingsError, meant

UNREAD: Final = 1
SOURCES: Final = ("account", "prometheus", "file")
#: CloudWatch keeps days for 455 days, Cost Explorer months for thirteen.
MOST_MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Where to read, how many months, and what; nothing ``named`` is everything."""

    source: str
    place: str
    months: int
    named: frozenset[str]


def main(
    stack: Annotated[str, typer.Argument(help="Environment whose usage is read: " + ", ".join(stack_names()))],
    *,
    source: Annotated[str, typer.Option(help="One of " + ", ".join(SOURCES))] = "account",
    url: Annotated[str, typer.Option(metavar="URL", help="Base of a Prometheus, such as http://localhost:9090")] = "",
    file: Annotated[
        str, typer.Option(metavar="FILE", help="YAML or JSON with keys of landing:usage; a stack file will do")
    ] = "",
    months: Annotated[int, typer.Option(help=f"Full months that are read, 1 to {MOST_MONTHS}")] = 3,
    only: Annotated[
        str,
        typer.Option(metavar="FIGURES", help="Figures and volumes, separated by commas: natGb,volumes.logGbPerMonth"),
    ] = "",
    write: Annotated[bool, typer.Option("--write", help="Put what was read into the stack file")] = False,
    form: Annotated[str, typer.Option("--format", help="One of " + ", ".join(FORMATS))] = "text",
    stack_path: Annotated[
        Path | None, typer.Option("--stack-file", help="A stack file other than the stack's own")
    ] = None,
    today: Annotated[str, typer.Option(help="Day to judge as of, YYYY-MM-DD; the present one by default")] = "",
) -> int:
    """Read back what metered services of STACK were used for."""
    _checked(source, url, file, months, form)
    asked = _Asked(source=source, place=url or file, months=months, named=_named(only))
    judged = day(today)
    try:
        there = Stack(
            name=stack, file=stack_file(stack, stack_path), today=judged, book=Book.load(), preview=run_preview
        )
        report = _report(there, asked)
        # Before anything is said: what is said must be so.
        failed = _written(there, report) if write else ""
        put_out(render(replace(report, write=write and not failed), form), None)
    except (SettingsError, PriceBookError, AskingError, PreviewError, PrometheusError) as error:
        refuse(str(error))
    except UsageError as error:
        refuse(f"--file: {error}")
    if failed:
        refuse(failed)
    return UNREAD if report.readings.unread else 0


def _checked(source: str, url: str, file: str, months: int, form: str) -> None:
    if source not in SOURCES:
        refuse(f"--source: {source!r} is refused; allowed are {', '.join(SOURCES)}")
    if form not in FORMATS:
        refuse(f"--format: {form!r} is refused; allowed are {', '.join(FORMATS)}")
    if not 1 <= months <= MOST_MONTHS:
        refuse(f"--months: {months} is refused; allowed are 1 to {MOST_MONTHS}")
    for option, given, of in (("--url", url, "prometheus"), ("--file", file, "file")):
        if given and source != of:
            refuse(f"{option}: is given for --source {source}; it belongs to --source {of}")
        if source == of and not given:
            refuse(f"--source {of}: wants {option}")


def _named(only: str) -> frozenset[str]:
    known = [*FIGURES, *VOLUMES]
    names = frozenset(name.strip() for name in only.split(",")) if only else frozenset()
    for name in sorted(names):
        if name not in known:
            refuse(f"--only: {name!r} is no figure; {meant(name, known)}")
    return names


def _report(stack: Stack, asked: _Asked) -> Report:
    months = full_months(stack.today, asked.months)
    # Told apart before the preview, which takes seconds: nobody should wait for it to hear of missing credentials.
    account = caller_account() if asked.source == "account" else ""
    given = read_given(asked.place) if asked.source == "file" else None
    before = standing(stack)
    computed = computed_figures(stack, before.resources)
    if given is not None:
        readings = _of_file(given, asked.named)
    else:
        names = _names(stack, before, asked)
        if asked.source == "prometheus":
            readings = read_prometheus(asked.place, names, months, stack.today)
        else:
            question = Question(
                asked=names,
                environment=stack.file.settings.environment,
                resources=before.resources,
                months=months,
                today=stack.today,
                pulled_gb=computed["imagePullGb"].base if "imagePullGb" in computed else Decimal(0),
            )
            readings = read_account(question, account)
    changes = compared(readings, stack.file.settings, computed)
    readings.notes += [_without_range(figure) for figure in changes.changed_figures if is_bare(figure.now)]
    return Report(
        stack=stack.name,
        source=asked.source,
        months=[] if given is not None else [f"{month:%Y-%m}" for month in months],
        readings=readings,
        changes=changes,
        effect=effect(stack, before, changes),
        write=False,
    )


def _written(stack: Stack, report: Report) -> str:
    """Put what was read into the stack file; why not, where that cannot be done."""
    path = stack.file.path
    try:
        write_changes(stack.name, path, report.changes)
    except LayoutError as error:
        return f"{path}: {error}; nothing is changed"
    except OSError as error:
        return f"{path}: cannot be written ({error.strerror}); nothing is changed"
    return ""


def _names(stack: Stack, before: Standing, asked: _Asked) -> frozenset[str]:
    """What is read: what was named, else what the bill and the decisions hang on and the source has."""
    prometheus = asked.source == "prometheus"
    known = READ if prometheus else readable(before.resources)
    for name in sorted(asked.named - known):
        refuse(f"--only: {name} is not read from --source {asked.source}; it reads {', '.join(sorted(known))}")
    if asked.named:
        return asked.named
    billed = billed_figures(stack, before.resources)
    # Traces are counted by whoever keeps them: on the bill where that is X-Ray.
    elsewhere = {TRACES} if ("tracesRecorded" in billed) is prometheus else set()
    unusual = {name for each in EXPRESSIONS if prometheus and not each.usual for name in each.names}
    return frozenset((billed | {LOGS, TRACES}) & known - elsewhere - unusual)


def _without_range(figure: Figure) -> str:
    """What a bare number does: where there was a range, the bill's high end shrinks though nothing was measured."""
    stood = figure.stood
    until_now = f" in place of {stood}" if stood is not None and stood.low != stood.high else ""
    return (
        f"{figure.key}: {figure.now.base} is a guess without a range{until_now}, so the bill's high end takes it as it "
        "is; write {low, base, high}"
    )


def _of_file(given: Readings, named: frozenset[str]) -> Readings:
    if named:
        given.keep(named)
        missing = named - given.figures.keys() - given.windows.keys()
        given.unread = dict.fromkeys(sorted(missing), "the file does not have it")
    return given


if __name__ == "__main__":
    app(main, "pricing.usage")
