"""Usage that follows from what is declared, where a stack file says nothing: formulas from published figures.

Each gives a low, a base and a high end and says where they come from. Somebody's figures of another cluster stand for
this one's, so the ends are wide: a measured figure in the stack file takes a formula's place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.resource import MISSING, UNKNOWN, Resource
from pricing.aws.node_schedule import nodes, wakes_per_month
from pricing.context import PricingContext
from pricing.properties import whole
from pricing.usage.copies import backup_copy_gb, backup_transfer_gb, database_copy_gb
from stacks.sections.measures import Spread

D = Decimal
#: The cluster that most of this was read from: five Graviton nodes in Seoul (source: its owner's bill of 2026-07).
MEASURED_NODES: Final = D(5)
#: GB a month of all five types there, ``VendedLog-Bytes`` of 527 hours brought to 730; two other owners report 102 and
#: about 240. A control plane without nodes has the controllers' own calls to log: two nodes' worth at least.
CONTROL_PLANE_GB: Final = D("51.5")
LEAST_NODES: Final = D(2)
#: The share of the audit log: 99.5 % of a cluster's ingestion (source: github.com/useparagon/enterprise-installer
#: pull 158, 2026-06-04), "essentially all" of another's (github.com/Smana/cloud-native-ref pull 1920, 2026-08-29).
WITHOUT_AUDIT: Final = D("0.005")
#: GB a month of flow logs of the same cluster; each minute instead of ten writes up to ten records for one.
FLOW_GB: Final = D("7.7")
EVERY_MINUTE: Final = D(3)
REJECTED_SHARE: Final = D("0.1")
#: GB a month between zones of the same cluster, over three zones, of which two have a NAT gateway of their own.
CROSS_ZONE_GB: Final = (D(200), D(250), D(300))
MEASURED_ZONES: Final = D(3)
#: GB of images that one node pulls from public registries when it starts: a guess, for all of the charts declared here
#: come to about two. Images
#: of ECR come from S3, and so through its gateway endpoint where there is one.
PULLED_GB: Final = (D("0.5"), D(1), D(2))
#: Nodes that start again in a month although nothing is scheduled: a new image of the system; and Spot's interruptions.
RENEWED: Final = (D(0), D(1), D(2))
INTERRUPTED: Final = (D(1), D(4), D(10))

SEOUL_BILL: Final = "a Seoul cluster of five nodes, its bill of 2026-07"

Formula = Callable[[PricingContext], Spread | None]


def control_plane_log_gb(context: PricingContext) -> Spread | None:
    """By nodes, shared alike by clusters, and by whether each one's audit log is among its enabled types."""
    clusters = context.of.get(type_tokens.EKS_CLUSTER, ())
    shares = [_written(cluster) for cluster in clusters]
    if not shares or None in shares:
        return None
    each = max(LEAST_NODES, node_count(context) / len(shares)) * CONTROL_PLANE_GB / MEASURED_NODES
    base = each * sum((share for share in shares if share is not None), D(0))
    return computed(
        base / 2, base, base * 2, f"{CONTROL_PLANE_GB} GB at {MEASURED_NODES} nodes with the audit log: {SEOUL_BILL}"
    )


def flow_log_gb(context: PricingContext) -> Spread | None:
    """By nodes, by how often flows are written, and by which of them; each log that goes to CloudWatch for itself."""
    logs = [each for each in context.of.get(type_tokens.EC2_FLOW_LOG, ()) if _to_cloudwatch(each)]
    if not logs:
        return None
    whole_log = FLOW_GB * max(LEAST_NODES, node_count(context)) / MEASURED_NODES
    base = D(0)
    for each in logs:
        often = whole(each.props, "maxAggregationInterval", default=600) < 600
        share = REJECTED_SHARE if each.get("trafficType") == "REJECT" else D(1)
        base += whole_log * share * (EVERY_MINUTE if often else 1)
    return computed(base / 2, base, base * 2, f"{FLOW_GB} GB at {MEASURED_NODES} nodes: {SEOUL_BILL}")


