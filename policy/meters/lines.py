"""What a bill consists of: priced lines, and what could not be priced and why. USD a month of 730 hours, before VAT."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import cached_property
from typing import Final, Literal

from policy.prices import Confidence
from stacks.section import Capability

HOURS: Final = Decimal(730)
#: Wide enough that a product of a quantity and a price is never rounded.
EXACT: Final = Context(prec=200)

Basis = Literal["fixed", "usage", "assumption"]
Kind = Literal["type", "price", "usage", "value"]


@dataclass(frozen=True, slots=True)
class Line:
    """What one resource costs for one thing.

    ``quantity`` is in ``unit`` a month. ``usd_per_unit`` is the listed rate (of the usual tier, where there are tiers);
    ``usd_per_month_high`` is what the month may cost at worst, given how sure the price is. The basis says where the
    quantity comes from: the declaration, ``landing:usage``, or an assumption.
    """

    urn: str
    capability: Capability
    item: str
    quantity: Decimal
    unit: str
    usd_per_unit: Decimal
    usd_per_month: Decimal
    usd_per_month_high: Decimal
    basis: Basis
    confidence: Confidence
    source: str
    as_of: str | None


@dataclass(frozen=True, slots=True)
class Unpriced:
    """What is billed but has no figure here.

    ``type``: nobody has heard of the type. ``price``: the book has none. ``usage``: a ``landing:usage`` figure is not
    set. ``value``: a property that drives the cost is unknown before the deployment, missing or of a wrong type.
    """

    urn: str
    type: str
    capability: Capability
    reason: str
    kind: Kind


@dataclass(frozen=True)
class Bill:
    """A month's bill. Sums are exact; rounding is for whoever shows them."""

    lines: tuple[Line, ...]
    unpriced: tuple[Unpriced, ...]

    @cached_property
    def usd_per_month(self) -> Decimal:
        """The sum of the lines: at least this much, when :attr:`at_least`."""
        return _sum(line.usd_per_month for line in self.lines)

    @cached_property
    def usd_per_month_high(self) -> Decimal:
        """The sum of the lines at worst."""
        return _sum(line.usd_per_month_high for line in self.lines)

    @property
    def at_least(self) -> bool:
        """Whether anything billed is missing from the sum."""
        return bool(self.unpriced)

    def by_capability(self) -> dict[Capability, Decimal]:
        """USD a month by capability, for those that have lines, in alphabetical order."""
        found: dict[Capability, list[Decimal]] = {}
        for line in self.lines:
            found.setdefault(line.capability, []).append(line.usd_per_month)
        return {capability: _sum(found[capability]) for capability in sorted(found)}


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    with localcontext(EXACT):
        return sum(amounts, Decimal(0))
