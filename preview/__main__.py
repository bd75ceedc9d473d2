"""``python -m preview STACK``: what a deployment would do, cost and break, with no account, no cluster and no CLI.

Exit code 0 without a mandatory finding, 1 with one, 2 on bad input; with ``--reconcile`` 1 for too large an error.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from preview.report.render import FORMATS, Format
from stacks.command import app, day, put_out, refuse
from stacks.environments import stack_names
from stacks.load import stack_file
from stacks.messages import SettingsError

BLOCKED = 1
#: What the engine takes for a stack's name (source: pulumi sdk/go/common/tokens, stack names).
NAME = r"[A-Za-z0-9_.-]{1,100}"
#: An answer to a question is no report: it has neither markdown nor a page.
ANSWERS: tuple[Format, ...] = ("text", "json")
#: A difference is what a reviewer reads beside the change.
DIFFERENCES: tuple[Format, ...] = ("text", "markdown", "json")


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
        typer.Option(
            "--what-if",
            help="KEY=VALUE below landing:, repeatable; volumes.logGbPerMonth=140 takes the usage billed by it along",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", help="What changed since a file of --format json, or a git revision"),
    ] = None,
    actual: Annotated[
        bool, typer.Option("--actual", help="Last full month in Cost Explorer beside the estimate, tag by tag")
    ] = False,
    reconcile: Annotated[
        list[Path] | None,
        typer.Option(
            "--reconcile", help="An export or invoice of AWS beside the bill, offline; repeatable for its parts"
        ),
    ] = None,
    month: Annotated[str | None, typer.Option(help="YYYY-MM of --reconcile, where the export holds several")] = None,
    within: Annotated[
        str | None, typer.Option(help="Error of --reconcile above which it ends with 1; 10% by default")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Keep the month of --reconcile for the error band")] = False,
) -> int:
    """Preview STACK offline: plan, decisions, bill and findings."""
    if sum((what is not None, bool(changes), against is not None, actual, bool(reconcile))) > 1:
        refuse("--explain, --what-if, --against, --actual and --reconcile answer different questions; ask one of them")
    _of_reconcile(
        {"--month": month is not None, "--within": within is not None, "--write": write}, asked=bool(reconcile)
    )
    if write and stack_path is not None:
        refuse("--write and --stack-file exclude each other: kept is what the stack's own file foresees")
    asked = what is not None or changes
    differs = against is not None or reconcile
    allowed = ("text",) if actual else ANSWERS if asked else DIFFERENCES if differs else FORMATS
    if form not in allowed:
        refuse(f"--format: {form!r} is refused; allowed are {', '.join(allowed)}")
    judged = day(today)
    _named(stack, stack_path)
    if output is not None and not output.absolute().parent.is_dir():
        refuse(f"--output: {output} cannot be written; its folder does not exist")
    console = Console(stderr=True)
    terminal = output is None and sys.stdout.isatty()
    with console.status(f"previewing {stack}", spinner="line"):
        try:
            file = stack_file(stack, stack_path)
        except SettingsError as error:
            refuse(str(error))
        # The libraries take half a second to import; bad input should not have to wait for them.
        from preview.questions.answer import Question, RefusedError, answer_question

        if reconcile:
            from preview.questions.reconcile import WITHIN, Asked, answer_reconcile

            compared = Asked(files=reconcile, form=form, month=month or "", within=within or WITHIN, write=write)
        question = Question(
            form=form,
            width=console.width if terminal else None,
            what=what,
            changes=tuple(changes or ()),
            against=against,
            actual=actual,
        )
        try:
            if reconcile:
                blocked, content = answer_reconcile(compared, stack, file, judged)
            else:
                blocked, content = answer_question(question, stack, file, judged)
        except (SettingsError, RefusedError) as error:
            refuse(str(error))
    put_out(content, output)
    return BLOCKED if blocked else 0


def _of_reconcile(given: dict[str, bool], *, asked: bool) -> None:
    if not asked and (alone := [name for name, is_given in given.items() if is_given]):
        refuse(f"{alone[0]} belongs to --reconcile, which is not given")


def _named(stack: str, stack_path: Path | None) -> None:
    if stack_path is None and stack not in stack_names():
        refuse(f"STACK: {stack!r} has no stack file; stacks are {', '.join(stack_names())}")
    if re.fullmatch(NAME, stack) is None:
        refuse(f"STACK: {stack!r} is refused; allowed are letters, digits, hyphens, underscores and periods")


if __name__ == "__main__":
    app(main, "the preview")
