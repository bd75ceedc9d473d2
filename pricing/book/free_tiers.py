"""Reads the free tiers: how much of a price, or of several together, AWS bills nothing for in a month."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from pricing.book.book import AS_OF, PriceBookError
from stacks.document import read_document
from stacks.messages import SettingsError

DEFAULT: Final = Path(__file__).with_name("free_tiers.yaml")
KEYS: Final = ("what", "prices", "free", "source", "as_of")


@dataclass(frozen=True, slots=True)
class FreeTier:
    """``free`` is in the unit of the prices, which use it up in their order; ``as_of`` a day or a month."""

    what: str
    prices: tuple[str, ...]
    free: Decimal
    source: str
    as_of: str | None


def load_free_tiers(path: Path = DEFAULT) -> tuple[FreeTier, ...]:
    """The free tiers in ``path``. Raises :class:`pricing.book.PriceBookError` with one line."""
    try:
        found = read_document(path)
    except SettingsError as error:
        raise PriceBookError(str(error)) from None
    if not isinstance(found, list):
        raise PriceBookError(f"{path}: must be a list of free tiers")
    tiers = tuple(_tier(f"{path}: [{place}]", entry) for place, entry in enumerate(found))
    prices = [price for tier in tiers for price in tier.prices]
    if twice := sorted({price for price in prices if prices.count(price) > 1}):
        raise PriceBookError(f"{path}: {twice[0]} is in two free tiers; a price has one")
    return tiers


def _tier(where: str, entry: Any) -> FreeTier:
    if not isinstance(entry, dict) or set(entry) != set(KEYS):
        raise PriceBookError(f"{where}: must be a mapping of {', '.join(KEYS)}")
    for key in ("what", "source"):
        if not isinstance(entry[key], str) or not entry[key]:
            raise PriceBookError(f"{where}.{key}: {entry[key]!r} is refused; allowed is text")
    prices, free, as_of = entry["prices"], entry["free"], entry["as_of"]
    if not isinstance(prices, list) or not prices or not all(isinstance(price, str) for price in prices):
        raise PriceBookError(f"{where}.prices: {prices!r} is refused; allowed is a list of price keys")
    if isinstance(free, bool) or not isinstance(free, int | float) or not 0 < free < float("inf"):
        raise PriceBookError(f"{where}.free: {free!r} is refused; allowed is a number above 0")
    if as_of is not None and not (isinstance(as_of, str) and AS_OF.fullmatch(as_of)):
        raise PriceBookError(f"{where}.as_of: {as_of!r} is refused; allowed are YYYY-MM, YYYY-MM-DD and null")
    return FreeTier(entry["what"], tuple(prices), Decimal(str(free)), entry["source"], as_of)


@cache
def current_free_tiers() -> tuple[FreeTier, ...]:
    """The committed ones, read once a process. Raises :class:`pricing.book.PriceBookError`."""
    return load_free_tiers()
