"""How much is kept of copies, and how much of it crosses regions: schedules times sizes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.property_check import found_at
from model.resource import MISSING, Resource, peek
from model.schedule import hours_of_week
from pricing.bill import HOURS
from pricing.context import PricingContext
from pricing.properties import UnreadableError, whole
from stacks.sections.measures import Spread

WEEK: Final = Decimal(168)
WEEK_DAYS: Final = Decimal(7)
#: By what a plan copies, the figure that says how large it is.
SIZES: Final = {type_tokens.DOCDB_CLUSTER: "documents_storage_gb", type_tokens.RDS_INSTANCE: "database_gb"}


def kept(a_week: Decimal, days: Decimal) -> Decimal:
    """How many copies there are, of so many a week that are kept for ``days``."""
    return a_week * days / WEEK_DAYS


def made(a_week: Decimal) -> Decimal:
    """How many copies are made a month."""
    return a_week * HOURS / WEEK


def stores_of(plan: Resource, context: PricingContext) -> Iterator[Resource]:
    """What a plan of AWS Backup selects by ARN, as far as it is declared."""
    by_urn = {each.urn: each for kind in SIZES for each in context.of.get(kind, ())}
    for selection in context.of.get(type_tokens.BACKUP_SELECTION, ()):
        if plan.urn in selection.references.get("planId", ()):
            yield from (by_urn[urn] for urn in selection.references.get("resources", ()) if urn in by_urn)


def backup_copy_gb(context: PricingContext) -> Spread | None:
    """DocumentDB's recovery points in a second region, each its whole size (recalled: AWS Backup copies it in full)."""
    return _kept(type_tokens.DOCDB_CLUSTER, context)


def database_copy_gb(context: PricingContext) -> Spread | None:
    """The same of RDS, taken whole as well: the first is, and later ones are at most."""
    return _kept(type_tokens.RDS_INSTANCE, context)


def backup_transfer_gb(context: PricingContext) -> Spread | None:
    """What plans send to a second region a month, each copy whole."""
    ends = [Decimal(0)] * 3
    for store, _, a_week in _crossings(context):
        if (size := context.spread(SIZES[store.type])) is None:
            return None
        ends = [end + part * made(a_week) for end, part in zip(ends, _ends(size), strict=True)]
    return _computed(ends)


def _kept(kind: str, context: PricingContext) -> Spread | None:
    ends = [Decimal(0)] * 3
    for store, action, a_week in _crossings(context):
        if store.type != kind:
            continue
        if (size := context.spread(SIZES[kind])) is None:
            return None
        points = kept(a_week, whole(action, "lifecycle", "deleteAfter"))
        ends = [end + part * points for end, part in zip(ends, _ends(size), strict=True)]
    return _computed(ends)


def _crossings(context: PricingContext) -> Iterator[tuple[Resource, object, Decimal]]:
    """Each copy of a store that leaves the region: the store, what copies it, and how often a week.

    Raises :class:`pricing.properties.UnreadableError` where it is not declared how often, or what.
    """
    for plan in context.of.get(type_tokens.BACKUP_PLAN, ()):
        stores = list(stores_of(plan, context))
        for rule in found_at(plan.props, ("rules", "*")):
            actions = list(_crossing(rule, context))
            if not actions:
                continue
            schedule = peek(rule, "schedule")
            times = hours_of_week(schedule) if isinstance(schedule, str) else None
            if times is None:
                raise UnreadableError("rules.schedule is not a schedule of the week that can be counted")
            if not stores:
                raise UnreadableError("rules.copyActions: nobody can tell here which stores are copied")
            yield from ((store, action, Decimal(len(times))) for store in stores for action in actions)


def _crossing(rule: object, context: PricingContext) -> Iterator[object]:
    """The copies of a rule that leave the region: one for another account may stay in it."""
    for action in found_at(rule, ("copyActions", "*")):
        arn = peek(action, "destinationVaultArn")
        if action is not MISSING and not (isinstance(arn, str) and f":{context.book.region}:" in arn):
            yield action


def _ends(size: Spread) -> tuple[Decimal, Decimal, Decimal]:
    return size.low, size.base, size.high


def _computed(ends: list[Decimal]) -> Spread:
    low, base, high = ends
    source = "computed: schedules of AWS Backup's plans times the stores' sizes, each copy whole"
    return Spread.model_construct(low=low, base=base, high=high, source=source)
