"""The network: NAT, public addresses, endpoints, VPN, and the data that crosses zones and leaves the region."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.resource import MISSING, Resource
from pricing.bill import HOURS
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import UnreadableError, entries, word

#: A gigabyte between zones is charged where it leaves and again where it arrives.
DIRECTIONS: Final = Decimal(2)


def vpc(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """The VPC is free; the stack's data transfer is borne by the first."""
    if context.carries(resource, "transfer", type_tokens.EC2_VPC):
        yield context.used("data between zones", "transfer/inter-az-each-direction", "cross_zone_gb", each=DIRECTIONS)
        yield context.used("data to the internet", "transfer/internet-out", "egress_gb")


def nat_gateway(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Hours of each gateway (of each zone, for a regional one); the stack's data is borne by the first."""
    mode = word(resource.props, "availabilityMode", default="zonal")
    if mode == "regional":
        zones = Decimal(len(entries(resource.props, "availabilityZoneAddresses", default=False)))
        yield CostComponent("NAT hours", "ec2/regional-nat-gateway-hour-per-az", zones * HOURS)
        yield CostComponent("public IPv4", "vpc/public-ipv4-in-use", zones * HOURS)
    else:
        yield CostComponent("NAT hours", "ec2/nat-gateway-hour", HOURS)
    if context.carries(resource, "NAT data", type_tokens.EC2_NAT_GATEWAY):
        yield context.used("NAT data", "ec2/nat-gateway-gb", "nat_gb")
        if type_tokens.EKS_NODE_GROUP in context.of:
            yield context.used("NAT data of images", "ec2/nat-gateway-gb", "image_pull_gb")


def elastic_ip(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A public address, in use when something in the stack can hold it. AWS charges both alike today."""
    holds = (type_tokens.EC2_NAT_GATEWAY, type_tokens.EC2_EIP_ASSOCIATION, type_tokens.LB_LOAD_BALANCER)
    used = any(kind in context.of for kind in holds) or any(
        resource.get(key) is not MISSING for key in ("instance", "networkInterface", "associateWithPrivateIp")
    )
    yield CostComponent("public IPv4", f"vpc/public-ipv4-{'in-use' if used else 'idle'}", HOURS)


def vpc_endpoint(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A gateway endpoint is free; an interface endpoint has hours in each subnet, and data."""
    kind = word(resource.props, "vpcEndpointType", default="Gateway")
    if kind == "Gateway":
        yield CostComponent("gateway endpoint", "vpc/gateway-endpoint-s3-dynamodb", HOURS)
    elif kind == "Interface":
        subnets = Decimal(len(entries(resource.props, "subnetIds", default=False)))
        yield CostComponent("endpoint hours", "vpc/interface-endpoint-hour-per-az", subnets * HOURS)
        if context.carries(resource, "endpoint data", type_tokens.EC2_VPC_ENDPOINT, where=_is_interface):
            yield context.used("endpoint data", "vpc/interface-endpoint-gb", "endpoint_gb")
    else:
        raise UnreadableError("the price book has no endpoint of this vpcEndpointType", "price")


def _is_interface(resource: Resource) -> bool:
    return bool(resource.get("vpcEndpointType") == "Interface")


def endpoint_subnet(_resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """One more subnet of an interface endpoint."""
    yield CostComponent("endpoint hours", "vpc/interface-endpoint-hour-per-az", HOURS)


def vpn_connection(_resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Hours from creation on, whether or not a tunnel is up; its data leaves as ``landing:usage.egressGb``."""
    yield CostComponent("VPN hours", "vpc/vpn-connection-hour", HOURS)


def transit_attachment(_resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Hours of an attachment; no usage figure covers its data."""
    yield CostComponent("attachment hours", "vpc/transit-gateway-attachment", HOURS)
    yield UnpricedReason("a transit gateway charges for data, and no landing:usage figure says how much", "usage")


def flow_log(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Free towards a log group, which bears the ingestion; delivery elsewhere has a price of its own."""
    target = word(resource.props, "logDestinationType", default="cloud-watch-logs")
    if target != "cloud-watch-logs":
        raise UnreadableError("the price book has no delivery of vended logs to this logDestinationType", "price")
    yield from ()


PRICED: Final[Meters] = {
    type_tokens.EC2_NAT_GATEWAY: nat_gateway,
    type_tokens.EC2_EIP: elastic_ip,
    type_tokens.EC2_VPC_ENDPOINT: vpc_endpoint,
    type_tokens.EC2_VPC_ENDPOINT_SUBNET_ASSOCIATION: endpoint_subnet,
    type_tokens.EC2_VPN_CONNECTION: vpn_connection,
    type_tokens.EC2TRANSITGATEWAY_VPC_ATTACHMENT: transit_attachment,
    # Each of two gateways that peer pays for its own end.
    type_tokens.EC2TRANSITGATEWAY_PEERING_ATTACHMENT_ACCEPTER: transit_attachment,
}
USAGE: Final[Meters] = {type_tokens.EC2_VPC: vpc, type_tokens.EC2_FLOW_LOG: flow_log}
