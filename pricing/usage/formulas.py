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
#: GB a month between zones of the same cluster, whose third zone has no NAT gateway of its own.
CROSS_ZONE_GB: Final = (D(200), D(250), D(300))
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
    """By nodes, and by whether the audit log is among the enabled types."""
    clusters = context.of.get(type_tokens.EKS_CLUSTER, ())
    audited = [_audits(cluster) for cluster in clusters]
    if not any(each is not None for each in audited) or None in audited:
        return None
    count = max(LEAST_NODES * len(clusters), node_count(context))
    whole_log = CONTROL_PLANE_GB * count / MEASURED_NODES
    base = whole_log if any(audited) else whole_log * WITHOUT_AUDIT
    types = "with the audit log" if any(audited) else "without the audit log"
    return computed(base / 2, base, base * 2, f"{CONTROL_PLANE_GB} GB at {MEASURED_NODES} nodes, {types}: {SEOUL_BILL}")


def flow_log_gb(context: PricingContext) -> Spread | None:
    """By nodes, by how often flows are written, and by which of them."""
    logs = context.of.get(type_tokens.EC2_FLOW_LOG, ())
    if not logs:
        return None
    base = FLOW_GB * max(LEAST_NODES, node_count(context)) / MEASURED_NODES
    if any(whole(each.props, "maxAggregationInterval", default=600) < 600 for each in logs):
        base *= EVERY_MINUTE
    if all(each.get("trafficType") == "REJECT" for each in logs):
        base *= REJECTED_SHARE
    return computed(base / 2, base, base * 2, f"{FLOW_GB} GB at {MEASURED_NODES} nodes: {SEOUL_BILL}")


def cross_zone_gb(context: PricingContext) -> Spread | None:
    """By nodes: pods of one zone call those of another, and leave by its NAT gateway where theirs has none."""
    count = node_count(context)
    if not count:
        return None
    low, base, high = (end * count / MEASURED_NODES for end in CROSS_ZONE_GB)
    return computed(low / 2, base, high * 2, f"200 to 300 GB at {MEASURED_NODES} nodes: {SEOUL_BILL}")


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
}


def computed(low: Decimal, base: Decimal, high: Decimal, source: str) -> Spread:
    """A figure that nobody typed."""
    return Spread.model_construct(low=low, base=base, high=high, source=f"computed: {source}")


def node_count(context: PricingContext) -> Decimal:
    """Nodes of every group on average: those that sleep at night count for the hours they are awake."""
    return sum((nodes(group, context) for group in context.of.get(type_tokens.EKS_NODE_GROUP, ())), D(0))


def _audits(cluster: Resource) -> bool | None:
    """Whether the cluster writes its audit log; ``None`` where nobody knows, or nothing is written."""
    types = cluster.get("enabledClusterLogTypes")
    if types is MISSING:
        return None
    if types is UNKNOWN or not isinstance(types, list) or UNKNOWN in types:
        return None
    return "audit" in types if types else None
