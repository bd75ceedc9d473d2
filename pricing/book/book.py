"""Reads a price book. USD before VAT, exact decimals; a unit is the one AWS bills in (``Hrs``, ``GB-Mo``).

A price that nobody found is ``null`` in the file and unknown here, never 0. A book that cannot be trusted is not
loaded at all: every fault raises :class:`PriceBookError` with one line naming the file, the key, the value and what is
allowed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from model.confidence import Confidence
from pricing.book.prefixes import PREFIXES
from pricing.book.price import Price, Tier, TiersPer
from stacks.offered import REGION

FORMAT: Final = 1
DEFAULT: Final = Path(__file__).with_name(f"{REGION}.json")
TOP_KEYS: Final = frozenset({"format", "region", "currency", "published", "vat", "services", "prices"})
NEEDED: Final = frozenset({"usd", "unit", "confidence", "as_of", "source"})
OPTIONAL_TEXTS: Final = ("usagetype", "free_tier", "note", "high_reason")
ENTRY_KEYS: Final = NEEDED | {*OPTIONAL_TEXTS, "usagetype_seen", "tiers", "tiers_per", "high_usd"}
TIER_KEYS: Final = frozenset({"upTo", "usd", "confidence"})
AS_OF: Final = re.compile(r"\d{4}-\d{2}(-\d{2})?")


class PriceBookError(ValueError):
    """A book that is missing, broken or of another region."""


@dataclass(frozen=True, kw_only=True)
class Book:
    """The prices of one region. ``published`` is the newest day a price was read on; ``vat`` a fraction."""

    path: Path
    region: str
    published: date
    vat: Decimal
    services: Mapping[str, str] = field(repr=False)
    prices: Mapping[str, Price] = field(repr=False)

    @classmethod
    def load(cls, path: Path | None = None) -> Book:
        """The book at ``path``, of whatever region it is, or Seoul's. Raises :class:`PriceBookError`."""
        own, path = path is None, path or DEFAULT
        try:
            document = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise PriceBookError(f"{path}: cannot be read ({reason}); a price book in JSON must lie there") from None
        except (ValueError, RecursionError) as error:
            raise PriceBookError(f"{path}: is not JSON ({error}); restore it from version control") from None
        try:
            return _book(path, document, (REGION,) if own else tuple(PREFIXES))
        except _FaultError as fault:
            raise PriceBookError(f"{path}: {fault}") from None

    def price(self, key: str) -> Price | None:
        """The entry at ``key`` such as ``eks/cluster-standard``, or ``None`` when the book has none."""
        return self.prices.get(key)


