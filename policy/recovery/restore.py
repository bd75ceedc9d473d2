"""How long a restore takes: hours that are the same at any size, and gigabytes an hour behind them.

Nobody has measured any of it in this account: every figure is recalled, of restores as they are commonly told of, and
rounded to the slow side. Nothing puts another in its place: whoever has measured one, by a drill or by AWS Backup's
tests, writes it here with its day. Counted is from the decision to restore:
noticing and deciding come before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from stacks.sections.recovery import Store

#: Gigabytes an hour that a snapshot is copied at between regions (recalled).
_SENT: Final = Decimal(50)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """``fixed`` hours, and ``gb_an_hour`` behind them, or nothing that grows with the size; ``what`` takes them."""

    fixed: Decimal
    gb_an_hour: Decimal | None
    what: str
    source: str = "recalled"

    def hours(self, size_gb: Decimal) -> float:
        """Hours to bring ``size_gb`` back."""
        return float(self.fixed + (size_gb / self.gb_an_hour if self.gb_an_hour else 0))


RATES: Final[Mapping[Store, Rate]] = {
    "documents": Rate(
        fixed=Decimal("0.75"), gb_an_hour=Decimal(100), what="a cluster from a recovery point, then its instances"
    ),
    "workflow": Rate(fixed=Decimal("0.5"), gb_an_hour=Decimal(100), what="an instance from a recovery point"),
    "cache": Rate(fixed=Decimal("0.5"), gb_an_hour=Decimal(60), what="a replication group from a snapshot"),
    "search": Rate(fixed=Decimal("0.75"), gb_an_hour=Decimal(100), what="a domain, then its shards from a snapshot"),
    "volumes": Rate(
        fixed=Decimal("0.25"), gb_an_hour=None, what="disks from snapshots, whose blocks are read when asked for"
    ),
    "cluster": Rate(
        fixed=Decimal(1), gb_an_hour=Decimal(50), what="control plane, nodes and charts, then Velero's restore"
    ),
    "secrets": Rate(fixed=Decimal("0.25"), gb_an_hour=None, what="deletion taken back, secret by secret"),
    "audit": Rate(fixed=Decimal("0.25"), gb_an_hour=None, what="a version brought back"),
}


def transfer_hours(size_gb: Decimal) -> float:
    """Hours until a copy of ``size_gb`` is in the second region."""
    return float(size_gb / _SENT)
