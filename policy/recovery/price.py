"""What a store's copy in a second region would cost a month: its size and the defaults of ``backup.elsewhere``, priced.

Where the copies are bought, the bill prices what is declared instead. What no setting buys is priced as AWS offers it:
ElastiCache exports a snapshot into a bucket of its own region, whose copies S3 replicates (ElastiCache user guide,
Exporting a backup); OpenSearch's bucket is replicated; Data Lifecycle Manager copies a snapshot of EBS, the first whole
and what changed from then on (EBS user guide, Copy an Amazon EBS snapshot), paid by the gigabyte sent and kept there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from pricing.aws.storage import REPLICATION_METRICS
from pricing.bill import HOURS
from pricing.book import Book, priced
from pricing.usage.copies import kept, made
from stacks.sections.measures import Spread
from stacks.sections.recovery import Elsewhere, Store
from stacks.settings import Settings

_TRANSFER: Final = "transfer/inter-region-to-tokyo-or-virginia"
_OBJECTS: Final = "s3/standard-tokyo"
#: A gibibyte of a replica is sent once a month: what is kept of it is written anew in its days.
_ONCE: Final = Decimal(1)
_MONTH_DAYS: Final = HOURS / 24
#: What the settings buy, by the setting that does.
BOUGHT_BY: Final[Mapping[Store, str]] = {
    "documents": "landing:backup.elsewhere",
    "workflow": "landing:backup.elsewhere",
    "cluster": "landing:backup.elsewhere.cluster",
}


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
    """USD a month before VAT, at the base of usage, of a domain all of its disks; ``None`` where no size is known."""
    usage = settings.usage
    sizes: Mapping[Store, Spread | None] = {
        "documents": usage.documents_storage_gb,
        "workflow": usage.database_gb,
        "cache": usage.cache_backup_gb,
        "cluster": usage.backup_gb,
        "volumes": usage.snapshot_gb,
        "audit": usage.audit_gb,
    }
    if store == "secrets":
        # Secrets Manager bills each replica as a secret of its own.
        return _usd(book, "secretsmanager/secret") * len(settings.secrets.inventory)
    found = sizes.get(store)
    # No figure says how much of a domain's disks is full: a snapshot has no more than all.
    size = size_gb(store, settings) if store == "search" else found.base if found else None
    return None if size is None else _copied(store, size, settings, lambda key: _usd(book, key))


def _copied(store: Store, size: Decimal, settings: Settings, usd: Callable[[str], Decimal]) -> Decimal:
    """``size`` gigabytes, kept and sent as ``store`` is copied."""
    here, there, sent = usd("s3/standard"), usd(_OBJECTS), usd(_TRANSFER)
    if store == "documents":
        return _planned(size, usd("backup/documentdb-warm-storage-tokyo"), sent)
    if store == "workflow":
        return _planned(size, usd("backup/rds-warm-storage-tokyo"), sent)
    if store == "volumes":
        return _daily(size, usd("ec2/ebs-snapshot-tokyo"), sent, settings.backup.snapshot_retention_days)
    if store == "cache":
        return _daily(size, here + there, sent, settings.cache.snapshot_retention_days)
    if store == "search":
        # The bucket here is paid where snapshots are taken into it already.
        return _replicated(size, there if settings.search.snapshots else here + there, sent)
    metrics = usd("cloudwatch/metric-custom") * REPLICATION_METRICS if store == "cluster" else Decimal(0)
    return _replicated(size, there, sent) + metrics


def _planned(size: Decimal, stored: Decimal, sent: Decimal) -> Decimal:
    """Whole copies on the days that ``backup.elsewhere`` copies unless told otherwise."""
    usual = Elsewhere()
    a_week = Decimal(len(usual.days))
    return size * (kept(a_week, Decimal(usual.retention_days)) * stored + made(a_week) * sent)


def _daily(size: Decimal, stored: Decimal, sent: Decimal, days: int) -> Decimal:
    """What is kept for ``days``, and sent in as many."""
    return size * (stored + _MONTH_DAYS / max(1, days) * sent)


def _replicated(size: Decimal, stored: Decimal, sent: Decimal) -> Decimal:
    return size * (stored + _ONCE * sent)


def _usd(book: Book, key: str) -> Decimal:
    return priced(book, key).usd or Decimal(0)
