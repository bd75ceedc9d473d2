"""How far the price book can be trusted: its age, how sure its prices are, and what the stacks use without a price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from model.urn import name_of
from pricing.book.book import Book
from pricing.book.price import FACTORS, Price
from pricing.book.queries import QUERIES
from pricing.money import cents

BOUNDED: Final = "null, bounded"
UNKNOWN: Final = "null"
SURENESS: Final = (*FACTORS, BOUNDED, UNKNOWN)
MAX_AGE_DAYS: Final = 180
#: A single price older than this is told: the book as a whole is as young as its newest.
OLD_PRICE_DAYS: Final = 730


@dataclass(frozen=True)
class Finding:
    """One line of the check; a ``grave`` one fails it."""

    text: str
    grave: bool = False


def sureness(price: Price) -> str:
    """How sure a price is; an unknown one is told by whether a bound is stated."""
    if price.usd is None:
        return UNKNOWN if price.high_usd is None else BOUNDED
    return price.confidence


def coverage(book: Book) -> dict[str, Counter[str]]:
    """Prices by service and sureness, in the order of the book."""
    found: dict[str, Counter[str]] = {}
    for key, price in book.prices.items():
        found.setdefault(key.partition("/")[0], Counter())[sureness(price)] += 1
    return found


def age(book: Book, today: date, max_age_days: int = MAX_AGE_DAYS) -> Iterator[Finding]:
    """How old the book is, and how many of its prices are older than the limit or undated."""
    days = (today - book.published).days
    old = f"the book is of {book.published}, {days} days old; the limit is {max_age_days}"
    yield Finding(old, grave=days > max_age_days)
    known = [price for price in book.prices.values() if price.usd is not None]
    late = sum(1 for price in known if price.as_of and (today - day(price.as_of)).days > max_age_days)
    undated = sum(1 for price in known if price.as_of is None)
    yield Finding(f"{late} of its {len(known)} known prices were read before that limit, {undated} have no date")
    queried = sum(1 for key in book.prices if key in QUERIES)
    yield Finding(f"{queried} of its {len(book.prices)} prices can be refreshed: ./lz book refresh")


def used(stack: str, cost: Mapping[str, Any], today: date) -> Iterator[Finding]:
    """What ``stack`` pays by how sure and how old the price is, and what it uses that has none.

    ``cost`` is that part of a preview's JSON document: lines and what is unpriced.
    """
    usd: dict[str, Decimal] = {}
    for line in cost["lines"]:
        usd[line["confidence"]] = usd.get(line["confidence"], Decimal(0)) + Decimal(str(line["usdPerMonth"]))
    total = sum(usd.values(), Decimal(0))
    parts = ", ".join(f"{cents(share)} {name}" for name in FACTORS if (share := usd.get(name)))
    yield Finding(f"{stack}: {cents(total)} USD a month, of which {parts or 'nothing'}")
    yield from _old(stack, cost["lines"], today)
    for gap in cost["unpriced"]:
        where = name_of(gap["urn"])
        yield Finding(f"{stack}: {where} ({gap['type']}) has no price: {gap['reason']}", grave=gap["kind"] == "price")


def _old(stack: str, lines: Sequence[Mapping[str, Any]], today: date) -> Iterator[Finding]:
    dated = [line for line in lines if line.get("asOf")]
    late = [line for line in dated if (today - day(line["asOf"])).days > OLD_PRICE_DAYS]
    undated = [line for line in lines if not line.get("asOf")]
    if late or undated:
        told = (
            f"{len(part)} lines of {cents(_usd(part))} USD {what}"
            for part, what in ((late, f"at prices read over {OLD_PRICE_DAYS} days ago"), (undated, "at undated ones"))
        )
        yield Finding(f"{stack}: {', '.join(told)}")


def _usd(lines: Sequence[Mapping[str, Any]]) -> Decimal:
    return sum((Decimal(str(line["usdPerMonth"])) for line in lines), Decimal(0))


def day(as_of: str) -> date:
    """The day a price was read on; the first of the month where no more is known."""
    return date.fromisoformat(as_of if len(as_of) == 10 else f"{as_of}-01")
