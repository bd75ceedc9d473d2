"""What instances are charged for without a word in their declaration: surplus CPU credits, and public addresses.

T3, T3a and T4g spend credits beyond what they earn unless somebody says standard, T2 the other way round, and an
account's default can be declared by family (source: Amazon EC2 user guide, burstable performance instances). Subnets
hand out addresses to what starts in them; an instance that names no subnet starts in a default one, which does so too
(source: Amazon VPC user guide, default subnets), and one that gets an elastic IP gives its own back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from model import type_tokens
from model.resource import MISSING, Resource, peek
from pricing.bill import HOURS, Basis
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import switch, word

STANDARD: Final = "standard"
UNLIMITED: Final = "unlimited"
DEFAULTS: Final[Mapping[str, str]] = {"t2": STANDARD, "t3": UNLIMITED, "t3a": UNLIMITED, "t4g": UNLIMITED}
_FAMILY: Final = re.compile(r"(t\d[a-z]*)\.", re.ASCII)
#: Where a resource that gets an elastic IP is named.
ATTACHED: Final = ((type_tokens.EC2_EIP, "instance"), (type_tokens.EC2_EIP_ASSOCIATION, "instanceId"))


def surplus(types: Iterable[str], holder: Any, context: PricingContext) -> Iterator[UnpricedReason]:
    """A gap where instances of ``types`` are unlimited and nobody wrote so in ``holder``, an instance or a template.

    What is written is told by :mod:`pricing.coverage.unpriced_properties`.
    """
    if peek(holder, "creditSpecification", "cpuCredits") is not MISSING:
        return
    families = {found[1] for name in types if (found := _FAMILY.match(name))}
    declared = context.once("default credits", lambda: dict(_declared(context)))
    for family in sorted(families):
        if declared.get(family, DEFAULTS.get(family, UNLIMITED)) != STANDARD:
            yield UnpricedReason(
                f"surplus CPU credits: {family} is unlimited unless creditSpecification.cpuCredits is standard, and no "
                "landing:usage figure says how many are used",
                "usage",
            )


def _declared(context: PricingContext) -> Iterator[tuple[Any, Any]]:
    for item in context.of.get(type_tokens.EC2_DEFAULT_CREDIT_SPECIFICATION, ()):
        yield item.get("instanceFamily"), item.get("cpuCredits")


def default_credits(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """The default of an account makes every instance of a family unlimited that says nothing else."""
    if word(resource.props, "cpuCredits") != STANDARD:
        yield UnpricedReason(
            "cpuCredits: every instance of the family that says nothing else pays for credits beyond what it "
            "earns, and no landing:usage figure says how many",
            "usage",
        )


def address_of_instance(instance: Resource, context: PricingContext) -> Iterator[CostComponent]:
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


def nodes_have_addresses(group: Resource, template: Resource | None, context: PricingContext) -> bool:
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


USAGE: Final[Meters] = {type_tokens.EC2_DEFAULT_CREDIT_SPECIFICATION: default_credits}
