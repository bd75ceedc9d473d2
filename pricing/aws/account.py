"""What an account is charged for by its guards: budgets, Config, trails, messages, events, DNS, GuardDuty, Airflow."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_UP, Decimal
from typing import Final

from model import type_tokens
from model.resource import Resource
from pricing.bill import HOURS
from pricing.context import ONE, CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import entries, switch, word

#: What costs the same wherever its provider looks: global services, and public certificates, which are free.
REGIONLESS: Final = frozenset(
    {
        type_tokens.BUDGETS_BUDGET,
        type_tokens.BUDGETS_BUDGET_ACTION,
        type_tokens.ROUTE53_ZONE,
        type_tokens.ACM_CERTIFICATE,
    }
)
DAYS: Final = (HOURS / 24).quantize(Decimal("0.0001"), ROUND_UP)

#: Parts of an ARN, and the type of what may be referred to instead, of targets of EventBridge that are billed.
BILLED_TARGETS: Final = (
    (":api-destination/", type_tokens.CLOUDWATCH_EVENT_API_DESTINATION, "each call of an API destination is billed"),
    (":event-bus/", type_tokens.CLOUDWATCH_EVENT_BUS, "each event that is sent on to another bus is billed"),
)


def budget(_resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Watching a budget is free."""
    yield CostComponent("budget", "budgets/budget-monitoring", ONE)


