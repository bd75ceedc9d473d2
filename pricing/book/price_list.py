"""Reads what the Price List Query API answers, and finds the one rate a question is about. USD, exact decimals.

``PriceList`` is a list of JSON texts, one a SKU: ``product`` says what is sold, ``terms.OnDemand`` for how much, tier
by tier in no order (source: AWS Billing user guide, Price List Query API; format ``aws_v1``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final

from pricing.book.query import Query

ENDLESS: Final = "Inf"
ZERO: Final = Decimal(0)
#: Where a SKU may say which region it is of.
PLACES: Final = ("regionCode", "fromRegionCode")


class OfferError(ValueError):
    """An answer that gives no price, or more than one; one line, without the key it was asked for."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One SKU: what it is, and the price dimensions of each of its on-demand terms as they came."""

    sku: str
    attributes: Mapping[str, str]
    published: date
    terms: tuple[tuple[Mapping[str, Any], ...], ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """A price in the book's unit. ``tiers`` are (up to, USD) pairs whose last is endless; none for a single price."""

    usd: Decimal
    tiers: tuple[tuple[Decimal | None, Decimal], ...]
    as_of: date
    usagetype: str


def read(text: str) -> Offer:
    """One entry of ``PriceList``. Raises :class:`OfferError` for a text that is no offer."""
    try:
        document = json.loads(text)
        product, terms = document["product"], document.get("terms", {}).get("OnDemand", {})
        return Offer(
            sku=str(product["sku"]),
            attributes={str(key): str(value) for key, value in product["attributes"].items()},
            published=date.fromisoformat(str(document["publicationDate"])[:10]),
            terms=tuple(tuple(term["priceDimensions"].values()) for term in terms.values()),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        shown = text if len(text) <= 60 else f"{text[:57]}..."
        raise OfferError(f"AWS answered with no offer ({type(error).__name__}): {shown!r}") from None


def rate(query: Query, offers: Iterable[Offer]) -> Rate:
    """The price of the one SKU that fits. Raises :class:`OfferError` unless there is exactly one, in a known unit."""
    found = list(offers)
    offer = _single(query, found)
    tiers = sorted(_tiers(query, offer), key=lambda tier: tier[0])
    if not tiers or tiers[0][0] != 0 or tiers[-1][1] is not None or any(a[1] != b[0] for a, b in pairwise(tiers)):
        ranges = ", ".join(f"{begin} to {ENDLESS if end is None else end}" for begin, end, _ in tiers) or "none"
        raise OfferError(f"{query.usagetype}: the tiers of SKU {offer.sku} do not join from 0 to {ENDLESS}: {ranges}")
    usual = next((usd for _, _, usd in tiers if usd), ZERO)
    steps = tuple((end, usd) for _, end, usd in tiers)
    if query.beyond and len(steps) > 1:
        raise OfferError(f"{query.usagetype}: SKU {offer.sku} has tiers, which were sold by usage types of their own")
    for limit, usagetype in query.beyond:
        above = rate(replace(query, usagetype=usagetype, beyond=(), included=None), found)
        steps = (*steps[:-1], (limit, steps[-1][1]), (None, above.usd))
    if query.included is not None:
        steps = ((query.included, ZERO), *((None if end is None else end + query.included, usd) for end, usd in steps))
    return Rate(usd=usual, tiers=steps if len(steps) > 1 else (), as_of=offer.published, usagetype=query.usagetype)


def _single(query: Query, found: Sequence[Offer]) -> Offer:
    fitting = [offer for offer in found if _fits(query, offer)]
    if len(fitting) != 1:
        raise OfferError(f"{query.usagetype}: exactly one SKU is needed, found are {_named(fitting, found)}")
    offer = fitting[0]
    if len(offer.terms) != 1:
        raise OfferError(f"{query.usagetype}: SKU {offer.sku} has {len(offer.terms)} on-demand terms; one is needed")
    return offer


def _fits(query: Query, offer: Offer) -> bool:
    attributes = offer.attributes
    elsewhere = any(attributes.get(place) not in {None, "", query.region} for place in PLACES)
    operation = query.operation is None or attributes.get("operation") == query.operation
    return attributes.get("usagetype") == query.usagetype and operation and not elsewhere


def _named(fitting: Sequence[Offer], found: Sequence[Offer]) -> str:
    if fitting:
        return ", ".join(sorted(offer.sku for offer in fitting))
    others = sorted(f"{offer.sku} ({offer.attributes.get('usagetype', 'no usage type')})" for offer in found)
    return f"none among {', '.join(others[:5])}{' ...' if len(others) > 5 else ''}" if others else "none"


def _tiers(query: Query, offer: Offer) -> Iterator[tuple[Decimal, Decimal | None, Decimal]]:
    for dimension in offer.terms[0]:
        unit = str(dimension.get("unit"))
        if unit.lower() not in query.units:
            allowed = ", ".join(query.units)
            raise OfferError(f"{query.usagetype}: SKU {offer.sku} is sold by {unit!r}; known are {allowed}")
        try:
            begin, end = dimension["beginRange"], dimension["endRange"]
            usd = _amount(dimension["pricePerUnit"]["USD"])
            yield _amount(begin) / query.per, None if end == ENDLESS else _amount(end) / query.per, usd * query.per
        except (KeyError, TypeError, InvalidOperation):
            shown = json.dumps(dimension, sort_keys=True)[:60]
            raise OfferError(f"{query.usagetype}: SKU {offer.sku} has a price that cannot be read: {shown}") from None


def _amount(text: object) -> Decimal:
    amount = Decimal(text) if isinstance(text, str) else Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise InvalidOperation
    return amount
