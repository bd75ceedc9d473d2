"""Nodes, and disks that pods claim: what a lost zone or node leaves to run on.

EC2 puts lost nodes of a group up again in its other zones, within minutes where it has machines; until then what is
asked for must fit on what is left, to its last byte: the headroom of ``pods-fit-on-nodes`` is for calm days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

from model import type_tokens
from model.helm import chart_name
from model.kubernetes import kind_of
from model.resource import MISSING, Resource, peek
from policy.capacity import Capacity, capacity
from policy.capacity.amount import Amount, add_amounts
from policy.guardrails.losses.places import by_urn, listed, zones_of
from policy.guardrails.losses.weakness import Weakness, counted
from pricing.aws.volumes import DEFAULT_CLASS, EBS_DRIVERS, EKS_CLASS
from pricing.kubernetes.chart_values import values_of, volumes
from pricing.properties import UnreadableError

#: No stack of ours comes near so many nodes; a search for more has gone wrong.
MOST: Final = 20


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Groups of one cluster between which pods may move: each one's nodes, and the zones it spreads over."""

    groups: tuple[Resource, ...]
    nodes: tuple[int, ...]
    zones: tuple[frozenset[str] | None, ...]

    @property
    def everywhere(self) -> frozenset[str] | None:
        """All zones; ``None`` when those of a group are not known."""
        known = [each for each in self.zones if each is not None]
        return frozenset().union(*known) if len(known) == len(self.zones) else None

    def left(self, zone: str, more: Mapping[int, int] | None = None) -> tuple[int, ...]:
        """Nodes of each group when ``zone`` is lost, ``more`` of them added by the group's place: spread evenly."""
        found = []
        for place, (nodes, zones) in enumerate(zip(self.nodes, self.zones, strict=True)):
            desired = nodes + (more or {}).get(place, 0)
            found.append(desired - -(-desired // len(zones)) if zones and zone in zones else desired)
        return tuple(found)


def pools(resources: Sequence[Resource]) -> Iterator[Pool]:
    """Pools whose sizes are known; a group with taints is one of its own, for its pods run nowhere else."""
    declared = by_urn(resources)
    by_cluster: dict[Any, list[Resource]] = defaultdict(list)
    for group in resources:
        if group.type == type_tokens.EKS_NODE_GROUP:
            name, taints = group.get("clusterName"), group.get("taints")
            cluster = tuple(group.references.get("clusterName", ())) or (name if isinstance(name, str) else "")
            tainted = isinstance(taints, list) and bool(taints)
            by_cluster[cluster, group.urn if tainted else ""].append(group)
    # By name: the order of arrival differs from run to run.
    for groups in (sorted(each, key=lambda group: group.urn) for each in by_cluster.values()):
        sizes = [counted(group.get("scalingConfig", "desiredSize")) for group in groups]
        known = [size for size in sizes if size is not None]
        if len(known) == len(sizes) and any(known):
            zones = tuple(zones_of(group, "subnetIds", declared) for group in groups)
            yield Pool(groups=tuple(groups), nodes=tuple(known), zones=zones)


def machines(resources: Sequence[Resource]) -> Iterator[Weakness]:
    """Pools of one node or in one zone, and pods that find no room when a zone is lost."""
    if any(map(_makes_nodes, resources)):
        return
    found = tuple(pools(resources))
    declared_groups = sum(each.type == type_tokens.EKS_NODE_GROUP for each in resources)
    for pool in found:
        zones = pool.everywhere
        place = max(range(len(pool.nodes)), key=lambda each: pool.nodes[each])
        group = pool.groups[place]
        if sum(pool.nodes) == 1:
            why, remedy = "it is the only node that its pods can run on", "a second node"
            lost = "its zone or of its machine"
        elif zones is not None and len(zones) == 1:
            why, remedy = "all nodes that its pods can run on stand there", "a subnet of another zone"
            yield Weakness(urn=group.urn, lost=listed(zones), why=why, remedy=remedy, instead=(group,))
            continue
        elif zones is not None and len(found) == 1 and len(pool.groups) == declared_groups:
            yield from _crowded(pool, zones, resources)
            continue
        else:
            continue
        yield Weakness(urn=group.urn, lost=lost, why=why, remedy=remedy, instead=_with_nodes(group, 1, resources))


def _makes_nodes(resource: Resource) -> bool:
    """Whether nodes come from it that nobody can count: Auto Mode, Fargate, Karpenter, groups of EC2's own."""
    if resource.type == type_tokens.EKS_CLUSTER:
        return resource.get("computeConfig") not in (MISSING, {})
    if resource.type in (type_tokens.EKS_FARGATE_PROFILE, type_tokens.AUTOSCALING_GROUP):
        return True
    return kind_of(resource.type) == type_tokens.HELM_RELEASE_KIND and chart_name(resource.get("chart")) == "karpenter"


def _crowded(pool: Pool, zones: frozenset[str], resources: Sequence[Resource]) -> Iterator[Weakness]:
    asked = capacity(resources)
    if asked.gaps or len(asked.groups) != len(pool.groups):
        return
    rooms = tuple(_room(group, resources) for group in pool.groups)
    short = {zone: missing for zone in sorted(zones) if (missing := _missing(pool, zone, rooms, asked))}
    if not short:
        return
    # The most that any zone's loss wants, of the group that needs the fewest.
    needed = {
        place: most
        for place in range(len(pool.groups))
        if (most := _needed(place, pool, zones, rooms, asked)) is not None
    }
    place = min(needed, key=lambda each: (needed[each], each), default=None)
    group = pool.groups[place if place is not None else 0]
    more = needed[place] if place is not None else 0
    yield Weakness(
        urn=group.urn,
        lost=f"{listed(set(short)) if len(short) == 1 else f'any of {listed(set(short))}'}",
        why=f"what pods ask for ({next(iter(short.values()))}) does not fit on the nodes that are left",
        remedy=f"{more} more node{'s' if more > 1 else ''} of this group",
        instead=_with_nodes(group, more, resources) if place is not None else (),
        firm=False,
    )


def _needed(place: int, pool: Pool, zones: frozenset[str], rooms: Sequence[Amount], asked: Capacity) -> int | None:
    """How many nodes more of one group hold the loss of any zone; ``None`` where no number does."""
    for more in range(1, MOST):
        if not any(_missing(pool, zone, rooms, asked, {place: more}) for zone in zones):
            return more
    return None


def _missing(
    pool: Pool, zone: str, rooms: Sequence[Amount], asked: Capacity, more: Mapping[int, int] | None = None
) -> str:
    """What is asked for beyond the room that is left when ``zone`` is lost, in words, or nothing."""
    left = pool.left(zone, more)
    wanted = asked.workloads + asked.reserve + asked.daemons * sum(left)
    room = add_amounts(each * nodes for each, nodes in zip(rooms, left, strict=True))
    pairs = (
        ("CPU", wanted.cpu_millis, room.cpu_millis, "m"),
        ("memory", wanted.memory_mib, room.memory_mib, "Mi"),
        ("pods", wanted.pods, room.pods, ""),
    )
    return ", ".join(f"{what} {ask:,}{unit} of {has:,}{unit}" for what, ask, has, unit in pairs if ask > has)


def _room(group: Resource, resources: Sequence[Resource]) -> Amount:
    """What one node of ``group`` can give."""
    addons = [each for each in resources if each.type == type_tokens.EKS_ADDON]
    return capacity([group, *addons]).groups[0].allocatable


def _with_nodes(group: Resource, more: int, resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """``group`` with so many nodes more, and the schedules that wake it with as many."""
    scaling = group.props["scalingConfig"]
    larger = {**scaling, "desiredSize": scaling["desiredSize"] + more}
    return (
        replace(group, props={**group.props, "scalingConfig": larger}),
        *(
            replace(action, props={**action.props, "desiredCapacity": woken + more})
            for action in resources
            if action.type == type_tokens.AUTOSCALING_SCHEDULE
            and group.urn in action.references.get("autoscalingGroupName", ())
            and (woken := counted(action.get("desiredCapacity")))
        ),
    )


def places(resources: Sequence[Resource]) -> Iterator[Weakness]:
    """Nodes, and the disks that pods on them claim."""
    yield from machines(resources)
    yield from disks(resources)


def disks(resources: Sequence[Resource]) -> Iterator[Weakness]:
    """Pods that run once and claim a disk of EBS, which is made in one zone and attached in no other."""
    classes = {
        _name(each): each for each in resources if kind_of(each.type) == type_tokens.K8S_STORAGE_STORAGE_CLASS_KIND
    }
    for resource in resources:
        held = [each for each in _claims(resource) if _in_one_zone(each[1], classes)]
        if not held:
            continue
        number = count()
        instead = tuple(_claim(resource, next(number), *each) for each in held)
        word = "disk" if len(held) == 1 else "disks"
        name = chart_name(resource.get("chart")) or resource.name
        yield Weakness(
            urn=resource.urn,
            lost=ZONE,
            why=f"{name} runs once on {len(held)} {word} of EBS",
            remedy=f"a second replica with {'a disk' if len(held) == 1 else 'disks'} of its own",
            instead=instead,
            firm=False,
        )


ZONE: Final = "its zone"


def _claims(resource: Resource) -> Iterator[tuple[str, Any]]:
    """Size and class of each claim of what runs once."""
    kind = kind_of(resource.type)
    if kind == type_tokens.HELM_RELEASE_KIND:
        try:
            for found in volumes(values_of(resource)):
                if not isinstance(found, UnreadableError) and found[3] == 1:
                    yield f"{found[1]}Gi", found[2]
        except UnreadableError:
            return
    if kind == type_tokens.K8S_APPS_STATEFUL_SET_KIND and resource.get("spec", "replicas") in (MISSING, 1):
        templates = resource.get("spec", "volumeClaimTemplates")
        for template in templates if isinstance(templates, list) else ():
            size = peek(template, "spec", "resources", "requests", "storage")
            yield str(size) if isinstance(size, str) else "", peek(template, "spec", "storageClassName")


def _in_one_zone(name: Any, classes: Mapping[str, Resource]) -> bool:
    """Whether a class is EBS's for certain: declared so, the one that EKS brings, or the declared default."""
    if name is MISSING:
        default = (each for each in classes.values() if _is_default(each))
        return any(each.get("provisioner") in EBS_DRIVERS for each in default)
    if not isinstance(name, str):
        return False
    return classes[name].get("provisioner") in EBS_DRIVERS if name in classes else name == EKS_CLASS


def _is_default(each: Resource) -> bool:
    return any(each.get("metadata", "annotations", key) == "true" for key in DEFAULT_CLASS)


def _name(each: Resource) -> str:
    name = each.get("metadata", "name")
    return name if isinstance(name, str) else each.name


def _claim(resource: Resource, number: int, size: str, name: Any) -> Resource:
    """A claim as the meter reads it."""
    spec = {"resources": {"requests": {"storage": size}}, **({} if name is MISSING else {"storageClassName": name})}
    return Resource(
        urn=f"{resource.urn}-disk-{number}",
        type=type_tokens.K8S_CORE_PERSISTENT_VOLUME_CLAIM_KIND,
        name=resource.name,
        props={"spec": spec},
        parent=resource.parent,
    )