def budget_action(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Days of every budget that acts, borne by the first action; two budgets are free, as the tiers say."""
    if context.carries(resource, "budget actions", type_tokens.BUDGETS_BUDGET_ACTION):
        names = [item.get("budgetName") for item in context.of[type_tokens.BUDGETS_BUDGET_ACTION]]
        budgets = {name if isinstance(name, str) else place for place, name in enumerate(names)}
        yield CostComponent("budgets with actions", "budgets/action-enabled-budget-day", len(budgets) * DAYS)


def topic(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """The stack's notifications, borne by the first topic."""
    if context.carries(resource, "notifications", type_tokens.SNS_TOPIC):
        yield context.used("notifications", "sns/publish-1M", "notifications", per=10**6)


def subscription(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Every notification once more as an e-mail; queues and functions are delivered to for nothing."""
    protocol = word(resource.props, "protocol")
    if protocol in {"email", "email-json"}:
        yield context.used("e-mails", "sns/email-100k", "notifications", per=100_000)
    elif protocol not in {"sqs", "lambda"}:
        yield UnpricedReason("the price book has no delivery by this protocol", "price")


def recorder(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """What AWS Config records, borne by the first recorder."""
    if context.carries(resource, "config items", type_tokens.CFG_RECORDER):
        yield context.used("items recorded", "config/configuration-item-continuous", "config_items")


def config_rule(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """What AWS Config's rules evaluate, borne by the first rule."""
    if context.carries(resource, "config evaluations", type_tokens.CFG_RULE):
        yield context.used("evaluations", "config/rule-evaluation", "config_evaluations")


def trail(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """The first copy of management events is free, further ones and data events are not."""
    first = context.carries(resource, "first trail", type_tokens.CLOUDTRAIL_TRAIL)
    if first:
        yield CostComponent("management events, first copy", "cloudtrail/management-events-first-trail", ONE)
    else:
        yield context.used(
            "management events, another copy",
            "cloudtrail/management-events-extra-100k",
            "trail_management_events",
            per=100_000,
        )
    simple = any(entries(item, "dataResources") for item in entries(resource.props, "eventSelectors"))
    if simple or entries(resource.props, "advancedEventSelectors"):
        yield context.used("data events", "cloudtrail/data-events-100k", "trail_data_events", per=100_000)


def hosted_zone(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A zone; the stack's queries are borne by the first."""
    yield CostComponent("hosted zone", "route53/hosted-zone", ONE)
    if context.carries(resource, "DNS queries", type_tokens.ROUTE53_ZONE):
        yield context.used("queries", "route53/standard-queries-1M", "dns_queries", per=10**6)


def detector(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """What GuardDuty reads by itself; its features are billed where they are declared."""
    if switch(resource.props, "enable", default=True):
        yield context.used(
            "management events read",
            "guardduty/cloudtrail-analysis-per-1M-events",
            "guarded_management_events",
            per=10**6,
        )
        yield context.used("flow and DNS logs read", "guardduty/flow-dns-log-analysis-gb", "guarded_flow_gb")


#: Rate and figure of a feature of GuardDuty's, by its name there; the others are billed by gigabyte or vCPU.
FEATURES: Final = {
    "EKS_AUDIT_LOGS": ("audit events read", "guardduty/eks-audit-log-per-1M-events", "guarded_audit_events"),
    "S3_DATA_EVENTS": ("data events read", "guardduty/s3-data-events-per-1M", "guarded_data_events"),
}


def detector_feature(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """What a feature reads besides, while it is on."""
    if word(resource.props, "status", default="ENABLED") != "ENABLED":
        return
    found = FEATURES.get(word(resource.props, "name"))
    if found is None:
        yield UnpricedReason("name: this feature is billed by gigabyte or vCPU, and no figure says how many", "usage")
    else:
        item, price, figure = found
        yield context.used(item, price, figure, per=10**6)


def certificate(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A public certificate is free as long as it cannot be exported."""
    if word(resource.props, "options", "export", default="DISABLED") != "DISABLED":
        yield UnpricedReason("the price book has no exportable certificates", "price")
    else:
        yield CostComponent("certificate", "acm/public-cert-non-exportable", ONE)


def analyzer(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Finding access from outside is free; finding unused or internal access is not."""
    if word(resource.props, "type", default="ACCOUNT") not in {"ACCOUNT", "ORGANIZATION"}:
        yield UnpricedReason("the price book has no analysis of unused or internal access", "price")


def account_setting(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Settings of ECS are free, but for the one that switches Container Insights on in every new cluster."""
    if word(resource.props, "name") == "containerInsights" and word(resource.props, "value") != "disabled":
        yield UnpricedReason(
            "value: Container Insights bills each observation, and no landing:usage figure says how many", "usage"
        )


def event_target(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """What a rule's target is billed by the event; whatever else one runs is billed where it is declared."""
    arn, referred = resource.get("arn"), resource.references.get("arn", ())
    for part, kind, why in BILLED_TARGETS:
        declared = {item.urn for item in context.of.get(kind, ())}
        if (isinstance(arn, str) and part in arn) or not declared.isdisjoint(referred):
            yield UnpricedReason(f"arn: {why}, and no landing:usage figure says how many", "usage")


def airflow(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Managed Airflow, for which Seoul's prices are unknown."""
    name = word(resource.props, "environmentClass", default="mw1.small")
    yield CostComponent("environment", f"mwaa/environment-{name}", HOURS)


PRICED: Final[Meters] = {
    type_tokens.BUDGETS_BUDGET: budget,
    type_tokens.BUDGETS_BUDGET_ACTION: budget_action,
    type_tokens.ROUTE53_ZONE: hosted_zone,
    type_tokens.ACM_CERTIFICATE: certificate,
    type_tokens.ACCESSANALYZER_ANALYZER: analyzer,
    type_tokens.CLOUDTRAIL_TRAIL: trail,
}
USAGE: Final[Meters] = {
    type_tokens.SNS_TOPIC: topic,
    type_tokens.SNS_TOPIC_SUBSCRIPTION: subscription,
    type_tokens.CFG_RECORDER: recorder,
    type_tokens.CFG_RULE: config_rule,
    type_tokens.ECS_ACCOUNT_SETTING_DEFAULT: account_setting,
    type_tokens.CLOUDWATCH_EVENT_TARGET: event_target,
    type_tokens.GUARDDUTY_DETECTOR: detector,
    type_tokens.GUARDDUTY_DETECTOR_FEATURE: detector_feature,
}
UNPRICED: Final[Meters] = {type_tokens.MWAA_ENVIRONMENT: airflow}
