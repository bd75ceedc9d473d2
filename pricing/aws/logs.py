"""CloudWatch log groups: each is filled by one usage figure, told by its name.

Groups that share a figure (DocumentDB's audit and profiler logs) share its gigabytes: the first by URN bears them, at
the dearest class and the longest retention among them. What is stored is compressed to about 0.15 of what came in
(source: AWS rule of thumb, in the price book's note).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_UP, Decimal
from typing import Final

from model import type_tokens
from model.resource import UNKNOWN, Resource
from pricing.bill import HOURS
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason, capability_of
from pricing.properties import UnreadableError, whole, word

COMPRESSED: Final = Decimal("0.15")
APPLICATIONS: Final = "application_log_gb"
#: What AWS's own services log, as a bill has it: a usage type of its own, whose tiers count nothing else.
VENDED: Final = frozenset({"flow_log_gb", "control_plane_log_gb"})
#: The first prefix that fits the name says which figure fills the group.
BY_NAME: Final = (
    ("/aws/eks/", "control_plane_log_gb"),
    ("/aws/vpc", "flow_log_gb"),
    ("/aws/docdb/", "documents_log_gb"),
    ("/aws/elasticache/", "cache_log_gb"),
    ("/aws/opensearch/", "search_log_gb"),
    ("/aws/OpenSearchService/", "search_log_gb"),
    ("/aws/rds/", "workflow_log_gb"),
    ("/aws/cloudtrail/", "trail_log_gb"),
)
INSIGHTS: Final = "/aws/containerinsights/"
OWN: Final = "/alphacar/"
#: A word in the name of a group of our own, or failing that the capability that pays for it.
BY_WORD: Final = (
    ("flow", "flow_log_gb"),
    ("trail", "trail_log_gb"),
    ("control-plane", "control_plane_log_gb"),
    ("node", "node_log_gb"),
)
BY_CAPABILITY: Final = {
    "documents": "documents_log_gb",
    "cache": "cache_log_gb",
    "search": "search_log_gb",
    "workflow": "workflow_log_gb",
    "logs": APPLICATIONS,
    "agent": APPLICATIONS,
}

#: Where what AWS itself logs is delivered to, by the kind that says so.
DESTINATIONS: Final = {
    type_tokens.ROUTE53_RESOLVER_QUERY_LOG_CONFIG: "destinationArn",
    type_tokens.ROUTE53_QUERY_LOG: "cloudwatchLogGroupArn",
    type_tokens.WAFV2_WEB_ACL_LOGGING_CONFIGURATION: "logDestinationConfigs",
}


def log_group(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Ingestion and storage of the figure that fills the group."""
    figure = _figure(resource)
    if figure is None:
        yield UnpricedReason(
            "performance logs are Container Insights, for which no landing:usage figure stands", "usage"
        )
        return
    for read in (_days, _class):
        read(resource)
    if figure == APPLICATIONS and context.carries(
        resource, "Logs Insights", type_tokens.CLOUDWATCH_LOG_GROUP, where=_is_queried
    ):
        yield context.used("scanned by queries", "cloudwatch/logs-insights-scan", "insights_scan_gb")
    sharing = context.once("log groups by figure", lambda: _by_figure(context))[figure]
    if sharing[0].urn != resource.urn:
        return
    dearest = "STANDARD" if any(_class(item) == "STANDARD" for item in sharing) else "INFREQUENT_ACCESS"
    yield context.used("ingestion", ingestion(figure, dearest), figure)
    stored = context.used("storage", "cloudwatch/logs-storage", figure, basis="assumption", each=_months(sharing))
    if isinstance(stored, CostComponent):
        yield stored


def ingestion(figure: str, log_class: str = "STANDARD") -> str:
    """The price of a gigabyte that comes in, by the figure that counts it and the class of the group."""
    if figure in VENDED:
        return f"cloudwatch/logs-vended-ingest{'' if log_class == 'STANDARD' else '-infrequent-access'}"
    return f"cloudwatch/logs-ingest-{'standard' if log_class == 'STANDARD' else 'infrequent-access'}"


