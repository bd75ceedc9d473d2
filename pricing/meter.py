"""The bill of a stack: what its declared resources cost a month, line by line, and what has no price and why.

Interpreters per service family live in :mod:`pricing`; this module joins their tables and turns quantities into
money with the price book. USD before VAT, 730 hours a month, exact decimals; free tiers count only where the book says
so exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Final, Literal, TypeAlias

from model.kubernetes import kind_of
from model.resource import Resource
from pricing.aws import (
    account,
    cache,
    cloudwatch_agent,
    compute,
    databases,
    instances,
    load_balancers,
    logs,
    network,
    observability,
    search,
    secrets,
    storage,
    volumes,
)
from pricing.bill import EXACT, Bill, Line, Unpriced
from pricing.book import FACTORS, Book, Price, cost, cost_high
from pricing.context import CostComponent, Meter, PricingContext, UnpricedReason, by_kind, capability_of
from pricing.coverage import custom_resources, unpriced_types
from pricing.coverage.free_types import FREE, FREE_PREFIXES
from pricing.coverage.unpriced_properties import EXTRAS, unmetered
from pricing.coverage.unpriced_types import KNOWN_UNPRICED
from pricing.kubernetes import drills, objects, pushed_secrets
from pricing.properties import UnreadableError
from pricing.redaction import redact
from pricing.usage.formulas import FORMULAS
from stacks.sections.measures import Usage

__all__ = ["Bill", "Line", "Unpriced", "bill_alone", "compute_bill", "price_status", "worst_case"]

#: How much of a price the lines so far have used, at each end: tiers of an account count on from resource to resource.
Counters: TypeAlias = dict[str, tuple[Decimal, Decimal, Decimal]]
PriceStatus = Literal["priced", "free", "usage", "unpriced"]

#: Types with a price of their own, whatever the usage.
PRICED: Final = {
    **compute.PRICED,
    **volumes.PRICED,
    **network.PRICED,
    **load_balancers.PRICED,
    **databases.PRICED,
    **storage.PRICED,
    **cache.PRICED,
    **search.PRICED,
    **secrets.PRICED,
    **cloudwatch_agent.PRICED,
    **observability.PRICED,
    **account.PRICED,
    **objects.PRICED,
    **pushed_secrets.PRICED,
    **drills.PRICED,
}
#: Types that cost only what ``landing:usage`` says is put into them.
USAGE: Final = {
    **instances.USAGE,
    **volumes.USAGE,
    **network.USAGE,
    **databases.USAGE,
    **storage.USAGE,
    **logs.USAGE,
    **observability.USAGE,
    **account.USAGE,
}
METERS: Final = {**PRICED, **USAGE, **account.UNPRICED}


def compute_bill(resources: Iterable[Resource], usage: Usage | None, book: Book, *, today: date | None = None) -> Bill:
    """The month's bill with node groups at their desired size.

    ``today`` tells what is past its standard support, and billed for more; without it nothing is. Never raises for what
    a resource's properties hold: what cannot be read becomes an :class:`Unpriced`.
    """
    return _billed(PricingContext(of=by_kind(resources), usage=usage, book=book, today=today, formulas=FORMULAS))


def worst_case(resources: Iterable[Resource], usage: Usage | None, book: Book, *, today: date | None = None) -> Bill:
    """The month's bill with every node group at its maximal size."""
    return _billed(
        PricingContext(of=by_kind(resources), usage=usage, book=book, today=today, formulas=FORMULAS, size="maxSize")
    )


def bill_alone(resource: Resource, usage: Usage | None, book: Book, *, today: date | None = None) -> Bill:
    """The month's bill of one resource before the others exist; a storage class it names is taken as gp3."""
    return _billed(
        PricingContext(of=by_kind([resource]), usage=usage, book=book, today=today, formulas=FORMULAS, alone=True)
    )


def price_status(token: str) -> PriceStatus:
    """How a type token is billed; ``unpriced`` also for one that nobody has heard of."""
    kind = kind_of(token)
    if kind in PRICED:
        return "priced"
    if kind in USAGE:
        return "usage"
    if custom_resources.reason(kind) is not None:
        return "unpriced"
    free = kind in FREE or (kind not in KNOWN_UNPRICED and kind not in METERS and kind.startswith(FREE_PREFIXES))
    return "free" if free else "unpriced"


def _billed(context: PricingContext) -> Bill:
    lines: list[Line] = []
    unpriced: list[Unpriced] = []
    counters: Counters = {}
    with localcontext(EXACT):
        for kind, resources in context.of.items():
            meter, extras = METERS.get(kind) or custom_resources.meter_of(kind), EXTRAS.get(kind, ())
            for resource in resources:
                for found in _metered(resource, meter, context, counters) if meter else _unmetered(resource):
                    if isinstance(found, Line):
                        lines.append(found)
                    else:
                        unpriced.append(found)
                unpriced += [_unpriced(resource, gap) for gap in unmetered(resource, extras)]
    return Bill(
        lines=tuple(sorted(lines, key=lambda line: (line.urn, line.item, line.quantity))),
        unpriced=tuple(sorted(unpriced, key=lambda gap: (gap.urn, gap.kind, gap.reason))),
        figures={name: spread for name in sorted({line.figure for line in lines}) if (spread := context.spread(name))},
    )


