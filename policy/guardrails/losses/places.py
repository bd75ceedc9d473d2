"""In which zones something may stand, by the subnets that it names; ``None`` wherever a subnet is not declared here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from model import type_tokens
from model.resource import Resource


def by_urn(resources: Sequence[Resource]) -> Mapping[str, Resource]:
    """Resources by their URNs."""
    return {resource.urn: resource for resource in resources}


def zone_of(subnet: Resource) -> str | None:
    """A subnet's zone, by name or by id."""
    zones = (subnet.get(name) for name in ("availabilityZone", "availabilityZoneId"))
    return next((zone for zone in zones if isinstance(zone, str)), None)


def zones_of(resource: Resource, key: str, declared: Mapping[str, Resource]) -> frozenset[str] | None:
    """The zones of the subnets behind the list ``key``; ``None`` when one of them is not known."""
    given, made = resource.get(key), resource.references.get(key, ())
    # Beside subnets that are made here, an id as text, or one of another stack's, may be anywhere. A deployment knows
    # the ids of those made here as text, too, so that only their number tells.
    if isinstance(given, list) and len(given) > len(made):
        return None
    subnets = [declared.get(urn) for urn in made]
    zones = {
        zone_of(subnet) if subnet is not None and subnet.type == type_tokens.EC2_SUBNET else None for subnet in subnets
    }
    return frozenset(zone for zone in zones if zone is not None) if zones and None not in zones else None


def names(resource: Resource, key: str, other: Resource, own: str) -> bool:
    """Whether ``key`` of ``resource`` means ``other``, by reference or by the same text as its ``own``."""
    text = resource.get(key)
    return other.urn in resource.references.get(key, ()) or (isinstance(text, str) and text == other.get(own))


def listed(zones: frozenset[str] | set[str]) -> str:
    """Zones as a sentence names them."""
    *first, last = sorted(zones)
    return f"{', '.join(first)} and {last}" if first else last
