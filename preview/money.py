"""Rounding for people: every figure by itself, so that one amount reads alike wherever it stands."""

from __future__ import annotations

from decimal import Decimal

from preview.catalogue import t
from pricing.money import cents

__all__ = ["cents", "percent"]


def trimmed(amount: Decimal) -> Decimal:
    """``amount`` without the zeros that a product leaves at its end, and without an exponent where it is whole."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()


def percent(share: Decimal | None) -> str:
    """A difference from a claim as a table cell."""
    if share is None:
        return "-"
    if not share.is_finite():
        return t("beyond 0")
    # Nearly all of a claim is not all of it.
    places = 1 if abs(share) < 1 and round(abs(share) * 100) == 100 else 0
    return f"{share * 100:+.{places}f} %" if share else t("as claimed")