def _metered(
    resource: Resource, meter: Meter, context: PricingContext, counters: Counters
) -> Iterator[Line | Unpriced]:
    try:
        for found in meter(resource, context):
            if isinstance(found, CostComponent):
                yield from _lines(resource, found, context.book, counters)
            else:
                yield _unpriced(resource, found)
    except UnreadableError as unreadable:
        yield _unpriced(resource, UnpricedReason(unreadable.reason, unreadable.kind))


def _unmetered(resource: Resource) -> Iterator[Unpriced]:
    # A component makes nothing itself.
    if not resource.custom or price_status(resource.type) != "unpriced":
        return
    if why := unpriced_types.reason(resource.type):
        yield _unpriced(resource, UnpricedReason(f"{resource.type} {why}; the book has no price", "price"))
    else:
        yield _unpriced(resource, UnpricedReason(f"cost unknown: no price for {resource.type}", "type"))


def _unpriced(resource: Resource, gap: UnpricedReason) -> Unpriced:
    return Unpriced(resource.urn, resource.type, capability_of(resource), gap.reason, gap.kind)


def _lines(resource: Resource, charge: CostComponent, book: Book, counters: Counters) -> Iterator[Line | Unpriced]:
    keys = [charge.price, *([charge.fraction] if charge.fraction else [])]
    prices = [book.price(key) for key in keys]
    for key, price in zip(keys, prices, strict=True):
        if price is None or price.usd is None:
            why = "the price book has no" if price is None else "nobody has found the price of"
            yield _unpriced(resource, UnpricedReason(f"{charge.item}: {why} {redact(key, book)}", "price"))
            if price is not None and price.high_usd is not None and len(keys) == 1:
                yield _bounded(resource, charge, price)
            return
    yield _priced(resource, charge, [price for price in prices if price], counters)


def _bounded(resource: Resource, charge: CostComponent, price: Price) -> Line:
    """What an unknown price may come to at worst: nothing that is expected, and a gap stands beside it."""
    most = charge.quantity if charge.high is None else charge.high
    return Line(
        urn=resource.urn,
        capability=capability_of(resource),
        item=f"{charge.item}, price unknown",
        quantity=charge.quantity * charge.times,
        unit=price.unit,
        usd_per_unit=Decimal(0),
        usd_per_month=Decimal(0),
        usd_per_month_low=Decimal(0),
        usd_per_month_high=cost_high(price, most) * charge.times,
        usd_per_month_high_price=cost_high(price, charge.quantity) * charge.times,
        figure=charge.figure,
        basis=charge.basis,
        confidence=price.confidence,
        source=f"{price.source}; upper bound: {price.high_reason}",
        as_of=price.as_of,
        price=price.key,
    )


def _priced(resource: Resource, charge: CostComponent, prices: Sequence[Price], counters: Counters) -> Line:
    price, *fractions = prices
    amounts = _amounts(charge, price, counters)
    rate = price.usd or Decimal(0)
    for fraction in fractions:
        listed, worst = fraction.usd or Decimal(0), fraction.high or Decimal(0)
        amounts, rate = amounts.times(listed, worst), rate * listed
    return Line(
        urn=resource.urn,
        capability=capability_of(resource),
        item=charge.item,
        quantity=charge.quantity * charge.times,
        unit=price.unit,
        usd_per_unit=rate,
        usd_per_month=amounts.usd,
        usd_per_month_low=amounts.low,
        usd_per_month_high=amounts.high,
        usd_per_month_high_usage=amounts.high_usage,
        usd_per_month_high_price=amounts.high_price,
        figure=charge.figure,
        basis=charge.basis,
        confidence=max((item.confidence for item in prices), key=tuple(FACTORS).index),
        source="; ".join(item.source for item in prices),
        as_of=price.as_of,
        price=price.key,
        fraction=charge.fraction or "",
    )


@dataclass(frozen=True, slots=True)
class _Amounts:
    """USD at the low end, at the base and at worst; and at what usage alone, or the price alone, may raise it to."""

    low: Decimal
    usd: Decimal
    high: Decimal
    high_usage: Decimal
    high_price: Decimal

    def times(self, listed: Decimal, worst: Decimal) -> _Amounts:
        """The same of a price that is multiplied by another, which is ``listed``, and ``worst`` at worst."""
        return _Amounts(
            self.low * listed, self.usd * listed, self.high * worst, self.high_usage * listed, self.high_price * worst
        )


def _amounts(charge: CostComponent, price: Price, counters: Counters) -> _Amounts:
    low, base, high = (charge.quantity if end is None else end for end in (charge.low, charge.quantity, charge.high))
    if not price.tiers or price.tiers_per == "resource":
        found = (cost(price, low), cost(price, base), cost_high(price, high), cost(price, high), cost_high(price, base))
        return _Amounts(*(amount * charge.times for amount in found))
    before = counters.get(price.key, (Decimal(0),) * 3)
    after = tuple(begun + end * charge.times for begun, end in zip(before, (low, base, high), strict=True))
    counters[price.key] = (after[0], after[1], after[2])

    def part(of: Callable[[Price, Decimal], Decimal], end: int) -> Decimal:
        return of(price, after[end]) - of(price, before[end])

    usd = part(cost, 1)
    # Each end counts for itself, and what other lines use at theirs may have filled a dearer or a cheaper tier.
    high_usage, high_price = max(part(cost, 2), usd), max(part(cost_high, 1), usd)
    return _Amounts(
        min(part(cost, 0), usd), usd, max(part(cost_high, 2), high_usage, high_price), high_usage, high_price
    )
