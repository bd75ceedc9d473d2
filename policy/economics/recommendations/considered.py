"""What was looked at and is not recommended, with the figure that says why. USD a month before VAT.

No setting makes these changes: a commitment needs a rate that somebody has published for the class in use, a choice
between systems belongs to the ledger, and the rest has no setting because it does not pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from model import type_tokens
from model.resource import Resource
from policy.economics.alternatives import logs, traces
from policy.economics.break_even import BreakEven
from policy.economics.commitments import PLANS_RULE, plans_cover
from policy.economics.recommendations.candidate import Stack
from policy.economics.recommendations.reserved import ONE_YEAR, reserved_candidates
from pricing.bill import HOURS, Bill
from pricing.book import Book, PriceBookError
from pricing.money import cents
from stacks.section import Measurement
from stacks.sections.measures import Spread, Usage
from stacks.settings import Settings


@dataclass(frozen=True, slots=True)
class Considered:
    """Something that is not recommended, and why."""

    name: str
    why: str


def consider(
    settings: Settings, resources: Iterable[Resource], bill: Bill, book: Book, today: date
) -> list[Considered]:
    """Everything that was looked at, in the same order for every stack. Pure; bills the stack again for each figure."""
    stack = Stack(settings=settings, resources=tuple(resources), usage=settings.usage, book=book)
    return [
        *_commitments(stack),
        *_io_optimized(stack, bill, today),
        *_interface_endpoint(stack, bill),
        *_other_systems(stack),
        *_unused_figures(stack, bill, today),
    ]


def _commitments(stack: Stack) -> Iterator[Considered]:
    settings = stack.settings
    lasting = {
        name
        for group in settings.node_groups.values()
        if group.capacity == "ON_DEMAND" and group.desired
        for name in group.instance_types
    }
    if lasting and settings.off_hours is not None:
        yield Considered("nodes reserved", "they sleep, and a year is paid for around the clock")
    elif lasting and not any(True for _ in reserved_candidates(stack)):
        missing, key = ", ".join(sorted(lasting)), ONE_YEAR.format("CLASS")
        yield Considered("nodes reserved", f"no rate found: the price book has no {key} ({missing})")
    for kind, what, name in (
        (type_tokens.ELASTICACHE_REPLICATION_GROUP, "cache nodes reserved", settings.cache.node_type),
        (type_tokens.OPENSEARCH_DOMAIN, "search nodes reserved", _search_classes(settings)),
        (type_tokens.RDS_INSTANCE, "Airflow's database reserved", settings.workflow.database_class),
    ):
        if stack.of(kind):
            yield Considered(what, f"no rate found for {name} in {stack.book.region}")
    if stack.of(type_tokens.DOCDB_CLUSTER_INSTANCE):
        yield Considered("DocumentDB under a Database Savings Plan", _plan(settings.documents.instance_class, stack))


def _search_classes(settings: Settings) -> str:
    return ", ".join(sorted({domain.instance_type for domain in settings.search.domains.values()}))


def _plan(name: str, stack: Stack) -> str:
    if not plans_cover(name):
        return f"{name} is not covered: {PLANS_RULE}"
    return f"no rate found for {name} in {stack.book.region}"


def _io_optimized(stack: Stack, bill: Bill, today: date) -> Iterator[Considered]:
    """What I/O must come to before storage that includes it is the cheaper one: both ways are billed."""
    rate = stack.rate("docdb/io-per-million")
    clusters = [item for item in stack.of(type_tokens.DOCDB_CLUSTER) if item.get("storageType") != "iopt1"]
    lines = [line for line in bill.lines if line.item == "I/O" and line.urn in {item.urn for item in clusters}]
    if not rate or not lines:
        return
    then = stack.each(type_tokens.DOCDB_CLUSTER, lambda _: {"storageType": "iopt1"}).bill(today)
    spent = sum((line.usd_per_month for line in lines), Decimal(0))
    asked = sum((line.quantity for line in lines), Decimal(0))
    more = then.usd_per_month - bill.usd_per_month
    above = _up((more + spent) / rate)
    yield Considered(
        "DocumentDB's I/O-optimized storage",
        f"{cents(abs(more))} USD a month {'more' if more > 0 else 'less'} at {asked:f} million I/O; it pays above "
        f"{above} million, and no setting changes it",
    )


def _interface_endpoint(stack: Stack, bill: Bill) -> Iterator[Considered]:
    hour, through, nat = (
        stack.rate(key)
        for key in ("vpc/interface-endpoint-hour-per-az", "vpc/interface-endpoint-gb", "ec2/nat-gateway-gb")
    )
    carried = sum((line.quantity for line in bill.lines if line.item.startswith("NAT data")), Decimal(0))
    if hour is None or through is None or nat is None or nat <= through or not stack.of(type_tokens.EC2_NAT_GATEWAY):
        return
    zones = len(stack.settings.network.zones)
    fixed = hour * HOURS * zones
    yield Considered(
        "an interface endpoint in place of NAT",
        f"{cents(fixed)} USD a month in {zones} zones, so it pays above {_up(fixed / (nat - through))} GB of one "
        f"service; NAT carries {_up(carried)} GB of all",
    )


def _other_systems(stack: Stack) -> Iterator[Considered]:
    volumes = stack.settings.volumes
    for windows, comparison in ((volumes.log_gb_per_month, logs), (volumes.traces_per_month, traces)):
        # A book that lacks a price on one side compares nothing.
        with suppress(PriceBookError):
            yield from _system(comparison(stack.settings, stack.book), windows)


def _system(found: BreakEven, windows: Sequence[Measurement]) -> Iterator[Considered]:
    if not windows:
        return
    volume = windows[-1].value
    gap = found.aws.usd(volume) - found.incumbent.usd(volume)
    other, one = found.incumbent.title, found.aws.title
    yield Considered(
        f"{other} in place of {one}",
        f"{cents(abs(gap))} USD a month {'less' if gap > 0 else 'more'} at {volume:,} {found.unit}; the ledger decides "
        "by measured volumes (docs/break-even.md)",
    )


def _unused_figures(stack: Stack, bill: Bill, today: date) -> Iterator[Considered]:
    """Figures that change nothing when they are doubled: what they are for is not built here."""
    idle = []
    for name, field in sorted(Usage.model_fields.items()):
        figure: Spread | None = getattr(stack.usage, name)
        if figure is None:
            continue
        more = Spread.model_construct(low=figure.low + 1, base=figure.base * 2 + 1, high=figure.high * 2 + 1)
        if stack.with_usage({name: more}).bill(today).lines == bill.lines:
            idle.append(str(field.alias))
    if idle:
        yield Considered("usage figures that bill nothing", ", ".join(idle))


def _up(value: Decimal) -> str:
    return f"{value.to_integral_value(ROUND_CEILING):,}"