def undeclared(context: PricingContext, prefix: str, figure: str) -> Iterator[CostComponent | UnpricedReason]:
    """What a service that ships logs is billed for when nobody declares the group below ``prefix``."""

    def declared() -> bool:
        names = [item.get("name") for item in context.of.get(type_tokens.CLOUDWATCH_LOG_GROUP, ())]
        return any(name is UNKNOWN or (isinstance(name, str) and name.startswith(prefix)) for name in names)

    if not context.once(f"log group {prefix}", declared):
        yield context.used("log ingestion", ingestion(figure), figure)
        yield UnpricedReason(f"AWS makes the log group {prefix}... itself and it never expires; declare it", "value")


def _by_figure(context: PricingContext) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for item in context.of.get(type_tokens.CLOUDWATCH_LOG_GROUP, ()):
        try:
            if (figure := _figure(item)) and _days(item) and _class(item):
                found.setdefault(figure, []).append(item)
        except UnreadableError:
            # It is a gap of its own, and must not bear what others can.
            continue
    return found


def figure_of(resource: Resource) -> str | None:
    """The figure that fills a group, or ``None`` for one that has none.

    Raises :class:`pricing.properties.UnreadableError` for a name that tells nothing.
    """
    return _figure(resource)


def _figure(resource: Resource) -> str | None:
    name = resource.get("name")
    name = name if isinstance(name, str) else ""
    if name.startswith(INSIGHTS):
        last = name.rstrip("/").rpartition("/")[2]
        return {"performance": None, "application": APPLICATIONS}.get(last, "node_log_gb")
    for prefix, figure in BY_NAME:
        if name.startswith(prefix):
            return figure
    if capability_of(resource) in BY_CAPABILITY and not name.startswith(OWN):
        return BY_CAPABILITY[capability_of(resource)]
    if name.startswith(OWN):
        words = (figure for word_, figure in BY_WORD if word_ in name)
        return next(words, BY_CAPABILITY.get(capability_of(resource), APPLICATIONS))
    if resource.get("name") is UNKNOWN:
        raise UnreadableError(
            "name is not known before the deployment, so neither is the landing:usage figure behind it"
        )
    prefixes = ", ".join(prefix for prefix, _ in BY_NAME)
    raise UnreadableError(f"no landing:usage figure fills this group; names begin with {prefixes}, {INSIGHTS} or {OWN}")


def _is_queried(resource: Resource) -> bool:
    """Whether a group holds pods' logs, which are what people search; a group that is a gap bears nothing."""
    try:
        return _figure(resource) == APPLICATIONS and bool(_days(resource)) and bool(_class(resource))
    except UnreadableError:
        return False


def _days(resource: Resource) -> Decimal:
    days = whole(resource.props, "retentionInDays", default=0)
    if not days:
        raise UnreadableError("retentionInDays is 0: the group never expires, so its storage grows without end")
    return days


def _class(resource: Resource) -> str:
    kind = word(resource.props, "logGroupClass", default="STANDARD")
    if kind not in {"STANDARD", "INFREQUENT_ACCESS"}:
        raise UnreadableError("the price book has no such logGroupClass", "price")
    return kind


def _months(sharing: list[Resource]) -> Decimal:
    """Gigabytes stored for each that comes in a month, once the retention is full; rounded up at the fourth place."""
    days = max(map(_days, sharing))
    return (COMPRESSED * days * 24 / HOURS).quantize(Decimal("0.0001"), ROUND_UP)


def delivered(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Vended logs are billed by the gigabyte wherever they go."""
    key = DESTINATIONS[resource.type]
    groups = {item.urn for item in context.of.get(type_tokens.CLOUDWATCH_LOG_GROUP, ())}
    if groups.isdisjoint(resource.references.get(key, ())):
        yield UnpricedReason(
            f"{key}: what is logged is billed by the gigabyte, and no landing:usage figure says how much; a log group "
            "that is declared here bears it",
            "usage",
        )


USAGE: Final[Meters] = {type_tokens.CLOUDWATCH_LOG_GROUP: log_group, **dict.fromkeys(DESTINATIONS, delivered)}
