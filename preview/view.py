"""The bill as every writer shows it: a row a capability, the columns of a row, and the sums below them.

USD a month before VAT, as decimals: a writer formats them, and only JSON makes numbers of them. A new column is a field
of :class:`BillRow` and an entry of :data:`COLUMNS`; text, markdown, HTML and JSON show whatever stands there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from policy.guide import variance
from policy.guide.variance import TOLERATED
from policy.ledger.decide import Decision
from policy.ledger.row import Claim
from preview.money import cents
from preview.result import Result
from pricing.bill import Amount, Line, group_lines
from stacks.section import Capability


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as it is, and to the cent: rounded by itself, as everywhere."""

    exact: Decimal
    cents: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a price lies beyond the nearer end of its claim, as a share of it: endless beyond a claim of nothing.

    ``reason`` says why where the share is more than tolerated.
    """

    share: Decimal
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class BillRow:
    """What the guide claims for a capability, what it is priced at, and the lines of that price, dearest first.

    ``low`` and ``high`` are what the month may cost at the ends of declared usage, ``high`` at worst prices too. All
    three are ``None`` where nothing of the capability has a line, ``difference`` where there is no claim either.
    """

    decision: Decision
    before: Claim | None
    after: Claim | None
    priced: Money | None
    low: Decimal | None
    high: Money | None
    difference: Difference | None
    lines: tuple[Line, ...]

    @property
    def capability(self) -> Capability:
        """What the row is about."""
        return self.decision.row.capability


#: What may stand in a column; a bare decimal is USD.
Value: TypeAlias = str | Decimal | Claim | Money | Difference | None


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the bill: which field of a row, its heading for people, and its key in JSON.

    ``part`` is the list of the JSON document in which the key stands.
    """

    name: str
    heading: str
    key: str
    part: Literal["decisions", "byCapability"] = "decisions"

    def value(self, row: BillRow) -> Value:
        """What ``row`` has in this column."""
        found: Value = getattr(row, self.name)
        return found


#: In the order in which they are read; the first one names the row.
COLUMNS: Final = (
    Column(name="capability", heading="capability", key="capability"),
    Column(name="before", heading="guide: before", key="claimedBefore"),
    Column(name="after", heading="guide: after", key="claimedAfter"),
    Column(name="priced", heading="priced", key="priced"),
    Column(name="high", heading="high bound", key="usdPerMonthHigh", part="byCapability"),
    Column(name="difference", heading="against the claim", key="variance"),
)


@dataclass(frozen=True, kw_only=True)
class Footer:
    """A sum below the rows: USD by the name of a column; ``at_least`` when something billed is missing from it."""

    name: str
    amounts: Mapping[str, Decimal]
    at_least: bool = False


@dataclass(frozen=True, kw_only=True)
class BillView:
    """The bill of a preview: a row for each decision, in the ledger's order, and the sums below them.

    A program without decisions has no rows, and without settings no budget.
    """

    columns: tuple[Column, ...]
    rows: tuple[BillRow, ...]
    total: Footer
    budget: Footer | None

    @property
    def footers(self) -> tuple[Footer, ...]:
        """The sums, as far as there are any."""
        return (self.total, self.budget) if self.budget else (self.total,)

    def row(self, capability: Capability) -> BillRow:
        """The row of ``capability``. Raises :class:`KeyError` when the preview decided nothing about it."""
        for row in self.rows:
            if row.capability == capability:
                return row
        raise KeyError(capability)


def bill_view(preview: Result) -> BillView:
    """What every writer shows of the bill."""
    bill = preview.bill
    return BillView(
        columns=COLUMNS,
        rows=tuple(_rows(preview)),
        total=Footer(
            name="total",
            amounts={"priced": cents(bill.usd_per_month), "high": cents(bill.usd_per_month_high)},
            at_least=bill.at_least,
        ),
        budget=Footer(name="budget", amounts={"priced": preview.settings.budget.usd_per_month})
        if preview.settings
        else None,
    )


def claimed(claim: Claim | None) -> str:
    """A claim without its basis, for a cell or a picture."""
    if claim is None:
        return "-"
    return f"{claim.usd_low}" if claim.usd_low == claim.usd_high else f"{claim.usd_low}-{claim.usd_high}"


def _rows(preview: Result) -> Iterator[BillRow]:
    amounts = group_lines(preview.bill.lines, lambda line: line.capability)
    shown = _cents(preview, amounts)
    for decision in preview.decisions:
        capability, after = decision.row.capability, decision.row.after
        amount = amounts.get(capability)
        priced, high = shown.get(capability, (None, None))
        lines = tuple(line for line in preview.bill.lines if line.capability == capability)
        yield BillRow(
            decision=decision,
            before=decision.claimed_before(preview.settings.hardware) if preview.settings else None,
            after=after,
            priced=priced,
            low=amount.usd_per_month_low if amount else None,
            high=high,
            difference=_difference(capability, amount, after, lines),
            lines=tuple(sorted(lines, key=dearest_first)),
        )


def _cents(preview: Result, amounts: Mapping[Capability, Amount]) -> dict[Capability, tuple[Money, Money]]:
    """Price and high bound of each capability that has a line."""
    names = (decision.row.capability for decision in preview.decisions if decision.row.capability in amounts)
    return {name: (_money(amounts[name].usd_per_month), _money(amounts[name].usd_per_month_high)) for name in names}


def _money(usd: Decimal) -> Money:
    return Money(usd, cents(usd))


def _difference(
    capability: Capability, amount: Amount | None, claim: Claim | None, lines: tuple[Line, ...]
) -> Difference | None:
    share = None if amount is None else variance.variance_of(amount.usd_per_month, claim)
    if share is None:
        return None
    return Difference(share, variance.explain_variance(capability, lines) if abs(share) > TOLERATED else None)


def dearest_first(line: Line) -> tuple[Decimal, str, str]:
    """Lines in the order in which a reader wants them."""
    return -line.usd_per_month, line.urn, line.item
