"""AWS Budgets for everything and for each value of a tag, and a subscription to anomalies, all told by one topic."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..arguments import TAG_KEY, AccountRegion, common, differ, given, matches, require
from ..names import named, physical
from .baseline import MONITOR_ARN, MONITOR_ARNS, MONITOR_NAME, MONITOR_NAMES
from .keys import EVENTS, TELLERS

#: The first of a month: a budget's start in the past is accepted and compared from the present month on.
START: Final = "2026-11-01_00:00"
ANOMALY_USD: Final = "50"
#: When people are told, in percent of the limit.
ALERTS: Final = (("FORECASTED", 100), ("ACTUAL", 100), ("ACTUAL", 120))
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
#: What Budgets takes, with room for what is put behind it (source: Budgets API reference, Budget).
BUDGET_PREFIX: Final = re.compile(r"[^:\\]{1,60}")
BUDGET_PREFIXES: Final = "at most 60 characters without colons and backslashes"
BUDGET_NAME: Final = re.compile(r"[^:\\]{1,100}")
BUDGET_NAMES: Final = "at most 100 characters without colons and backslashes"
TOPIC_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
TOPIC_NAMES: Final = "at most 256 letters, digits, hyphens and underscores"
TOPIC_ARN: Final = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, kw_only=True)
class BudgetsArgs:
    """Amounts in USD a month: ``total`` for everything, ``per_tag`` for what carries ``tag_key`` with that value.

    Budgets that only tell cost nothing: AWS bills those that act. Each of ``emails`` confirms once.
    """

    place: AccountRegion
    total: Decimal
    emails: Sequence[str]
    key_arn: pulumi.Input[str]
    #: The account's monitor of services: see :class:`~components.account.baseline.CostExplorer`.
    monitor_arn: pulumi.Input[str]
    #: The tag that ``per_tag`` is about; none, if there is none.
    tag_key: str | None = None
    per_tag: Mapping[str, Decimal] = field(default_factory=dict)
    #: Budgets are called like this and ``-total``, or a tag's value; by default the component's name.
    budget_prefix: str | None = None
    #: The topic that tells people; by default the component's name.
    topic_name: str | None = None
    #: The subscription to anomalies; by default the component's name.
    subscription_name: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        require(self, "total", self.total > 0, "an amount above 0")
        require(self, "per_tag", all(amount > 0 for amount in self.per_tag.values()), "amounts above 0")
        require(self, "per_tag", "total" not in self.per_tag, "of other values than total, which is the whole budget's")
        require(self, "tag_key", self.tag_key is not None or not self.per_tag, "given for per_tag")
        differ(self, "emails", "addresses")
        matches(self, "emails", EMAIL, "addresses such as somebody@example.com")
        matches(self, "monitor_arn", MONITOR_ARN, MONITOR_ARNS)
        matches(self, "tag_key", TAG_KEY, "a tag's key")
        matches(self, "budget_prefix", BUDGET_PREFIX, BUDGET_PREFIXES)
        matches(self, "topic_name", TOPIC_NAME, TOPIC_NAMES)
        matches(self, "subscription_name", MONITOR_NAME, MONITOR_NAMES)


class Budgets(pulumi.ComponentResource):
    """Told when the month is forecast over its limit, when it is over it, and when it is over by a fifth.

    A budget counts what its limit was made for: no VAT, no support plan, no refunds and credits, which would hide what
    is spent. No line lies below the limit: who plans close to it would be told every month of what was planned.
    """

    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: BudgetsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, BudgetsArgs)
        super().__init__("alphacar:budgets:Budgets", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        limits = {"total": args.total, **args.per_tag}
        prefix = named(args.budget_prefix, name, BUDGET_PREFIX, BUDGET_PREFIXES)
        names = {key: physical(f"{prefix}-{key}", BUDGET_NAME, BUDGET_NAMES) for key in limits}
        topic_name = named(args.topic_name, name, TOPIC_NAME, TOPIC_NAMES)
        subscription_name = named(args.subscription_name, name, MONITOR_NAME, MONITOR_NAMES)
        topic = aws.sns.Topic(name, name=topic_name, kms_master_key_id=args.key_arn, tags=args.tags, opts=child)
        told = aws.sns.TopicPolicy(
            name,
            arn=topic.arn,
            policy=topic.arn.apply(lambda arn: json.dumps(topic_policy(arn, args.place))),
            opts=child,
        )
        for place, email in enumerate(args.emails):
            aws.sns.TopicSubscription(f"{name}-{place}", topic=topic.arn, protocol="email", endpoint=email, opts=child)
        for key, amount in sorted(limits.items()):
            aws.budgets.Budget(
                f"{name}-{key}",
                name=names[key],
                budget_type="COST",
                limit_amount=f"{amount:.2f}",
                limit_unit="USD",
                time_unit="MONTHLY",
                time_period_start=START,
                cost_filters=None
                if key == "total"
                else [aws.budgets.BudgetCostFilterArgs(name="TagKeyValue", values=[f"user:{args.tag_key}${key}"])],
                cost_types=aws.budgets.BudgetCostTypesArgs(
                    include_tax=False, include_support=False, include_credit=False, include_refund=False
                ),
                notifications=_notifications(topic.arn),
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[told]),
            )
        aws.costexplorer.AnomalySubscription(
            name,
            name=subscription_name,
            # Only an immediate subscription may go to a topic.
            frequency="IMMEDIATE",
            monitor_arn_lists=[args.monitor_arn],
            subscribers=[aws.costexplorer.AnomalySubscriptionSubscriberArgs(type="SNS", address=topic.arn)],
            threshold_expression=aws.costexplorer.AnomalySubscriptionThresholdExpressionArgs(
                dimension=aws.costexplorer.AnomalySubscriptionThresholdExpressionDimensionArgs(
                    key="ANOMALY_TOTAL_IMPACT_ABSOLUTE", match_options=["GREATER_THAN_OR_EQUAL"], values=[ANOMALY_USD]
                )
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[told]),
        )
        self.topic_arn = topic.arn
        self.register_outputs({"topicArn": topic.arn})


def _notifications(topic_arn: pulumi.Input[str]) -> list[aws.budgets.BudgetNotificationArgs]:
    return [
        aws.budgets.BudgetNotificationArgs(
            comparison_operator="GREATER_THAN",
            notification_type=kind,
            threshold=threshold,
            threshold_type="PERCENTAGE",
            subscriber_sns_topic_arns=[topic_arn],
        )
        for kind, threshold in ALERTS
    ]


def topic_policy(topic_arn: str, place: AccountRegion) -> dict[str, Any]:
    """Who may speak: Budgets, anomaly detection, CloudWatch alarms and EventBridge's rules, of this account."""
    rules = f"arn:aws:events:{place.region}:{place.account_id}:rule/*"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": list(TELLERS)},
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {"StringEquals": {"aws:SourceAccount": place.account_id}},
            },
            {
                "Effect": "Allow",
                "Principal": {"Service": EVENTS},
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {"ArnLike": {"aws:SourceArn": rules}},
            },
        ],
    }
