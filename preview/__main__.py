"""``python -m preview STACK``: what a deployment would do, cost and break, with no account, no cluster and no CLI.

Exit code 0 without a mandatory finding, 1 with one, 2 on bad input.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

from preview.report import FORMATS, Format, save
from stacks.load import StackFile, stack_file, stack_names
from stacks.messages import SettingsError

if TYPE_CHECKING:
    from preview.result import Preview

BLOCKED = 1
BAD_INPUT = 2
#: An answer to a question is no report: it has no markdown.
ANSWERS: tuple[Format, ...] = ("text", "json")


def main(
    stack: Annotated[str, typer.Argument(help="Environment to preview: " + ", ".join(stack_names()))],
    *,
    form: Annotated[str, typer.Option("--format", help="One of " + ", ".join(FORMATS))] = "text",
    stack_path: Annotated[
        Path | None, typer.Option("--stack-file", help="A stack file other than the stack's own")
    ] = None,
    today: Annotated[str, typer.Option(help="Day to judge as of, YYYY-MM-DD; the present one by default")] = "",
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output")] = None,
    what: Annotated[
        str | None, typer.Option("--explain", help="A capability, a URN or its last part: why it is as it is")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--what-if", help="KEY=VALUE below landing:, such as volumes.logGbPerMonth=140; repeatable"),
    ] = None,
    actual: Annotated[
        bool, typer.Option("--actual", help="Last full month in Cost Explorer beside the estimate, tag by tag")
    ] = False,
) -> None:
    """Preview STACK offline: plan, decisions, bill and findings."""
    if sum((what is not None, bool(changes), actual)) > 1:
        _refuse("--explain, --what-if and --actual answer different questions; ask one of them")
    allowed = ("text",) if actual else ANSWERS if what is not None or changes else FORMATS
    if form not in allowed:
        _refuse(f"--format: {form!r} is refused; allowed are {', '.join(allowed)}")
    if stack not in stack_names() and stack_path is None:
        _refuse(f"STACK: {stack!r} has no stack file; stacks are {', '.join(stack_names())}")
    if output is not None and not output.absolute().parent.is_dir():
        _refuse(f"--output: {output} cannot be written; its folder does not exist")
    try:
        day = datetime.strptime(today, "%Y-%m-%d").replace(tzinfo=UTC).date() if today else datetime.now(tz=UTC).date()
    except ValueError:
        _refuse(f"--today: {today!r} is refused; allowed is a date such as 2026-11-23")
    console = Console(stderr=True)
    terminal = output is None and sys.stdout.isatty()
    with console.status(f"previewing {stack}", spinner="line"):
        try:
            file = stack_file(stack, stack_path)
            width = console.width if terminal else None
            result, content = _answer(
                stack, file, day, form=form, what=what, changes=changes or [], width=width, actual=actual
            )
        except SettingsError as error:
            _refuse(str(error))
    if output is None:
        sys.stdout.write(content)
    else:
        try:
            save(content, output)
        except OSError as error:
            _refuse(f"--output: {output} cannot be written: {error.strerror}")
    raise typer.Exit(BLOCKED if result.blocked else 0)


def _answer(
    stack: str,
    file: StackFile,
    day: date,
    *,
    form: str,
    what: str | None,
    changes: list[str],
    width: int | None,
    actual: bool,
) -> tuple[Preview, str]:
    """The preview that decides the exit code, and what is to be shown; ``width`` is that of a terminal."""
    changed_file = file
    if changes:
        from preview.whatif import changed, reminders

        changed_file = changed(file, changes, day)
    # The SDKs take most of a second to import; bad input should not have to wait for them.
    from policy.prices import PriceBookError
    from preview.actual import ActualError, realised
    from preview.monitor import RecordingError
    from preview.packs import PackError
    from preview.report import render
    from preview.run import preview
    from preview.subject import UnknownSubjectError

    try:
        result = preview(stack, changed_file, day)
        if actual:
            return result, realised(
                result.settings, {str(name): usd for name, usd in result.bill.by_capability().items()}, today=day
            )
        if what is not None:
            from preview.explain import text as explained
            from preview.explanation import explanation

            told = explanation(result, what)
            return result, _json(told) if form == "json" else explained(told)
        if changes:
            from preview.difference import difference
            from preview.difference import text as compared

            before = preview(stack, file, day)
            told = difference(before, result, changes=changes, notes=reminders(changes, changed_file))
            return result, _json(told) if form == "json" else compared(told)
    except (ActualError, PriceBookError, PackError, RecordingError, UnknownSubjectError) as error:
        _refuse(str(error))
    except ValueError as error:
        # A component refuses what AWS would refuse; which value it was stands in its words.
        _refuse(f"the landing zone cannot be declared: {error}")
    return result, render(result, form, colour=width is not None, width=width or 120)  # type: ignore[arg-type]


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _refuse(message: str) -> NoReturn:
    for line in message.splitlines():
        print(f"error: {line}", file=sys.stderr)
    raise typer.Exit(BAD_INPUT)


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    app()
