"""How a bill names what the price book prices: usage types, product codes and AWS's own units."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Final

from pricing.book import Book, Price
from pricing.book.queries import QUERIES
from pricing.book.query import MIB_OF_GIB, ONE

#: What a price is multiplied by for a cheaper or dearer kind has usage types of its own.
RENAMED: Final = {
    "ec2/spot-fraction-of-on-demand": ("BoxUsage:", "SpotUsage:"),
    "docdb/io-optimized-fraction-of-standard": ("InstanceUsage:", "InstanceUsageIOOptimized:"),
}
#: Two services' usage types in one price.
BOTH: Final = " / "
#: Under which product codes a bill has a service's lines, where not under the book's alone: transfer is billed to
#: whichever service the data comes from (source: AWS Data Exports user guide, line_item_product_code).
ANY: Final = "*"
CODES: Final = {"transfer": (ANY,), "ec2": ("AmazonEC2", "AmazonVPC"), "vpc": ("AmazonVPC", "AmazonEC2")}
_UNIT: Final = re.compile(r"(\d+)([kMB])-")
_LETTERS: Final = {"k": Decimal(10) ** 3, "M": Decimal(10) ** 6, "B": Decimal(10) ** 9}


def usage_types(price: Price, fraction: str = "") -> tuple[str, ...]:
    """What a bill calls it, the book's own name first; nothing where nobody has seen it."""
    query = QUERIES.get(price.key)
    names = [*(price.usagetype or "").split(BOTH), *([query.usagetype] if query else [])]
    before, after = RENAMED.get(fraction, ("", ""))
    return tuple(dict.fromkeys(name.replace(before, after) if before else name for name in names if name))


def service_of(price: Price) -> str:
    """The part of the book that a price stands in, such as ``ec2``."""
    return price.key.partition("/")[0]


def is_billed_by(service: str, code: str, book: Book) -> bool:
    """Whether a bill has lines of a part of the book under a product code."""
    codes = CODES.get(service) or (book.services.get(service, ""),)
    return ANY in codes or code in codes


def per_unit(price: Price) -> Decimal:
    """AWS's units in one of the book's: a million requests, or a MiB/s as a part of a GiB/s."""
    query = QUERIES.get(price.key)
    if query is not None and query.per != ONE:
        return query.per
    if price.unit.startswith("MiBps"):
        return MIB_OF_GIB
    found = _UNIT.match(price.unit)
    return Decimal(found[1]) * _LETTERS[found[2]] if found else ONE


def is_hourly(unit: str) -> bool:
    """Whether a longer month has more of a unit."""
    return unit.lower().endswith(("hrs", "hours"))


def comes_free(price: Price) -> bool:
    """Whether a part comes with every resource, which no bill has a line of."""
    query = QUERIES.get(price.key)
    return query is not None and query.included is not None


@cache
def _by_name(book_prices: tuple[Price, ...]) -> dict[str, tuple[Price, ...]]:
    found: dict[str, tuple[Price, ...]] = {}
    for price in book_prices:
        for name in usage_types(price):
            found[name] = (*found.get(name, ()), price)
    return found


def prices_of(name: str, code: str, book: Book) -> tuple[Price, ...]:
    """The entries of the book that a bill calls ``name``, under the product code where it tells one."""
    found = _by_name(tuple(book.prices.values())).get(name, ())
    return tuple(price for price in found if not code or is_billed_by(service_of(price), code, book))
