"""How many nodes a group runs on average and at most, read from the scheduled actions on it.

Two ``aws:autoscaling/schedule:Schedule`` on a group, named ``<group>-sleep`` and ``<group>-wake``, with recurrences of
the form ``minute hour * * days``, are one night: the group runs from wake to sleep on the days that are named, at what
wake asks for. Any other action that raises the group is taken to hold all month, which is the dearest reading.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.resource import MISSING, Resource
from pricing.context import PricingContext
from pricing.properties import UnreadableError, whole, word

DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
WEEK_MINUTES: Final = 7 * 24 * 60
#: Of a month of 730 hours.
MONTH_DAYS: Final = Decimal(730) / 24
_CRON: Final = re.compile(r"^(\d{1,2}) (\d{1,2}) \* \* (\*|[A-Z]{3}(?:-[A-Z]{3})?)$")


def nodes(group: Resource, context: PricingContext) -> Decimal:
    """Nodes of ``group``, averaged over the week, or at most. Raises for a schedule or a size that cannot be read."""
    size = whole(group.props, "scalingConfig", context.size)
    actions = context.once("schedules", lambda: _by_group(context)).get(group.urn, ())
    if context.size == "maxSize":
        # At its maximum a group is awake: the worst case forgets the night.
        return max([size, *(_asked(action, key) for action in actions for key in ("maxSize", "desiredCapacity"))])
    named = {action.name.removeprefix(f"{group.name}-"): action for action in actions}
    sleep, wake = named.get("sleep"), named.get("wake")
    if sleep is None or wake is None:
        return max([size, *map(_least, actions)])
    others = [_least(action) for action in actions if action.urn not in (sleep.urn, wake.urn)]
    woken = size if wake.get("desiredCapacity") in (MISSING, -1) else _least(wake)
    average = woken * _awake(sleep, wake)
    return max([average, *others])


def wakes_per_month(group: Resource, context: PricingContext) -> Decimal:
    """How often a month the group's nodes are started by schedule; 0 for a group that never sleeps."""
    actions = context.once("schedules", lambda: _by_group(context)).get(group.urn, ())
    named = {action.name.removeprefix(f"{group.name}-"): action for action in actions}
    if "sleep" not in named or "wake" not in named:
        return Decimal(0)
    return Decimal(_minute(named["wake"])[1]) * MONTH_DAYS / len(DAYS)


def _by_group(context: PricingContext) -> dict[str, list[Resource]]:
    """Scheduled actions by the group they act on: the one they are made of, else the one they are named after."""
    groups = context.of.get(type_tokens.EKS_NODE_GROUP, ())
    urns, names = {group.urn for group in groups}, {group.name: group.urn for group in groups}
    found: dict[str, list[Resource]] = {}
    for action in context.of.get(type_tokens.AUTOSCALING_SCHEDULE, ()):
        urn = next((urn for urn in action.dependencies if urn in urns), None) or names.get(_longest(action.name, names))
        if urn:
            found.setdefault(urn, []).append(action)
    return found


def _longest(name: str, names: dict[str, str]) -> str:
    parts = name.split("-")
    starts = ("-".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))
    return next((start for start in starts if start in names), "")


def _least(action: Resource) -> Decimal:
    """What an action makes a group run: the desired capacity, or the minimum that raises it."""
    return max(_asked(action, "desiredCapacity"), _asked(action, "minSize"))


def _asked(action: Resource, key: str) -> Decimal:
    # -1 leaves as it is what the group has.
    return Decimal(0) if action.get(key) == -1 else whole(action.props, key, default=0)


def _awake(sleep: Resource, wake: Resource) -> Decimal:
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
