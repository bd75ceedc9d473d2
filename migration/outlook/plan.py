"""The moves that an environment still has before it, in order: steps, work, days and dollars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from migration.moves.catalog import MOVES
from migration.moves.model import Move, Step
from migration.outlook.cost import Weekly, weekly, while_both_run
from policy.ledger.decide import Decision
from policy.ledger.moves import OPENS, PROOFS
from stacks.section import Capability
from stacks.sections.moves import STATES
from stacks.settings import Settings

#: What an environment without an entry in ``landing:moves`` has of a move.
NOT_BEGUN: Final = "not begun"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One move that is ahead: the steps that are left of it, and what it costs."""

    move: Move
    state: str
    steps: Sequence[Step]
    cost: Weekly

    @property
    def minutes(self) -> int:
        """Minutes of work that are left, as the steps assume."""
        return sum(step.minutes for step in self.steps)

    @property
    def days(self) -> int:
        """Days in which both sides run."""
        return PROOFS[self.move.capability].dual_days


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All of them, and the moves that there is no target for, with the reason."""

    environment: str
    today: date
    ahead: Sequence[Planned]
    without: Mapping[str, str]

    @property
    def usd_while_both_run(self) -> Decimal:
        """USD that both sides cost together while they run, each move for its days."""
        return sum((while_both_run(each.move.capability, each.cost) for each in self.ahead), Decimal(0))


def make_plan(
    settings: Settings, decisions: Mapping[Capability, Decision], bill: Mapping[str, Decimal], today: date
) -> Plan:
    """The plan of an environment; ``bill`` is USD a month by capability."""
    ahead: list[Planned] = []
    without: dict[str, str] = {}
    for capability, move in MOVES.items():
        changes = settings.moves.get(capability)
        decision = decisions[capability]
        if changes and changes.state == STATES[-1]:
            continue
        if not decision.holds_target:
            without[capability] = "; ".join(decision.reason)
            continue
        ahead.append(
            Planned(
                move=move,
                state=changes.state if changes else NOT_BEGUN,
                steps=steps_left(move, changes.state if changes else NOT_BEGUN),
                cost=weekly(capability, bill, decisions, settings.hardware),
            )
        )
    return Plan(environment=settings.environment, today=today, ahead=ahead, without=without)


def steps_left(move: Move, state: str) -> list[Step]:
    """The steps of ``move`` after ``state``: those whose state was entered are over, copies with their comparison."""
    done = {step for step, opened in OPENS.items() if state in STATES[STATES.index(opened) :]}
    if "verify" in done:
        return [step for step in move.steps if step.kind != "copy" and step.kind not in done]
    return [step for step in move.steps if step.kind not in done]


def as_text(plan: Plan) -> str:
    """The plan for a terminal."""
    work = sum(each.minutes for each in plan.ahead)
    count = sum(len(each.steps) for each in plan.ahead)
    head = f"{len(plan.ahead)} moves, {count} steps, {_hours(work)} of work"
    lines = [
        f"Plan of {plan.environment}, as of {plan.today}: {head}.",
        "Minutes are assumed. The target is priced by the bill; the incumbent is the guide's claim, not measured.",
    ]
    for each in plan.ahead:
        lines += ["", f"{each.move.capability}: {each.move.title} ({each.state})"]
        lines.append(f"  both run for {each.days} days: {shown(each.cost)}")
        lines += [
            f"  {number:2} {step.kind:12} {step.name:24} {step.owner:12} {step.minutes:4} min"
            for number, step in enumerate(each.steps, 1)
        ]
    for capability, why in plan.without.items():
        lines += ["", f"{capability}: no target here: {why}"]
    lines += ["", f"Both sides while they run, each for its days: {plan.usd_while_both_run:,} USD."]
    return "\n".join(lines) + "\n"


def shown(cost: Weekly) -> str:
    """Both sides' dollars in words."""
    incumbent = (
        f"{cost.incumbent:,} of the incumbent (the guide: {cost.basis})"
        if cost.incumbent is not None
        else "the incumbent's, which the guide does not say"
    )
    return f"{cost.both:,} USD a week, {cost.target:,} of the target and {incumbent}"


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.1f} hours"


def as_json(plan: Plan) -> dict[str, Any]:
    """The same for a program; money in USD, before VAT."""
    return {
        "schemaVersion": "1.0",
        "environment": plan.environment,
        "asOf": plan.today.isoformat(),
        "moves": [
            {
                "capability": each.move.capability,
                "title": each.move.title,
                "state": each.state,
                "dualRunningDays": each.days,
                **money(each.cost),
                "usdWhileBothRun": float(while_both_run(each.move.capability, each.cost)),
                "minutes": each.minutes,
                "steps": [
                    {
                        "name": step.name,
                        "kind": step.kind,
                        "title": step.title,
                        "owner": step.owner,
                        "minutes": step.minutes,
                    }
                    for step in each.steps
                ],
            }
            for each in plan.ahead
        ],
        "withoutTarget": dict(plan.without),
        "usdWhileBothRun": float(plan.usd_while_both_run),
    }


def money(cost: Weekly) -> dict[str, Any]:
    """Both sides a week, as JSON has it."""
    return {
        "usdPerWeek": float(cost.both),
        "usdPerWeekTarget": float(cost.target),
        "usdPerWeekIncumbent": None if cost.incumbent is None else float(cost.incumbent),
    }
