"""What is asked about a stack, and the text of the answer: a report, an explanation, a difference, or what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from preview import run
from preview.breakdown import by_tag
from preview.packs.runner import PackError
from preview.questions.diff.compare import compare_previews
from preview.questions.diff.source import AgainstError, load_earlier
from preview.questions.explain.subject import UnknownSubjectError
from preview.questions.realised_cost import TAG, UNTAGGED, ActualError, realised
from preview.questions.what_if import apply_changes, moved_along
from preview.report.json import build_document, read_json, write_json
from preview.report.render import Format, render
from preview.result import Preview
from preview.simulate.registration import RecordingError
from preview.view import bill_view
from pricing.book import PriceBookError
from pricing.reconcile.history import HistoryError
from stacks.load import StackFile


class RefusedError(Exception):
    """There is no answer; the text says why, for whoever asked, and ``entry`` is what they may copy, if anything."""

    def __init__(self, message: str, entry: str = "") -> None:
        super().__init__(message)
        self.entry = entry


@dataclass(frozen=True, kw_only=True)
class Question:
    """How to answer, and at most one thing to ask beyond the report; ``width`` is that of a terminal."""

    form: Format
    width: int | None = None
    what: str | None = None
    changes: tuple[str, ...] = ()
    against: str | None = None
    actual: bool = False
    recommend: bool = False


def answer_question(question: Question, stack: str, file: StackFile, day: date) -> tuple[bool, str]:
    """Whether the stack is blocked, and what is to be shown.

    Raises :class:`stacks.messages.SettingsError` for a change that the settings refuse, and :class:`RefusedError`.
    """
    then = apply_changes(file, question.changes, day) if question.changes else file
    # Before the seconds that a preview takes.
    before = _earlier(question, stack, day)
    try:
        result = run.preview_stack(stack, then, day)
        if question.changes:
            before = _document(run.preview_stack(stack, file, day))
        if question.recommend:
            return result.blocked, _cheaper(question, result, stack, file)
        return result.blocked, _told(question, result, before, moved_along(question.changes, file, then))
    except (ActualError, HistoryError, PriceBookError, PackError, RecordingError, UnknownSubjectError) as error:
        raise RefusedError(str(error)) from None
    except ValueError as error:
        # A component refuses what AWS would refuse; which value it was stands in its words.
        raise RefusedError(f"the landing zone cannot be declared: {error}") from None


def _earlier(question: Question, stack: str, day: date) -> dict[str, Any] | None:
    if question.against is None:
        return None
    try:
        return load_earlier(question.against, stack, day)
    except AgainstError as error:
        raise RefusedError(str(error)) from None


def _told(question: Question, result: Preview, before: dict[str, Any] | None, notes: list[str]) -> str:
    if question.actual:
        shares = by_tag(result).get(TAG, [])
        amounts = {share.name or UNTAGGED: share.amount.usd_per_month for share in shares}
        return realised(result.settings, amounts, today=result.today)
    if question.what is not None:
        from preview.questions.explain.collect import collect_explanation
        from preview.questions.explain.text import text as explained

        told = collect_explanation(result, question.what)
        return write_json(told) if question.form == "json" else explained(told, bill_view(result))
    if before is not None:
        told = compare_previews(
            before, _document(result), changes=question.changes, against=question.against, notes=notes
        )
        return _difference(told, question.form)
    colour = question.width is not None
    return render(result, question.form, colour=colour, width=question.width or 120)


def _cheaper(question: Question, result: Preview, stack: str, file: StackFile) -> str:
    from policy.economics.recommendations.considered import consider
    from preview.questions.recommend.answer import Answer, document, render_markdown, render_text
    from preview.questions.recommend.trial import try_all
    from pricing.book import Book

    def preview(changed: StackFile) -> Preview:
        return run.preview_stack(stack, changed, result.today, advised=False)

    found, refused = try_all(result, file, result.today, preview)
    resources = [made.resource() for made in result.recording.registrations]
    considered = consider(result.settings, resources, result.bill, Book.load(), result.today)
    answer = Answer(preview=result, found=found, refused=refused, considered=considered)
    if question.form == "json":
        return write_json(document(answer))
    return render_markdown(answer) if question.form == "markdown" else render_text(answer)


def _difference(told: dict[str, Any], form: Format) -> str:
    from preview.questions.diff.text import render_markdown, render_text

    return write_json(told) if form == "json" else render_markdown(told) if form == "markdown" else render_text(told)


def _document(preview: Preview) -> dict[str, Any]:
    """The document as its readers have it: an earlier one is no more exact than what JSON says."""
    told: dict[str, Any] = read_json(write_json(build_document(preview)))
    return told
