"""What is asked about a stack, and the text of the answer: a report, an explanation, a difference, or what was paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from preview import run
from preview.breakdown import by_tag
from preview.catalogue import spoken
from preview.packs.runner import PackError
from preview.questions.diff.compare import UNCHANGED, compare_previews
from preview.questions.diff.parts import GONE_ON
from preview.questions.diff.revision import AgainstError, Revision, changed
from preview.questions.diff.source import load_earlier
from preview.questions.diff.standing import load_base
from preview.questions.diff.waivers import JUDGES, compare_owners, compare_waivers
from preview.questions.explain.subject import UnknownSubjectError
from preview.questions.realised_cost import TAG, UNTAGGED, ActualError, realised
from preview.questions.what_if import apply_changes, moved_along
from preview.report.findings import log_lines
from preview.report.json import build_document, read_json, write_json
from preview.report.render import FINDINGS, PLAIN, Format, Style, render
from preview.result import Preview
from preview.simulate.registration import RecordingError
from preview.view import bill_view
from pricing.book import PriceBookError
from pricing.reconcile.history import HistoryError
from stacks.environments import PRODUCTION
from stacks.load import StackFile
from stacks.messages import SettingsError
from stacks.owners import Base, waiver_owners


class RefusedError(Exception):
    """There is no answer; the text says why, for whoever asked, and ``entry`` is what they may copy, if anything."""

    def __init__(self, message: str, entry: str = "") -> None:
        super().__init__(message)
        self.entry = entry


class Answered(NamedTuple):
    """Whether the stack is blocked; what is shown, and the same in the other forms that were asked for.

    ``log`` is what a job's log has to say where what is shown goes into a file.
    """

    blocked: bool
    content: str
    others: tuple[str, ...] = ()
    log: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Question:
    """How to answer, and at most one thing to ask beyond the report; ``also`` are further forms of the same answer."""

    form: Format
    also: tuple[Format, ...] = ()
    style: Style = PLAIN
    what: str | None = None
    changes: tuple[str, ...] = ()
    against: str | None = None
    actual: bool = False
    recommend: bool = False


def answer_question(question: Question, stack: str, file: StackFile, day: date) -> Answered:
    """The answer.

    Raises :class:`stacks.messages.SettingsError` for a change that the settings refuse, and :class:`RefusedError`.
    """
    then = apply_changes(file, question.changes, day) if question.changes else file
    # Before the seconds that a preview takes.
    before, base, revision = _earlier(question, stack, day, file.settings.environment)
    try:
        result = run.preview_stack(stack, then, day, base=base) if base else run.preview_stack(stack, then, day)
        if question.changes:
            before = _document(run.preview_stack(stack, file, day))
        if question.recommend:
            return Answered(result.blocked, _cheaper(question, result, stack, file))
        waivers = _waivers(result, base, revision) if base else UNCHANGED
        notes = [*moved_along(question.changes, file, then), *_gone_on(revision)]
        content, *others = _told(question, result, before, notes, waivers)
        return Answered(result.blocked, content, tuple(others), tuple(log_lines(result)))
    except (ActualError, HistoryError, PriceBookError, PackError, RecordingError, UnknownSubjectError) as error:
        raise RefusedError(str(error)) from None
    except SettingsError:
        # The file of waiver owners, which is no setting of the stack.
        raise
    except ValueError as error:
        # A component refuses what AWS would refuse; which value it was stands in its words.
        raise RefusedError(f"the landing zone cannot be declared: {error}") from None


def _earlier(
    question: Question, stack: str, day: date, environment: str
) -> tuple[dict[str, Any] | None, Base | None, Revision | None]:
    """The preview that this one is compared with, and what stood there of waivers and their owners."""
    if question.against is None:
        return None, None, None
    try:
        # What stands there takes no seconds, and may be refused.
        base, revision = load_base(run.ROOT, question.against, environment)
        return load_earlier(question.against, stack, day), base, revision
    except AgainstError as error:
        raise RefusedError(str(error)) from None


def _waivers(result: Preview, base: Base, revision: Revision | None) -> Mapping[str, Any]:
    """What became of waivers since the change left ``revision``; a file says nothing of them."""
    if revision is None:
        return UNCHANGED
    try:
        judges = changed(run.ROOT, revision.start, JUDGES, about=revision.name)
    except AgainstError as error:
        raise RefusedError(str(error)) from None
    owners, production = waiver_owners(), result.settings.environment == PRODUCTION
    return {
        "changes": compare_waivers(
            base.waivers[0], result.settings.exceptions, owners=owners & base.owners, production=production
        ),
        "owners": compare_owners(base.owners, owners),
        "judges": judges,
    }


def _gone_on(revision: Revision | None) -> Iterator[str]:
    """A verdict holds for the revision that it was made against, and the one that is merged into may be another."""
    if revision is not None and revision.start != revision.tip:
        yield GONE_ON.format(name=revision.name, start=revision.start[:8], tip=revision.tip[:8])


def _told(
    question: Question,
    result: Preview,
    before: dict[str, Any] | None,
    notes: list[str],
    waivers: Mapping[str, Any],
) -> Iterator[str]:
    """The answer in each form that is asked for."""
    if question.actual:
        shares = by_tag(result).get(TAG, [])
        amounts = {share.name or UNTAGGED: share.amount.usd_per_month for share in shares}
        yield realised(result.settings, amounts, today=result.today)
        return
    if question.what is not None:
        from preview.questions.explain.collect import collect_explanation
        from preview.questions.explain.text import text as explained

        told = collect_explanation(result, question.what)
        yield write_json(told) if question.form == "json" else explained(told, bill_view(result))
        return
    difference = None
    if before is not None:
        difference = compare_previews(
            before,
            _document(result),
            changes=question.changes,
            against=question.against,
            notes=notes,
            waivers=waivers,
        )
    for form in (question.form, *question.also):
        # Findings are those of the stack as it is, whatever it is compared with.
        if difference is None or form in FINDINGS:
            yield render(result, form, question.style)
        else:
            # As render does: programs read JSON.
            with spoken("en" if form == "json" else question.style.language):
                yield _difference(difference, form)


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
    with spoken(question.style.language):
        return render_markdown(answer) if question.form == "markdown" else render_text(answer)


def _difference(told: dict[str, Any], form: Format) -> str:
    from preview.questions.diff.text import render_markdown, render_text

    return write_json(told) if form == "json" else render_markdown(told) if form == "markdown" else render_text(told)


def _document(preview: Preview) -> dict[str, Any]:
    """The document as its readers have it: an earlier one is no more exact than what JSON says."""
    told: dict[str, Any] = read_json(write_json(build_document(preview)))
    return told
