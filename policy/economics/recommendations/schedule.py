"""Nodes that sleep: at night and on the days on which nobody works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from model import type_tokens
from model.resource import Resource
from model.schedule import hours_of_week, longest_gap
from model.urn import Urn
from policy.economics.recommendations.candidate import Candidate, Change, Stack
from policy.recovery.copies import VELERO_HOURS

#: An office's day in Seoul with two hours to spare; staging's own hours.
WAKE, SLEEP, DAYS = "08:00", "20:00", "MON-FRI"
#: 10:00 in Seoul on working days, and noon on Wednesday: nodes are awake on every schedule that is offered here.
BACKUP: Final = "0 1 * * 1-5"
ROTATION: Final = ("WED", 3)


def schedule_candidates(stack: Stack) -> Iterator[Candidate]:
    """Nights and weekends that are still paid for."""
    off = stack.settings.off_hours
    if not _promise_holds(stack):
        return
    if off is None:
        yield Candidate(
            title=f"nodes asleep but from {WAKE} to {SLEEP} on {DAYS}",
            changes=(
                Change(path="offHours", now=None, value={"wake": WAKE, "sleep": SLEEP, "days": DAYS}),
                *_while_awake(stack),
            ),
            risk="nothing in the cluster answers at night and on weekends, and every morning begins with a cold start",
            effort="a deployment; whoever works late wakes the nodes by hand",
            apply=_nights,
        )
    elif off.days != DAYS:
        yield Candidate(
            title=f"nodes asleep on every day but {DAYS}",
            changes=(Change(path="offHours.days", now=off.days, value=DAYS), *_while_awake(stack)),
            risk="nothing in the cluster answers on weekends",
            effort="a deployment",
            apply=lambda now: now.each(type_tokens.AUTOSCALING_SCHEDULE, _on_working_days),
        )


def _promise_holds(stack: Stack) -> bool:
    """Whether the cluster's newest backup may become as old as one of Friday is on Monday."""
    promise, gap = stack.settings.recovery.promise("cluster"), longest_gap(hours_of_week(BACKUP) or ())
    return promise is None or gap is None or gap + VELERO_HOURS <= promise.rpo_hours


def _while_awake(stack: Stack) -> Iterator[Change]:
    """What runs by the clock moves into working hours, unless it is there."""
    schedule, rotation = stack.settings.backup.schedule, stack.settings.secrets.rotation
    if schedule != BACKUP:
        yield Change(path="backup.schedule", now=schedule, value=BACKUP)
    if rotation and (rotation.day, rotation.hour_utc) != ROTATION:
        given = rotation.model_dump(mode="json", by_alias=True)
        day, hour = ROTATION
        yield Change(path="secrets.rotation", now=given, value={**given, "day": day, "hourUtc": hour})


def _nights(stack: Stack) -> Stack:
    return replace(
        stack,
        resources=(
            *stack.resources,
            *(action for group in stack.of(type_tokens.EKS_NODE_GROUP) for action in _actions(group)),
        ),
    )


def _actions(group: Resource) -> Iterator[Resource]:
    desired = group.get("scalingConfig", "desiredSize")
    for action, at, wanted in (("sleep", SLEEP, 0), ("wake", WAKE, desired)):
        hour, minute = map(int, at.split(":"))
        name = f"{group.name}-{action}"
        yield Resource(
            urn=str(Urn.parse(group.urn)._replace(qualified_type=type_tokens.AUTOSCALING_SCHEDULE, name=name)),
            type=type_tokens.AUTOSCALING_SCHEDULE,
            name=name,
            props={"recurrence": f"{minute} {hour} * * {DAYS}", "desiredCapacity": wanted},
            parent=group.parent,
            dependencies=(group.urn,),
        )


def _on_working_days(action: Resource) -> dict[str, Any]:
    return {"recurrence": f"{str(action.get('recurrence')).rpartition(' ')[0]} {DAYS}"}
