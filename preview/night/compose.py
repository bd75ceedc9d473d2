"""The nightly report's text: what is to be done first, then every part that has something to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from preview.night.part import Asked
from preview.note.compose import fit
from preview.questions.diff.parts import Part
from pricing.report.escape import prose

#: What the sentence at the top says, by the gravest part's weight.
VERDICTS: Final = ("something is to be looked at", "something must be done", "NOT KNOWN whether all is well")
WELL: Final = "all is well"


def marker(stack: str) -> str:
    """What the environment's one issue begins with, which no reader sees."""
    return f"<!-- alphacar-landing-zone: nightly report of {stack} -->"


def title(stack: str) -> str:
    """The issue's title; it stays the same, so that it may be changed by hand."""
    return f"Nightly report: {stack}"


def is_well(asked: Sequence[Asked]) -> bool:
    """Whether no part has anything to say."""
    return not any(each.answer.rows for each in asked)


def weight(asked: Sequence[Asked]) -> int:
    """The gravest part's weight, and the exit code."""
    return max((each.answer.weight for each in asked), default=0)


def compose(stack: str, today: date, asked: Sequence[Asked], limit: int) -> str:
    """The whole report of at most ``limit`` characters, marker included; too long, it leaves out whole rows."""
    parts = {
        (0, place): Part(1 + place, each.title, each.answer.rows)
        for place, each in enumerate(each for each in asked if each.answer.rows)
    }
    return fit(parts, limit, lambda kept: _text(stack, today, asked, parts, kept))


def _text(
    stack: str,
    today: date,
    asked: Sequence[Asked],
    parts: Mapping[tuple[int, int], Part],
    kept: Mapping[tuple[int, int], int],
) -> str:
    verdict = WELL if is_well(asked) else VERDICTS[weight(asked)]
    lines = [marker(stack), f"## Nightly report of {prose(stack)}: {verdict}", f"As of {today}."]
    lines += [part.text(kept[place], "the job's log") for place, part in parts.items()]
    if quiet := [each.title for each in asked if not each.answer.rows]:
        lines.append(f"Nothing to say of: {', '.join(quiet)}.")
    lines.append("Edited every night, closed once all is well, and reopened when it is not.")
    return "\n\n".join(lines) + "\n"
