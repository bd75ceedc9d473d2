"""The three-year view: the guide's two scenarios, recomputed from a priced bill. USD before VAT, cumulative.

The on-premises side is the guide's own (section 3). The AWS side is the bill that is handed in, the guide's migration
and labour (in both of its figures), and the dual running that the guide leaves out: by phase, the months in which an
incumbent still runs while its target is already paid. Nothing is discounted and no price is foreseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate
from typing import Final

from policy.guide import arithmetic as guide
from policy.ledger.moves import dual_months
from policy.ledger.rows import BY_CAPABILITY
from stacks.section import Capability

MONTHS: Final = int(guide.MONTHS)
#: A course that has not turned by then is said never to.
FORESEEN: Final = 120
#: What operating AWS costs in labour a month: 18,000 over 36 months in one scenario, 250 a month in the other.
LABOUR: Final = (guide.CLOUD_LABOUR / guide.MONTHS, guide.MONTHLY_CLOUD_LABOUR)
ZERO: Final = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What staying costs: ``hardware`` at once, ``operations`` and ``labour`` a month.

    ``claimed_cloud`` and ``claimed_labour`` are the guide's figures for AWS a month, ``claimed_migration`` at once.
    """

    name: str
    hardware: Decimal
    operations: Decimal
    labour: Decimal
    claimed_cloud: Decimal
    claimed_labour: Decimal
    claimed_migration: Decimal

    @property
    def staying_per_month(self) -> Decimal:
        """USD a month on premises."""
        return self.operations + self.labour


DUE: Final = Scenario(
    name="hardware refresh due",
    hardware=guide.HARDWARE,
    operations=guide.OPERATIONS / guide.MONTHS,
    labour=guide.LABOUR / guide.MONTHS,
    claimed_cloud=guide.CLOUD / guide.MONTHS,
    claimed_labour=LABOUR[0],
    claimed_migration=guide.MIGRATION,
)
OWNED: Final = Scenario(
    name="hardware owned",
    hardware=ZERO,
    operations=guide.MONTHLY_OPERATIONS,
    labour=guide.MONTHLY_LABOUR,
    claimed_cloud=guide.MONTHLY_CLOUD,
    claimed_labour=LABOUR[1],
    # The guide's month-by-month comparison has no migration in it.
    claimed_migration=ZERO,
)
SCENARIOS: Final = (DUE, OWNED)


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """The months from the start in which the incumbents of a phase still run; ``why`` says what for."""

    phase: int
    capabilities: tuple[Capability, ...]
    months: int
    why: str

    @property
    def claimed_per_month(self) -> Decimal:
        """What the guide's rows say the incumbents cost, by the high end; their bases differ, so only a share is made.

        0 where it has no figure.
        """
        claims = [claim for name in self.capabilities for claim in BY_CAPABILITY[name].before]
        # Hardware is not bought for what is being left.
        return sum((claim.usd_high for claim in claims if claim.basis != "with new hardware"), ZERO)


#: What is moved overlaps for as long as its moves take (policy/ledger/moves.py); for what is kept, months are assumed.
_CORE: Final[tuple[Capability, ...]] = ("registry", "secrets", "agent")
_STORES: Final[tuple[Capability, ...]] = ("documents", "cache", "search")
_FLOWS: Final[tuple[Capability, ...]] = ("workflow", "logs", "traces", "mesh")
_DISKS: Final[tuple[Capability, ...]] = ("volumes", "backup")
#: Assumptions: no migration has been measured yet.
OVERLAPS: Final = (
    Overlap(
        phase=1,
        capabilities=_CORE,
        months=dual_months(_CORE),
        why="pipelines and pods change over one by one; the old ones answer until the last has",
    ),
    Overlap(
        phase=2,
        capabilities=_STORES,
        months=dual_months(_STORES),
        why="a rehearsal, the cut-over, and a month in which one can still go back",
    ),
    Overlap(
        phase=3,
        capabilities=_FLOWS,
        months=dual_months(_FLOWS),
        why="the weekly crawl runs in both for four Sundays; the last month's logs and traces stay readable",
    ),
    Overlap(
        phase=4,
        capabilities=_DISKS,
        months=dual_months(_DISKS),
        why="one full backup cycle in the new place; the guide states no figure for the old one",
    ),
    Overlap(
        phase=5,
        capabilities=("metrics", "dashboards"),
        months=3,
        why="kept, so they run in EKS and watch the old cluster too, as long as anything is left there",
    ),
)


#: What the guide's rows add up to, though their bases differ.
ROWS_PER_MONTH: Final = sum((each.claimed_per_month for each in OVERLAPS), ZERO)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One way the future may turn out, in USD a month: the bill, and the labour on AWS.

    ``operations`` replaces the scenario's own on premises; ``migration`` is at once; ``longer`` stretches dual running.
    """

    name: str
    cloud: Decimal
    labour: Decimal
    operations: Decimal | None = None
    migration: Decimal = guide.MIGRATION
    longer: int = 1


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Both courses of a case, from month 0 on, and when moving has paid for itself."""

    case: Case
    staying: Sequence[Decimal]
    moving: Sequence[Decimal]
    break_even: int | None

    @property
    def saved(self) -> Decimal:
        """USD over three years; negative when moving costs more."""
        return self.staying[MONTHS] - self.moving[MONTHS]


