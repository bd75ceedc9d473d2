"""The day a decision is made on: people see today; tests and checks pass a date and never turn red by themselves."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from typing import Final

from stacks.section import DAY

VARIABLE: Final = "LANDING_TODAY"


def today(given: str = "") -> date:
    """The day ``given`` by an option, else in ``LANDING_TODAY``, else the present one in UTC.

    Raises :class:`ValueError`, which names where it was given, for what is no such day.
    """
    where, text = ("--today", given) if given else (VARIABLE, os.environ.get(VARIABLE, ""))
    if not text:
        return datetime.now(tz=UTC).date()
    if not re.fullmatch(DAY, text):
        raise ValueError(f"{where}: {text!r} is refused; allowed is a date such as 2026-11-23")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{where}: {text!r} is refused; it is in no calendar") from None
