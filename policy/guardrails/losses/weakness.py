"""One thing that a loss takes down, what would be bought against it, and how it is told with its price.

It blocks where ``landing:deletionProtection`` is on: what such a stack goes without on purpose has a waiver in its
file, with a reason, an owner and a day. Elsewhere it is advisory, and so it is in a program without settings: nobody
knows there what the program promises to whom. Two things are advisory everywhere (not ``firm``), because they mend
themselves: EC2 puts lost nodes up again in the other zones, and the snapshot of a disk that a pod claims comes back in
another zone, while not every program can run twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from model.resource import MISSING, Resource
from policy.engine.bill import stack_bill
from policy.engine.rule import Context, Finding, of_region
from pricing.money import cents


@dataclass(frozen=True, kw_only=True)
class Weakness:
    """What falls with ``lost`` (in words), because of ``why``; ``remedy`` would hold it, declared as ``instead``.

    Of ``instead``, what has the URN of a declared resource takes its place, and what has not comes on top.
    """

    urn: str
    lost: str
    why: str
    remedy: str
    instead: tuple[Resource, ...]
    firm: bool = True


Search = Callable[[Sequence[Resource]], Iterable[Weakness]]


def told(search: Search) -> Callable[[Sequence[Resource], Context], Iterator[Finding]]:
    """A demand's check: every weakness that ``search`` finds, with what its remedy costs a month before VAT."""

    def check(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
        protected = context.settings is not None and context.settings.deletion_protection
        for weakness in search(resources):
            usd = usd_more(resources, weakness.instead, context)
            price = (
                "nobody knows what it costs" if usd is None else f"{cents(usd)} USD a month more{of_region(context)}"
            )
            yield Finding(
                f"the loss of {weakness.lost} takes it down: {weakness.why}; {weakness.remedy} would hold it: {price}",
                urn=weakness.urn,
                kind="violation" if protected and weakness.firm else "advisory",
            )

    return check


def usd_more(resources: Sequence[Resource], instead: Sequence[Resource], context: Context) -> Decimal | None:
    """What the bill grows by with ``instead``; ``None`` where the meter cannot price what changes."""
    changed = {resource.urn: resource for resource in instead}
    kept = [changed.pop(resource.urn, resource) for resource in resources]
    after = stack_bill([*kept, *changed.values()], context)
    urns = {resource.urn for resource in instead}
    # Usage that nobody has told is missing before and after: it is not what the remedy adds.
    if not urns or any(gap.urn in urns and gap.kind != "usage" for gap in after.unpriced):
        return None
    return after.usd_per_month - stack_bill(resources, context).usd_per_month


def another(resource: Resource, number: int = 1, **changes: object) -> Resource:
    """One more of ``resource``, as the meter would see it."""
    return replace(resource, urn=f"{resource.urn}-another-{number}", props={**resource.props, **changes})


def off(value: object) -> bool:
    """Whether a switch is off for certain; a provider takes a boolean as text as well."""
    return value in (MISSING, False, "false")


def counted(value: object) -> int | None:
    """A number of things; ``None`` for what is none, or not known."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    return int(value) if isinstance(value, int) or value.is_integer() else None
