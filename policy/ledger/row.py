"""What a ledger row is made of: systems and the forms they take, claims with their basis, and required properties."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final, Literal

from model.property_check import Check
from stacks.environments import PRODUCTION
from stacks.section import Capability

Verdict = Literal["replace", "keep", "conditional"]
#: The policies by which the packs, and the cluster, keep out what a row rejects and what it replaces.
REJECTED: Final = "rejected-systems-stay-out"
REPLACED: Final = "replaced-systems-stay-out"
Basis = Literal[
    "with new hardware",
    "operating only",
    "staff time",
    "instance",
    "instance and operating",
    "software",
    "storage only",
    "10 secrets",
    "at 100 GB",
    "free tier included",
    "as claimed",
]


@dataclass(frozen=True, kw_only=True)
class Forms:
    """Every shape a system can take in a program.

    ``types``: tokens, or prefixes that end in ``/`` or ``:``. ``charts``: names of Helm charts. ``repository_charts``:
    ``word/chart``, for charts whose names alone could be anybody's; the word is a label of the repository's host or a
    segment of its path. ``images``: the last segments of an image's path, compared whole: ``#`` stands for a number,
    ``library/`` for Docker's own images, whose names alone are enough, and behind a colon stands a tag, in which ``*``
    is any text. ``kinds``: API groups, or ``group/Kind``. ``provisioners``: of StorageClasses, which are drivers of
    volumes too. ``storage_classes``: names that claims give. ``packages``: of operator catalogues. ``engines``: the
    first word of what operators for many engines call it. ``addons``: of EKS.
    """

    types: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()
    repository_charts: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    provisioners: tuple[str, ...] = ()
    storage_classes: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    addons: tuple[str, ...] = ()


#: The names of the forms, in the order in which they are told.
FORM_NAMES: Final = tuple(form.name for form in fields(Forms))


@dataclass(frozen=True, kw_only=True)
class System:
    """One product that a capability could run on. ``slug`` is what a choice is called in results and docs."""

    slug: str
    title: str
    forms: Forms = Forms()
    #: Why it is refused, where that is not the reason of its row.
    refused_because: str = ""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A monthly price the guide claims, in USD, kept as a range where the guide gives one."""

    usd_low: Decimal
    usd_high: Decimal
    basis: Basis

    def __str__(self) -> str:
        amount = f"{self.usd_low}" if self.usd_low == self.usd_high else f"{self.usd_low}-{self.usd_high}"
        return f"{amount} ({self.basis})"


def claim(low: int, high: int | None = None, *, basis: Basis = "as claimed") -> Claim:
    """A claim of ``low`` to ``high`` USD a month."""
    return Claim(usd_low=Decimal(low), usd_high=Decimal(low if high is None else high), basis=basis)


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """A resource that must exist once its row holds, with the properties that were the guide's reason to move."""

    type: str
    why: str
    checks: tuple[Check, ...] = ()
    #: Which resources of the type are meant; all of them by default.
    where: tuple[Check, ...] = ()
    at_least: int = 1
    production_only: bool = False
    #: What must hold beyond ``checks``, in words.
    wanted: str = ""

    def applies_in(self, environment: str) -> bool:
        """Whether ``environment`` is asked for it."""
        return not self.production_only or environment == PRODUCTION

    @property
    def named(self) -> str:
        """The type, and which resources of it are meant."""
        meant = " and ".join(f"{check.dotted} {check.wanted}" for check in self.where)
        return f"{self.type} with {meant}" if meant else self.type


@dataclass(frozen=True, kw_only=True)
class Row:
    """One capability: what the guide decides about it, what it claims, and what follows for a program."""

    number: int
    capability: Capability
    verdict: Verdict
    incumbent: System
    target: System
    phase: int | None
    reasons: str
    before: tuple[Claim, ...] = ()
    after: Claim | None = None
    effect: str = ""
    #: Options that are refused whatever the phase.
    rejected: tuple[System, ...] = ()
    requires: tuple[Requirement, ...] = ()

    def refusal(self, what: str, system: System, verdict: str, *, instead: str = "", because: str = "") -> str:
        """What is said of ``what`` when it is ``system``: which row, why, what instead, and how to be excepted."""
        return (
            f"{what} is {system.title}, which {verdict} in row {self.number} ({self.capability}): "
            f"{because or system.refused_because or self.reasons}. Use {instead or self.target.title}; {self.waiver}"
        )

    @property
    def waiver(self) -> str:
        """How a finding of this row is waived."""
        return f"a waiver goes into landing:exceptions with row {self.capability}"
