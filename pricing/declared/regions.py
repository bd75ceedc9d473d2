"""Which region a resource stands in: by itself, its provider, the configuration, or what AWS answered before.

The price book is of one region. What stands in another one is a gap, and what names none is assumed to stand there,
which is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from model import type_tokens
from model.urn import name_of

if TYPE_CHECKING:
    from model.resource import Resource
    from pricing.declared.inventory import Entry, Inventory

PROVIDERS: Final = "pulumi:providers:"
#: Providers that nobody declared take the stack's configuration.
DEFAULT: Final = "default"
#: Between regions of which nobody knows which it is.
OR: Final = " or "
_REGION: Final = re.compile(r"[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}", re.ASCII)
#: A zone is its region's name and a letter; a local zone has a place between the two.
_ZONE: Final = re.compile(rf"({_REGION.pattern})(?:-[a-z0-9-]+)?[a-z]", re.ASCII)


def told_region(outputs: Any) -> str:
    """The region in what AWS answered for a resource: its ``region``, else that in its ARN; nothing in neither."""
    if not isinstance(outputs, Mapping):
        return ""
    return region_name(outputs.get("region")) or _in_arn(outputs.get("arn"))


def region_name(value: Any) -> str:
    """``value`` where it is written like a region of AWS, else nothing."""
    return value if isinstance(value, str) and _REGION.fullmatch(value) else ""


def _in_arn(arn: Any) -> str:
    parts = arn.split(":", 5) if isinstance(arn, str) else []
    return region_name(parts[3]) if len(parts) == 6 and parts[0] == "arn" else ""


@dataclass(frozen=True)
class Regions:
    """The regions of an inventory's resources."""

    inventory: Inventory

    def of(self, entry: Entry) -> str:
        """The region of a resource of AWS, or of the cluster that an object stands in; nothing where none is told.

        An object that may stand in one of several has them all, joined by ``OR``.
        """
        if entry.resource.type.startswith(type_tokens.KUBERNETES_PACKAGE):
            return self._of_object(entry)
        return self._of_aws(entry)

    def _of_aws(self, entry: Entry) -> str:
        # Since version 7 of the provider a resource may name a region of its own.
        own = region_name(entry.resource.get("region")) or _of_zones(entry.resource)
        return own or self._of_provider(entry.provider) or entry.told_region or self._told.get(entry.provider, "")

    def _of_provider(self, provider: str) -> str:
        declared = self._providers.get(provider)
        given = region_name(declared.get("region")) if declared else ""
        name = name_of(provider)
        configured = self.inventory.region if not provider or name.startswith(DEFAULT) else ""
        return given or region_name(configured)

    def _of_object(self, entry: Entry) -> str:
        """The region of the cluster that the object's provider is made from, else those with a cluster."""
        provider = self._providers.get(entry.provider)
        behind = [self._by_urn[urn] for urn in provider.dependencies if urn in self._by_urn] if provider else []
        return _only(self._each(behind)) or self._with_cluster

    @cached_property
    def _with_cluster(self) -> str:
        clusters = [entry for entry in self.inventory.entries if entry.resource.type == type_tokens.EKS_CLUSTER]
        return OR.join(sorted(set(self._each(clusters or self.inventory.entries))))

    def _each(self, entries: Iterable[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.resource.type.startswith(type_tokens.AWS_PACKAGE) and (region := self._of_aws(entry)):
                yield region

    @cached_property
    def _providers(self) -> Mapping[str, Resource]:
        declared = (entry.resource for entry in self.inventory.entries)
        return {resource.urn: resource for resource in declared if resource.type.startswith(PROVIDERS)}

    @cached_property
    def _by_urn(self) -> Mapping[str, Entry]:
        return {entry.resource.urn: entry for entry in self.inventory.entries}

    @cached_property
    def _told(self) -> Mapping[str, str]:
        """By provider, the region that all answers about its resources agree on."""
        found: dict[str, set[str]] = {}
        for entry in self.inventory.entries:
            own = region_name(entry.resource.get("region")) or _of_zones(entry.resource)
            if entry.told_region and not own and entry.resource.type.startswith(type_tokens.AWS_PACKAGE):
                found.setdefault(entry.provider, set()).add(entry.told_region)
        return {provider: _only(regions) for provider, regions in found.items()}


def _only(regions: Iterable[str]) -> str:
    found = set(regions)
    return found.pop() if len(found) == 1 else ""


def _of_zones(resource: Resource) -> str:
    """The region whose zones the resource names: AWS would make it nowhere else."""
    listed = resource.get("availabilityZones")
    zones = [resource.get("availabilityZone"), *(listed if isinstance(listed, list) else ())]
    found = (_ZONE.fullmatch(zone) for zone in zones if isinstance(zone, str))
    return _only(zone[1] for zone in found if zone)
