"""A stack's bill beside what an export of AWS says was billed, and the months that are kept of that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from preview import run
from preview.questions.answer import RefusedError
from preview.simulate.registration import RecordingError
from pricing.book import Book, PriceBookError
from pricing.reconcile import history
from pricing.reconcile.billed import read_export
from pricing.reconcile.charge import ExportError
from pricing.reconcile.compare import Scope, compare
from pricing.reconcile.figures import measure
from pricing.reconcile.history import HistoryError
from pricing.reconcile.report import Answer, render
from stacks.load import StackFile

#: What every resource of ours carries as the tag project.
PROJECT: Final = run.PROJECT
WITHIN: Final = "10%"
_PERCENT: Final = re.compile(r"(\d{1,3}(?:\.\d{1,3})?) ?%?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What to compare with, and how; ``write`` keeps the month."""

    files: Sequence[Path]
    form: str
    month: str = ""
    within: str = WITHIN
    write: bool = False


def answer_reconcile(asked: Asked, stack: str, file: StackFile, day: date) -> tuple[bool, str]:
    """Whether the error is larger than allowed, and the report. Raises :class:`RefusedError`."""
    within = share(asked.within)
    try:
        # Before the seconds that a recording takes: bad input should not have to wait for it.
        billed = read_export(asked.files, asked.month, day)
        history.error_band(stack)
        plan = run.plan_stack(stack, file, day)
        book = Book.load()
        scope = Scope(environment=file.settings.environment, project=PROJECT)
        found = compare(stack, plan.bill, billed, book, scope)
        resources = [made.resource() for made in plan.recording.registrations]
        figures, shared = measure(found, resources, file.settings.usage, book, today=day)
        ranges = history.ranges(stack, figures, billed.month, history.DEFAULT)
        if asked.write:
            history.append(found, figures, today=day, path=history.DEFAULT)
        answer = Answer(
            found=found,
            today=day,
            within=within,
            figures=figures,
            shared=shared,
            ranges=ranges,
            band=history.error_band(stack),
            written=asked.write,
        )
    except (ExportError, HistoryError, PriceBookError, RecordingError) as error:
        raise RefusedError(str(error)) from None
    except ValueError as error:
        raise RefusedError(f"the landing zone cannot be declared: {error}") from None
    return answer.outside, render(answer, asked.form)


def share(text: str) -> Decimal:
    """``0.1`` of ``10%``. Raises :class:`RefusedError`."""
    found = _PERCENT.fullmatch(text.strip())
    if found is None:
        raise RefusedError(f"--within: {text!r} is refused; allowed is a percentage such as 10%")
    return Decimal(found[1]) / 100
