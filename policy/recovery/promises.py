"""Each store that holds data: what was promised, what its copies come to, and what a missing copy would cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from model.resource import Resource
from policy.recovery.copies import Reached, reached
from policy.recovery.price import BOUGHT_BY, price_elsewhere, size_gb
from policy.recovery.restore import RATES
from pricing.book import Book
from stacks.sections.recovery import NotElsewhere, Promise, Store
from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class StoreRecovery:
    """One store. ``rto_hours`` is ``None`` where its size is not known; ``usd_elsewhere`` where nobody can price it."""

    store: Store
    promise: Promise
    here: Reached
    elsewhere: Reached
    rto_hours: float | None
    rto_why: str
    excepted: NotElsewhere | None
    #: What a copy in the second region would cost a month, where there is none; before VAT.
    usd_elsewhere: Decimal | None

    @property
    def bought_by(self) -> str | None:
        """The setting that buys a copy in the second region; ``None`` where none does."""
        return BOUGHT_BY.get(self.store)


def recoveries(settings: Settings, resources: Sequence[Resource], book: Book) -> tuple[StoreRecovery, ...]:
    """Every store that holds data and is built, in the settings' order."""
    return tuple(_recoveries(settings, resources, book))


def _recoveries(settings: Settings, resources: Sequence[Resource], book: Book) -> Iterator[StoreRecovery]:
    for store in settings.holding:
        promise, size = settings.recovery.promise(store), size_gb(store, settings)
        found = reached(store, resources, size)
        if promise is None or found is None:
            continue
        rate, (here, there) = RATES[store], found
        grows = rate.gb_an_hour is not None
        hours = rate.hours(size or Decimal(0)) if size is not None or not grows else None
        sized = f", {size:f} GB at {rate.gb_an_hour} GB an hour" if grows and size is not None else ""
        yield StoreRecovery(
            store=store,
            promise=promise,
            here=here,
            elsewhere=there,
            rto_hours=hours,
            rto_why=f"{rate.what}: {rate.fixed} hours{sized} ({rate.source})",
            excepted=settings.recovery.excepted(store),
            usd_elsewhere=None if there.hours is not None else price_elsewhere(store, settings, book),
        )


def broken(row: StoreRecovery, today: date) -> Iterator[tuple[str, bool]]:
    """Each way in which a promise of ``row`` is not kept, in words, and whether that is certain."""
    wanted = f"landing:recovery.{row.store}"
    yield from _late(f"{wanted}.rpoHours", row.promise.rpo_hours, row.here)
    if row.rto_hours is None:
        yield f"{wanted}.rtoHours promises {row.promise.rto_hours}, and the store's size is not known", False
    elif row.rto_hours > row.promise.rto_hours:
        promised = f"{wanted}.rtoHours promises {row.promise.rto_hours}"
        yield f"{promised}, and a restore takes {row.rto_hours:.2f}: {row.rto_why}", True
    if not row.here.outlives and (row.excepted is None or today > row.excepted.until):
        allowed = "allowed is that with an entry of landing:recovery.notElsewhere which still holds"
        yield f"{row.store} has no copy that outlives it: {row.here.why}; {allowed}", True
    if row.promise.elsewhere_rpo_hours is not None:
        yield from _late(f"{wanted}.elsewhereRpoHours", row.promise.elsewhere_rpo_hours, row.elsewhere)
    elif row.excepted and today > row.excepted.until:
        price = f"; it would cost {row.usd_elsewhere:.2f} USD a month" if row.usd_elsewhere is not None else ""
        price += "" if row.bought_by else ", and no setting buys it"
        ended = f"the exception of {row.excepted.owner} from that ended on {row.excepted.until}"
        yield f"{row.store} has no copy in a second region, and {ended}{price} (landing:recovery.notElsewhere)", True


def _late(setting: str, promised: int, found: Reached) -> Iterator[tuple[str, bool]]:
    if found.hours is None:
        yield f"{setting} promises {promised}, and {found.why}", found.known
    elif found.hours > promised:
        yield f"{setting} promises {promised}, and its copies reach {found.hours:g}: {found.why}", True
    elif promised < found.told:
        told = f"allowed is {found.told:g} or more, for no alarm tells of it sooner"
        yield f"{setting} promises {promised}; {told}: {found.why}", True
