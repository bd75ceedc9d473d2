"""What a lost zone takes with it: the way out of the others, where they share its NAT gateway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from model import type_tokens
from model.resource import Resource
from policy.engine.rule import Context, Finding
from stacks.environments import PRODUCTION


def zones_have_their_own_nat(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """In prod, what leaves a zone leaves it through a NAT gateway of that zone."""
    if context.environment != PRODUCTION:
        return
    for resource, _, home, zones in cut_off(resources):
        for zone in sorted(zones):
            yield Finding(
                f"what leaves {zone} passes the NAT gateway of {home}: losing {home} cuts {zone} off as well; give "
                "each zone a gateway of its own (landing:network.natGateways)",
                urn=resource.urn,
            )


def cut_off(resources: Sequence[Resource]) -> Iterator[tuple[Resource, Resource, str, set[str]]]:
    """Each route or table, the NAT gateway it leads to, that one's zone, and other zones that leave by it, if any."""
    by_urn = {resource.urn: resource for resource in resources}
    for resource in resources:
        for nat in _ways_out(resource, by_urn):
            home = _zone(_one(nat, "subnetId", by_urn))
            zones = _served(_table(resource), resources, by_urn) - {home} if home else set()
            if home and zones:
                yield resource, nat, home, zones


def _ways_out(resource: Resource, by_urn: Mapping[str, Resource]) -> list[Resource]:
    """The NAT gateways that a route, or a table with routes of its own, leads to."""
    name = {type_tokens.EC2_ROUTE: "natGatewayId", type_tokens.EC2_ROUTE_TABLE: "routes"}.get(resource.type)
    named = resource.references.get(name, ()) if name else ()
    return [by_urn[urn] for urn in named if urn in by_urn and by_urn[urn].type == type_tokens.EC2_NAT_GATEWAY]


def _table(resource: Resource) -> set[str]:
    return (
        {resource.urn}
        if resource.type == type_tokens.EC2_ROUTE_TABLE
        else set(resource.references.get("routeTableId", ()))
    )


def _served(tables: set[str], resources: Sequence[Resource], by_urn: Mapping[str, Resource]) -> set[str]:
    """The zones of the subnets that are joined to these tables."""
    joined = (
        resource
        for resource in resources
        if resource.type == type_tokens.EC2_ROUTE_TABLE_ASSOCIATION
        and tables & set(resource.references.get("routeTableId", ()))
    )
    return {zone for each in joined if (zone := _zone(_one(each, "subnetId", by_urn)))}


def _one(resource: Resource, name: str, by_urn: Mapping[str, Resource]) -> Resource | None:
    named = resource.references.get(name, ())
    return by_urn.get(named[0]) if len(named) == 1 else None


def _zone(subnet: Resource | None) -> str | None:
    if subnet is None or subnet.type != type_tokens.EC2_SUBNET:
        return None
    zones = (subnet.get(name) for name in ("availabilityZone", "availabilityZoneId"))
    return next((zone for zone in zones if isinstance(zone, str)), None)
