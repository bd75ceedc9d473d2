"""What the page's head says of money: by the month and the year, in another currency, and beside the guide's claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from policy.guide.arithmetic import MONTHLY_LABOUR, MONTHLY_OPERATIONS
from preview.catalogue import say, t
from preview.money import cents
from preview.result import Result
from stacks.environments import PRODUCTION

MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the head: what it is, the amount, and its currency or unit."""

    name: str
    amount: str
    unit: str


def tiles(preview: Result) -> Iterator[Tile]:
    """The month, the year, the same in the account's own currency, and what is saved of the guide's "before"."""
    bill = preview.bill
    month, year = bill.usd_per_month, bill.usd_per_month * MONTHS
    yield Tile(t("total a year"), str(cents(year)), "USD")
    exchange = preview.settings.account.exchange if preview.settings else None
    if exchange:
        yield Tile(say("{currency} a month", currency=exchange.currency), f"{exchange.of(month):,}", "")
        yield Tile(say("{currency} a year", currency=exchange.currency), f"{exchange.of(year):,}", "")
    if _is_production(preview):
        saved = MONTHLY_OPERATIONS - month
        share = saved / MONTHLY_OPERATIONS
        word = t('saved of the guide\'s "before"') if saved >= 0 else t('dearer than the guide\'s "before"')
        yield Tile(word, str(cents(abs(saved))), f"USD, {abs(share):.0%}")


def basis(preview: Result) -> Iterator[str]:
    """What the figures of :func:`tiles` rest on, a sentence each."""
    exchange = preview.settings.account.exchange if preview.settings else None
    rate = (
        say(
            " {currency} at {rate} a USD of {day} ({source}).",
            currency=exchange.currency,
            rate=f"{exchange.per_usd:,}",
            day=exchange.as_of,
            source=exchange.source,
        )
        if exchange
        else ""
    )
    yield say("All before VAT; a year is {count} such months.{rate}", count=MONTHS, rate=rate)
    if _is_production(preview):
        least = t(" At most that much: something billed has no price.") if preview.bill.at_least else ""
        yield say(
            'The guide\'s "before" is {usd} USD a month of operations on premises; the {labour} of labour that it adds '
            "are compared with nothing here.{least}",
            usd=f"{MONTHLY_OPERATIONS:,}",
            labour=f"{MONTHLY_LABOUR:,}",
            least=least,
        )
    elif preview.settings:
        yield t('The guide\'s "before" is of production alone: no saving is told for this stack.')


def _is_production(preview: Result) -> bool:
    return preview.settings is not None and preview.settings.environment == PRODUCTION
