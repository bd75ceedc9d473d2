"""The CloudWatch agent: free itself, while the telemetry it switches on by default is not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from model import type_tokens
from model.resource import MISSING, Path, Resource, walk
from pricing.context import ONE, CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import UnreadableError, switch, word

OBSERVABILITY: Final = "amazon-cloudwatch-observability"
#: Both are on unless the configuration says false (source: the chart's values at 6.4.0, rendered).
PIPELINES: Final = {"containerInsights": "Container Insights", "applicationSignals": "Application Signals"}
#: Add-ons that cost nothing by themselves; the others are sold by AWS's partners, or send what is billed.
FREE_ADDONS: Final = frozenset(
    {
        "aws-ebs-csi-driver",
        "aws-efs-csi-driver",
        "aws-mountpoint-s3-csi-driver",
        "aws-privateca-connector-for-kubernetes",
        "aws-secrets-store-csi-driver-provider",
        "cert-manager",
        "coredns",
        "eks-node-monitoring-agent",
        "eks-pod-identity-agent",
        "external-dns",
        "kube-proxy",
        "kube-state-metrics",
        "metrics-server",
        "prometheus-node-exporter",
        "snapshot-controller",
        "vpc-cni",
    }
)
_FLAGS: Final = frozenset({"enhanced_container_insights", "container_insights"})


def addon(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """AWS's own add-ons are free but for what the agents send; a partner's is not."""
    name = word(resource.props, "addonName")
    if name == OBSERVABILITY:
        yield from insights(_configuration(resource), context)
    elif name == "aws-guardduty-agent":
        yield CostComponent("runtime monitoring", "guardduty/runtime-monitoring-vcpu", ONE)
    elif name == "adot":
        yield UnpricedReason("what the collector sends is billed, and no landing:usage figure says how much", "usage")
    elif name not in FREE_ADDONS:
        yield UnpricedReason("an add-on that is not known to be free may be sold by the node or vCPU", "price")


def insights(values: Mapping[str, Any], context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Custom metrics by usage; each pipeline left on is a gap, because it bills by observation."""
    for key, name in PIPELINES.items():
        if switch(values, key, "enabled", default=True):
            yield UnpricedReason(
                f"{name} is on and bills by observation, for which no landing:usage figure stands; "
                f"set {key}.enabled to false",
                "usage",
            )
    if any(_switches_on(path[-1:], item) for path, item in walk(values)):
        yield UnpricedReason("the agent's own configuration switches Container Insights on", "usage")
    yield context.used("custom metrics", "cloudwatch/metric-custom", "custom_metrics")


def _configuration(resource: Resource) -> Mapping[str, Any]:
    if resource.get("configurationValues") is MISSING:
        return {}
    try:
        found = json.loads(word(resource.props, "configurationValues"))
    except (ValueError, RecursionError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError("configurationValues is not JSON") from None
    if not isinstance(found, Mapping):
        raise UnreadableError("configurationValues is not a JSON mapping")
    return found


def _switches_on(last: Path, item: Any) -> bool:
    if isinstance(item, str):
        # The agent's configuration may be given as text; what it would send is the same.
        return '"metrics_collected"' in item and '"kubernetes"' in item
    if last == ("metrics_collected",):
        return isinstance(item, Mapping) and "kubernetes" in item
    return item is True and any(key in _FLAGS for key in last)


PRICED: Final[Meters] = {type_tokens.EKS_ADDON: addon}
