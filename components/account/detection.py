"""What looks for intruders in an account: GuardDuty, and IAM Access Analyzer for what is open to others.

What either finds is an event, which a rule tells a topic: without one it stands in a console that nobody opens.
GuardDuty's Runtime Monitoring is left off: it is billed by each vCPU of each node.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import pulumi
import pulumi_aws as aws

from ..arguments import common, differ, given, matches, require
from ..names import named
from .budgets import TOPIC_ARN

#: Names of features as GuardDuty's API has them; what it does besides cannot be switched off (source: GuardDuty API
#: reference, DetectorFeatureConfiguration).
FEATURES: Final = ("S3_DATA_EVENTS", "EKS_AUDIT_LOGS")
ANALYZER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,254}")
ANALYZER_NAMES: Final = "at most 255 letters, digits and _.-, a letter first"


class Finding(NamedTuple):
    """Events of ``pattern``; ``fields`` of one are put into ``text``, as EventBridge's input transformer does."""

    pattern: Mapping[str, Any]
    fields: Mapping[str, str]
    text: str


#: By name, which is the rule's and its section's in the runbook. GuardDuty calls 4 and above medium and high, which it
#: asks to look at; what Access Analyzer archives or resolves needs nobody (source: both services' user guides).
FINDINGS: Final[Mapping[str, Finding]] = {
    "threat-found": Finding(
        {
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {"severity": [{"numeric": [">=", 4]}]},
        },
        {"severity": "$.detail.severity", "type": "$.detail.type", "title": "$.detail.title", "id": "$.detail.id"},
        "GuardDuty found <type>, severity <severity>: <title>. Finding <id>.",
    ),
    "access-found": Finding(
        {
            "source": ["aws.access-analyzer"],
            "detail-type": ["Access Analyzer Finding"],
            "detail": {"status": ["ACTIVE"]},
        },
        {"resource": "$.detail.resource", "type": "$.detail.resourceType", "id": "$.detail.id"},
        "Access Analyzer found that the <type> <resource> is open to others. Finding <id>.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class DetectionArgs:
    """What is looked at: with ``threats`` by GuardDuty, its ``features`` besides, and who from outside is let in."""

    #: Billed by what is analysed; a new account tries it for thirty days.
    threats: bool = True
    #: Some of :data:`FEATURES`.
    features: Sequence[str] = FEATURES
    #: Free.
    external_access: bool = True
    #: By default the component's name.
    analyzer_name: str | None = None
    #: Who is told what is found; without one, nobody is. Its policy, and its key's, must let EventBridge in.
    topic_arn: pulumi.Input[str] | None = None
    #: Where each of :data:`FINDINGS` is a heading that says what to do.
    runbook: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        require(self, "features", set(self.features) <= set(FEATURES), f"some of {', '.join(FEATURES)}")
        differ(self, "features", "names")
        matches(self, "analyzer_name", ANALYZER_NAME, ANALYZER_NAMES)
        matches(self, "topic_arn", TOPIC_ARN, "a topic's ARN, such as arn:aws:sns:REGION:ACCOUNT:NAME")


class Detection(pulumi.ComponentResource):
    """A detector and an analyzer, and who is told what they find. Once an account and region."""

    def __init__(self, name: str, args: DetectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, DetectionArgs)
        super().__init__("alphacar:detection:Detection", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        if args.threats:
            detector = aws.guardduty.Detector(name, enable=True, tags=args.tags, opts=child)
            for feature in args.features:
                aws.guardduty.DetectorFeature(
                    f"{name}-{feature.lower().replace('_', '-')}",
                    detector_id=detector.id,
                    name=feature,
                    status="ENABLED",
                    opts=child,
                )
        if args.external_access:
            aws.accessanalyzer.Analyzer(
                name,
                analyzer_name=named(args.analyzer_name, name, ANALYZER_NAME, ANALYZER_NAMES),
                type="ACCOUNT",
                tags=args.tags,
                opts=child,
            )
        if args.topic_arn is not None:
            for key, looked in (("threat-found", args.threats), ("access-found", args.external_access)):
                if looked:
                    _tell(self, f"{name}-{key}", key, args)
        self.register_outputs({})


def _tell(parent: Detection, name: str, key: str, args: DetectionArgs) -> None:
    finding = FINDINGS[key]
    more = f" See {args.runbook}#{key}" if args.runbook else ""
    rule = aws.cloudwatch.EventRule(
        name,
        description=f"Tells what is found.{more}",
        event_pattern=json.dumps(finding.pattern),
        tags=args.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    aws.cloudwatch.EventTarget(
        name,
        rule=rule.name,
        arn=args.topic_arn,
        input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
            input_paths=finding.fields,
            # Text is a string of JSON to EventBridge.
            input_template=json.dumps(f"{finding.text}{more}"),
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
