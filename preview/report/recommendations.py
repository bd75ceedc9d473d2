"""What would be cheaper, in the words and the plain data that every writer shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from policy.economics.recommendations import Purchase, Recommendation
from policy.economics.recommendations.candidate import shown
from preview.catalogue import say, t
from preview.money import cents

#: How many a report for a terminal or a comment has room for.
SHORT: Final = 3


def saves(each: Recommendation) -> str:
    """The base, and the ends where they differ from it: ``38.00 (19.00 to 76.00)``."""
    low, usd, high = (cents(amount) for amount in (each.low, each.usd, each.high))
    return f"{usd}" if low == usd == high else say("{usd} ({low} to {high})", usd=usd, low=low, high=high)


def steps(each: Recommendation) -> list[str]:
    """What to change and what to buy, a line each."""
    found = [
        say("landing:{key}: {value} (now {now})", key=change.path, value=shown(change.value), now=shown(change.now))
        for change in each.changes
    ]
    bought = each.purchase
    return [*found, *([say("buy {what}: {console}", what=bought.what, console=bought.console)] if bought else [])]


def prices(each: Recommendation) -> str:
    """How sure the prices behind it are, and how old."""
    return f"{each.confidence}, {each.as_of or t('one of them without a date')}"


def short_lines(found: Sequence[Recommendation]) -> Iterator[str]:
    """The largest, in short, and where the others are told."""
    for each in found[:SHORT]:
        yield f"  {saves(each)} USD: {each.title}; {each.risk}"
    if len(found) > SHORT:
        left = len(found) - SHORT
        yield "  " + say("their settings and {count} more, each tried by a preview: --recommend", count=left)
    else:
        yield "  " + t("their settings, each tried by a preview: --recommend")


def document_of(each: Recommendation) -> dict[str, Any]:
    """A recommendation as plain data; money and quantities are decimals."""
    return {
        "title": each.title,
        "action": "buy" if each.purchase else "set",
        "savesUsdPerMonth": each.usd,
        "savesUsdPerMonthLow": each.low,
        "savesUsdPerMonthHigh": each.high,
        "changes": [{"setting": change.path, "now": change.now, "value": change.value} for change in each.changes],
        "purchase": _purchase(each.purchase, each),
        "risk": each.risk,
        "effort": each.effort,
        "confidence": each.confidence,
        "asOf": each.as_of,
        "sources": list(each.sources),
    }


def _purchase(bought: Purchase | None, each: Recommendation) -> dict[str, Any] | None:
    if bought is None:
        return None
    return {
        "what": bought.what,
        "console": bought.console,
        "usdPerUnit": bought.rate.usd,
        "discountUsdPerMonth": each.discount,
        "source": bought.rate.source,
        "asOf": bought.rate.as_of,
    }
