"""Where two ways of running one capability cost the same: prices as functions of a volume, crossed exactly.

A price grows with the volume in straight pieces, because AWS bills in tiers: the pieces are solved one by one, so a
crossing is a solution and not a search. USD a month of 730 hours, before VAT; divisions are carried to 28 digits.
What each way consists of, and which assumption stands behind each quantity, is :mod:`policy.economics.alternatives`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from pricing.book import Price, Tier, cost
from stacks.section import Capability

ZERO: Final = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Term:
    """One thing that is billed: ``fixed`` units of a price a month and ``each`` more for every unit of volume.

    ``fraction`` is what is paid of the price (Spot). ``why`` says where the quantities come from.
    """

    item: str
    price: Price
    why: str
    fixed: Decimal = ZERO
    each: Decimal = ZERO
    fraction: Decimal = Decimal(1)

    def usd(self, volume: Decimal) -> Decimal:
        """USD a month at ``volume``. Raises :class:`ValueError` for an unknown price or a negative volume."""
        return cost(self.price, self.fixed + self.each * volume) * self.fraction

    def bends(self) -> Iterator[Decimal]:
        """The volumes above zero at which a new tier begins."""
        for tier in self.price.tiers if self.each else ():
            if tier.up_to is not None and tier.up_to > self.fixed:
                yield (tier.up_to - self.fixed) / self.each


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """One way of running a capability; ``slug`` is what the ledger calls the system."""

    slug: str
    title: str
    terms: tuple[Term, ...]

    def usd(self, volume: Decimal) -> Decimal:
        """USD a month at ``volume``."""
        return sum((term.usd(volume) for term in self.terms), ZERO)

    def without(self, *items: str) -> Alternative:
        """The same without some of its terms."""
        return replace(self, terms=tuple(term for term in self.terms if term.item not in items))

    def plus(self, *terms: Term) -> Alternative:
        """The same with further terms."""
        return replace(self, terms=self.terms + terms)

    def with_free(self, item: str, units: Decimal) -> Alternative:
        """The same with the first ``units`` of a term given away each month, as AWS is remembered to do."""
        terms = (_given_away(term, units) if term.item == item else term for term in self.terms)
        return replace(self, terms=tuple(terms))


@dataclass(frozen=True, kw_only=True)
class Case:
    """The crossing once something is taken otherwise; ``None`` when one way is cheaper at every volume."""

    name: str
    why: str
    crossing: Decimal | None


@dataclass(frozen=True, kw_only=True)
class BreakEven:
    """AWS against the incumbent. Volumes are in ``unit`` a month.

    ``line`` is the guide's threshold. ``guide_aws_each`` is the guide's price of one unit on AWS, ``guide_incumbent``
    what it says the incumbent costs at any volume. Above ``holds_to`` the incumbent's quantities no longer hold.
    """

    capability: Capability
    unit: str
    aws: Alternative
    incumbent: Alternative
    line: Decimal
    guide_aws_each: Decimal
    guide_incumbent: Decimal
    holds_to: Decimal | None
    cases: tuple[Case, ...]

    @property
    def crossing(self) -> Decimal | None:
        """The first volume at which both cost the same: AWS is cheaper below it."""
        return first_crossing(self.aws, self.incumbent)

    @property
    def guide_crossing(self) -> Decimal:
        """Where the guide's own two prices meet."""
        return self.guide_incumbent / self.guide_aws_each

    @property
    def dearer_at_line(self) -> Decimal:
        """How much more a month AWS costs than the incumbent at the guide's line; negative when it costs less."""
        return self.aws.usd(self.line) - self.incumbent.usd(self.line)


def first_crossing(first: Alternative, second: Alternative) -> Decimal | None:
    """The lowest of :func:`crossings`."""
    return next(iter(find_crossings(first, second)), None)


def find_crossings(first: Alternative, second: Alternative) -> list[Decimal]:
    """Every volume above zero at which the cheaper of the two becomes the dearer, in rising order."""

    def gap(volume: Decimal) -> Decimal:
        return first.usd(volume) - second.usd(volume)

    bends = sorted({ZERO, *(bend for way in (first, second) for term in way.terms for bend in term.bends())})
    # Behind the last bend the line is straight for ever: any further volume shows its slope.
    bends.append(bends[-1] + 1)
    found: list[Decimal] = []
    sign = _sign(gap(ZERO))
    for low, high in pairwise(bends):
        slope = (gap(high) - gap(low)) / (high - low)
        if not slope:
            continue
        root = low - gap(low) / slope
        # A root on a bend belongs to the piece that begins there, which alone says whether the curves only touch.
        if low <= root and (root < high or high == bends[-1]):
            after = _sign(slope)
            if sign and after != sign:
                found.append(root)
            sign = after
    return found


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)


def _given_away(term: Term, units: Decimal) -> Term:
    rate = term.price.usd or ZERO
    tiers = (Tier(units, ZERO, "recalled"), Tier(None, rate, term.price.confidence))
    return replace(term, price=replace(term.price, tiers=tiers))
