"""What resources cost, as far as a rule may know: with the stack's usage, or without settings by the region alone."""

from __future__ import annotations

from collections.abc import Sequence

from model.resource import Resource
from policy.engine.rule import Context
from pricing import meter
from pricing.bill import Bill
from pricing.book import current_book
from pricing.declared.inventory import declared
from pricing.estimate import estimate


def stack_bill(resources: Sequence[Resource], context: Context) -> Bill:
    """The priced bill of ``resources``, with the declared usage when there are settings.

    Settings are those of a stack in the book's region. Without them a program may stand anywhere, and what stands
    elsewhere has no price.
    """
    if context.settings is not None:
        return meter.compute_bill(resources, context.settings.usage, current_book(), today=context.today)
    return estimate(declared(resources, context.region), None, current_book(), today=context.today).bill
