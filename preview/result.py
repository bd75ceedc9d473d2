"""What was found out about one program on one day: what every writer reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from policy.capacity import USABLE_PERCENT, Capacity, capacity
from policy.capacity.amount import Amount
from policy.economics.recommendations import Recommendation
from policy.ledger.decide import Decision
from policy.recovery.promises import StoreRecovery, recoveries
from preview.catalogue import say, t
from preview.packs.finding import Finding
from preview.simulate.registration import Recording, Registration
from pricing.book import current_book
from pricing.meter import Bill
from stacks.owners import Base
from stacks.settings import Settings


@dataclass(frozen=True, slots=True)
class Unexpanded:
    """What would make resources that are not placed, and why they are not."""

    urn: str
    type: str
    reason: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """One question of a program, and who answered: the preview, a file, or nobody, so that it is unknown."""

    token: str
    args: Mapping[str, Any]
    source: Literal["preview", "file", "unknown", "refused"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a program of anybody's was asked with, and what of it could not be acted out."""

    project: str
    #: ``aws:region`` of its configuration, or nothing.
    region: str
    unexpanded: tuple[Unexpanded, ...]
    look_ups: tuple[LookUp, ...]
    #: What exists outside, and is only read: neither judged nor billed.
    reads: tuple[Registration, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Result:
    """Everything that was found out about one program on one day."""

    today: date
    recording: Recording
    bill: Bill
    #: Value added tax, a fraction; every amount is shown without it unless it says so.
    vat: Decimal
    findings: tuple[Finding, ...]
    #: What only a stack of ours has: settings, and what they come to.
    settings: Settings | None = None
    decisions: tuple[Decision, ...] = ()
    #: What only anybody else's program has.
    asked: Asked | None = None
    #: What would be cheaper, the largest first; nothing where nobody asked.
    recommendations: tuple[Recommendation, ...] = ()

    @cached_property
    def capacity(self) -> Capacity:
        """What pods ask for, and what nodes have to give."""
        return capacity([made.resource() for made in self.recording.registrations])

    @cached_property
    def recoveries(self) -> tuple[StoreRecovery, ...]:
        """What is promised of each store that holds data, and what its copies come to; nothing without settings."""
        if self.settings is None:
            return ()
        return recoveries(self.settings, [made.resource() for made in self.recording.registrations], current_book())

    @property
    def blocked(self) -> bool:
        """Whether a mandatory finding stands unwaived."""
        return any(finding.level == "mandatory" and not finding.waived for finding in self.findings)


@dataclass(frozen=True, kw_only=True)
class Preview(Result):
    """The same of a stack of ours, which has settings."""

    settings: Settings
    #: What stands on the revision that the stack is compared with, where one was named.
    base: Base | None = None


def capacity_rows(found: Capacity) -> list[tuple[str, Amount]]:
    """The sum as a reader follows it: what asks for room, line by line, and the room there is."""
    return [
        (t("platform"), found.workloads),
        (t("kept for applications"), found.reserve),
        (say("daemons of {count} nodes", count=found.nodes_left), found.daemons * found.nodes_left),
        (t("requested"), found.requests),
        (say("{share} % of {count} nodes", share=USABLE_PERCENT, count=found.nodes_left), found.allocatable),
    ]


def capacity_title(found: Capacity) -> str:
    """What is summed up: the nodes, and whether the pods fit when one is lost."""
    nodes = ", ".join(f"{group.nodes} {group.instance_type} ({group.name})" for group in found.groups) or t("no nodes")
    return say("{nodes}: {fits} with the largest lost", nodes=nodes, fits=fitting(found.fits))


def fitting(fits: bool | None) -> str:  # noqa: FBT001 - the three outcomes of one question
    """Whether the pods fit, in words."""
    if fits is None:
        return t("whether all pods fit is not known")
    return t("all pods fit") if fits else t("PODS DO NOT FIT")
