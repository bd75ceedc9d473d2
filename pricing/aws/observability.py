"""CloudWatch alarms, dashboards and metrics, X-Ray traces, and the managed Prometheus and Grafana."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.resource import MISSING, Resource, peek, walk
from pricing.context import ONE, CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import entries, section, whole, word

XRAY: Final = (
    type_tokens.XRAY_SAMPLING_RULE,
    type_tokens.XRAY_GROUP,
    type_tokens.XRAY_ENCRYPTION_CONFIG,
    type_tokens.XRAY_INDEXING_RULE,
    type_tokens.XRAY_TRACE_SEGMENT_DESTINATION,
)
#: Source: Amazon EC2 Auto Scaling user guide, target tracking.
TRACKING_ALARMS: Final = Decimal(2)


def alarm(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Each metric that an alarm watches; below a minute at the rate of high resolution."""
    queries = entries(resource.props, "metricQueries")
    metrics = [query for place, query in enumerate(queries) if peek(section(queries, place), "metric") is not MISSING]
    periods = [whole(query, "metric", "period") for query in metrics] or [whole(resource.props, "period", default=300)]
    kind = "alarm-high-resolution" if min(periods) < 60 else "alarm-standard"
    yield CostComponent("alarm", f"cloudwatch/{kind}", Decimal(max(1, len(metrics))))


def scaling_policy(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Target tracking makes two alarms of its own, to grow and to shrink by; other policies name declared ones."""
    if word(resource.props, "policyType", default="SimpleScaling") == "TargetTrackingScaling":
        yield CostComponent("alarms of target tracking", "cloudwatch/alarm-standard", TRACKING_ALARMS, "assumption")


def composite_alarm(_resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """An alarm on other alarms."""
    yield CostComponent("composite alarm", "cloudwatch/alarm-composite", ONE)


def dashboard(_resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A dashboard; the free three are an account's, not this stack's."""
    yield CostComponent("dashboard", "cloudwatch/dashboard", ONE)


def metric_filter(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """The custom metric that a filter makes; one, as long as it has no dimensions."""
    if peek(resource.props, "metricTransformation", "dimensions") is not MISSING:
        yield UnpricedReason(
            "each combination of the filter's dimensions is a metric, and nobody knows how many", "value"
        )
    yield CostComponent("custom metric", "cloudwatch/metric-custom", ONE, "assumption")


def traces(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """X-Ray's settings are free; the stack's traces are borne by the first of them."""
    if context.carries(resource, "traces", *XRAY):
        yield context.used("traces recorded", "xray/trace-recorded", "traces_recorded")
        yield context.used("traces retrieved", "xray/trace-retrieved-or-scanned", "traces_retrieved")
    if resource.type == type_tokens.XRAY_TRACE_SEGMENT_DESTINATION and word(resource.props, "destination") != "XRay":
        yield context.used("spans as logs", "cloudwatch/logs-ingest-standard", "span_log_gb")


def prometheus(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Managed Prometheus by usage; what is free each month is exact, and part of the tiers."""
    if context.carries(resource, "managed Prometheus", type_tokens.AMP_WORKSPACE):
        yield context.used("samples", "amp/samples-ingested-10M", "managed_metric_million_samples", per=10)
        yield context.used("storage", "amp/storage", "managed_metric_gb")
        yield context.used("samples queried", "amp/query-1B-samples", "managed_query_billion_samples")


def grafana(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Managed Grafana by active users; each workspace pays for an editor though nobody logs in."""
    if context.carries(resource, "managed Grafana", type_tokens.GRAFANA_WORKSPACE):
        least = Decimal(len(context.of[type_tokens.GRAFANA_WORKSPACE]))
        editors = context.used("editors", "grafana/editor-user", "grafana_editors")
        if isinstance(editors, UnpricedReason):
            yield editors
            yield CostComponent("editors", "grafana/editor-user", least)
        else:
            yield editors.at_least(least)
        yield context.used("viewers", "grafana/viewer-user", "grafana_viewers")
    yield from metric_data(resource, context)


def metric_data(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """The metrics that Grafana asks CloudWatch for, borne by the first that has it as a source."""
    if context.carries(
        resource, "metric data", type_tokens.GRAFANA_WORKSPACE, type_tokens.HELM_RELEASE_KIND, where=_asks_cloudwatch
    ):
        yield context.used("metrics asked for", "cloudwatch/get-metric-data-1k", "metric_data_requests", per=1000)


def _asks_cloudwatch(resource: Resource) -> bool:
    holder = "dataSources" if resource.type == type_tokens.GRAFANA_WORKSPACE else "values"
    return any(
        isinstance(value, str) and (value.lower() == "cloudwatch" or "type: cloudwatch" in value)
        for _, value in walk(resource.get(holder))
    )


PRICED: Final[Meters] = {
    type_tokens.CLOUDWATCH_METRIC_ALARM: alarm,
    type_tokens.CLOUDWATCH_COMPOSITE_ALARM: composite_alarm,
    type_tokens.CLOUDWATCH_DASHBOARD: dashboard,
    type_tokens.CLOUDWATCH_LOG_METRIC_FILTER: metric_filter,
}
USAGE: Final[Meters] = {
    **dict.fromkeys((type_tokens.AUTOSCALING_POLICY, type_tokens.APPAUTOSCALING_POLICY), scaling_policy),
    **dict.fromkeys(XRAY, traces),
    type_tokens.AMP_WORKSPACE: prometheus,
    type_tokens.GRAFANA_WORKSPACE: grafana,
}
