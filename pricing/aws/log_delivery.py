"""Logs that AWS's own services deliver: the log group bears them where one is declared, and a gap where none is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model import type_tokens
from model.resource import Resource
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason

#: Where a kind names what it delivers to.
DESTINATIONS: Final = {
    type_tokens.ROUTE53_RESOLVER_QUERY_LOG_CONFIG: "destinationArn",
    type_tokens.ROUTE53_QUERY_LOG: "cloudwatchLogGroupArn",
    type_tokens.WAFV2_WEB_ACL_LOGGING_CONFIGURATION: "logDestinationConfigs",
}


def delivered(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Vended logs are billed by the gigabyte wherever they go."""
    key = DESTINATIONS[resource.type]
    groups = {item.urn for item in context.of.get(type_tokens.CLOUDWATCH_LOG_GROUP, ())}
    if groups.isdisjoint(resource.references.get(key, ())):
        yield UnpricedReason(
            f"{key}: what is logged is billed by the gigabyte, and no landing:usage figure says how much; a log group "
            "that is declared here bears it",
            "usage",
        )


USAGE: Final[Meters] = dict.fromkeys(DESTINATIONS, delivered)
