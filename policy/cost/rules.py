"""What the stack costs, as rules: every billable thing has a price, and together they stay within the budget.

There is one costing stack policy, because the SDK decodes the whole stack again for each one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy import meter
from policy.lifecycle import extended_versions
from policy.meter import Bill, Unpriced
from policy.prices import Book
from policy.resource import Resource
from policy.rule import Context, Finding, Rule, StackRule


def types_are_priced(resource: Resource, context: Context) -> Iterator[Finding]:
    """A type that nobody can price is refused before it exists: an unknown price is never zero."""
    if meter.standing(resource.type) == "unpriced":
        yield Finding(
            f"{resource.type} may be billed and has no price here; add it to policy/meters and the price book, "
            "or say there that it is free"
        )


def stack_within_budget(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """Every line is priced and the total stays at or under landing:budget.usdPerMonth."""
    bill = stack_bill(resources, context)
    for gap in bill.unpriced:
        yield from _gap(gap, context)
    least = "at least " if bill.at_least else ""
    if context.settings is None:
        yield Finding(
            f"the stack costs {least}{bill.usd_per_month:.2f} USD a month; no budget is known", kind="undetermined"
        )
        return
    budget = context.settings.budget
    if bill.usd_per_month > budget.usd_per_month:
        over = bill.usd_per_month - budget.usd_per_month
        yield Finding(
            f"the stack costs {least}{bill.usd_per_month:.2f} USD a month, {over:.2f} over "
            f"landing:budget.usdPerMonth {budget.usd_per_month}"
        )
    totals = bill.by_capability()
    for capability, ceiling in sorted(budget.per_capability.items()):
        if totals.get(capability, 0) > ceiling:
            yield Finding(
                f"{capability} costs {totals[capability]:.2f} USD a month, over "
                f"landing:budget.perCapability.{capability} {ceiling}",
                row=capability,
            )


def stack_bill(resources: Sequence[Resource], context: Context) -> Bill:
    """The priced bill of ``resources``, with the declared usage when there are settings."""
    usage = context.settings.usage if context.settings else None
    return meter.bill(resources, usage, Book.load(), extended_versions=extended_versions(context.today))


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
        types=("aws:",),
    ),
)

STACK_RULES = (
    StackRule(
        name="stack-within-budget",
        description="Nothing billable is unpriced, and the total stays within the stack file's budget.",
        check=stack_within_budget,
    ),
)
