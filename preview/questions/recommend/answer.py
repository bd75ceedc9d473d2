"""The answer to ``--recommend`` as text, as a comment and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from policy.economics.recommendations import Recommendation
from policy.economics.recommendations.considered import Considered
from preview.catalogue import say, t
from preview.questions.recommend.trial import Refused
from preview.report.json import SCHEMA_VERSION
from preview.report.recommendations import document_of, prices, saves, steps
from preview.report.templating import load_templates
from preview.report.text import total
from preview.result import Preview
from pricing.report.escape import joined


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What would be cheaper and has been tried, what did not stand, and what was looked at besides."""

    preview: Preview
    found: Sequence[Recommendation]
    refused: Sequence[Refused]
    considered: Sequence[Considered]


def render_text(answer: Answer) -> str:
    """For a terminal."""
    return joined(_lines(answer))


def render_markdown(answer: Answer) -> str:
    """As a comment on a merge or pull request."""
    rows = [
        {
            "saves": saves(each),
            "title": each.title,
            "steps": steps(each),
            "risk": each.risk,
            "effort": each.effort,
            "prices": prices(each),
        }
        for each in answer.found
    ]
    return (
        load_templates()
        .get_template("recommendations.md.j2")
        .render(
            stack=answer.preview.recording.stack,
            today=answer.preview.today,
            total=total(answer.preview),
            rows=rows,
            refused=answer.refused,
            considered=answer.considered,
        )
    )


def document(answer: Answer) -> dict[str, Any]:
    """As docs/preview-json.md has it."""
    bill = answer.preview.bill
    return {
        "schemaVersion": SCHEMA_VERSION,
        "stack": answer.preview.recording.stack,
        "today": answer.preview.today.isoformat(),
        "total": bill.usd_per_month,
        "atLeast": bill.at_least,
        "recommendations": [document_of(each) for each in answer.found],
        "refused": [{"title": each.title, "why": each.why} for each in answer.refused],
        "considered": [{"name": each.name, "why": each.why} for each in answer.considered],
    }


def _lines(answer: Answer) -> Iterator[str]:
    stack, today = answer.preview.recording.stack, answer.preview.today
    yield say(
        "{stack} on {day}: {total} a month. What would be cheaper, each alone: they do not add up.",
        stack=stack,
        day=today,
        total=total(answer.preview),
    )
    for place, each in enumerate(answer.found, start=1):
        yield "\n" + say("{place}. {usd} USD a month: {title}", place=place, usd=saves(each), title=each.title)
        yield from (f"   {step}" for step in steps(each))
        yield f"   {t('given up')}: {each.risk}"
        yield f"   {t('effort')}: {each.effort}"
        yield f"   {t('prices')}: {prices(each)}"
    if not answer.found:
        yield f"\n{t('Nothing was found.')}"
    if answer.refused:
        yield f"\n{t('Not recommended, because a preview with it objects')}"
        yield from (f"  {each.title}: {each.why}" for each in answer.refused)
    if answer.considered:
        yield f"\n{t('Looked at, and not recommended')}"
        yield from (f"  {each.name}: {each.why}" for each in answer.considered)
