"""What an account that held one bill alone would not pay: free tiers, which AWS grants once and not to each stack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final

from pricing.bill import EXACT, Bill
from pricing.book.free_tiers import FreeTier, current_free_tiers

ONCE: Final = "once per account"


@dataclass(frozen=True, slots=True)
class Credit:
    """USD a month that lines of one price would cost less, for ``quantity`` (in ``unit``) that is free.

    ``note`` says to whom it is granted: who holds several stacks has it once, so it is no part of any stack's bill.
    """

    what: str
    price: str
    quantity: Decimal
    unit: str
    usd_per_unit: Decimal
    usd_per_month: Decimal
    source: str
    as_of: str | None
    note: str = ONCE


def free_tier_credit(bill: Bill, tiers: Sequence[FreeTier] | None = None) -> tuple[Credit, ...]:
    """A credit for each free tier that ``bill`` uses, at its expected amounts, in the order of the tiers.

    What is free is what comes first, at the rate of the first tier that is charged. ``tiers`` are the committed ones
    when none are given. Raises :class:`pricing.book.PriceBookError` when those cannot be read.
    """
    with localcontext(EXACT):
        return tuple(
            credit for tier in (current_free_tiers() if tiers is None else tiers) for credit in _of(tier, bill)
        )


def _of(tier: FreeTier, bill: Bill) -> Iterator[Credit]:
    left = tier.free
    for price in tier.prices:
        lines = [line for line in bill.lines if line.price == price]
        covered = min(left, sum((line.quantity for line in lines), Decimal(0)))
        rate = max((line.usd_per_unit for line in lines), default=Decimal(0))
        left -= covered
        if covered * rate:
            yield Credit(tier.what, price, covered, lines[0].unit, rate, covered * rate, tier.source, tier.as_of)
