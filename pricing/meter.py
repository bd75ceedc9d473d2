"""The bill of a stack: what its declared resources cost a month, line by line, and what has no price and why.

Interpreters per service family live in :mod:`pricing`; this module joins their tables and turns quantities into
money with the price book. USD before VAT, 730 hours a month, exact decimals; free tiers count only where the book says
so exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Final, Literal

from model.kubernetes import kind_of
from model.resource import Resource
from pricing.aws import (
    account,
    cache,
    cloudwatch_agent,
    compute,
    databases,
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
from pricing.kubernetes import objects
from pricing.properties import UnreadableError
from pricing.redaction import redact
from pricing.usage.formulas import FORMULAS
from stacks.sections.measures import Usage

__all__ = ["Bill", "Line", "Unpriced", "bill_alone", "compute_bill", "price_status", "worst_case"]

PriceStatus = Literal["priced", "free", "usage", "unpriced"]

#: Types with a price of their own, whatever the usage.
PRICED: Final = {
    **compute.PRICED,
    **volumes.PRICED,
    **network.PRICED,
    **load_balancers.PRICED,
    **databases.PRICED,
    **cache.PRICED,
    **search.PRICED,
    **secrets.PRICED,
    **cloudwatch_agent.PRICED,
    **observability.PRICED,
    **account.PRICED,
    **objects.PRICED,
}
#: Types that cost only what ``landing:usage`` says is put into them.
USAGE: Final = {
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
    with localcontext(EXACT):
        for kind, resources in context.of.items():
            meter, extras = METERS.get(kind) or custom_resources.meter_of(kind), EXTRAS.get(kind, ())
            for resource in resources:
                for found in _metered(resource, meter, context) if meter else _unmetered(resource):
                    if isinstance(found, Line):
                        lines.append(found)
                    else:
                        unpriced.append(found)
                unpriced += [_unpriced(resource, gap) for gap in unmetered(resource, extras)]
    return Bill(
        lines=tuple(sorted(lines, key=lambda line: (line.urn, line.item, line.quantity))),
        unpriced=tuple(sorted(unpriced, key=lambda gap: (gap.urn, gap.kind, gap.reason))),
    )


def _metered(resource: Resource, meter: Meter, context: PricingContext) -> Iterator[Line | Unpriced]:
    try:
        for found in meter(resource, context):
            yield (
                _line(resource, found, context.book) if isinstance(found, CostComponent) else _unpriced(resource, found)
            )
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


def _line(resource: Resource, charge: CostComponent, book: Book) -> Line | Unpriced:
    keys = [charge.price, *([charge.fraction] if charge.fraction else [])]
    prices = [book.price(key) for key in keys]
    for key, price in zip(keys, prices, strict=True):
        if price is None or price.rate is None:
            why = "the price book has no" if price is None else "nobody has found the price of"
            return _unpriced(resource, UnpricedReason(f"{charge.item}: {why} {redact(key, book)}", "price"))
    return _priced(resource, charge, [price for price in prices if price])


def _priced(resource: Resource, charge: CostComponent, prices: Sequence[Price]) -> Line:
    price, *fractions = prices
    least, most = (charge.quantity if end is None else end for end in (charge.low, charge.high))
    low, usd, high = cost(price, least), cost(price, charge.quantity), cost_high(price, most)
    rate = price.rate or Decimal(0)
    for fraction in fractions:
        share = fraction.rate or Decimal(0)
        low, usd, high, rate = low * share, usd * share, high * (fraction.high or 0), rate * share
    bound = [f"upper bound: {item.high_reason}" for item in prices if item.usd is None]
    return Line(
        urn=resource.urn,
        capability=capability_of(resource),
        item=charge.item,
        quantity=charge.quantity * charge.times,
        unit=price.unit,
        usd_per_unit=rate,
        usd_per_month=usd * charge.times,
        usd_per_month_low=low * charge.times,
        usd_per_month_high=high * charge.times,
        basis=charge.basis,
        confidence=max((item.confidence for item in prices), key=tuple(FACTORS).index),
        source="; ".join([*(item.source for item in prices), *bound]),
        as_of=price.as_of,
        price=price.key,
        fraction=charge.fraction or "",
    )
