"""Ways out and doors that stand in one zone, while others pass them.

A site-to-site VPN is not asked about: AWS ends the two tunnels of each connection in two zones (source: Site-to-Site
VPN user guide, recalled).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from model import type_tokens
from model.resource import MISSING, UNKNOWN, Resource
from policy.guardrails.losses.places import by_urn, listed, zone_of, zones_of
from policy.guardrails.losses.weakness import Weakness, another
from policy.guardrails.network.zones import cut_off

#: Doors of a network that stand in the subnets that they name.
DOORS: Final = (type_tokens.EC2_VPC_ENDPOINT, type_tokens.EC2TRANSITGATEWAY_VPC_ATTACHMENT)


def ways_out(resources: Sequence[Resource]) -> Iterator[Weakness]:
    """NAT gateways that other zones leave by; production's are refused by ``zones-have-their-own-nat`` besides."""
    cut: dict[str, set[str]] = defaultdict(set)
    gateways, homes = {}, {}
    for _, nat, home, zones in cut_off(resources):
        cut[nat.urn] |= zones
        gateways[nat.urn], homes[nat.urn] = nat, home
    having = _homes(resources)
    for urn, zones in sorted(cut.items()):
        nat, missing = gateways[urn], sorted(zones - having)
        private = nat.get("connectivityType") == "private"
        more = [another(nat, number) for number, _ in enumerate(missing)]
        if not private:
            more += [_address(nat, number) for number, _ in enumerate(missing)]
        remedy = f"a gateway in {listed(set(missing))}" if missing else "routes to the gateway of the same zone"
        yield Weakness(
            urn=urn,
            lost=f"{homes[urn]}, or of this gateway alone,",
            why=f"what leaves {listed(zones)} passes it as well",
            remedy=remedy,
            instead=tuple(more) or (nat,),
        )


def _homes(resources: Sequence[Resource]) -> set[str]:
    """The zones that have a NAT gateway."""
    declared = by_urn(resources)
    subnets = (
        declared.get(urn)
        for nat in resources
        if nat.type == type_tokens.EC2_NAT_GATEWAY
        for urn in nat.references.get("subnetId", ())
    )
    return {zone for subnet in subnets if subnet is not None and (zone := zone_of(subnet))}


def _address(nat: Resource, number: int) -> Resource:
    """The public address of a gateway that does not exist yet."""
    urn = f"{nat.urn}-address-{number}"
    return Resource(urn=urn, type=type_tokens.EC2_EIP, name=nat.name, props={"domain": "vpc"}, parent=nat.parent)


def doors(resources: Sequence[Resource]) -> Iterator[Weakness]:
    """Interface endpoints and attachments in one zone of a network that has several."""
    declared, homes = by_urn(resources), _zones_of_networks(resources)
    joined = {
        urn
        for each in resources
        if each.type == type_tokens.EC2_VPC_ENDPOINT_SUBNET_ASSOCIATION
        for urn in each.references.get("vpcEndpointId", ())
    }
    for door in resources:
        if door.type not in DOORS or door.urn in joined:
            continue
        if door.type == type_tokens.EC2_VPC_ENDPOINT and door.get("vpcEndpointType") != "Interface":
            continue
        zones = zones_of(door, "subnetIds", declared)
        others = {zone for urn in door.references.get("vpcId", ()) for zone in homes.get(urn, ())} - (zones or set())
        if zones is None or len(zones) != 1 or not others:
            continue
        given = door.get("subnetIds")
        subnets = [*given, *(UNKNOWN for _ in others)] if isinstance(given, list) else given
        yield Weakness(
            urn=door.urn,
            lost=listed(zones),
            why=f"it has no other zone, and {listed(others)} come in by it",
            remedy=f"a subnet of {listed(others)}",
            instead=(replace(door, props={**door.props, "subnetIds": subnets}),),
        )


def _zones_of_networks(resources: Sequence[Resource]) -> Mapping[str, set[str]]:
    """By the URN of each network, the zones of its subnets."""
    found: dict[str, set[str]] = defaultdict(set)
    for subnet in resources:
        if subnet.type == type_tokens.EC2_SUBNET and subnet.get("vpcId") is not MISSING and (zone := zone_of(subnet)):
            for urn in subnet.references.get("vpcId", ()):
                found[urn].add(zone)
    return found
