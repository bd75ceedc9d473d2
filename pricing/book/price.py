"""One price: what a unit costs, tier by tier, how sure that is, and what it may cost at worst. USD, exact decimals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from model.confidence import Confidence

#: What a price may turn out to be, as a multiple of what the book says.
FACTORS: Final[Mapping[Confidence, Decimal]] = {
    "exact": Decimal(1),
    "derived": Decimal("1.25"),
    "recalled": Decimal("1.5"),
}


@dataclass(frozen=True, slots=True)
class Tier:
    """A rate for the part of a quantity that lies above the tier before and up to ``up_to`` (``None``: without end)."""

    up_to: Decimal | None
    usd: Decimal
    confidence: Confidence


#: What a price's tiers count: all that an account uses in the month, or what each resource has (a volume its IOPS).
TiersPer = Literal["account", "resource"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One price. ``as_of`` is a day or a month; ``free_tier`` is text, and only an exact one is part of ``tiers``."""

    key: str
    usd: Decimal | None
    unit: str
    confidence: Confidence
    source: str
    as_of: str | None = None
    tiers: tuple[Tier, ...] = ()
    tiers_per: TiersPer = "account"
    usagetype: str | None = None
    usagetype_seen: bool = False
    free_tier: str | None = None
    note: str | None = None
    high_usd: Decimal | None = None
    high_reason: str | None = None

    @property
    def high(self) -> Decimal | None:
        """USD a unit at worst: the stated bound, else the price by its confidence; ``None`` when unknown."""
        if self.high_usd is not None or self.usd is None:
            return self.high_usd
        return self.usd * FACTORS[self.confidence]


def cost(price: Price, quantity: Decimal) -> Decimal:
    """USD for ``quantity``, tier by tier; a stated bound is no price.

    Raises :class:`ValueError` for an unknown price or a quantity below 0.
    """
    if price.tiers:
        return sum((part * tier.usd for part, tier in _spread(price, quantity)), Decimal(0))
    return _rate(price, price.usd, quantity) * quantity


def cost_high(price: Price, quantity: Decimal) -> Decimal:
    """USD at worst: at the stated bound, else each tier by its own confidence. Raises like :func:`cost`."""
    if price.high_usd is None and price.tiers:
        parts = _spread(price, quantity)
        return sum((part * tier.usd * FACTORS[tier.confidence] for part, tier in parts), Decimal(0))
    return _rate(price, price.high, quantity) * quantity


def _spread(price: Price, quantity: Decimal) -> Iterator[tuple[Decimal, Tier]]:
    _rate(price, price.usd, quantity)
    below = Decimal(0)
    for tier in price.tiers:
        top = quantity if tier.up_to is None else min(quantity, tier.up_to)
        if top > below:
            yield top - below, tier
            below = top


def _rate(price: Price, rate: Decimal | None, quantity: Decimal) -> Decimal:
    if rate is None:
        raise ValueError(f"{price.key} has no price")
    if not quantity.is_finite() or quantity < 0:
        raise ValueError(f"{quantity} {price.unit} of {price.key}: a quantity is 0 or more")
    return rate