def share(overlap: Overlap) -> Decimal:
    """What part of what runs on premises a phase's incumbents are, by the guide's rows."""
    return overlap.claimed_per_month / ROWS_PER_MONTH


def kept(scenario: Scenario, overlap: Overlap, operations: Decimal | None = None) -> tuple[Decimal, Decimal]:
    """The operations and the labour that a phase's incumbents keep busy a month: their share of the scenario's own."""
    whole = scenario.operations if operations is None else operations
    return whole * share(overlap), scenario.labour * share(overlap)


def dual_running(scenario: Scenario, case: Case | None = None) -> Decimal:
    """USD that running both costs in all."""
    return sum(_twice(scenario, case), ZERO)


def _twice(scenario: Scenario, case: Case | None) -> Sequence[Decimal]:
    """What still runs beside its target, month by month."""
    longer, operations = (case.longer, case.operations) if case else (1, None)
    return [
        sum((sum(kept(scenario, each, operations), ZERO) for each in OVERLAPS if month <= each.months * longer), ZERO)
        for month in range(1, FORESEEN + 1)
    ]


def work_out_scenario(scenario: Scenario, case: Case) -> Outcome:
    """Staying and moving under ``case``: the migration at once, then the bill, labour and what still runs twice."""
    operations = scenario.operations if case.operations is None else case.operations
    staying = _course(scenario.hardware, [operations + scenario.labour] * FORESEEN)
    moving = _course(case.migration, [case.cloud + case.labour + extra for extra in _twice(scenario, case)])
    return Outcome(case=case, staying=staying, moving=moving, break_even=break_even(staying, moving))


def claimed(scenario: Scenario) -> Outcome:
    """The scenario as the guide has it, without dual running."""
    case = Case(name="as the guide claims", cloud=scenario.claimed_cloud, labour=scenario.claimed_labour)
    staying = _course(scenario.hardware, [scenario.staying_per_month] * FORESEEN)
    moving = _course(scenario.claimed_migration, [case.cloud + case.labour] * FORESEEN)
    return Outcome(case=case, staying=staying, moving=moving, break_even=break_even(staying, moving))


def break_even(staying: Sequence[Decimal], moving: Sequence[Decimal]) -> int | None:
    """The month from whose end on moving has cost no more than staying, and never does again; ``None`` for never."""
    dearer = [month for month, pair in enumerate(zip(staying, moving, strict=True)) if pair[1] > pair[0]]
    month = dearer[-1] + 1 if dearer else 0
    return month if month < len(staying) else None


@dataclass(frozen=True, kw_only=True)
class Bills:
    """Priced bills, USD a month: as it is, at its high ends, and with usage a fifth lower and higher.

    ``high_price`` has each price at its high bound, at expected usage; ``high_usage`` each usage figure at its high
    end, at listed prices; ``high`` both. ``doubled`` has twice the volumes and usage and the choices that follow;
    ``everything`` is all environments.
    """

    base: Decimal
    high_price: Decimal
    high_usage: Decimal
    high: Decimal
    less_usage: Decimal
    more_usage: Decimal
    doubled: Decimal
    everything: Decimal


def vary_assumptions(scenario: Scenario, bills: Bills) -> Iterator[Outcome]:
    """The base case, then each assumption taken otherwise, alone."""
    labour = scenario.claimed_labour
    other = next(amount for amount in LABOUR if amount != labour)
    base = Case(name="as priced", cloud=bills.base, labour=labour)
    for name, changes in (
        (base.name, {}),
        (f"labour {other:.0f} a month, as in the guide's other scenario", {"labour": other}),
        ("usage 20 % lower", {"cloud": bills.less_usage}),
        ("usage 20 % higher", {"cloud": bills.more_usage}),
        ("every price at its high bound, usage as expected", {"cloud": bills.high_price}),
        ("usage at its high end, prices as listed", {"cloud": bills.high_usage}),
        ("both at once", {"cloud": bills.high}),
        ("volumes and usage doubled, choices decided anew", {"cloud": bills.doubled}),
        ("dev and staging on AWS too, which the guide does not price", {"cloud": bills.everything}),
        ("both run twice as long", {"longer": 2}),
        ("both run four times as long", {"longer": 4}),
        (f"the migration costs {guide.MIGRATION * 2:,}, twice what the guide says", {"migration": guide.MIGRATION * 2}),
        (f"operations {ROWS_PER_MONTH:,} a month, the guide's rows added up", {"operations": ROWS_PER_MONTH}),
    ):
        yield work_out_scenario(scenario, replace(base, name=name, **changes))


def _course(at_once: Decimal, monthly: Sequence[Decimal]) -> list[Decimal]:
    return list(accumulate([at_once, *monthly]))
