"""Nodes: cheaper classes of the same size, fewer or other machines that still hold every pod, and Spot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from model import type_tokens
from model.resource import Resource
from policy.capacity.amount import smallest
from policy.capacity.fit import GROUP_LABEL
from policy.capacity.machines import MACHINES, PREFIXED_PODS, allocatable
from policy.economics.recommendations.candidate import Candidate, Change, Stack
from pricing.bill import HOURS
from stacks.offered import classes
from stacks.sections.platform import NodeGroup

SPOT_FRACTION: Final = "ec2/spot-fraction-of-on-demand"
#: Spot is interrupted a class at a time: with one class all of a group's nodes go together.
SPOT_CLASSES: Final = 2
#: What a vCPU of a T class may use on average before credits are billed, in per cent (source: EC2 user guide, key
#: concepts for burstable performance instances).
BASELINE_PERCENT: Final = {"medium": 20, "large": 30, "xlarge": 40, "2xlarge": 40}
OTHER_PROCESSOR: Final = (
    "the same memory and vCPUs at least, but another processor, which may be slower at what runs here"
)
NODES_REPLACED: Final = "a deployment; nodes are replaced one after the other, and their pods move"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Machines for a group: the classes that are offered, and how many of them."""

    types: tuple[str, ...]
    nodes: int


def node_candidates(stack: Stack) -> Iterator[Candidate]:
    """For each group: a class of the same size, another size, and Spot instead of on demand."""
    for name, group in sorted(stack.settings.node_groups.items()):
        now = Offer(types=group.instance_types, nodes=group.desired)
        same, other = _same_size(stack, name, group), _other_size(stack, name, group)
        if same:
            yield _offered(name, group, now, same, _same_risk(group, same))
        if other and other != same:
            yield _offered(name, group, now, other, _other_risk(group, other))
        if group.capacity == "ON_DEMAND":
            yield _spot(name)


def group_of(item: Resource, name: str) -> bool:
    """Whether a resource is the node group that a stack file calls ``name``."""
    return item.type == type_tokens.EKS_NODE_GROUP and item.get("labels", GROUP_LABEL) == name


def cheapest_of_size(stack: Stack, group: NodeGroup, keys: str = "ec2/{}") -> list[str]:
    """Classes with no fewer vCPUs and no less memory than the group's smallest, the cheapest first.

    ``keys`` is where the book has their price. A T class is one only where pods ask for no more than it may always use.
    """
    known = [MACHINES[name] for name in group.instance_types if name in MACHINES]
    if len(known) < len(group.instance_types):
        return []
    vcpus, memory = min(each.vcpus for each in known), min(each.memory_gib for each in known)
    fitting = (name for name, each in MACHINES.items() if each.vcpus >= vcpus and each.memory_gib >= memory)
    return _by_price(stack, fitting, keys)


def _same_size(stack: Stack, name: str, group: NodeGroup) -> Offer | None:
    types = tuple(cheapest_of_size(stack, group)[: _classes(group)])
    found = Offer(types=types, nodes=group.desired)
    dearer = _usd(stack, group, found) >= _usd(stack, group, Offer(types=group.instance_types, nodes=group.desired))
    return None if len(types) < _classes(group) or dearer or not _holds(stack, name, found) else found


def _other_size(stack: Stack, name: str, group: NodeGroup) -> Offer | None:
    """The cheapest classes and number that hold every pod with the largest node lost, on demand no fewer than zones."""
    if stack.capacity.fits is not True:
        return None
    least = min(group.desired, len(stack.settings.network.zones) if group.capacity == "ON_DEMAND" else 1)
    offers = [
        Offer(types=types, nodes=nodes)
        for types in _families(stack, group)
        for nodes in range(max(least, 1), group.desired + 1)
    ]
    ranked = sorted(offers, key=lambda offer: (_usd(stack, group, offer), offer.nodes, offer.types))
    now = _usd(stack, group, Offer(types=group.instance_types, nodes=group.desired))
    cheaper = (offer for offer in ranked if _usd(stack, group, offer) < now)
    return next((offer for offer in cheaper if _holds(stack, name, offer)), None)


def _families(stack: Stack, group: NodeGroup) -> Iterator[tuple[str, ...]]:
    """The cheapest classes of each size."""
    sizes = sorted({(each.vcpus, each.memory_gib) for each in MACHINES.values()})
    for size in sizes:
        names = (name for name, each in MACHINES.items() if (each.vcpus, each.memory_gib) == size)
        found = tuple(_by_price(stack, names, "ec2/{}")[: _classes(group)])
        if len(found) == _classes(group):
            yield found


def _by_price(stack: Stack, names: Iterable[str], keys: str) -> list[str]:
    sold = classes("ec2")
    rates = {
        name: rate
        for name in names
        if name in sold and (rate := stack.rate(keys.format(name))) is not None and _may_burst(stack, name)
    }
    return sorted(rates, key=lambda name: (rates[name], name))


def _may_burst(stack: Stack, name: str) -> bool:
    family, _, size = name.partition(".")
    if not family.startswith("t"):
        return True
    asked = stack.capacity.requests.cpu_millis / max(stack.capacity.nodes_left, 1)
    return asked <= MACHINES[name].vcpus * BASELINE_PERCENT.get(size, 0) * 10


