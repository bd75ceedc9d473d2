"""What is billed by the hour and used by nothing: addresses that nobody holds, NAT gateways that no route leads to.

A dependency is no use: a record may name an address, and a route may only wait for a gateway. What counts is the
property that holds it. Where nobody knows what stands behind a property, a dependency of a resource that sets it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from model.kubernetes import kind_of
from model.resource import MISSING, Resource
from policy.engine.rule import Finding

EIP: Final = "aws:ec2/eip:Eip"
NAT: Final = "aws:ec2/natGateway:NatGateway"
#: Which properties of which types hold an address, by :func:`kind_of` them.
HOLD_ADDRESSES: Final[Mapping[str, tuple[str, ...]]] = {
    NAT: ("allocationId", "secondaryAllocationIds", "availabilityZoneAddresses"),
    "aws:ec2/natGatewayEipAssociation:NatGatewayEipAssociation": ("allocationId",),
    "aws:ec2/eipAssociation:EipAssociation": ("allocationId", "publicIp"),
    "aws:lb/loadBalancer:LoadBalancer": ("subnetMappings",),
    "aws:alb/loadBalancer:LoadBalancer": ("subnetMappings",),
    "aws:transfer/server:Server": ("endpointDetails",),
    "aws:globalaccelerator/endpointGroup:EndpointGroup": ("endpointConfigurations",),
    "aws:redshift/cluster:Cluster": ("elasticIp",),
    "kubernetes:core:Service": ("metadata",),
    "kubernetes:networking.k8s.io:Ingress": ("metadata",),
    "kubernetes:gateway.networking.k8s.io:Gateway": ("metadata", "spec"),
    "kubernetes:gateway.k8s.aws:LoadBalancerConfiguration": ("spec",),
    "kubernetes:helm.sh:Release": ("values",),
    "kubernetes:helm.sh:Chart": ("values",),
}
#: Which of an address's own properties say what holds it.
HELD_BY: Final = ("instance", "networkInterface", "associateWithPrivateIp")
#: Which properties of which types lead to a NAT gateway.
LEAD_TO_GATEWAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:ec2/route:Route": ("natGatewayId",),
    "aws:ec2/routeTable:RouteTable": ("routes",),
    "aws:ec2/defaultRouteTable:DefaultRouteTable": ("routes",),
}


def nothing_idles(resources: Sequence[Resource]) -> Iterator[Finding]:
    """An address that nothing holds and a NAT gateway that no route leads to are billed all the same."""
    held, led_to = set(_behind(HOLD_ADDRESSES, resources)), set(_behind(LEAD_TO_GATEWAYS, resources))
    for resource in resources:
        if resource.type == EIP and resource.urn not in held and not _given(resource, HELD_BY):
            yield Finding("this address is used by nothing, and billed by the hour", urn=resource.urn)
        if resource.type == NAT and resource.urn not in led_to:
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
