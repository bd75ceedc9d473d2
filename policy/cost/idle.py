"""What is billed by the hour and used by nothing: addresses that nobody holds, NAT gateways that no route leads to.

A dependency is no use: a record may name an address, and a route may only wait for a gateway. What counts is the
property that holds it. Where nobody knows what stands behind a property, a dependency of a resource that sets it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from model import type_tokens
from model.kubernetes import kind_of
from model.resource import MISSING, Resource
from policy.engine.rule import Finding

#: Which properties of which types hold an address, by :func:`kind_of` them.
HOLD_ADDRESSES: Final[Mapping[str, tuple[str, ...]]] = {
    type_tokens.EC2_NAT_GATEWAY: ("allocationId", "secondaryAllocationIds", "availabilityZoneAddresses"),
    type_tokens.EC2_NAT_GATEWAY_EIP_ASSOCIATION: ("allocationId",),
    type_tokens.EC2_EIP_ASSOCIATION: ("allocationId", "publicIp"),
    type_tokens.LB_LOAD_BALANCER: ("subnetMappings",),
    type_tokens.ALB_LOAD_BALANCER: ("subnetMappings",),
    type_tokens.TRANSFER_SERVER: ("endpointDetails",),
    type_tokens.GLOBALACCELERATOR_ENDPOINT_GROUP: ("endpointConfigurations",),
    type_tokens.REDSHIFT_CLUSTER: ("elasticIp",),
    type_tokens.K8S_CORE_SERVICE_KIND: ("metadata",),
    type_tokens.K8S_NETWORKING_INGRESS_KIND: ("metadata",),
    type_tokens.K8S_GATEWAY_NETWORKING_GATEWAY_KIND: ("metadata", "spec"),
    type_tokens.K8S_GATEWAY_LOAD_BALANCER_CONFIGURATION_KIND: ("spec",),
    type_tokens.HELM_RELEASE_KIND: ("values",),
    type_tokens.HELM_CHART_KIND: ("values",),
}
#: Which of an address's own properties say what holds it.
HELD_BY: Final = ("instance", "networkInterface", "associateWithPrivateIp")
#: Which properties of which types lead to a NAT gateway.
LEAD_TO_GATEWAYS: Final[Mapping[str, tuple[str, ...]]] = {
    type_tokens.EC2_ROUTE: ("natGatewayId",),
    type_tokens.EC2_ROUTE_TABLE: ("routes",),
    type_tokens.EC2_DEFAULT_ROUTE_TABLE: ("routes",),
}


def nothing_idles(resources: Sequence[Resource]) -> Iterator[Finding]:
    """An address that nothing holds and a NAT gateway that no route leads to are billed all the same."""
    held, led_to = set(_behind(HOLD_ADDRESSES, resources)), set(_behind(LEAD_TO_GATEWAYS, resources))
    for resource in resources:
        if resource.type == type_tokens.EC2_EIP and resource.urn not in held and not _given(resource, HELD_BY):
            yield Finding("this address is used by nothing, and billed by the hour", urn=resource.urn)
        if resource.type == type_tokens.EC2_NAT_GATEWAY and resource.urn not in led_to:
            yield Finding("no route leads to this NAT gateway, which is billed by the hour", urn=resource.urn)


def _behind(table: Mapping[str, tuple[str, ...]], resources: Iterable[Resource]) -> Iterator[str]:
    """Every URN that stands behind one of the table's properties, or may."""
    for resource in resources:
        keys = table.get(kind_of(resource.type), ())
        if resource.references:
            for key in keys:
                yield from resource.references.get(key, ())
        elif _given(resource, keys):
            yield from resource.dependencies


def _given(resource: Resource, keys: Iterable[str]) -> bool:
    return any(resource.get(key) not in (MISSING, "", [], False) for key in keys)
