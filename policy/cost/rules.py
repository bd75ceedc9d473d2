"""What the stack costs, as rules: every billable thing has a price, and together they stay within the budget.

There is one costing stack policy, because the SDK decodes the whole stack again for each one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.resource import Resource
from policy.cost.baseline import growth_since
from policy.cost.idle import nothing_idles
from policy.cost.waste import TYPES, no_hidden_bills
from policy.engine.bill import stack_bill
from policy.engine.rule import Context, Finding, Rule, StackRule
from pricing import meter
from pricing.book import current_book
from pricing.book.audit import day
from pricing.coverage.unpriced_types import PACKAGES
from pricing.meter import Bill, Unpriced
from pricing.money import cents
from pricing.month import longest_month
from stacks.settings import Settings

STALE_BOOK_DAYS: Final = 180
MAXIMUM: Final = "with every node group at its maximum"


def types_are_priced(resource: Resource, context: Context) -> Iterator[Finding]:
    """A type that nobody can price is refused before it exists: an unknown price is never zero."""
    if meter.price_status(resource.type) == "unpriced":
        yield Finding(
            f"cost unknown: no price for {resource.type}; add its meter to pricing and its price to the book, or name "
            "it in pricing/coverage/free_types.py"
        )


def resource_within_ceiling(resource: Resource, context: Context) -> Iterator[Finding]:
    """One resource costs no more than landing:budget.usdPerResource; told before it exists, unlike a total."""
    ceiling = context.settings.budget.usd_per_resource if context.settings else None
    if ceiling is None:
        return
    usage = context.settings.usage if context.settings else None
    alone = meter.bill_alone(resource, usage, current_book(), today=context.today)
    if alone.usd_per_month > ceiling:
        least = "at least " if alone.at_least else ""
        over = f"over landing:budget.usdPerResource {ceiling}"
        yield Finding(f"costs {least}{cents(alone.usd_per_month)} USD a month, {over}")


def stack_within_budget(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """Every line is priced, nothing idles, and the totals stay under their ceilings."""
    bill = stack_bill(resources, context)
    for gap in bill.unpriced:
        yield from _gap(gap, context)
    yield from nothing_idles(resources)
    yield from _book_age(bill, context)
    least = "at least " if bill.at_least else ""
    if context.settings is None:
        total = f"the stack costs {least}{cents(bill.usd_per_month)} USD a month"
        yield Finding(f"{total}; no budget is known", kind="undetermined")
        return
    budget = context.settings.budget
    if bill.at_least and bill.usd_per_month <= budget.usd_per_month:
        # Over its budget the total is told anyway; within it, nobody may take a lower bound for the total.
        total = f"the stack costs at least {cents(bill.usd_per_month)} USD a month"
        yield Finding(f"{total}: what it is short of has no price ({len(bill.unpriced)})", kind="advisory")
    yield from _over("the stack costs", least, bill.usd_per_month, budget.usd_per_month, "usdPerMonth")
    yield from _around_budget(bill, budget.usd_per_month)
    if budget.worst_case_usd_per_month is not None:
        yield from _worst_case(resources, bill, context.settings, context)
    totals = bill.by_capability()
    for capability, ceiling in sorted(budget.per_capability.items()):
        amount = totals.get(capability, Decimal(0))
        least = "at least " if any(gap.capability == capability for gap in bill.unpriced) else ""
        key = f"perCapability.{capability}"
        over = list(_over(f"{capability} costs", least, amount, ceiling, key))
        over += (
            () if over else _over_in_the_longest(f"{capability} costs", longest_month(bill, capability), ceiling, key)
        )
        for finding in over:
            yield replace(finding, row=capability)
    if budget.growth is not None:
        yield from growth_since(bill, budget.growth, context.environment)


def _around_budget(bill: Bill, ceiling: Decimal) -> Iterator[Finding]:
    """Within its budget on average, and yet over it in the longest month or at the high end of what may be."""
    if bill.usd_per_month > ceiling:
        return
    yield from _over_in_the_longest("the stack costs", longest_month(bill), ceiling, "usdPerMonth")
    if bill.usd_per_month_high > ceiling:
        yield Finding(
            f"at the high end of usage and prices the stack costs {cents(bill.usd_per_month_high)} USD a month, "
            f"{cents(bill.usd_per_month_high - ceiling)} over landing:budget.usdPerMonth {ceiling}",
            kind="advisory",
        )


def _over_in_the_longest(what: str, longest: Decimal, ceiling: Decimal, key: str) -> Iterator[Finding]:
    if longest > ceiling:
        over = f"{cents(longest - ceiling)} over landing:budget.{key} {ceiling}"
        yield Finding(f"{what} {cents(longest)} USD in a month of 31 days, {over}")


def _worst_case(resources: Sequence[Resource], bill: Bill, settings: Settings, context: Context) -> Iterator[Finding]:
    worst = meter.worst_case(resources, settings.usage, current_book(), today=context.today)
    # What keeps the bill from a figure as well has been told already.
    for gap in sorted(set(worst.unpriced) - set(bill.unpriced), key=lambda gap: (gap.urn, gap.reason)):
        for finding in _gap(gap, context):
            yield replace(finding, message=f"{MAXIMUM}, {finding.message}")
    least = "at least " if worst.at_least else ""
    ceiling = settings.budget.worst_case_usd_per_month
    if ceiling is not None:
        yield from _over(f"{MAXIMUM} the stack costs", least, worst.usd_per_month, ceiling, "worstCaseUsdPerMonth")


def _over(what: str, least: str, amount: Decimal, ceiling: Decimal, key: str) -> Iterator[Finding]:
    if amount > ceiling:
        over = f"{cents(amount - ceiling)} over landing:budget.{key} {ceiling}"
        yield Finding(f"{what} {least}{cents(amount)} USD a month, {over}")


def _book_age(bill: Bill, context: Context) -> Iterator[Finding]:
    """One advisory: the book as a whole is as young as its newest price, so the prices in use are looked at too."""
    age = (context.today - current_book().published).days
    dated = sorted({(line.as_of, line.source, line.usd_per_unit, line.item) for line in bill.lines if line.as_of})
    late = [price for price in dated if (context.today - day(price[0])).days > STALE_BOOK_DAYS]
    if age > STALE_BOOK_DAYS:
        told = f"the price book is {age} days old (of {current_book().published})"
    elif late:
        told = (
            f"{len(late)} of {len(dated)} dated prices in use were read over {STALE_BOOK_DAYS} days ago, "
            f"the oldest ({late[0][-1]}) on {late[0][0]}"
        )
    else:
        return
    yield Finding(f"{told}; refresh them with ./lz book refresh", kind="advisory")


def _gap(gap: Unpriced, context: Context) -> Iterator[Finding]:
    if gap.kind == "usage" and context.settings is None:
        yield Finding(f"{gap.type}: {gap.reason}", urn=gap.urn, kind="undetermined")
    else:
        yield Finding(f"{gap.type} has no price: {gap.reason}", urn=gap.urn, row=gap.capability)


RULES = (
    Rule(
        name="types-are-priced",
        description="Every declared type is priced, metered or known to be free.",
        check=types_are_priced,
        # Packages that nobody has heard of are told with the stack: a resource does not say whether it is a component.
        types=(type_tokens.AWS_PACKAGE, *(f"{package}:" for package in PACKAGES), type_tokens.KUBERNETES_PACKAGE),
    ),
    Rule(
        name="no-waste",
        description="Nothing bills more than it has to, or for what nobody asked for.",
        check=no_hidden_bills,
        types=TYPES,
    ),
    Rule(
        name="resource-within-ceiling",
        description="No single resource costs more than the stack file's ceiling.",
        check=resource_within_ceiling,
        types=(type_tokens.AWS_PACKAGE, type_tokens.KUBERNETES_PACKAGE),
    ),
)

STACK_RULES = (
    StackRule(
        name="stack-within-budget",
        description="Nothing billable is unpriced or idle, and the totals stay within the stack file's ceilings.",
        check=stack_within_budget,
    ),
)
