"""How far each capability has come: its state, what blocks the next one, and what a week of waiting costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from migration.moves.catalog import MOVES
from migration.outlook.cost import Weekly, weekly
from migration.outlook.plan import NOT_BEGUN
from model.resource import Resource
from policy.engine.rule import Context
from policy.gates.evidence import place
from policy.gates.inputs import ROOT, inputs_digest
from policy.gates.rules import Problem, next_step, problems
from policy.ledger.moves import NO_RETURN, OPENS
from stacks.command import harmless
from stacks.sections.moves import STATES, Changes, Moved
from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One capability. ``problems`` speak against the state it has, ``ahead`` against the next one, if there is any.

    ``waiting`` is what is paid a week and not used: the target before the switch, the incumbent after it; ``None``
    where the guide claims nothing for it.
    """

    capability: Moved
    state: str
    since: date | None
    next_state: str
    problems: Sequence[Problem]
    ahead: Sequence[Problem]
    waiting: Decimal | None
    inputs: str

    @property
    def blocked(self) -> bool:
        """Whether a deployment is refused for the state it has."""
        return any(problem.kind == "violation" for problem in self.problems)


def standings(
    settings: Settings,
    context: Context,
    bill: Mapping[str, Decimal],
    resources: Sequence[Resource] | None = None,
    root: Path = ROOT,
) -> list[Standing]:
    """Every capability that is moved, in the order of the moves; ``bill`` is USD a month by capability.

    Evidence is looked up in ``resources``, those that the stack declares; without them no target is.
    """
    decisions = context.decisions or {}

    def asked(capability: Moved, changes: Changes | None) -> list[Problem]:
        moves = {**settings.moves, **({capability: changes} if changes else {})}
        judged = settings.model_copy(update={"moves": moves})
        return [each for each in problems(judged, context, resources, root) if each.capability == capability]

    return [
        _standing(
            capability,
            settings.moves.get(capability),
            context.today,
            cost=weekly(capability, bill, decisions, settings.hardware),
            asked=asked,
            inputs=inputs_digest(settings, capability, root),
        )
        for capability in MOVES
    ]


def _standing(
    capability: Moved,
    changes: Changes | None,
    today: date,
    *,
    cost: Weekly,
    asked: Callable[[Moved, Changes | None], list[Problem]],
    inputs: str,
) -> Standing:
    now = asked(capability, changes)
    following = _following(changes, today)
    return Standing(
        capability=capability,
        state=changes.state if changes else NOT_BEGUN,
        since=changes.entered[changes.state] if changes else None,
        next_state=following.state if following else "",
        problems=now,
        ahead=[
            each
            for each in (asked(capability, following) if following else ())
            if each.text not in {problem.text for problem in now}
        ],
        waiting=waiting(changes, cost),
        inputs=inputs,
    )


def _following(changes: Changes | None, today: date) -> Changes | None:
    """``changes`` as if the next state were entered today; ``None`` when there is none."""
    if changes is None:
        return Changes(planned=today)
    step = next_step(changes)
    return changes.model_copy(update={OPENS[step]: today}) if step else None


def waiting(changes: Changes | None, cost: Weekly) -> Decimal | None:
    """USD a week for the side that nobody uses."""
    if changes is None or changes.state == STATES[-1]:
        return Decimal(0)
    return cost.target if STATES.index(changes.state) < STATES.index(NO_RETURN) else cost.incumbent


def as_text(settings: Settings, today: date, found: Sequence[Standing]) -> str:
    """The table for a terminal, and what blocks below it."""
    lines = [
        f"Moves of {settings.environment}, as of {today}. Waiting: USD a week for the side that nobody uses.",
        "Not begun: landing:moves has no entry, so nothing is moved and nothing is paid twice.",
        "",
        f"{'capability':12} {'state':10} {'since':11} {'next':10} {'waiting':>9}",
    ]
    for each in found:
        since = each.since.isoformat() if each.since else "-"
        cost = "not known" if each.waiting is None else f"{each.waiting:,}"
        lines.append(f"{each.capability:12} {each.state:10} {since:11} {each.next_state or '-':10} {cost:>9}")
    for each in found:
        if each.problems:
            lines += ["", f"{each.capability}, {each.state}:", *(_line(problem) for problem in each.problems)]
        if each.state == NOT_BEGUN or not each.next_state:
            continue
        lines += ["", f"{each.capability}, before {each.next_state}:"]
        lines += [_line(problem) for problem in each.ahead] or [
            f"  nothing blocks: enter it with landing:moves.{each.capability}"
        ]
        lines.append(f"  evidence names inputs {each.inputs}")
    return "\n".join(lines) + "\n"


def _line(problem: Problem) -> str:
    return f"  {'refused' if problem.kind == 'violation' else problem.kind}: {harmless(problem.text)}"


def as_json(settings: Settings, today: date, found: Sequence[Standing]) -> dict[str, Any]:
    """The same for a program; money in USD a week, before VAT."""
    return {
        "schemaVersion": "1.0",
        "environment": settings.environment,
        "asOf": today.isoformat(),
        "moves": [
            {
                "capability": each.capability,
                "state": each.state,
                "since": each.since.isoformat() if each.since else None,
                "next": each.next_state or None,
                "evidence": _evidence(settings.environment, each),
                "inputs": each.inputs,
                "blocked": each.blocked,
                "problems": [{"kind": problem.kind, "text": problem.text} for problem in each.problems],
                "blocksNext": [{"kind": problem.kind, "text": problem.text} for problem in each.ahead],
                "usdPerWeekWaiting": None if each.waiting is None else float(each.waiting),
            }
            for each in found
        ],
    }


def _evidence(environment: str, standing: Standing) -> str | None:
    """The file whose evidence opens the next state."""
    step = next((step for step, state in OPENS.items() if state == standing.next_state), None)
    return place(Path(), environment, standing.capability, step).as_posix() if step else None
