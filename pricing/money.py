"""Amounts of money as people and programs read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """``amount`` to the cent."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def number(value: Decimal) -> int | float:
    """A JSON number: whole amounts stay whole, and a float prints the shortest decimal that is the same number."""
    return int(value) if value == value.to_integral_value() else float(value)
