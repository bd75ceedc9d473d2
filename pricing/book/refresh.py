"""Reads the book's prices anew from AWS: all that was asked for, or none; the old book is replaced whole or not at all.

A refreshed price is exact, of the day AWS published it; a note that spoke of the old figure says so. Prices without a
query (:mod:`pricing.book.queries`) stay as they are.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pricing.aws_client import Pause, pages
from pricing.book.book import Book, PriceBookError
from pricing.book.price_list import Offer, OfferError, Rate, rate, read
from pricing.book.queries import UNASKED
from pricing.book.query import Query
from pricing.book.regions import SEOUL_ONLY, relocated
from stacks.command import write_atomically

#: The Price List Query API answers in three regions, Seoul not among them.
ENDPOINT_REGION: Final = "us-east-1"
SOURCE: Final = "AWS Price List Query API"
#: A price that changes by more than this factor is more often another SKU than another price.
LARGEST_CHANGE: Final = Decimal(3)
SAID: Final = "said of "
#: The day of a book that nothing was read into: older than any.
NOTHING_READ: Final = "1970-01-01"
PAGE_SIZE: Final = 100
Step = Callable[[str], object]


class RefreshError(Exception):
    """AWS's answers make no book; one line for each price."""


@dataclass(frozen=True)
class Change:
    """One price before and after, as entries of the book."""

    key: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]

    def __str__(self) -> str:
        old, new = self.old["usd"], self.new["usd"]
        percent = "new" if old is None else _percent(Decimal(old), Decimal(new))
        tiers = ", other tiers" if _bare(self.old) != _bare(self.new) else ""
        sure = "" if self.old["confidence"] == "exact" else f", {self.old['confidence']} before"
        return f"{self.key}: {old or 'unknown'} -> {new} USD a {self.new['unit']} ({percent}{tiers}{sure})"


def fetch_rates(
    queries: Mapping[str, Query], api: Any, *, pause: Pause = time.sleep, step: Step = str
) -> dict[str, Rate]:
    """The rate of every query, by key; ``step`` is told each key before it is asked for.

    Raises :class:`RefreshError` with every price that AWS's answers do not give, and
    :class:`pricing.aws_client.AskingError` as soon as AWS does not answer.
    """
    asking = _Asking(api, pause)
    rates: dict[str, Rate] = {}
    faults = []
    for key, query in queries.items():
        step(key)
        try:
            rates[key] = asking.rate(key, query)
        except OfferError as fault:
            faults.append(f"{key}: {fault}")
    if faults:
        raise RefreshError("\n".join(faults))
    return rates


def fetch_elsewhere(
    queries: Mapping[str, Query], region: str, api: Any, *, pause: Pause = time.sleep, step: Step = str
) -> tuple[dict[str, Rate], dict[str, str]]:
    """The rates of ``queries`` in another region, and why there is none of the others: not everything is sold there.

    Raises :class:`RefreshError` where there is none at all, and :class:`pricing.aws_client.AskingError`.
    """
    asking = _Asking(api, pause)
    rates: dict[str, Rate] = {}
    missing: dict[str, str] = {}
    for key, query in queries.items():
        step(key)
        faults = []
        for asked in () if key in SEOUL_ONLY else relocated(query, region):
            try:
                rates[key] = asking.rate(key, asked)
                break
            except OfferError as fault:
                faults.append(str(fault))
        else:
            missing[key] = "; ".join(faults) or "it is a price of Seoul alone"
    if not rates:
        raise RefreshError(f"{region}: AWS gives none of the {len(queries)} prices that were asked for")
    return rates, missing


def blank(document: Mapping[str, Any], region: str) -> dict[str, Any]:
    """A book of another region that knows nothing yet: what is free everywhere, and every other price unknown."""
    source = f"nobody has read this price of {region}"
    prices = {
        key: dict(entry)
        if entry["usd"] == "0" and key in UNASKED
        else {"usd": None, "unit": entry["unit"], "confidence": "recalled", "as_of": None, "source": source}
        | ({"tiers_per": entry["tiers_per"]} if "tiers_per" in entry else {})
        for key, entry in document["prices"].items()
    }
    return {**document, "region": region, "published": NOTHING_READ, "prices": prices}


