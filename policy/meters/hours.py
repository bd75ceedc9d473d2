"""How much of a month a node group is awake, read from the scheduled actions that put it to sleep.

Two ``aws:autoscaling/schedule:Schedule`` beside a group, named ``<group>-sleep`` and ``<group>-wake``, with recurrences
of the form ``minute hour * * days``, are one night: the group runs from wake to sleep on the days that are named.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from policy.meters.scene import Scene
from policy.meters.values import UnreadableError, word
from policy.resource import Resource

SCHEDULE: Final = "aws:autoscaling/schedule:Schedule"
DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
WEEK_MINUTES: Final = 7 * 24 * 60
_CRON: Final = re.compile(r"^(\d{1,2}) (\d{1,2}) \* \* (\*|[A-Z]{3}(?:-[A-Z]{3})?)$")


def awake(group: Resource, scene: Scene) -> Decimal:
    """The share of a week that ``group`` runs: 1 without a schedule. Raises for one that cannot be read."""
    named = {item.name: item for item in scene.of.get(SCHEDULE, ())}
    sleep, wake = named.get(f"{group.name}-sleep"), named.get(f"{group.name}-wake")
    if sleep is None or wake is None:
        return Decimal(1)
    down, up = _minute(sleep), _minute(wake)
    if down[1] != up[1] or down[0] <= up[0] or sleep.get("desiredCapacity") != 0:
        raise UnreadableError("the schedule of the node group is not one night a day")
    return Decimal((down[0] - up[0]) * up[1]) / WEEK_MINUTES


def _minute(action: Resource) -> tuple[int, int]:
    """The minute of the day, and on how many days a week."""
    match = _CRON.match(word(action.props, "recurrence"))
    if not match:
        raise UnreadableError("recurrence is not of the form: minute hour * * days")
    minute, hour, days = int(match[1]), int(match[2]), match[3]
    if days == "*":
        return hour * 60 + minute, len(DAYS)
    first, _, last = days.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise UnreadableError("recurrence names days that are none")
    return hour * 60 + minute, DAYS.index(last or first) - DAYS.index(first) + 1
