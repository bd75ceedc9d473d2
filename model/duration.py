"""Durations as Go writes them: what times out in the engine and what a controller refreshes are read by one reader.

Source: Go, time.ParseDuration; Pulumi's engine and Kubernetes' metav1.Duration both call it.
"""

from __future__ import annotations

import re
from decimal import ROUND_FLOOR, Decimal
from typing import Final

_NANOSECONDS: Final = {
    "ns": 1,
    **dict.fromkeys(("us", "\u00b5s", "\u03bcs"), 10**3),
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_PART: Final = re.compile(rf"(\d+\.?\d*|\.\d+)({'|'.join(_NANOSECONDS)})", re.ASCII)
_DURATION: Final = re.compile(rf"[-+]?(?:0|(?:{_PART.pattern})+)", re.ASCII)
#: Go counts nanoseconds in 64 bits: some 292 years.
_LONGEST: Final = 2**63 - 1


def duration(text: str) -> Decimal | None:
    """How many seconds ``1h30m``, ``1.5h`` or ``90s`` are; ``None`` for what Go refuses, or below 0."""
    if not _DURATION.fullmatch(text):
        return None
    parts = [Decimal(number) * _NANOSECONDS[unit] for number, unit in _PART.findall(text)]
    total = sum((part.to_integral_value(ROUND_FLOOR) for part in parts), Decimal(0))
    return None if total > _LONGEST or (total and text.startswith("-")) else total / 10**9
