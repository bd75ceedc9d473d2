"""How CloudWatch evaluates a metric alarm, for alarms as they are declared.

Source: CloudWatch user guide, "Evaluating an alarm" and "How alarm state is evaluated when data is missing", whose two
tables are tests. It retrieves more points than it evaluates: five for three in the guide, which does not say how many
for others; two more is taken for all, as components/observability/alarms.py does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

LOOKS_BACK: Final = 2
HOUR: Final = 3600
_STATISTICS: Final = {"Sum": sum, "Maximum": max, "Minimum": min}


def point(alarm: Mapping[str, Any], samples: Sequence[float]) -> float | None:
    """One period's value by the alarm's statistic; ``None`` where nothing was reported."""
    return _STATISTICS[alarm["statistic"]](samples) if samples else None


def state(alarm: Mapping[str, Any], points: Sequence[float | None], before: str = "OK") -> str:
    """The state after the newest of ``points``, oldest first; ``before`` is kept where ``ignore`` has to decide."""
    evaluated = int(alarm["evaluationPeriods"])
    wanted = int(alarm.get("datapointsToAlarm") or evaluated)
    existing = [each for each in points[-(evaluated + LOOKS_BACK) :] if each is not None]
    breaches = [_breaches(alarm, each) for each in existing[-evaluated:]]
    if lacking := evaluated - len(breaches):
        silence = alarm["treatMissingData"]
        if silence == "ignore":
            return before
        breaches += [silence == "breaching"] * lacking
    return "ALARM" if sum(breaches) >= wanted else "OK"


def _breaches(alarm: Mapping[str, Any], value: float) -> bool:
    limit = alarm["threshold"]
    return value < limit if alarm["comparisonOperator"] == "LessThanThreshold" else value > limit


def states(alarm: Mapping[str, Any], hours: Sequence[Sequence[float]]) -> list[str]:
    """The state as each hour of samples is over."""
    assert alarm["period"] == HOUR
    points = [point(alarm, samples) for samples in hours]
    found: list[str] = []
    for place in range(len(points)):
        found.append(state(alarm, points[: place + 1], found[-1] if found else "OK"))
    return found
