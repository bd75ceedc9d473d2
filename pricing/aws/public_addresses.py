"""Public IPv4 addresses that nobody declares: subnets hand them out to what starts in them.

An instance that names no subnet starts in a default one, which hands out addresses too (source: Amazon VPC user guide,
default subnets); one that an elastic IP is attached to gives its own back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from model import type_tokens
from model.resource import MISSING, Resource, peek
from pricing.bill import HOURS, Basis
from pricing.context import CostComponent, PricingContext
from pricing.properties import switch

#: Where a resource that gets an elastic IP is named.
ATTACHED: Final = ((type_tokens.EC2_EIP, "instance"), (type_tokens.EC2_EIP_ASSOCIATION, "instanceId"))


def of_instance(instance: Resource, context: PricingContext) -> Iterator[CostComponent]:
    """The address of an instance: asked for, or handed out by its subnet."""
    basis: Basis = "fixed"
    if instance.get("associatePublicIpAddress") is not MISSING:
        given = switch(instance.props, "associatePublicIpAddress")
    elif any(instance.get(key) is not MISSING for key in ("networkInterfaces", "primaryNetworkInterface")):
        # A card of its own brings its own addresses.
        given = False
    elif instance.get("subnetId") is MISSING:
        given, basis = instance.get("launchTemplate") is MISSING, "assumption"
    else:
        given = handed_out(instance.references.get("subnetId", ()), context)
    if given and instance.urn not in context.once("elastic IPs", lambda: set(_attached(context))):
        yield CostComponent("public IPv4", "vpc/public-ipv4-in-use", HOURS, basis)


def of_nodes(group: Resource, template: Resource | None, context: PricingContext) -> bool:
    """Whether each node has a public address: the template says so, or a subnet of the group gives one to all."""
    cards = peek(template.props, "networkInterfaces") if template else MISSING
    said = [peek(card, "associatePublicIpAddress") for card in cards] if isinstance(cards, list) else []
    if any(value is not MISSING for value in said):
        return any(str(value).lower() != "false" for value in said if value is not MISSING)
    return handed_out(group.references.get("subnetIds", group.dependencies), context)


def handed_out(behind: Sequence[str], context: PricingContext) -> bool:
    """Whether one of the subnets ``behind`` a resource gives a public address to what starts in it."""
    giving = context.once("subnets with public addresses", lambda: set(_giving(context)))
    return not giving.isdisjoint(behind)


def _giving(context: PricingContext) -> Iterator[str]:
    for kind, usual in ((type_tokens.EC2_SUBNET, False), (type_tokens.EC2_DEFAULT_SUBNET, True)):
        for subnet in context.of.get(kind, ()):
            said = subnet.get("mapPublicIpOnLaunch")
            if usual if said is MISSING else said is not False:
                yield subnet.urn


def _attached(context: PricingContext) -> Iterator[str]:
    for kind, key in ATTACHED:
        for address in context.of.get(kind, ()):
            yield from address.references.get(key, ())