def _to_cloudwatch(log: Resource) -> bool:
    return log.get("logDestinationType") in (MISSING, UNKNOWN, "cloud-watch-logs")


def cross_zone_gb(context: PricingContext) -> Spread | None:
    """By nodes and their zones, and by NAT gateways.

    Pods of one zone call those of another, and what leaves a zone without a gateway crosses into one that has it.
    """
    count = node_count(context)
    if not count:
        return None
    zones = _zones(context)
    # Of calls spread evenly over zones, all but one part leave theirs.
    spread = (1 - 1 / zones) / (1 - 1 / MEASURED_ZONES)
    low, base, high = (end * count / MEASURED_NODES * spread for end in CROSS_ZONE_GB)
    gateways = len(context.of.get(type_tokens.EC2_NAT_GATEWAY, ()))
    without = max(1 - gateways / zones, D(0)) if gateways else D(0)
    through, pulled = (context.spread(name) for name in ("nat_gb", "image_pull_gb"))
    for each in (through, pulled):
        if each is not None:
            low, base, high = low + each.low * without, base + each.base * without, high + each.high * without
    return computed(
        low / 2, base, high * 2, f"200 to 300 GB at {MEASURED_NODES} nodes in {MEASURED_ZONES} zones: {SEOUL_BILL}"
    )


def _zones(context: PricingContext) -> Decimal:
    """Zones that nodes stand in: a subnet each, of the widest group; else those of all subnets; else as were read."""
    given = [group.get("subnetIds") for group in context.of.get(type_tokens.EKS_NODE_GROUP, ())]
    known = [len(each) for each in given if isinstance(each, list) and each]
    if len(known) == len(given):
        return D(max(known))
    zones = {subnet.get("availabilityZone") for subnet in context.of.get(type_tokens.EC2_SUBNET, ())}
    return D(len(zones)) if zones and all(isinstance(zone, str) for zone in zones) else MEASURED_ZONES


def image_pull_gb(context: PricingContext) -> Spread | None:
    """By how often nodes start: each morning where they sleep at night, when Spot takes one, for a new system image."""
    if type_tokens.EC2_NAT_GATEWAY not in context.of:
        return computed(D(0), D(0), D(0), "no NAT gateway is declared")
    ends = [D(0), D(0), D(0)]
    for group in context.of.get(type_tokens.EKS_NODE_GROUP, ()):
        size = whole(group.props, "scalingConfig", "desiredSize")
        spot = group.get("capacityType") == "SPOT"
        for place, gb in enumerate(PULLED_GB):
            starts = wakes_per_month(group, context) + RENEWED[place] + (INTERRUPTED[place] if spot else 0)
            ends[place] += size * starts * gb
    low, base, high = ends
    return computed(low, base, high, f"{PULLED_GB[1]} GB of images for each start of a node, a guess by the charts")


FORMULAS: Final[Mapping[str, Formula]] = {
    "control_plane_log_gb": control_plane_log_gb,
    "flow_log_gb": flow_log_gb,
    "cross_zone_gb": cross_zone_gb,
    "image_pull_gb": image_pull_gb,
    "backup_copy_gb": backup_copy_gb,
    "database_copy_gb": database_copy_gb,
    "backup_transfer_gb": backup_transfer_gb,
}


def computed(low: Decimal, base: Decimal, high: Decimal, source: str) -> Spread:
    """A figure that nobody typed."""
    return Spread.model_construct(low=low, base=base, high=high, source=f"computed: {source}")


def node_count(context: PricingContext) -> Decimal:
    """Nodes of every group on average: those that sleep at night count for the hours they are awake."""
    return sum((nodes(group, context) for group in context.of.get(type_tokens.EKS_NODE_GROUP, ())), D(0))


def _written(cluster: Resource) -> Decimal | None:
    """The share of a whole log that the cluster writes; ``None`` where nobody knows."""
    types = cluster.get("enabledClusterLogTypes")
    if types in (MISSING, []):
        return D(0)
    if not isinstance(types, list) or UNKNOWN in types:
        return None
    return D(1) if "audit" in types else WITHOUT_AUDIT
