"""When a schedule of the week fires: EventBridge's ``cron(...)`` of six fields, and Kubernetes' five fields, in UTC.

Only minutes, hours and days of the week are read; a schedule that also asks for days of a month or months is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

WEEK_HOURS: Final = 168
_NAMES: Final[Mapping[str, int]] = {
    name: place for place, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))
}
_AWS: Final = re.compile(r"cron\((.*)\)")
_PART: Final = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?", re.ASCII)
_ANY: Final = ("*", "?")


def hours_of_week(expression: str) -> tuple[float, ...] | None:
    """Hours since Sunday 00:00 UTC at which ``expression`` fires, in order; ``None`` for one that is not read."""
    found = _AWS.fullmatch(expression.strip())
    fields = (found[1] if found else expression).split()
    if len(fields) != (6 if found else 5):
        return None
    minute, hour, day, month, week_day = fields[:5]
    if day not in _ANY or month != "*" or (found and fields[5] != "*"):
        return None
    # EventBridge counts the days of a week from 1, cron from 0.
    first = 1 if found else 0
    minutes, hours = _values(minute, 0, 59), _values(hour, 0, 23)
    days = range(7) if week_day in _ANY else _days(week_day, first)
    if minutes is None or hours is None or days is None:
        return None
    return tuple(sorted(24 * d + h + m / 60 for d in days for h in hours for m in minutes))


def longest_gap(times: Iterable[float]) -> float | None:
    """Hours of the longest wait between two of ``times`` of a week, which begins anew; ``None`` where there is none."""
    ordered = sorted(set(times))
    if not ordered:
        return None
    return max(after - before for before, after in pairwise([*ordered, ordered[0] + WEEK_HOURS]))


def _days(field: str, first: int) -> list[int] | None:
    # In cron both 0 and 7 are Sunday.
    values = _values(field, first, 7, first)
    return None if values is None else sorted({(value - first) % 7 for value in values})


def _values(field: str, least: int, most: int, first: int = 0) -> list[int] | None:
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        begin = least if match and match[1] == "*" else _number(match[1], first) if match else None
        if match is None or begin is None:
            return None
        end = _number(match[2], first) if match[2] else most if match[1] == "*" or match[3] else begin
        step = int(match[3] or 1)
        if end is None or not least <= begin <= most or not least <= end <= most or not step:
            return None
        # FRI-MON goes over the end of the week.
        span = range(begin, end + 1) if begin <= end else [*range(begin, most + 1), *range(least, end + 1)]
        found |= set(list(span)[::step])
    return sorted(found)


def _number(text: str, first: int) -> int | None:
    if text.upper() in _NAMES:
        return _NAMES[text.upper()] + first
    return int(text) if text.isdecimal() else None
