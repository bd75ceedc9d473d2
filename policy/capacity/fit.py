"""All that asks for room, all the room there is, and whether the one fits the other with the largest node lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from model import type_tokens
from model.resource import Resource, peek
from policy.capacity.amount import Amount, add_amounts, largest, smallest
from policy.capacity.demand import configuration, find_unlisted, is_quota, requested_pods, reserved_requests
from policy.capacity.machines import MACHINES, allocatable
from policy.capacity.workload import Need

GROUP_LABEL: Final = "alphacar.io/group"
#: Per cent of what nodes have to give that requests may take; the rest is for rollouts, jobs and uneven packing.
USABLE_PERCENT: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A node group at its desired size; ``allocatable`` is one node's, of the smallest class that is offered."""

    name: str
    nodes: int
    instance_type: str
    allocatable: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What is asked for, and what there is; ``gaps`` say in words what is not known."""

    #: What each workload of each chart and add-on asks for.
    needs: tuple[Need, ...] = ()
    #: What alphacar's own workloads may ask for: the quotas.
    reserve: Amount
    groups: tuple[Group, ...]
    gaps: tuple[str, ...] = ()
    #: Charts and add-ons that the tables do not know.
    unlisted: tuple[str, ...] = ()

    @property
    def workloads(self) -> Amount:
        """Every pod of a chart or an add-on that is no daemon."""
        return add_amounts(need.amount for need in self.needs if need.kind != "daemonset")

    @property
    def daemons(self) -> Amount:
        """One node's daemons."""
        return add_amounts(need.amount for need in self.needs if need.kind == "daemonset")

    @property
    def nodes_left(self) -> int:
        """How many nodes there are when one is lost."""
        return max(sum(group.nodes for group in self.groups) - 1, 0)

    @property
    def requests(self) -> Amount:
        """All that must find room when a node is lost: its daemons are lost with it, its other pods move."""
        return self.workloads + self.reserve + self.daemons * self.nodes_left

    @property
    def allocatable(self) -> Amount:
        """What all nodes but the largest may be asked for, less the headroom."""
        nodes = add_amounts(group.allocatable * group.nodes for group in self.groups)
        return (nodes - largest(group.allocatable for group in self.groups if group.nodes)).percent(USABLE_PERCENT)

    @property
    def fits(self) -> bool | None:
        """Whether all that asks for room finds it; ``None`` when what is known does, and something is not known."""
        if not self.groups or (self.gaps and self.requests.within(self.allocatable)):
            return None
        return self.requests.within(self.allocatable)


def capacity(resources: Sequence[Resource]) -> Capacity:
    """What ``resources`` ask for and have. Pure; never raises, whatever a property turns out to be."""
    prefixes = any(_delegates_prefixes(resource) for resource in resources if resource.type == type_tokens.EKS_ADDON)
    groups = [
        _group(resource, prefixes=prefixes) for resource in resources if resource.type == type_tokens.EKS_NODE_GROUP
    ]
    reserves = [reserved_requests(resource) for resource in resources if is_quota(resource)]
    needs = list(requested_pods(resources))
    return Capacity(
        needs=tuple(sorted((need for need in needs if isinstance(need, Need)), key=_name_of)),
        reserve=add_amounts(item for item in reserves if isinstance(item, Amount)),
        groups=tuple(sorted((group for group in groups if isinstance(group, Group)), key=lambda group: group.name)),
        gaps=tuple(item for item in (*groups, *needs, *reserves) if isinstance(item, str)),
        unlisted=tuple(find_unlisted(resources)),
    )


def _name_of(need: Need) -> tuple[str, str]:
    return need.release, need.workload


def _delegates_prefixes(addon: Resource) -> bool:
    if addon.get("addonName") != "vpc-cni":
        return False
    return str(peek(configuration(addon), "env", "ENABLE_PREFIX_DELEGATION")).lower() == "true"


def _group(resource: Resource, *, prefixes: bool) -> Group | str:
    label = resource.get("labels", GROUP_LABEL)
    name = label if isinstance(label, str) else resource.name
    nodes, types = resource.get("scalingConfig", "desiredSize"), resource.get("instanceTypes")
    if isinstance(nodes, bool) or not isinstance(nodes, int) or nodes < 0:
        return f"node group {name}: its desired size is not known yet"
    if not isinstance(types, list) or not types:
        return f"node group {name}: its instance types are not known yet"
    if not all(isinstance(item, str) and item in MACHINES for item in types):
        return f"node group {name}: one of its instance types is not in the table of policy.capacity.machines"
    rooms = {item: allocatable(MACHINES[item], prefixes=prefixes) for item in types}
    # Any of the classes may be what EC2 hands out.
    least = min(types, key=lambda item: (rooms[item].memory_mib, rooms[item].cpu_millis, item))
    return Group(name=name, nodes=nodes, instance_type=least, allocatable=smallest(rooms.values()))
