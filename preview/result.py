"""What was found out about one stack on one day: what every writer reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from policy.capacity import USABLE_PERCENT, Capacity, capacity
from policy.capacity.amount import Amount
from policy.economics.recommendations import Recommendation
from policy.ledger.decide import Decision
from preview.packs.finding import Finding
from preview.simulate.registration import Recording
from pricing.meter import Bill
from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Everything that was found out about one stack on one day."""

    settings: Settings
    today: date
    recording: Recording
    decisions: tuple[Decision, ...]
    bill: Bill
    #: Value added tax, a fraction; every amount is shown without it unless it says so.
    vat: Decimal
    findings: tuple[Finding, ...]
    #: What would be cheaper, the largest first; nothing where nobody asked.
    recommendations: tuple[Recommendation, ...] = ()

    @cached_property
    def capacity(self) -> Capacity:
        """What pods ask for, and what nodes have to give."""
        return capacity([made.resource() for made in self.recording.registrations])

    @property
    def blocked(self) -> bool:
        """Whether a mandatory finding stands unwaived."""
        return any(finding.level == "mandatory" and not finding.waived for finding in self.findings)


def capacity_rows(found: Capacity) -> list[tuple[str, Amount]]:
    """The sum as a reader follows it: what asks for room, line by line, and the room there is."""
    return [
        ("platform", found.workloads),
        ("kept for applications", found.reserve),
        (f"daemons of {found.nodes_left} nodes", found.daemons * found.nodes_left),
        ("requested", found.requests),
        (f"{USABLE_PERCENT} % of {found.nodes_left} nodes", found.allocatable),
    ]


def capacity_title(found: Capacity) -> str:
    """What is summed up: the nodes, and whether the pods fit when one is lost."""
    nodes = ", ".join(f"{group.nodes} {group.instance_type} ({group.name})" for group in found.groups) or "no nodes"
    fits = {True: "all pods fit", False: "PODS DO NOT FIT", None: "whether all pods fit is not known"}[found.fits]
    return f"{nodes}: {fits} with the largest lost"
