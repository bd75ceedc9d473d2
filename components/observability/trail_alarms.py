"""Alarms on what a trail writes into CloudWatch Logs: who acts as root, and who changes what guards the account.

Source of the patterns: CIS AWS Foundations Benchmark, monitoring, as AWS Security Hub asks for them (CloudWatch.1 and
following). Each costs a metric and an alarm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pulumi
import pulumi_aws as aws

from ..account.budgets import TOPIC_ARN
from ..arguments import common, given, matches
from ..names import named

#: What CloudWatch takes for a namespace that is not AWS's own.
NAMESPACE: Final = re.compile(r"(?!AWS/)[A-Za-z0-9_./#:-]{1,255}")
NAMESPACES: Final = "at most 255 letters, digits and _./#:-, not beginning with AWS/"


class Sign(NamedTuple):
    """A ``pattern`` of events, of which more than ``over`` in five minutes ring; ``reason`` says what they mean."""

    pattern: str
    reason: str
    over: int = 0


def any_of(source: str, calls: str) -> str:
    """The pattern of some calls of one service."""
    found = " || ".join(f"($.eventName={call})" for call in calls.split())
    return f"{{($.eventSource={source}.amazonaws.com) && ({found})}}"


#: By name, which is the alarm's and its section's in the runbook.
SIGNS: Final[Mapping[str, Sign]] = {
    "trail-root": Sign(
        '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
        "Somebody acts as the account's root, which nobody needs to.",
    ),
    "trail-unauthorised": Sign(
        '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}',
        "Many calls are refused: somebody tries what they may do, or a role lacks what it needs.",
        # Controllers ask for what they may not now and then.
        over=20,
    ),
    "trail-console-without-mfa": Sign(
        '{($.eventName="ConsoleLogin") && ($.additionalEventData.MFAUsed !="Yes") && '
        '($.userIdentity.type="IAMUser") && ($.responseElements.ConsoleLogin="Success")}',
        "A user signed in to the console without a second factor.",
    ),
    "trail-policies": Sign(
        any_of(
            "iam",
            "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy "
            "CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy "
            "AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy",
        ),
        "Somebody changed what a principal may do; a deployment does, too.",
    ),
    "trail-trail": Sign(
        any_of("cloudtrail", "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"),
        "Somebody changed the trail, or stopped it.",
    ),
    "trail-keys": Sign(
        any_of("kms", "DisableKey ScheduleKeyDeletion"),
        "Somebody disabled a key or has it deleted: what it encrypts is then lost.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class TrailAlarmsArgs:
    """What the alarms read and whom they tell."""

    #: The trail's, of class STANDARD: of no other does CloudWatch make metrics.
    log_group_name: pulumi.Input[str]
    #: Who is told.
    topic_arn: pulumi.Input[str]
    #: Where each alarm's name is a heading that says what to do.
    runbook: str
    #: Of the metrics; by default the component's name.
    metric_namespace: str | None = None
    after: Sequence[pulumi.Resource] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "topic_arn", TOPIC_ARN, "a topic's ARN, such as arn:aws:sns:REGION:ACCOUNT:NAME")
        matches(self, "metric_namespace", NAMESPACE, NAMESPACES)


class TrailAlarms(pulumi.ComponentResource):
    """A metric and an alarm for each of :data:`SIGNS`."""

    def __init__(self, name: str, args: TrailAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, TrailAlarmsArgs)
        super().__init__("alphacar:alarms:TrailAlarms", name, None, opts)
        namespace = named(args.metric_namespace, name, NAMESPACE, NAMESPACES)
        for key, sign in SIGNS.items():
            counted = aws.cloudwatch.LogMetricFilter(
                f"{name}-{key}",
                name=f"{name}-{key}",
                log_group_name=args.log_group_name,
                pattern=sign.pattern,
                metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                    name=key, namespace=namespace, value="1"
                ),
                opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
            )
            aws.cloudwatch.MetricAlarm(
                f"{name}-{key}",
                alarm_description=f"{sign.reason} See {args.runbook}#{key}",
                namespace=namespace,
                metric_name=key,
                statistic="Sum",
                comparison_operator="GreaterThanThreshold",
                threshold=sign.over,
                period=300,
                evaluation_periods=1,
                treat_missing_data="notBreaching",
                alarm_actions=[args.topic_arn],
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[counted]),
            )
        self.register_outputs({})
