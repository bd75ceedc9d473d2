"""Candidates priced by billing the stack again, and the ten that save most. USD a month of 730 hours, before VAT."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fnmatch import fnmatchcase
from typing import Final

from model.confidence import Confidence
from model.resource import Resource
from policy.economics.recommendations.candidate import Candidate, Change, Purchase, Stack
from policy.economics.recommendations.logs import log_candidates
from policy.economics.recommendations.network import network_candidates
from policy.economics.recommendations.nodes import node_candidates
from policy.economics.recommendations.reserved import reserved_candidates
from policy.economics.recommendations.schedule import schedule_candidates
from policy.economics.recommendations.stores import store_candidates
from pricing.bill import EXACT, Bill, Line
from pricing.book import FACTORS, Book
from stacks.environments import PRODUCTION
from stacks.settings import Settings

MOST: Final = 10
#: USD a month below which a change is not worth its review.
LEAST: Final = Decimal(1)
#: How the meter begins to tell that a line is priced at a stated bound, because nobody has found its price.
BOUND: Final = "upper bound: "
KINDS: Final = (
    log_candidates,
    node_candidates,
    schedule_candidates,
    network_candidates,
    store_candidates,
    reserved_candidates,
)
#: Settings that no recommendation lowers in production, and why: patterns of their paths.
KEPT_IN_PRODUCTION: Final[Mapping[str, str]] = {
    "deletionProtection": "what holds data cannot be deleted",
    "network.zones": "losing a zone leaves the others",
    "network.natGateways": "each zone has its own way out",
    "network.flowLog[RT]*": "evidence",
    "cluster.logRetentionDays": "the audit log",
    "audit.*": "the trail",
    "nodeGroups.*.capacity": "stateful pods stay on demand",
    "offHours*": "production does not sleep",
    "documents.instances": "failover",
    "documents.*Days": "restores, and the store's audit log",
    "cache.replicas": "failover",
    "cache.*Days": "restores",
    "search.domains.*.instances": "a quorum over zones",
    "workflow.databaseBackupDays": "restores",
    "backup.*": "restores",
    "secrets.recoveryDays": "a deleted secret can be had back",
    "observability.*Days": "what an incident is searched by",
    "admission.*": "a pod that breaks a rule is refused",
}
#: Settings that no recommendation lowers where ``deletionProtection`` is on, as ``losses-are-survived`` refuses it.
KEPT_WHERE_PROTECTED: Final[Mapping[str, str]] = {
    "network.natGateways": "losing a zone leaves the others their way out",
    "documents.instances": "losing a machine leaves another",
    "cache.replicas": "losing a machine leaves another",
    "search.domains.*.instances": "losing a machine leaves a quorum",
}


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """One change, alone, and by how much the bill would fall. Recommendations overlap and must not be added up.

    ``low``, ``usd`` and ``high`` are the least, the base and the most of three differences between the two bills: at
    the low end of usage, at its base, and at worst. ``discount`` is the part of ``usd`` that a purchase takes off, and
    no setting. ``confidence`` is the least sure price among the lines that change, ``as_of`` the oldest of their days.
    """

    title: str
    usd: Decimal
    low: Decimal
    high: Decimal
    discount: Decimal
    changes: tuple[Change, ...]
    purchase: Purchase | None
    risk: str
    effort: str
    confidence: Confidence
    sources: tuple[str, ...]
    as_of: str | None


def recommend(
    settings: Settings, resources: Iterable[Resource], bill: Bill, book: Book, today: date
) -> list[Recommendation]:
    """At most ten changes that would make ``bill`` smaller, the largest first. Pure."""
    stack = Stack(settings=settings, resources=tuple(resources), usage=settings.usage, book=book)
    found = [each for candidate in allowed(stack) if (each := price(candidate, stack, bill, today))]
    return sorted(found, key=lambda each: (-each.usd, each.title))[:MOST]


def allowed(stack: Stack) -> Iterator[Candidate]:
    """Every candidate that the environment may take."""
    for kind in KINDS:
        for candidate in kind(stack):
            if not any(is_kept(change.path, stack.settings) for change in candidate.changes):
                yield candidate


def is_kept(path: str, settings: Settings) -> bool:
    """Whether the environment of ``settings`` keeps a setting as it is."""
    in_production = settings.environment == PRODUCTION
    kept = (
        *(KEPT_IN_PRODUCTION if in_production else ()),
        *(KEPT_WHERE_PROTECTED if settings.deletion_protection else ()),
    )
    return any(fnmatchcase(path, pattern) for pattern in kept)


def price(candidate: Candidate, stack: Stack, now: Bill, today: date) -> Recommendation | None:
    """What ``candidate`` saves, or ``None`` where it saves too little, may cost more, or nobody knows.

    Nobody knows where something has no price before or after that has one on the other side, or where a line that
    changes is priced at a bound.
    """
    with localcontext(EXACT):
        then = candidate.apply(stack).bill(today)
        changed = sorted(set(now.lines) ^ set(then.lines), key=lambda line: (-line.usd_per_month, line.urn, line.item))
        if set(now.unpriced) != set(then.unpriced) or any(BOUND in line.source for line in changed):
            return None
        off = [_discount(line, candidate.purchase) for line in then.lines if _is_bought(line, candidate.purchase)]
        low, usd, high = (sum((each[place] for each in off), Decimal(0)) for place in range(3))
        discount = usd
        low += now.usd_per_month_low - then.usd_per_month_low
        usd += now.usd_per_month - then.usd_per_month
        high += now.usd_per_month_high - then.usd_per_month_high
    if usd < LEAST or min(low, high) <= 0:
        return None
    bought = candidate.purchase
    touched = [*changed, *(line for line in then.lines if _is_bought(line, bought))]
    rates = [(line.confidence, line.source, line.as_of) for line in touched]
    rates += [(bought.rate.confidence, bought.rate.source, bought.rate.as_of)] if bought else []
    return Recommendation(
        title=candidate.title,
        usd=usd,
        low=min(low, usd, high),
        high=max(low, usd, high),
        discount=discount,
        changes=candidate.changes,
        purchase=bought,
        risk=candidate.risk,
        effort=candidate.effort,
        confidence=max((confidence for confidence, _, _ in rates), key=tuple(FACTORS).index),
        sources=tuple(dict.fromkeys(source for _, source, _ in rates)),
        as_of=_oldest(day for _, _, day in rates),
    )


def _is_bought(line: Line, purchase: Purchase | None) -> bool:
    return purchase is not None and line.urn in purchase.urns and line.item == purchase.item


def _discount(line: Line, purchase: Purchase | None) -> Sequence[Decimal]:
    """What the purchase takes off a line: at the low end, at its base and at worst."""
    if purchase is None or purchase.rate.usd is None or purchase.rate.high is None:
        return (Decimal(0),) * 3
    usual = line.quantity * purchase.rate.usd
    return (
        line.usd_per_month_low - usual,
        line.usd_per_month - usual,
        line.usd_per_month_high - line.quantity * purchase.rate.high,
    )


def _oldest(days: Iterable[str | None]) -> str | None:
    """The oldest day; ``None`` where one of them is not known."""
    found = set(days)
    return None if None in found or not found else min(day for day in found if day)
