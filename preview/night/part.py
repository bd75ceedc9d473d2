"""What the parts of the nightly report are asked, and how they answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from preview.questions.diff.parts import cut
from preview.result import Preview
from preview.run import plan_stack
from pricing.report.escape import prose
from stacks.load import StackFile
from stacks.messages import SettingsError


class UnknownError(Exception):
    """A part could not be asked; the text is one clause that says why."""


class StrangeError(Exception):
    """A file is about another stack, or is none of the kind that is read; the text says what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Night:
    """One environment on one night, and the files that the engine's commands left of it, where they ran."""

    stack: str
    file: StackFile
    today: date
    #: How far ahead an end of life is told.
    horizon: timedelta
    #: Events of ``pulumi preview --refresh --expect-no-changes --event-log``, and what ``pulumi stack export`` wrote.
    drift: Path | None = None
    state: Path | None = None

    @cached_property
    def plan(self) -> Preview:
        """What the program declares now, priced and not judged. Raises :class:`UnknownError`."""
        # The SDK takes a second to import: not where the plan is not asked for.
        from preview.simulate.registration import RecordingError
        from pricing.book import PriceBookError

        try:
            return plan_stack(self.stack, self.file, self.today)
        except (PriceBookError, RecordingError, SettingsError, ValueError) as error:
            raise UnknownError(f"the landing zone cannot be declared: {error}") from None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a part says: its rows as markdown, in the order of their weight; without any, all is well.

    ``blocks`` says that something must be done, ``known`` whether all of it could be asked.
    """

    rows: tuple[str, ...]
    blocks: bool = False
    known: bool = True

    @property
    def weight(self) -> int:
        """2 where nobody knows, 1 where something must be done, else 0: the exit code, too."""
        return 2 if not self.known else int(self.blocks)

    @classmethod
    def unknown(cls, why: object, rows: Sequence[str] = ()) -> Answer:
        """A part that could not be asked, or not to its end; ``rows`` are what was found all the same."""
        return cls(rows=(f"- NOT KNOWN: {prose(cut(str(why)))}", *rows), known=False)


@dataclass(frozen=True)
class Part:
    """A part of the report; it answers ``None`` where what it reads is not there.

    ``ask`` raises :class:`UnknownError` where it could not be asked.
    """

    title: str
    ask: Callable[[Night], Answer | None]


@dataclass(frozen=True)
class Asked:
    """A part whose input is there, and its answer."""

    title: str
    answer: Answer


def ask(parts: Sequence[Part], night: Night) -> list[Asked]:
    """Every part's answer, in their order. Raises :class:`StrangeError`."""
    found = []
    for part in parts:
        try:
            answer = part.ask(night)
        except UnknownError as error:
            answer = Answer.unknown(error)
        if answer is not None:
            found.append(Asked(part.title, answer))
    return found
