"""What is asked about anybody's program: its report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from preview.packs.runner import PackError
from preview.program.look_ups import read_answers
from preview.program.preview import preview_program
from preview.program.process import ProgramError
from preview.program.project import find_project
from preview.questions.answer import Answered, RefusedError
from preview.report.findings import log_lines
from preview.report.render import Format, Style, render
from preview.simulate.registration import RecordingError
from pricing.book import PriceBookError


def answer_program(
    path: Path,
    stack: str,
    *,
    look_ups: Path | None,
    python: Path | None,
    day: date,
    forms: tuple[Format, ...],
    style: Style,
) -> Answered:
    """Whether the program at ``path`` is blocked, and its report in each form, in ``style``.

    Raises :class:`stacks.messages.SettingsError` for a file that cannot be read, and :class:`RefusedError`.
    """
    project, answers = find_project(path, stack, python), read_answers(look_ups)
    try:
        result = preview_program(project, answers, day)
    except ProgramError as error:
        raise RefusedError(str(error), error.entry) from None
    except (PackError, PriceBookError, RecordingError) as error:
        raise RefusedError(str(error)) from None
    content, *others = (render(result, form, style) for form in forms)
    return Answered(result.blocked, content, tuple(others), tuple(log_lines(result)))
