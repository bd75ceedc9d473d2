"""``python -m preview STACK``: what a deployment would do, cost and break, with no account, no cluster and no CLI.

Exit code 0 without a mandatory finding, 1 with one, 2 on bad input.
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
#: A difference, or what would be cheaper, is what a reviewer reads beside a change.
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
    recommend: Annotated[
        bool, typer.Option("--recommend", help="What would be cheaper: at most ten changes, each tried by a preview")
    ] = False,
    actual: Annotated[
        bool, typer.Option("--actual", help="Last full month in Cost Explorer beside the estimate, tag by tag")
    ] = False,
) -> int:
    """Preview STACK offline: plan, decisions, bill and findings."""
    if sum((what is not None, bool(changes), against is not None, actual, recommend)) > 1:
        refuse("--explain, --what-if, --against, --actual and --recommend answer different questions; ask one of them")
    asked, compared = what is not None or changes, against is not None or recommend
    allowed = ("text",) if actual else ANSWERS if asked else DIFFERENCES if compared else FORMATS
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

        question = Question(
            form=form,
            width=console.width if terminal else None,
            what=what,
            changes=tuple(changes or ()),
            against=against,
            actual=actual,
            recommend=recommend,
        )
        try:
            blocked, content = answer_question(question, stack, file, judged)
        except (SettingsError, RefusedError) as error:
            refuse(str(error))
    put_out(content, output)
    return BLOCKED if blocked else 0


def _named(stack: str, stack_path: Path | None) -> None:
    if stack_path is None and stack not in stack_names():
        refuse(f"STACK: {stack!r} has no stack file; stacks are {', '.join(stack_names())}")
    if re.fullmatch(NAME, stack) is None:
        refuse(f"STACK: {stack!r} is refused; allowed are letters, digits, hyphens, underscores and periods")


if __name__ == "__main__":
    app(main, "the preview")