class _Asking:
    """Asks AWS each question once: some are of one service as a whole, and answer for many prices."""

    def __init__(self, api: Any, pause: Pause) -> None:
        self._api = api
        self._pause = pause
        self._answers: dict[tuple[str, tuple[tuple[str, str], ...]], list[Offer]] = {}

    def rate(self, key: str, query: Query) -> Rate:
        """The rate of one price. Raises :class:`OfferError` and :class:`pricing.aws_client.AskingError`."""
        asked = (query.service, query.filters)
        if asked not in self._answers:
            self._answers[asked] = self._offers(key, query)
        return rate(query, self._answers[asked])

    def _offers(self, key: str, query: Query) -> list[Offer]:
        request = {
            "ServiceCode": query.service,
            "FormatVersion": "aws_v1",
            "Filters": [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in query.filters],
            "MaxResults": PAGE_SIZE,
        }
        answer = pages(key, self._api.get_products, "NextToken", pause=self._pause, **request)
        return [read(text) for page in answer for text in page.get("PriceList", ())]


def apply_rates(
    document: Mapping[str, Any], queries: Mapping[str, Query], rates: Mapping[str, Rate]
) -> tuple[dict[str, Any], list[Change]]:
    """The book with ``rates`` in it, as the document to write, and what is different. The given one is not touched."""
    prices = dict(document["prices"])
    changes = []
    for key, found in rates.items():
        new = _entry(prices[key], queries[key], found)
        if new != prices[key]:
            changes.append(Change(key, prices[key], new))
            prices[key] = new
    published = max([date.fromisoformat(document["published"]), *(found.as_of for found in rates.values())])
    return {**document, "published": published.isoformat(), "prices": prices}, changes


def refuse_large(changes: Sequence[Change]) -> None:
    """Raises :class:`RefreshError` with every change that is more likely a mistake than a price."""
    if found := [change for change in changes if _is_large(change.old["usd"], change.new["usd"])]:
        told = "\n".join(f"{change}: free now, or changed by more than x{LARGEST_CHANGE}" for change in found)
        raise RefreshError(f"{told}\nlook each of them up at AWS, then run again with --accept-large-changes")


def _is_large(old: str | None, new: str) -> bool:
    # What was unknown or free has nothing to be compared with.
    if old is None or not Decimal(old):
        return False
    before, after = Decimal(old), Decimal(new)
    return not after or max(before / after, after / before) > LARGEST_CHANGE


def _entry(old: Mapping[str, Any], query: Query, found: Rate) -> dict[str, Any]:
    new = {
        **old,
        "usd": _text(found.usd),
        "confidence": "exact",
        "as_of": found.as_of.isoformat(),
        "source": SOURCE,
        "usagetype": found.usagetype,
        "usagetype_seen": True,
        "tiers": [{"upTo": None if up_to is None else _text(up_to), "usd": _text(usd)} for up_to, usd in found.tiers],
    }
    if query.included is not None:
        # What is included stands in no SKU: it stays as sure as it was.
        new["tiers"][0]["confidence"] = "recalled"
    if not new["tiers"]:
        del new["tiers"]
    for bound in ("high_usd", "high_reason"):
        new.pop(bound, None)
    if (note := old.get("note", "")) and not note.startswith(SAID):
        new["note"] = f"{SAID}{old['usd'] or 'the unknown price'} ({old['as_of'] or 'undated'}): {note}"
    return new


def write_book(document: Mapping[str, Any]) -> str:
    """The book's text: one price a line, so that a change of price is a change of one line."""
    head = json.dumps({**document, "prices": {}}, indent=1, ensure_ascii=False).removesuffix("{}\n}")
    prices = ",\n".join(f"  {_json(key)}: {_json(entry)}" for key, entry in document["prices"].items())
    return f"{head}{{\n{prices}\n }}\n}}\n"


def replace(document: Mapping[str, Any], target: Path) -> None:
    """Write the book whole or not at all, and only one that loads. Raises :class:`RefreshError`, :class:`OSError`."""
    write_atomically(target, write_book(document), check=_loads)


def _loads(file: Path) -> None:
    try:
        Book.load(file)
    except PriceBookError as error:
        raise RefreshError(f"the new book would not load: {str(error).removeprefix(f'{file}: ')}") from None


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _text(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _bare(entry: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    return [(tier["upTo"], Decimal(tier["usd"])) for tier in entry.get("tiers", ())]


def _percent(old: Decimal, new: Decimal) -> str:
    if old == new:
        return "same price"
    return f"{(new / old - 1) * 100:+.1f} %" if old else "free before"
