"""What holds a control: the demands that name it by its id, and those that its row names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from policy.guardrails.controls.row import Control, Reference
from policy.guardrails.demand import Demand, StackDemand
from policy.guardrails.property_rule import PropertyRule
from policy.guardrails.rules import GUARDRAILS, STACK_GUARDRAILS

#: Where a demand has its firing and its quiet cases.
OF_A_RESOURCE: Final = "demands.yaml"
OF_A_PROGRAM: Final = "program_kinds.yaml"


@dataclass(frozen=True)
class Held:
    """A demand of a policy that holds a control, and where it is shown to fire: a file of cases, or a test."""

    policy: str
    demand: Demand | StackDemand | None
    cases: str

    @property
    def said(self) -> str:
        """What is demanded, in words."""
        if self.demand is None:
            return "the policy itself"
        check = self.demand.check
        return (
            f"{check.check.dotted} must be {check.check.wanted}"
            if isinstance(check, PropertyRule)
            else self.demand.name
        )

    @property
    def in_production_only(self) -> bool:
        """Whether other environments are let be."""
        check = self.demand.check if self.demand else None
        return isinstance(check, PropertyRule) and check.check.production_only


def held_by(identifier: str, control: Control) -> tuple[Held, ...]:
    """What holds the control, in the order of the rules. Raises :class:`ValueError` for a row that leads nowhere.

    An exception may be held in part: what it excepts is production's, and the demands hold the rest.
    """
    found = [
        *(
            Held(policy, demand, OF_A_RESOURCE if isinstance(demand, Demand) else OF_A_PROGRAM)
            for policy, demand in _every_demand()
            if identifier in demand.control.split(", ")
        ),
        *(held for reference in control.references for held in _referred(identifier, reference)),
    ]
    if control.enforced is not None and not found:
        raise ValueError(f"{identifier} is said to be enforced, and no demand names it; name one, or say what else")
    if found and control.way not in ("enforced", "exception"):
        raise ValueError(f"{identifier} is held by {found[0].policy}, and its row says {control.way}; write enforced")
    # What a row says of a demand goes before what is true of most.
    return tuple({(held.policy, id(held.demand)): held for held in found}.values())


def _referred(identifier: str, reference: Reference) -> Iterator[Held]:
    if reference.test:
        yield Held(reference.policy, None, reference.test)
        return
    found = [
        demand
        for policy, demand in _every_demand()
        if policy == reference.policy and reference.demand in demand.name and _is_of(demand, reference.type)
    ]
    if not found:
        raise ValueError(f"{identifier} names a demand of {reference.policy} that there is not: {reference.demand!r}")
    for demand in found:
        yield Held(
            reference.policy,
            demand,
            reference.cases or (OF_A_RESOURCE if isinstance(demand, Demand) else OF_A_PROGRAM),
        )


def _is_of(demand: Demand | StackDemand, type_: str) -> bool:
    return not type_ or (isinstance(demand, Demand) and type_ in demand.types)


@cache
def _every_demand() -> tuple[tuple[str, Demand | StackDemand], ...]:
    return (
        *((guardrail.name, demand) for guardrail in GUARDRAILS for demand in guardrail.demands),
        *((guardrail.name, demand) for guardrail in STACK_GUARDRAILS for demand in guardrail.demands),
    )
