"""``python -m preview STACK``: what a deployment would do, cost and break, with no account, no cluster and no CLI.

``python -m preview --program PATH`` says the same of any Pulumi program in Python.

Exit code 0 without a mandatory finding, 1 with one, 2 on bad input; with ``--reconcile`` 1 for too large an error.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from preview.catalogue import VARIABLE, Language, chosen_language
from preview.report.render import FINDINGS, FORMATS, PLAIN, Format, Style
from stacks.command import app, day, harmless, put_out, refuse, write
from stacks.environments import promotion_order, stack_names
from stacks.load import stack_file
from stacks.messages import SettingsError

if TYPE_CHECKING:
    from preview.questions.answer import Answered

BLOCKED = 1
#: What a program's stack is called that nobody names: like the first environment.
STACK = promotion_order()[0]
#: What the engine takes for a stack's name (source: pulumi sdk/go/common/tokens, stack names).
NAME = r"[A-Za-z0-9_.-]{1,100}"
#: An answer to a question is no report: it has neither markdown nor a page.
ANSWERS: tuple[Format, ...] = ("text", "json")
#: A difference, or what would be cheaper, is what a reviewer reads beside a change.
DIFFERENCES: tuple[Format, ...] = ("text", "markdown", "json")
REPORTS: tuple[Format, ...] = (*FORMATS, *FINDINGS)


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
    form: Annotated[str, typer.Option("--format", help="One of " + ", ".join(REPORTS))] = "text",
    stack_path: Annotated[
        Path | None, typer.Option("--stack-file", help="A stack file other than the stack's own")
    ] = None,
    today: Annotated[str, typer.Option(help="Day to judge as of, YYYY-MM-DD; the present one by default")] = "",
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output")] = None,
    also: Annotated[
        list[str] | None,
        typer.Option("--also", help="FORMAT=FILE: the same answer in another form as well, repeatable"),
    ] = None,
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
    plan: Annotated[bool, typer.Option("--plan", help="Every resource of the plan, not only its components")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the line that says what it comes to")] = False,
    lang: Annotated[
        str | None, typer.Option(help=f"Language of all but findings and JSON: en or ko; {VARIABLE} by default, or en")
    ] = None,
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
    asked, differs = what is not None or changes, recommend or reconcile
    compared = (*DIFFERENCES, *FINDINGS)
    allowed = (
        ("text",) if actual else ANSWERS if asked else DIFFERENCES if differs else compared if against else REPORTS
    )
    if form not in allowed:
        refuse(f"--format: {form!r} is refused; allowed are {', '.join(allowed)}")
    spoken = chosen_language(lang)
    others = _also(also or [], () if actual or asked or differs else allowed)
    judged = day(today)
    _folder("--output", output)
    console = Console(stderr=True, quiet=quiet)
    style = _style(spoken, terminal=output is None and sys.stdout.isatty(), plan=plan, quiet=quiet)
    if program is not None:
        with console.status(f"previewing {program}", spinner="line"):
            answered = _program(
                program,
                program_stack or STACK,
                look_ups=look_ups,
                python=python,
                day=judged,
                forms=(form, *(each for each, _ in others)),
                style=style,
            )
        return _put_out(answered, output, others)
    if stack is None:
        refuse("missing argument 'stack' (see --help)")
    _named(stack, stack_path)
    with console.status(f"previewing {stack}", spinner="line"):
        try:
            file = stack_file(stack, stack_path)
        except SettingsError as error:
            refuse(str(error))
        # The libraries take half a second to import; bad input should not have to wait for them.
        from preview.questions.answer import Answered, Question, RefusedError, answer_question

        if reconcile:
            from preview.questions.reconcile import WITHIN, Asked, answer_reconcile

            month_asked = Asked(files=reconcile, form=form, month=month or "", within=within or WITHIN, write=write)
        question = Question(
            form=form,
            style=style,
            also=tuple(each for each, _ in others),
            what=what,
            changes=tuple(changes or ()),
            against=against,
            actual=actual,
            recommend=recommend,
        )
        try:
            if reconcile:
                answered = Answered(*answer_reconcile(month_asked, stack, file, judged))
            else:
                answered = answer_question(question, stack, file, judged)
        except (SettingsError, RefusedError) as error:
            refuse(str(error))
    return _put_out(answered, output, others)


def _also(typed: list[str], allowed: tuple[Format, ...]) -> list[tuple[Format, Path]]:
    """The forms and files of ``--also``."""
    found: list[tuple[Format, Path]] = []
    for each in typed:
        form, _, file = each.partition("=")
        known = next((one for one in allowed if one == form), None)
        if not allowed:
            refuse("--also is refused; it is about the report, and about --against")
        if known is None or not file:
            refuse(f"--also: {each!r} is refused; allowed is FORMAT=FILE, and FORMAT is one of {', '.join(allowed)}")
        _folder("--also", Path(file))
        found.append((known, Path(file)))
    return found


def _folder(option: str, file: Path | None) -> None:
    if file is not None and not file.absolute().parent.is_dir():
        refuse(f"{option}: {file} cannot be written; its folder does not exist")


def _put_out(answered: Answered, output: Path | None, others: list[tuple[Format, Path]]) -> int:
    """Write every form, and the exit code; where nobody sees the report, say what blocks."""
    put_out(answered.content, output)
    for (_, file), content in zip(others, answered.others, strict=True):
        write(file, content, called=f"--also: {file}")
    if output is not None and output.is_file():
        for line in answered.log:
            sys.stderr.write(f"{harmless(line)}\n")
    return BLOCKED if answered.blocked else 0


def _style(lang: Language, *, terminal: bool, plan: bool, quiet: bool) -> Style:
    """A terminal has its width, and colour unless NO_COLOR (https://no-color.org) is set or it can show none."""
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    # The width of what is written to: the error stream may be another terminal, or none.
    width = shutil.get_terminal_size().columns if terminal else PLAIN.width
    return Style(language=lang, colour=colour, width=width, plan=plan, quiet=quiet)


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
    forms: tuple[Format, ...],
    style: Style,
) -> Answered:
    _well_named("--stack", stack)
    if python is not None and not python.is_file():
        refuse(f"--python: {python} does not exist; allowed is a Python such as .venv/bin/python")
    # As above.
    from preview.questions.answer import RefusedError
    from preview.questions.program import answer_program

    try:
        return answer_program(path, stack, look_ups=look_ups, python=python, day=day, forms=forms, style=style)
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
