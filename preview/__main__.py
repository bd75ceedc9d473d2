"""``python -m preview STACK``: what a deployment would do, cost and break, with no account, no cluster and no CLI.

``python -m preview --program PATH`` says the same of any Pulumi program in Python.

Exit code 0 without a mandatory finding, 1 with one, 2 on bad input; with ``--reconcile`` 1 for too large an error.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from preview.report.render import FORMATS, Format
from stacks.command import app, day, put_out, refuse
from stacks.environments import promotion_order, stack_names
from stacks.load import stack_file
from stacks.messages import SettingsError

BLOCKED = 1
#: What a program's stack is called that nobody names: like the first environment.
STACK = promotion_order()[0]
#: What the engine takes for a stack's name (source: pulumi sdk/go/common/tokens, stack names).
NAME = r"[A-Za-z0-9_.-]{1,100}"
#: An answer to a question is no report: it has neither markdown nor a page.
ANSWERS: tuple[Format, ...] = ("text", "json")
#: A difference, or what would be cheaper, is what a reviewer reads beside a change.
DIFFERENCES: tuple[Format, ...] = ("text", "markdown", "json")


def main(
    stack: Annotated[str | None, typer.Argument(help="Environment to preview: " + ", ".join(stack_names()))] = None,
    *,
    program: Annotated[
        Path | None,
        typer.Option("--program", help="Any Pulumi program in Python instead: a folder or a .py file"),
    ] = None,
    program_stack: Annotated[str | None, typer.Option("--stack", help="Stack of --program; dev by default")] = None,
    look_ups: Annotated[
        Path | None, typer.Option("--look-ups", help="YAML or JSON: what --program looks up, and the answers")
    ] = None,
    python: Annotated[
        Path | None, typer.Option(help="Python with the libraries of --program; Pulumi.yaml's, or this one by default")
    ] = None,
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
    """Preview STACK, or any program, offline: plan, decisions, bill and findings."""
    _together(
        {
            "STACK": stack is not None,
            "--stack-file": stack_path is not None,
            "--explain": what is not None,
            "--what-if": bool(changes),
            "--against": against is not None,
            "--actual": actual,
            "--recommend": recommend,
            "--reconcile": bool(reconcile),
        },
        {"--stack": program_stack is not None, "--look-ups": look_ups is not None, "--python": python is not None},
        program=program is not None,
    )
    _one_question(
        {
            "--explain": what is not None,
            "--what-if": bool(changes),
            "--against": against is not None,
            "--actual": actual,
            "--recommend": recommend,
            "--reconcile": bool(reconcile),
        }
    )
    _of_reconcile(
        {"--month": month is not None, "--within": within is not None, "--write": write},
        asked=bool(reconcile),
        elsewhere=stack_path is not None,
    )
    asked, differs = what is not None or changes, against is not None or recommend or reconcile
    allowed = ("text",) if actual else ANSWERS if asked else DIFFERENCES if differs else FORMATS
    if form not in allowed:
        refuse(f"--format: {form!r} is refused; allowed are {', '.join(allowed)}")
    judged = day(today)
    if output is not None and not output.absolute().parent.is_dir():
        refuse(f"--output: {output} cannot be written; its folder does not exist")
    console = Console(stderr=True)
    terminal = output is None and sys.stdout.isatty()
    if program is not None:
        width = console.width if terminal else None
        with console.status(f"previewing {program}", spinner="line"):
            blocked, content = _program(
                program,
                program_stack or STACK,
                look_ups=look_ups,
                python=python,
                day=judged,
                form=form,
                width=width,
            )
        put_out(content, output)
        return BLOCKED if blocked else 0
    if stack is None:
        refuse("missing argument 'stack' (see --help)")
    _named(stack, stack_path)
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
            recommend=recommend,
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


def _together(ours: dict[str, bool], theirs: dict[str, bool], *, program: bool) -> None:
    """Refuses what is asked of one of our stacks together with a program, and what is a program's without one."""
    if program and (given := [name for name, is_given in ours.items() if is_given]):
        refuse(f"--program and {given[0]} exclude each other: {given[0]} is about one of this project's own stacks")
    if not program and (given := [name for name, is_given in theirs.items() if is_given]):
        refuse(f"{given[0]} belongs to --program, which is not given")


def _program(
    path: Path,
    stack: str,
    *,
    look_ups: Path | None,
    python: Path | None,
    day: date,
    form: Format,
    width: int | None,
) -> tuple[bool, str]:
    _well_named("--stack", stack)
    if python is not None and not python.is_file():
        refuse(f"--python: {python} does not exist; allowed is a Python such as .venv/bin/python")
    # As above.
    from preview.questions.answer import RefusedError
    from preview.questions.program import answer_program

    try:
        return answer_program(path, stack, look_ups=look_ups, python=python, day=day, form=form, width=width)
    except SettingsError as error:
        refuse(str(error))
    except RefusedError as error:
        refuse(str(error), verbatim=error.entry)


def _well_named(option: str, stack: str) -> None:
    if re.fullmatch(NAME, stack) is None:
        refuse(f"{option}: {stack!r} is refused; allowed are letters, digits, hyphens, underscores and periods")


def _one_question(asked: dict[str, bool]) -> None:
    if sum(asked.values()) > 1:
        *names, last = asked
        refuse(f"{', '.join(names)} and {last} answer different questions; ask one of them")


def _of_reconcile(given: dict[str, bool], *, asked: bool, elsewhere: bool) -> None:
    if not asked and (alone := [name for name, is_given in given.items() if is_given]):
        refuse(f"{alone[0]} belongs to --reconcile, which is not given")
    if given["--write"] and elsewhere:
        refuse("--write and --stack-file exclude each other: kept is what the stack's own file foresees")


def _named(stack: str, stack_path: Path | None) -> None:
    if stack_path is None and stack not in stack_names():
        refuse(f"STACK: {stack!r} has no stack file; stacks are {', '.join(stack_names())}")
    _well_named("STACK", stack)


if __name__ == "__main__":
    app(main, "the preview")
