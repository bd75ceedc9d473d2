"""The account's own lines, apart from a stack's: free tiers, support, discounts, commitments. USD a month before VAT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from pricing.bill import Bill
from stacks.sections.account import Account, Commitment, ended

ZERO: Final = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class SupportPlan:
    """A plan's price: a share of each band of what is spent, and never less than ``least``."""

    title: str
    least: Decimal
    #: The band's upper end in USD (``None``: without end) and the share of it.
    bands: tuple[tuple[Decimal | None, Decimal], ...]
    source: str

    def usd_per_month(self, spent: Decimal) -> Decimal:
        """The plan's price for a month in which ``spent`` USD are billed otherwise."""
        total, start = ZERO, ZERO
        for end, share in self.bands:
            top = spent if end is None else min(spent, end)
            total += max(top - start, ZERO) * share
            start = top
        return max(total, self.least)


#: Plans that can be bought (source: aws.amazon.com/premiumsupport/pricing, recalled 2026-11).
SUPPORT: Final = {
    "business-support-plus": SupportPlan(
        title="AWS Business Support+",
        least=Decimal(29),
        bands=((Decimal(10_000), Decimal("0.09")), (Decimal(80_000), Decimal("0.07")), (None, Decimal("0.03"))),
        source="aws.amazon.com/premiumsupport/pricing, recalled",
    )
}


@dataclass(frozen=True, slots=True)
class AccountLine:
    """What the account adds, or takes off where ``usd_per_month`` is negative."""

    item: str
    usd_per_month: Decimal
    source: str


def account_lines(bill: Bill, account: Account, today: date, credits: Sequence[AccountLine] = ()) -> list[AccountLine]:
    """Each line of the account for a month of ``bill``, in the order in which AWS reckons.

    ``credits`` are the free tiers of this bill alone, counted only where the account has nothing else. Support comes
    last: it is a share of what is left.
    """
    lines = [*(credits if account.free_tiers else ()), *_commitments(account, today), *_discounts(bill, account)]
    plan = SUPPORT.get(account.support_plan)
    if plan is not None:
        spent = bill.usd_per_month + sum((line.usd_per_month for line in lines), ZERO)
        lines.append(AccountLine(plan.title, plan.usd_per_month(max(spent, ZERO)), plan.source))
    return lines


def _commitments(account: Account, today: date) -> Iterator[AccountLine]:
    for name, commitment in sorted(account.commitments.items()):
        if not ended(commitment, today):
            yield AccountLine(f"commitment {name}", _saved(commitment), f"{commitment.source}, until {commitment.ends}")


def _saved(commitment: Commitment) -> Decimal:
    return commitment.usd_per_month - commitment.covers_usd_per_month


def _discounts(bill: Bill, account: Account) -> Iterator[AccountLine]:
    for name, discount in sorted(account.discounts.items()):
        base = sum((line.usd_per_month for line in bill.lines if _concerns(line.price, discount.service)), ZERO)
        yield AccountLine(f"discount {name}", -base * discount.percent / 100, discount.source)


def _concerns(price: str, service: str | None) -> bool:
    return service is None or price.partition("/")[0] == service
