"""EventBridge: a rule on what AWS itself emits is free, and so are its targets but for two kinds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model import type_tokens
from model.resource import Resource
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason

#: Parts of an ARN, and the type of what may be referred to instead, of targets that are billed by the event.
BILLED: Final = (
    (":api-destination/", type_tokens.CLOUDWATCH_EVENT_API_DESTINATION, "each call of an API destination is billed"),
    (":event-bus/", type_tokens.CLOUDWATCH_EVENT_BUS, "each event that is sent on to another bus is billed"),
)


def target(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A gap for what is billed by the event; whatever else a target runs is billed where it is declared."""
    arn, referred = resource.get("arn"), resource.references.get("arn", ())
    for part, kind, why in BILLED:
        declared = {item.urn for item in context.of.get(kind, ())}
        if (isinstance(arn, str) and part in arn) or not declared.isdisjoint(referred):
            yield UnpricedReason(f"arn: {why}, and no landing:usage figure says how many", "usage")


USAGE: Final[Meters] = {type_tokens.CLOUDWATCH_EVENT_TARGET: target}
