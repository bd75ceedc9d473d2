"""What a bill consists of: priced lines, and what could not be priced and why. USD a month of 730 hours, before VAT."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import cached_property
from typing import Final, Literal, TypeVar

from model.confidence import Confidence
from stacks.section import Capability

HOURS: Final = Decimal(730)
#: Wide enough that a product of a quantity and a price is never rounded.
EXACT: Final = Context(prec=200)

#: Whatever lines are told apart by; keys are put in order.
Key = TypeVar("Key", bound="str | tuple[str, ...]")

Basis = Literal["fixed", "usage", "assumption"]
Kind = Literal["type", "price", "usage", "value"]


@dataclass(frozen=True, slots=True)
class Line:
    """What one resource costs for one thing.

    ``quantity`` is in ``unit`` a month. ``usd_per_unit`` is the listed rate (of the usual tier, where there are tiers);
    ``usd_per_month_high`` is what the month may cost at worst: at the high end of its usage, given how sure the price
    is; ``usd_per_month_low`` is the listed price at the low end. The basis says where the quantity comes from: the
    declaration, ``landing:usage``, or an assumption. ``price`` is the key of the price book's entry, ``fraction`` that
    of what it is multiplied by.

    What nobody knows the price of, but a bound, costs nothing but at worst, and leaves a gap besides.
    """

    urn: str
    capability: Capability
    item: str
    quantity: Decimal
    unit: str
    usd_per_unit: Decimal
    usd_per_month: Decimal
    usd_per_month_low: Decimal
    usd_per_month_high: Decimal
    basis: Basis
    confidence: Confidence
    source: str
    as_of: str | None
    price: str = ""
    fraction: str = ""


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


@dataclass(frozen=True, slots=True)
class Amount:
    """What some lines come to."""

    usd_per_month: Decimal
    usd_per_month_low: Decimal
    usd_per_month_high: Decimal


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
    def usd_per_month_low(self) -> Decimal:
        """The sum of the lines at the low end of every usage figure."""
        return _sum(line.usd_per_month_low for line in self.lines)

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
        found = group_lines(self.lines, lambda line: line.capability)
        return {capability: amount.usd_per_month for capability, amount in found.items()}


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    with localcontext(EXACT):
        return sum(amounts, Decimal(0))


def group_lines(lines: Iterable[Line], key: Callable[[Line], Key]) -> dict[Key, Amount]:
    """What the lines of each key come to, keys in order."""
    found: dict[Key, list[Line]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return {
        name: Amount(
            usd_per_month=_sum(line.usd_per_month for line in found[name]),
            usd_per_month_low=_sum(line.usd_per_month_low for line in found[name]),
            usd_per_month_high=_sum(line.usd_per_month_high for line in found[name]),
        )
        for name in sorted(found)
    }
