"""Dated facts: what has ended or will end, and when. Each names its source and the day it was last checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

WARN_BEFORE: Final = timedelta(days=90)
STALE_AFTER: Final = timedelta(days=180)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """An end of life. ``ends`` is the first day on which the subject may not be relied on; ``instead`` is what may."""

    subject: str
    ends: date
    instead: str
    source: str
    checked_on: date
    extended_until: date | None = None

    def ended(self, today: date) -> bool:
        """Whether the subject is past its end."""
        return today >= self.ends

    def ends_soon(self, today: date) -> bool:
        """Whether the end is ahead and within 90 days."""
        return not self.ended(today) and self.ends - today <= WARN_BEFORE

    def stale(self, today: date) -> bool:
        """Whether nobody has checked the fact for 180 days."""
        return today - self.checked_on > STALE_AFTER


CHECKED: Final = date(2026, 11, 22)

APP_MESH: Final = Fact(
    subject="AWS App Mesh",
    ends=date(2026, 9, 30),
    instead="Istio, or no mesh; AWS points EKS users to VPC Lattice, which is billed",
    source="AWS containers blog, migration from App Mesh (closed to new customers 2024-09-24)",
    checked_on=CHECKED,
)


def _kubernetes(minor: int, ends: date, extended_until: date | None) -> Fact:
    return Fact(
        subject=f"Kubernetes 1.{minor} on EKS",
        ends=ends,
        instead="a version in standard support; extended support costs 0.60 USD an hour instead of 0.10",
        source="EKS user guide, Kubernetes release calendar",
        checked_on=CHECKED,
        extended_until=extended_until,
    )


#: End of standard support of each version that EKS has offered lately.
KUBERNETES: Final = {
    "1.32": _kubernetes(32, date(2026, 3, 23), date(2027, 3, 23)),
    "1.33": _kubernetes(33, date(2026, 7, 29), date(2027, 7, 29)),
    "1.34": _kubernetes(34, date(2026, 12, 2), date(2027, 12, 2)),
    "1.35": _kubernetes(35, date(2027, 3, 27), date(2028, 3, 27)),
    "1.36": _kubernetes(36, date(2027, 8, 2), date(2028, 8, 2)),
}


def extended_versions(today: date) -> frozenset[str]:
    """Kubernetes versions that are billed as extended support on ``today``."""
    return frozenset(version for version, fact in KUBERNETES.items() if fact.ended(today))