def _classes(group: NodeGroup) -> int:
    return 1 if group.capacity == "ON_DEMAND" else min(SPOT_CLASSES, len(group.instance_types))


def _usd(stack: Stack, group: NodeGroup, offer: Offer) -> Decimal:
    """What an offer costs a month around the clock, to compare by: at its dearest class, as the meter has it."""
    rates = [stack.rate(f"ec2/{name}") for name in offer.types]
    if None in rates or not rates:
        return Decimal("Infinity")
    share = stack.rate(SPOT_FRACTION) or Decimal(1) if group.capacity == "SPOT" else Decimal(1)
    disk = group.disk_gb * (stack.rate("ec2/ebs-gp3") or 0)
    return offer.nodes * (max(rate or Decimal(0) for rate in rates) * share * HOURS + disk)


def _holds(stack: Stack, name: str, offer: Offer) -> bool:
    """Whether every pod still finds room with the largest node lost; where that is not known, no node gives less."""
    found = stack.capacity
    groups = {group.name: group for group in found.groups}
    if name not in groups:
        return False
    prefixes = groups[name].allocatable.pods == PREFIXED_PODS
    room = smallest(allocatable(MACHINES[each], prefixes=prefixes) for each in offer.types)
    changed = {**groups, name: replace(groups[name], nodes=offer.nodes, allocatable=room)}
    after = replace(found, groups=tuple(changed[key] for key in sorted(changed)))
    if found.fits is None:
        return offer.nodes == groups[name].nodes and groups[name].allocatable.within(room)
    return after.fits is True


def _offered(name: str, group: NodeGroup, now: Offer, then: Offer, risk: str) -> Candidate:
    path = f"nodeGroups.{name}"
    changes = []
    if then.types != now.types:
        changes.append(Change(path=f"{path}.instanceTypes", now=list(now.types), value=list(then.types)))
    if then.nodes != now.nodes:
        changes.append(Change(path=f"{path}.desired", now=now.nodes, value=then.nodes))
    least = min(group.min, then.nodes)
    if least != group.min:
        changes.append(Change(path=f"{path}.min", now=group.min, value=least))
    return Candidate(
        title=f"{name} nodes: {_told(then)} instead of {_told(now)}",
        changes=tuple(changes),
        risk=risk,
        effort=NODES_REPLACED,
        apply=lambda stack: _resized(stack, name, then),
    )


def _told(offer: Offer) -> str:
    return f"{offer.nodes} {' or '.join(offer.types)}"


def _resized(stack: Stack, name: str, offer: Offer) -> Stack:
    woken = {f"{item.name}-wake" for item in stack.of(type_tokens.EKS_NODE_GROUP) if group_of(item, name)}

    def machines(item: Resource) -> dict[str, Any] | None:
        if not group_of(item, name):
            return None
        scaling = item.props.get("scalingConfig", {})
        return {"instanceTypes": list(offer.types), "scalingConfig": {**scaling, "desiredSize": offer.nodes}}

    def mornings(item: Resource) -> dict[str, Any] | None:
        # A group wakes to the size that it has by day, and its minimum is never above it.
        if item.name not in woken:
            return None
        least = item.get("minSize")
        smaller = min(least, offer.nodes) if isinstance(least, int | float) else offer.nodes
        return {"desiredCapacity": offer.nodes, "minSize": smaller}

    return stack.each(type_tokens.EKS_NODE_GROUP, machines).each(type_tokens.AUTOSCALING_SCHEDULE, mornings)


def with_types(stack: Stack, name: str, types: tuple[str, ...]) -> Stack:
    """The same with other classes for a group."""
    return stack.each(
        type_tokens.EKS_NODE_GROUP, lambda item: {"instanceTypes": list(types)} if group_of(item, name) else None
    )


def _spot(name: str) -> Candidate:
    return Candidate(
        title=f"{name} nodes on Spot",
        changes=(Change(path=f"nodeGroups.{name}.capacity", now="ON_DEMAND", value="SPOT"),),
        risk="AWS takes nodes back with two minutes' notice, stateful pods' too, and promises no price",
        effort=NODES_REPLACED,
        apply=lambda stack: stack.each(
            type_tokens.EKS_NODE_GROUP, lambda item: {"capacityType": "SPOT"} if group_of(item, name) else None
        ),
    )


def _same_risk(group: NodeGroup, offer: Offer) -> str:
    if bursting := [name for name in offer.types if name.startswith("t")]:
        share = BASELINE_PERCENT[bursting[0].partition(".")[2]]
        return (
            f"{bursting[0]} bursts: what pods use beyond {share} % of its vCPUs on average is billed in credits, which "
            "have no line here"
        )
    if len(offer.types) < len(group.instance_types):
        return "fewer Spot pools to draw from: nodes are interrupted more often, and more of them at once"
    return OTHER_PROCESSOR


def _other_risk(group: NodeGroup, offer: Offer) -> str:
    if offer.nodes < group.desired:
        return "every pod still fits with one node lost, but fewer nodes are left then, with less room to spare"
    return "every pod still fits with one node lost, but with less room to spare"
