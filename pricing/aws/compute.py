"""The EKS control plane, the nodes and their disks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from model import type_tokens
from model.lifecycle.services import extended_versions
from model.resource import MISSING, Resource, peek
from pricing.aws.instances import address_of_instance, nodes_have_addresses, surplus
from pricing.aws.launch_templates import template_of
from pricing.aws.logs import undeclared
from pricing.aws.node_schedule import nodes
from pricing.aws.volumes import mapped, volume
from pricing.bill import HOURS, Basis
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import UnreadableError, entries, whole, word

#: What EKS starts, and the disk it gives, when nobody says (source: EKS API, CreateNodegroup).
DEFAULT_TYPE: Final = "t3.medium"
DEFAULT_DISK_GIB: Final = 20
_DEVICE: Final = re.compile(r"/dev/(?:xvd|sd)[a-z]{1,2}\d{0,2}", re.ASCII)


def node_group(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Instances at the dearest of the offered classes (Spot at its typical fraction), and the disks of each.

    Instances whose classes the group itself names are charged before its template is looked for, so that a template
    nobody can tell, or a disk nobody can read, is a gap beside them and never instead of them.
    """
    count = nodes(resource, context)
    capacity = word(resource.props, "capacityType", default="ON_DEMAND")
    if capacity not in {"ON_DEMAND", "SPOT"}:
        raise UnreadableError("the price book has no capacity of this capacityType", "price")
    offered = entries(resource.props, "instanceTypes")
    types = [word(offered, place) for place in range(len(offered))]
    if types:
        yield _instances(types, count, capacity, context)
    template = template_of(resource, context)
    if not types:
        named = template.props if template else {}
        types = [word(named, "instanceType", default=DEFAULT_TYPE)]
        yield _instances(types, count, capacity, context)
    yield from surplus(types, template.props if template else {}, context)
    if nodes_have_addresses(resource, template, context):
        yield CostComponent("public IPv4", "vpc/public-ipv4-in-use", count * HOURS, "assumption")
    if template is not None:
        yield from _disks(template.props, count)
    else:
        size = whole(resource.props, "diskSize", default=DEFAULT_DISK_GIB)
        # EKS does not say which kind it makes; gp2 is the dearer of the two.
        yield from volume("disk", size, "gp2", times=count, basis="assumption")


def _instances(types: Sequence[str], count: Decimal, capacity: str, context: PricingContext) -> CostComponent:
    spot = capacity == "SPOT"
    return CostComponent(
        "instances",
        _dearest(types, context),
        count * HOURS,
        "assumption" if spot else "fixed",
        fraction="ec2/spot-fraction-of-on-demand" if spot else None,
    )


def _dearest(types: Sequence[str], context: PricingContext) -> str:
    keys = [f"ec2/{name}" for name in types]
    rates = {key: price.usd for key in keys if (price := context.book.price(key))}
    unknown = [key for key in keys if rates.get(key) is None]
    # With one price unknown nobody can say which is the dearest: the unknown one is what the bill must show.
    return unknown[0] if unknown else max(keys, key=lambda key: (rates[key] or Decimal(0), key))


def _disks(props: Any, count: Decimal) -> Iterator[CostComponent]:
    mappings = entries(props, "blockDeviceMappings")
    if not mappings:
        yield from volume("disk", Decimal(DEFAULT_DISK_GIB), "gp3", times=count, basis="assumption")
    for place, mapping in enumerate(mappings):
        if peek(mapping, "virtualName") is MISSING and peek(mapping, "noDevice") is MISSING:
            name = peek(mapping, "deviceName")
            item = f"disk {name}" if isinstance(name, str) and _DEVICE.fullmatch(name) else f"disk {place}"
            yield from mapped(item, peek(mapping, "ebs"), count)


def cluster(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """The control plane, what its version adds, and its logs when nobody declares their log group."""
    yield CostComponent("control plane", "eks/cluster-standard", HOURS)
    if entries(resource.props, "enabledClusterLogTypes"):
        yield from undeclared(context, "/aws/eks/", "control_plane_log_gb")
    version = "" if resource.get("version") is MISSING else word(resource.props, "version")
    # Under the other policy AWS upgrades the cluster on the day that standard support ends (EKS user guide).
    support = word(resource.props, "upgradePolicy", "supportType", default="EXTENDED")
    if support != "STANDARD" and context.today and version in extended_versions(context.today):
        yield CostComponent("extended support", "eks/cluster-extended-support-surcharge", HOURS)


def instance(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """An instance on demand, its credits, its disks and its public address."""
    name = word(resource.props, "instanceType")
    yield CostComponent("instance", f"ec2/{name}", HOURS)
    if resource.get("launchTemplate") is MISSING:
        yield from surplus([name], resource.props, context)
    yield from address_of_instance(resource, context)
    root = resource.get("rootBlockDevice")
    basis: Basis = "assumption" if root is MISSING else "fixed"
    disk = {"volumeSize": DEFAULT_DISK_GIB, "volumeType": "gp3"} if root is MISSING else root
    yield from mapped("root disk", disk, Decimal(1), basis)
    for place, extra in enumerate(entries(resource.props, "ebsBlockDevices")):
        yield from mapped(f"disk {place}", extra, Decimal(1))


def capability(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A managed capability of EKS; only Argo CD has a price, and its applications come on top."""
    kind = word(resource.props, "type")
    yield CostComponent("capability", f"eks/capability-{kind.lower()}", HOURS)
    yield UnpricedReason(
        "the capability charges for each object it manages, and no landing:usage figure says how many", "usage"
    )


PRICED: Final[Meters] = {
    type_tokens.EKS_CLUSTER: cluster,
    type_tokens.EKS_NODE_GROUP: node_group,
    type_tokens.EC2_INSTANCE: instance,
    type_tokens.EKS_CAPABILITY: capability,
}
