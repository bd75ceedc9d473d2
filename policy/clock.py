"""The day a decision is made on: people see today; tests and checks pass a date and never turn red by themselves."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import Final

VARIABLE: Final = "LANDING_TODAY"


def today() -> date:
    """The date in ``LANDING_TODAY``, else the present one in UTC. Raises :class:`ValueError` for anything else."""
    given = os.environ.get(VARIABLE)
    if not given:
        return datetime.now(tz=UTC).date()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError(f"{VARIABLE}: {given!r} is refused; allowed is a date such as 2026-11-23") from None
