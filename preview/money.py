"""Rounding for people: cents that add up to the total they stand under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """``amount`` to the cent."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def adding_up(amounts: Iterable[Decimal]) -> Iterator[Decimal]:
    """Each amount to the cent, so that they add up to the rounded sum; none is off by more than a cent.

    Rounding each alone would leave a table whose lines do not add up to its last one.
    """
    exact = shown = Decimal(0)
    for amount in amounts:
        exact += amount
        rounded = cents(exact) - shown
        shown += rounded
        yield rounded
