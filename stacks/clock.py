"""The day a decision is made on: the present one, except in a preview that was asked as of another.

No variable is read, so nothing in a runner's environment can bring an expired waiver back to life under a deployment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Final

from stacks.section import DAY

#: The property by which a preview tells each policy of a pack the day.
AS_OF: Final = "today"
#: Set by a preview around the program that it records in its own process, and by nothing else.
_FIXED: Final[ContextVar[date | None]] = ContextVar("fixed", default=None)


def today(given: str = "") -> date:
    """The day ``given`` by ``--today``, else the one that a preview is as of, else the present one in UTC.

    Raises :class:`ValueError`, which names the option, for what is no such day.
    """
    if not given:
        return _FIXED.get() or datetime.now(tz=UTC).date()
    if not re.fullmatch(DAY, given):
        raise ValueError(f"--today: {given!r} is refused; allowed is a date such as 2026-11-23")
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError(f"--today: {given!r} is refused; it is in no calendar") from None


@contextmanager
def as_of(day: date) -> Iterator[None]:
    """Within it, :func:`today` is ``day``: for this thread, and for what is started from it in this process."""
    token = _FIXED.set(day)
    try:
        yield
    finally:
        _FIXED.reset(token)
