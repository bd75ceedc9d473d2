"""Rounding for people: cents that add up to the total they stand under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from pricing.money import cents

__all__ = ["adding_up", "adding_up_pairs", "cents", "percent"]


def trimmed(amount: Decimal) -> Decimal:
    """``amount`` without the zeros that a product leaves at its end, and without an exponent where it is whole."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()


def adding_up_pairs(pairs: Sequence[tuple[Decimal, Decimal]]) -> Iterator[tuple[Decimal, Decimal]]:
    """Amounts and their high bounds, both adding up, and no bound rounded below its amount."""
    amounts = adding_up(amount for amount, _ in pairs)
    margins = adding_up(high - amount for amount, high in pairs)
    for amount, margin in zip(amounts, margins, strict=True):
        yield amount, amount + margin


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


def percent(share: Decimal | None) -> str:
    """A difference from a claim as a table cell."""
    if share is None:
        return "-"
    if not share.is_finite():
        return "beyond 0"
    # Nearly all of a claim is not all of it.
    places = 1 if abs(share) < 1 and round(abs(share) * 100) == 100 else 0
    return f"{share * 100:+.{places}f} %" if share else "as claimed"
