"""What an account is charged for by its guards: budgets, Config, trails, notifications, DNS, GuardDuty, Airflow."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_UP, Decimal
from typing import Final

from model.resource import Resource
from pricing.bill import HOURS
from pricing.context import ONE, Charge, Gap, Meters, Scene
from pricing.properties import entries, switch, word

ACTION: Final = "aws:budgets/budgetAction:BudgetAction"
TOPIC: Final = "aws:sns/topic:Topic"
SUBSCRIPTION: Final = "aws:sns/topicSubscription:TopicSubscription"
RECORDER: Final = "aws:cfg/recorder:Recorder"
RULE: Final = "aws:cfg/rule:Rule"
TRAIL: Final = "aws:cloudtrail/trail:Trail"
ZONE: Final = "aws:route53/zone:Zone"
DAYS: Final = (HOURS / 24).quantize(Decimal("0.0001"), ROUND_UP)


def budget(_resource: Resource, _scene: Scene) -> Iterator[Charge | Gap]:
    """Watching a budget is free."""
    yield Charge("budget", "budgets/budget-monitoring", ONE)


def budget_action(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """Days of every budget that acts, borne by the first action; two budgets are free, as the tiers say."""
    if scene.carries(resource, "budget actions", ACTION):
        names = [item.get("budgetName") for item in scene.of[ACTION]]
        budgets = {name if isinstance(name, str) else place for place, name in enumerate(names)}
        yield Charge("budgets with actions", "budgets/action-enabled-budget-day", len(budgets) * DAYS)


def topic(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """The stack's notifications, borne by the first topic."""
    if scene.carries(resource, "notifications", TOPIC):
        yield scene.used("notifications", "sns/publish-1M", "notifications", per=10**6)


def subscription(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """Every notification once more as an e-mail; queues and functions are delivered to for nothing."""
    protocol = word(resource.props, "protocol")
    if protocol in {"email", "email-json"}:
        yield scene.used("e-mails", "sns/email-100k", "notifications", per=100_000)
    elif protocol not in {"sqs", "lambda"}:
        yield Gap("the price book has no delivery by this protocol", "price")


def recorder(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """What AWS Config records, borne by the first recorder."""
    if scene.carries(resource, "config items", RECORDER):
        yield scene.used("items recorded", "config/configuration-item-continuous", "config_items")


def config_rule(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """What AWS Config's rules evaluate, borne by the first rule."""
    if scene.carries(resource, "config evaluations", RULE):
        yield scene.used("evaluations", "config/rule-evaluation", "config_evaluations")


def trail(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """The first copy of management events is free, further ones and data events are not."""
    first = scene.carries(resource, "first trail", TRAIL)
    if first:
        yield Charge("management events, first copy", "cloudtrail/management-events-first-trail", ONE)
    else:
        yield scene.used(
            "management events, another copy",
            "cloudtrail/management-events-extra-100k",
            "trail_management_events",
            per=100_000,
        )
    simple = any(entries(item, "dataResources") for item in entries(resource.props, "eventSelectors"))
    if simple or entries(resource.props, "advancedEventSelectors"):
        yield scene.used("data events", "cloudtrail/data-events-100k", "trail_data_events", per=100_000)


def hosted_zone(resource: Resource, scene: Scene) -> Iterator[Charge | Gap]:
    """A zone; the stack's queries are borne by the first."""
    yield Charge("hosted zone", "route53/hosted-zone", ONE)
    if scene.carries(resource, "DNS queries", ZONE):
        yield scene.used("queries", "route53/standard-queries-1M", "dns_queries", per=10**6)


def detector(resource: Resource, _scene: Scene) -> Iterator[Charge | Gap]:
    """GuardDuty, for which Seoul's prices are unknown."""
    if switch(resource.props, "enable", default=True):
        for item, price in (
            ("events", "cloudtrail-analysis-per-1M-events"),
            ("flow and DNS logs", "flow-dns-log-analysis-gb"),
        ):
            yield Charge(item, f"guardduty/{price}", ONE, "usage")


def certificate(resource: Resource, _scene: Scene) -> Iterator[Charge | Gap]:
    """A public certificate is free as long as it cannot be exported."""
    if word(resource.props, "options", "export", default="DISABLED") != "DISABLED":
        yield Gap("the price book has no exportable certificates", "price")
    else:
        yield Charge("certificate", "acm/public-cert-non-exportable", ONE)


def analyzer(resource: Resource, _scene: Scene) -> Iterator[Charge | Gap]:
    """Finding access from outside is free; finding unused or internal access is not."""
    if word(resource.props, "type", default="ACCOUNT") not in {"ACCOUNT", "ORGANIZATION"}:
        yield Gap("the price book has no analysis of unused or internal access", "price")


def airflow(resource: Resource, _scene: Scene) -> Iterator[Charge | Gap]:
    """Managed Airflow, for which Seoul's prices are unknown."""
    name = word(resource.props, "environmentClass", default="mw1.small")
    yield Charge("environment", f"mwaa/environment-{name}", HOURS)


PRICED: Final[Meters] = {
    "aws:budgets/budget:Budget": budget,
    ACTION: budget_action,
    ZONE: hosted_zone,
    "aws:acm/certificate:Certificate": certificate,
    "aws:accessanalyzer/analyzer:Analyzer": analyzer,
    TRAIL: trail,
}
USAGE: Final[Meters] = {TOPIC: topic, SUBSCRIPTION: subscription, RECORDER: recorder, RULE: config_rule}
UNPRICED: Final[Meters] = {"aws:guardduty/detector:Detector": detector, "aws:mwaa/environment:Environment": airflow}
