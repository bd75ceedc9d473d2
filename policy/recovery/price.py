"""What a store's copy in a second region would cost a month: its size and the defaults of ``backup.elsewhere``, priced.

Where the copies are bought, the bill prices what is declared instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from pricing.book import Book, priced
from pricing.usage.copies import kept, made
from stacks.sections.measures import Spread
from stacks.sections.recovery import Elsewhere, Store
from stacks.settings import Settings

_TRANSFER: Final = "transfer/inter-region-to-tokyo-or-virginia"
_OBJECTS: Final = "s3/standard-tokyo"
#: A gibibyte of a replica is sent once a month: what is kept of it is written anew in its days.
_ONCE: Final = Decimal(1)


def size_gb(store: Store, settings: Settings) -> Decimal | None:
    """Gigabytes that a restore brings back, at their high end; ``None`` where the stack file does not say."""
    usage = settings.usage
    figures: Mapping[Store, Spread | None] = {
        "documents": usage.documents_storage_gb,
        "workflow": usage.database_gb,
        "cache": usage.cache_backup_gb,
        "cluster": usage.backup_gb,
        "volumes": usage.snapshot_gb,
        "audit": usage.audit_gb,
    }
    if store == "search":
        domain = settings.search.domains[settings.search.live]
        return Decimal(domain.volume_gb * domain.instances)
    found = figures.get(store)
    return found.high if found else None


def price_elsewhere(store: Store, settings: Settings, book: Book) -> Decimal | None:
    """USD a month before VAT, at the base of usage; ``None`` where there is no such copy to buy, or no price of it."""
    usage = settings.usage
    figures: Mapping[Store, tuple[Spread | None, str]] = {
        "documents": (usage.documents_storage_gb, "backup/documentdb-warm-storage-tokyo"),
        "workflow": (usage.database_gb, "backup/rds-warm-storage-tokyo"),
        "cluster": (usage.backup_gb, _OBJECTS),
        "audit": (usage.audit_gb, _OBJECTS),
    }
    if store == "secrets":
        # Secrets Manager bills each replica as a secret of its own.
        return _usd(book, "secretsmanager/secret") * len(settings.secrets.inventory)
    figure, rate = figures.get(store, (None, ""))
    if figure is None:
        return None
    by: Callable[..., Decimal] = _planned if store in ("documents", "workflow") else _replicated
    return by(figure.base, _usd(book, rate), _usd(book, _TRANSFER))


def _planned(size: Decimal, stored: Decimal, sent: Decimal) -> Decimal:
    """Whole copies on the days that ``backup.elsewhere`` copies unless told otherwise."""
    usual = Elsewhere()
    a_week = Decimal(len(usual.days))
    return size * (kept(a_week, Decimal(usual.retention_days)) * stored + made(a_week) * sent)


def _replicated(size: Decimal, stored: Decimal, sent: Decimal) -> Decimal:
    return size * (stored + _ONCE * sent)


def _usd(book: Book, key: str) -> Decimal:
    return priced(book, key).usd or Decimal(0)
