"""What is asked about anybody's program: its report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from preview.packs.runner import PackError
from preview.program.look_ups import read_answers
from preview.program.preview import preview_program
from preview.program.process import ProgramError
from preview.program.project import find_project
from preview.questions.answer import RefusedError
from preview.report.render import Format, render
from preview.simulate.registration import RecordingError
from pricing.book import PriceBookError


def answer_program(
    path: Path,
    stack: str,
    *,
    look_ups: Path | None,
    python: Path | None,
    day: date,
    form: Format,
    width: int | None,
) -> tuple[bool, str]:
    """Whether the program at ``path`` is blocked, and its report; ``width`` is that of a terminal.

    Raises :class:`stacks.messages.SettingsError` for a file that cannot be read, and :class:`RefusedError`.
    """
    project, answers = find_project(path, stack, python), read_answers(look_ups)
    try:
        result = preview_program(project, answers, day)
    except ProgramError as error:
        raise RefusedError(str(error), error.entry) from None
    except (PackError, PriceBookError, RecordingError) as error:
        raise RefusedError(str(error)) from None
    return result.blocked, render(result, form, colour=width is not None, width=width or 120)
