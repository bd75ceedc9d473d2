"""The EKS control plane, the nodes and their disks.

A managed node group refers to its launch template by id, which no preview knows. Its template is looked for, in this
order, and the first rule that leaves exactly one wins:

1. the template whose declared ``name`` the group repeats in ``launchTemplate.name``;
2. the only template among what the group, or the component around it, depends on;
3. among the templates declared by a component that also holds the group (all templates, when none is): the one named
   like the group, else the one named ``<group>-...``, else the only one.

When several remain, the group's disks are a gap, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from policy.meters.disks import mapped, volume
from policy.meters.hours import awake
from policy.meters.lines import HOURS, Basis
from policy.meters.logs import undeclared
from policy.meters.scene import Charge, Gap, Meters, Scene
from policy.meters.values import UnreadableError, entries, switch, whole, word
from policy.resource import MISSING, Resource, peek

TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
NODE_GROUP: Final = "aws:eks/nodeGroup:NodeGroup"
#: What EKS starts, and the disk it gives, when nobody says (source: EKS API, CreateNodegroup).
DEFAULT_TYPE: Final = "t3.medium"
DEFAULT_DISK_GIB: Final = 20


def node_group(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """Instances at the dearest of the offered classes (Spot at its typical fraction), and the disks of each."""
    # At its maximum a group is awake: the worst case forgets the schedule.
    share = awake(resource, scene) if scene.size == "desiredSize" else Decimal(1)
    count = whole(resource.props, "scalingConfig", scene.size) * share
    template = _template(resource, scene)
    capacity = word(resource.props, "capacityType", default="ON_DEMAND")
    if capacity not in {"ON_DEMAND", "SPOT"}:
        raise UnreadableError(f"the price book has no {capacity} capacity", "price")
    spot = capacity == "SPOT"
    yield Charge(
        "instances",
        _dearest(_types(resource, template), scene),
        count * HOURS,
        "assumption" if spot else "fixed",
        fraction="ec2/spot-fraction-of-on-demand" if spot else None,
    )
    if template is not None:
        yield from _disks(template.props, count)
    else:
        size = whole(resource.props, "diskSize", default=DEFAULT_DISK_GIB)
        # EKS does not say which kind it makes; gp2 is the dearer of the two.
        yield from volume("disk", size, "gp2", times=count, basis="assumption")


def _types(resource: Resource, template: Resource | None) -> Sequence[str]:
    offered = entries(resource.props, "instanceTypes")
    if offered:
        return [word(offered, place) for place in range(len(offered))]
    return [word(template.props if template else {}, "instanceType", default=DEFAULT_TYPE)]


def _dearest(types: Sequence[str], scene: Scene) -> str:
    keys = [f"ec2/{name}" for name in types]
    rates = {key: price.rate for key in keys if (price := scene.book.price(key))}
    unknown = [key for key in keys if rates.get(key) is None]
    # With one price unknown nobody can say which is the dearest: the unknown one is what the bill must show.
    return unknown[0] if unknown else max(keys, key=lambda key: (rates[key] or Decimal(0), key))


def _disks(props: Any, count: Decimal) -> Iterator[Charge]:
    mappings = entries(props, "blockDeviceMappings")
    if not mappings:
        yield from volume("disk", Decimal(DEFAULT_DISK_GIB), "gp3", times=count, basis="assumption")
    for place, mapping in enumerate(mappings):
        if peek(mapping, "virtualName") is MISSING and peek(mapping, "noDevice") is MISSING:
            name = peek(mapping, "deviceName")
            item = f"disk {name}" if isinstance(name, str) else f"disk {place}"
            yield from mapped(item, peek(mapping, "ebs"), count)


def _template(group: Resource, scene: Scene) -> Resource | None:
    if group.get("launchTemplate") is MISSING:
        return None
    templates = scene.of.get(TEMPLATE, ())
    by_urn, by_name, by_parent = scene.once("launch templates", lambda: _indexed(templates))
    around = _around(group, scene)
    named = group.get("launchTemplate", "name")
    needed = {urn for item in [group, *around] for urn in item.dependencies}
    near = [item for parent in around for item in by_parent.get(parent.urn, ())] or templates
    rules: Sequence[Callable[[], Iterable[Resource]]] = (
        lambda: by_name.get(named, ()) if isinstance(named, str) else (),
        lambda: [by_urn[urn] for urn in sorted(needed) if urn in by_urn],
        lambda: [item for item in near if item.name == group.name],
        lambda: [item for item in near if item.name.startswith(f"{group.name}-")],
        lambda: near,
    )
    for rule in rules:
        found = list(rule())
        if len(found) == 1:
            return found[0]
    raise UnreadableError(
        f"launchTemplate: {len(templates)} templates are declared, and none can be told to be the group's"
    )


def _indexed(
    templates: Sequence[Resource],
) -> tuple[Mapping[str, Resource], Mapping[str, list[Resource]], Mapping[str, list[Resource]]]:
    by_name: dict[str, list[Resource]] = {}
    by_parent: dict[str, list[Resource]] = {}
    for item in templates:
        if isinstance(name := item.get("name"), str):
            by_name.setdefault(name, []).append(item)
        by_parent.setdefault(item.parent or "", []).append(item)
    return {item.urn: item for item in templates}, by_name, by_parent


def _around(resource: Resource, scene: Scene) -> list[Resource]:
    """The components that hold ``resource``, innermost first; the stack itself holds everything and tells nothing."""
    every = scene.once("by urn", lambda: {item.urn: item for items in scene.of.values() for item in items})
    found: list[Resource] = []
    while (parent := every.get(resource.parent or "")) and parent not in found and parent.type != "pulumi:pulumi:Stack":
        found.append(parent)
        resource = parent
    return found


def cluster(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """The control plane, what its version adds, and its logs when nobody declares their log group."""
    yield Charge("control plane", "eks/cluster-standard", HOURS)
    if switch(resource.props, "computeConfig", "enabled"):
        yield Gap("Auto Mode adds a fee to each instance, and starts instances that no declaration shows", "price")
    tier = word(resource.props, "controlPlaneScalingConfig", "tier", default="standard")
    if tier != "standard":
        yield Gap(f"the price book has no control plane of tier {tier}", "price")
    if entries(resource.props, "enabledClusterLogTypes"):
        yield from undeclared(scene, "/aws/eks/", "control_plane_log_gb")
    if resource.get("version") is not MISSING and word(resource.props, "version") in scene.extended_versions:
        yield Charge("extended support", "eks/cluster-extended-support-surcharge", HOURS)


def instance(resource: Resource, _scene: Scene) -> Iterator[Charge | Gap]:
    """An instance on demand, its disks and its public address."""
    yield Charge("instance", f"ec2/{word(resource.props, 'instanceType')}", HOURS)
    if switch(resource.props, "associatePublicIpAddress"):
        yield Charge("public IPv4", "vpc/public-ipv4-in-use", HOURS)
    root = resource.get("rootBlockDevice")
    basis: Basis = "assumption" if root is MISSING else "fixed"
    disk = {"volumeSize": DEFAULT_DISK_GIB, "volumeType": "gp3"} if root is MISSING else root
    yield from mapped("root disk", disk, Decimal(1), basis)
    for place, extra in enumerate(entries(resource.props, "ebsBlockDevices")):
        yield from mapped(f"disk {place}", extra, Decimal(1))


def capability(resource: Resource, _scene: Scene) -> Iterator[Charge | Gap]:
    """A managed capability of EKS; only Argo CD has a price, and its applications come on top."""
    kind = word(resource.props, "type")
    yield Charge("capability", f"eks/capability-{kind.lower()}", HOURS)
    yield Gap("the capability charges for each object it manages, and no landing:usage figure says how many", "usage")


PRICED: Final[Meters] = {
    "aws:eks/cluster:Cluster": cluster,
    NODE_GROUP: node_group,
    "aws:ec2/instance:Instance": instance,
    "aws:eks/capability:Capability": capability,
}
