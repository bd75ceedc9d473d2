"""CloudTrail: who did what in the account, reading a secret included, kept locked for as long as it is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..arguments import AccountRegion, common, given, log_days, matches, within
from ..bucket import BUCKET_NAME, BUCKET_NAMES, Bucket, BucketArgs, default_bucket_name
from ..identity import policy_document
from ..names import named, role_name
from ..trust import service_trust

#: What CloudTrail takes for a trail (source: CloudTrail API reference, CreateTrail).
TRAIL_NAME: Final = re.compile(r"(?!.*[._-]{2})[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]")
TRAIL_NAMES: Final = "3 to 128 letters, digits and single dots, hyphens or underscores between them"


@dataclass(frozen=True, kw_only=True)
class AuditArgs:
    """What the trail needs. Its key must know the trail, too: see ``trail_name`` of the keys' arguments.

    What is written is locked for ``retention_days``: nobody can shorten them afterwards.
    """

    place: AccountRegion
    key_arn: pulumi.Input[str]
    retention_days: int = 365
    #: For how long CloudWatch Logs keeps a copy, which alarms read; none, if nobody says.
    log_retention_days: int | None = None
    #: By default the component's name.
    trail_name: str | None = None
    #: By default the component's name, with the account and the region behind it.
    bucket_name: str | None = None
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        within(self, "retention_days", 1, 3650)
        if self.log_retention_days is not None:
            log_days(self, "log_retention_days")
        matches(self, "trail_name", TRAIL_NAME, TRAIL_NAMES)
        matches(self, "bucket_name", BUCKET_NAME, BUCKET_NAMES)


class Audit(pulumi.ComponentResource):
    """One trail of management events; a call of GetSecretValue is one of them.

    AWS delivers the first copy of an account's events for nothing, and bills each further trail by the event. What was
    written is locked for as long as it is kept (S3 Object Lock, governance): only who holds
    s3:BypassGovernanceRetention can change or delete it, and digests show that it was done.
    """

    bucket: Bucket
    #: What alarms read, where CloudWatch Logs keeps a copy.
    log_group: aws.cloudwatch.LogGroup | None

    def __init__(self, name: str, args: AuditArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, AuditArgs)
        super().__init__("alphacar:audit:Audit", name, None, opts)
        trail_name = named(args.trail_name, name, TRAIL_NAME, TRAIL_NAMES)
        bucket_name = args.bucket_name or default_bucket_name(name, args.place)
        self.bucket = Bucket(
            name,
            BucketArgs(
                place=args.place,
                bucket_name=bucket_name,
                key_arn=args.key_arn,
                expire_days=args.retention_days,
                infrequent_after_days=90,
                object_lock_days=args.retention_days,
                statements=trail_statements(args.place, trail_name, bucket_name),
                protect=args.protect,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.log_group, role, written = self._copy(name, trail_name, args) or (None, None, ())
        aws.cloudtrail.Trail(
            name,
            name=trail_name,
            s3_bucket_name=self.bucket.name,
            kms_key_id=args.key_arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            enable_logging=True,
            cloud_watch_logs_group_arn=f"{log_group_arn(args.place, trail_name)}:*" if self.log_group else None,
            cloud_watch_logs_role_arn=role.arn if role else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=[*self.bucket.ready, *written]),
        )
        self.register_outputs({"bucket": bucket_name})

    def _copy(
        self, name: str, trail_name: str, args: AuditArgs
    ) -> tuple[aws.cloudwatch.LogGroup, aws.iam.Role, Sequence[pulumi.Resource]] | None:
        """A log group, the role by which the trail writes into it, and what must be there before it does."""
        if args.log_retention_days is None:
            return None
        child = pulumi.ResourceOptions(parent=self)
        group = aws.cloudwatch.LogGroup(
            name,
            name=log_group_name(trail_name),
            retention_in_days=args.log_retention_days,
            kms_key_id=args.key_arn,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        role = aws.iam.Role(
            role_name(f"{name}-logs"),
            assume_role_policy=json.dumps(trail_trust(args.place, trail_name)),
            tags=args.tags,
            opts=child,
        )
        # The streams are CloudTrail's own: ACCOUNT_CloudTrail_REGION (source: CloudTrail user guide, role policy).
        streams = f"{log_group_arn(args.place, trail_name)}:log-stream:*"
        document = policy_document([{"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": streams}])
        grant = aws.iam.RolePolicy(f"{name}-logs", role=role.id, policy=document, opts=child)
        return group, role, [group, grant]


def trail_arn(place: AccountRegion, trail_name: str) -> str:
    """The trail, as CloudTrail names itself where it writes and encrypts."""
    return f"arn:aws:cloudtrail:{place.region}:{place.account_id}:trail/{trail_name}"


def log_group_name(trail_name: str) -> str:
    """Where CloudWatch Logs keeps a copy of what a trail writes."""
    return f"/aws/cloudtrail/{trail_name}"


def log_group_arn(place: AccountRegion, trail_name: str) -> str:
    """The same as an ARN, known before the group is."""
    return f"arn:aws:logs:{place.region}:{place.account_id}:log-group:{log_group_name(trail_name)}"


def trail_trust(place: AccountRegion, trail_name: str) -> dict[str, Any]:
    """Trust in CloudTrail, for this trail alone."""
    trust = service_trust("cloudtrail.amazonaws.com", place.account_id)
    trust["Statement"][0]["Condition"]["StringEquals"]["aws:SourceArn"] = trail_arn(place, trail_name)
    return trust


def trail_statements(place: AccountRegion, trail_name: str, bucket_name: str) -> list[dict[str, Any]]:
    """What CloudTrail needs of its bucket, for this trail alone (source: CloudTrail user guide, bucket policy)."""
    trail = trail_arn(place, trail_name)
    common = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    return [
        {
            **common,
            "Sid": "TrailLooks",
            "Action": "s3:GetBucketAcl",
            "Resource": f"arn:aws:s3:::{bucket_name}",
            "Condition": {"StringEquals": {"aws:SourceArn": trail}},
        },
        {
            **common,
            "Sid": "TrailWrites",
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{bucket_name}/AWSLogs/{place.account_id}/*",
            "Condition": {"StringEquals": {"aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control"}},
        },
    ]
