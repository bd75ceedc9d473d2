"""What has ended or will end, and when: a fact, its source, and the day somebody last checked it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

WARN_BEFORE: Final = timedelta(days=90)
STALE_AFTER: Final = timedelta(days=180)
#: The day on which the sources of every fact that names no other day were read.
CHECKED: Final = date(2026, 11, 22)


@dataclass(frozen=True, kw_only=True)
class Dated:
    """What a source said on the day on which somebody last read it."""

    subject: str
    source: str
    checked_on: date = CHECKED

    def stale(self, today: date) -> bool:
        """Whether nobody has checked it for 180 days."""
        return today - self.checked_on > STALE_AFTER


@dataclass(frozen=True, kw_only=True)
class Unannounced(Dated):
    """What had no announced end: it may have one since."""


@dataclass(frozen=True, kw_only=True)
class EndOfLife(Dated):
    """An end of life. ``ends`` is the first day on which the subject may not be relied on; ``instead`` is what may.

    Without ``ends`` it has ended, and ``ended_by`` says with what.
    """

    instead: str
    ends: date | None = None
    ended_by: str = ""
    extended_until: date | None = None
    #: Keys of the price book: what an hour costs, and what extended support adds to it.
    rates: tuple[str, str] | None = None
    #: When its own makers ended it, where AWS goes on for longer.
    makers_ended: date | None = None

    def __post_init__(self) -> None:
        if (self.ends is None) != bool(self.ended_by):
            raise ValueError(f"{self.subject}: either the day on which it ends, or what it ended by")

    def ended(self, today: date) -> bool:
        """Whether the subject is past its end."""
        return self.ends is None or today >= self.ends

    def ends_soon(self, today: date) -> bool:
        """Whether the end is ahead and within 90 days."""
        return self.ends is not None and not self.ended(today) and self.ends - today <= WARN_BEFORE

    def left_by_makers(self, today: date) -> bool:
        """Whether only AWS still keeps it."""
        return not self.ended(today) and self.makers_ended is not None and today >= self.makers_ended

    def told(self, today: date) -> str:
        """When it ended or ends, and what to use, in a sentence."""
        when = self.ended_by or f"on {self.ends}"
        return f"{self.subject} {'ended' if self.ended(today) else 'ends'} {when} ({self.source}); use {self.instead}"