class _FaultError(Exception):
    """What is wrong inside a book, without the path."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"key {next(name for name in names if names.count(name) > 1)!r} is written twice")
    return found


def _book(path: Path, document: Any, regions: tuple[str, ...]) -> Book:
    _keys("the book", document, TOP_KEYS, needed=TOP_KEYS)
    for name, allowed in (("format", (FORMAT,)), ("region", regions), ("currency", ("USD",))):
        if document[name] not in allowed:
            are = "allowed is" if len(allowed) == 1 else "allowed are"
            raise _FaultError(f"{name}: {_shown(document[name])} is refused; {are} {', '.join(map(str, allowed))}")
    for name in ("services", "prices"):
        if not isinstance(document[name], dict):
            raise _FaultError(f"{name}: {_shown(document[name])} is refused; it must be a mapping")
    try:
        published = date.fromisoformat(document["published"])
    except (TypeError, ValueError):
        raise _FaultError(f"published: {_shown(document['published'])} is refused; allowed is YYYY-MM-DD") from None
    services = {name: _text(f"services.{name}", code) for name, code in document["services"].items()}
    return Book(
        path=path,
        region=document["region"],
        published=published,
        vat=_money("vat", document["vat"]),
        services=services,
        prices={key: _price(key, entry, services) for key, entry in document["prices"].items()},
    )


def _price(key: str, entry: Any, services: Mapping[str, str]) -> Price:
    _keys(key, entry, ENTRY_KEYS, needed=NEEDED)
    if key.partition("/")[0] not in services:
        raise _FaultError(f"{key}: belongs to no service; allowed are {', '.join(sorted(services))}")
    usd = None if entry["usd"] is None else _money(f"{key}: usd", entry["usd"])
    high = _money(f"{key}: high_usd", entry["high_usd"]) if "high_usd" in entry else None
    if high is not None and (not entry.get("high_reason") or high < (usd or 0)):
        raise _FaultError(f"{key}: high_usd: {high} is refused; allowed is usd or more, with a high_reason")
    if entry["as_of"] is not None and not AS_OF.fullmatch(_text(f"{key}: as_of", entry["as_of"])):
        raise _FaultError(
            f"{key}: as_of: {_shown(entry['as_of'])} is refused; allowed are YYYY-MM, YYYY-MM-DD and null"
        )
    confidence = _confidence(key, entry["confidence"])
    if usd is None and entry.get("tiers"):
        raise _FaultError(f"{key}: usd: None is refused beside tiers; allowed is the price of the usual tier")
    return Price(
        key=key,
        usd=usd,
        confidence=confidence,
        as_of=entry["as_of"],
        tiers=tuple(_tiers(key, entry.get("tiers", []), confidence)),
        tiers_per=_tiers_per(key, entry.get("tiers_per", "account")),
        usagetype_seen=entry.get("usagetype_seen", False) is True,
        high_usd=high,
        unit=_text(f"{key}: unit", entry["unit"]),
        source=_text(f"{key}: source", entry["source"]),
        **{name: _text(f"{key}: {name}", entry[name]) for name in OPTIONAL_TEXTS if name in entry},
    )


def _tiers_per(key: str, value: Any) -> TiersPer:
    for known in get_args(TiersPer):
        if value == known:
            return known  # type: ignore[no-any-return]
    raise _FaultError(f"{key}: tiers_per: {_shown(value)} is refused; allowed are {', '.join(get_args(TiersPer))}")


def _tiers(key: str, entries: Any, confidence: Confidence) -> Iterator[Tier]:
    if not isinstance(entries, list):
        raise _FaultError(f"{key}: tiers: {_shown(entries)} is refused; allowed is a list")
    below = Decimal(0)
    for place, entry in enumerate(entries):
        where = f"{key}: tiers[{place}]"
        _keys(where, entry, TIER_KEYS, needed=frozenset({"upTo", "usd"}))
        last = place == len(entries) - 1
        up_to = None if entry["upTo"] is None else _money(f"{where}.upTo", entry["upTo"])
        if (up_to is None) != last or (up_to is not None and up_to <= below):
            raise _FaultError(
                f"{where}.upTo: {_shown(entry['upTo'])} is refused; tiers must rise, and only the last is null"
            )
        below = up_to or below
        yield Tier(up_to, _money(f"{where}.usd", entry["usd"]), _confidence(where, entry.get("confidence", confidence)))


def _keys(where: str, entry: Any, allowed: frozenset[str], needed: frozenset[str]) -> None:
    if not isinstance(entry, dict):
        raise _FaultError(f"{where}: {_shown(entry)} is refused; it must be a mapping")
    if unknown := sorted(entry.keys() - allowed):
        raise _FaultError(f"{where}: {unknown[0]!r} is an unknown key; allowed are {', '.join(sorted(allowed))}")
    if missing := sorted(needed - entry.keys()):
        raise _FaultError(f"{where}: {missing[0]!r} is missing; needed are {', '.join(sorted(needed))}")


def _money(where: str, value: Any) -> Decimal:
    try:
        amount = Decimal(value) if isinstance(value, str) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise _FaultError(
            f'{where}: {_shown(value)} is refused; allowed is a decimal text of 0 or more, such as "0.10"'
        )
    return amount


def _confidence(where: str, value: Any) -> Confidence:
    for known in get_args(Confidence):
        if value == known:
            return known  # type: ignore[no-any-return]
    raise _FaultError(f"{where}: confidence: {_shown(value)} is refused; allowed are {', '.join(get_args(Confidence))}")


def _text(where: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _FaultError(f"{where}: {_shown(value)} is refused; allowed is text")
    return value


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


@cache
def current_book() -> Book:
    """Seoul's book, read once a process: rules ask for it at every resource. Raises :class:`PriceBookError`."""
    return Book.load()


def priced(book: Book, key: str) -> Price:
    """The entry that a comparison cannot do without. Raises :class:`PriceBookError` for one that has no price."""
    price = book.price(key)
    if price is None or price.usd is None:
        raise PriceBookError(f"{book.path}: {key}: has no price; a break-even needs one")
    return price
