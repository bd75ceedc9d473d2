"""The account's lines, apart from a stack's: free tiers, support, discounts, commitments. USD a month before VAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from pricing.bill import Bill
from stacks.sections.account import Account, ended

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


def account_lines(bill: Bill, account: Account, today: date, free: Sequence[AccountLine] = ()) -> list[AccountLine]:
    """Each line of the account for a month of ``bill``, in the order in which AWS reckons; never more than is billed.

    ``free`` are the free tiers of this bill alone, counted only where the account has nothing else. A commitment takes
    the place of lines at list price, a discount its share of what commitments leave, and support a share of the rest.
    """
    lines: list[AccountLine] = []
    left = bill.usd_per_month

    def take(item: str, usd: Decimal, source: str) -> None:
        nonlocal left
        taken = max(usd, -left)
        left += taken
        lines.append(AccountLine(item, taken, source))

    for credit in free if account.free_tiers else ():
        take(credit.item, credit.usd_per_month, credit.source)
    for name, commitment in sorted(account.commitments.items()):
        if ended(commitment, today):
            lines.append(AccountLine(f"commitment {name}, ended {commitment.ends}", ZERO, commitment.source))
            continue
        # It is paid whether it covers anything or not.
        covered = min(commitment.covers_usd_per_month, left)
        take(f"commitment {name}", commitment.usd_per_month - covered, f"{commitment.source}, until {commitment.ends}")
    share = left / bill.usd_per_month if bill.usd_per_month else ZERO
    for name, discount in sorted(account.discounts.items()):
        base = sum((line.usd_per_month for line in bill.lines if _concerns(line.price, discount.service)), ZERO)
        take(f"discount {name}", -base * share * discount.percent / 100, discount.source)
    plan = SUPPORT.get(account.support_plan)
    if plan is not None:
        lines.append(AccountLine(plan.title, plan.usd_per_month(max(left, ZERO)), plan.source))
    return lines


def _concerns(price: str, service: str | None) -> bool:
    return service is None or price.partition("/")[0] == service
