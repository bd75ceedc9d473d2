"""What looks for intruders in an account: GuardDuty, and IAM Access Analyzer for what is open to others.

GuardDuty's Runtime Monitoring is left off: it is billed by each vCPU of each node.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_aws as aws

from ..arguments import common, differ, given, matches, require
from ..names import named

#: Names of features as GuardDuty's API has them; what it does besides cannot be switched off (source: GuardDuty API
#: reference, DetectorFeatureConfiguration).
FEATURES: Final = ("S3_DATA_EVENTS", "EKS_AUDIT_LOGS")
ANALYZER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,254}")
ANALYZER_NAMES: Final = "at most 255 letters, digits and _.-, a letter first"


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
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        require(self, "features", set(self.features) <= set(FEATURES), f"some of {', '.join(FEATURES)}")
        differ(self, "features", "names")
        matches(self, "analyzer_name", ANALYZER_NAME, ANALYZER_NAMES)


class Detection(pulumi.ComponentResource):
    """A detector and an analyzer. Once an account and region."""

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
        self.register_outputs({})
