"""CloudTrail: who did what in the account, reading a secret included, kept locked for as long as it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..arguments import AccountRegion, common, given, matches, within
from ..bucket import BUCKET_NAME, BUCKET_NAMES, Bucket, BucketArgs, default_bucket_name
from ..names import named

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
    #: By default the component's name.
    trail_name: str | None = None
    #: By default the component's name, with the account and the region behind it.
    bucket_name: str | None = None
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        within(self, "retention_days", 1, 3650)
        matches(self, "trail_name", TRAIL_NAME, TRAIL_NAMES)
        matches(self, "bucket_name", BUCKET_NAME, BUCKET_NAMES)


class Audit(pulumi.ComponentResource):
    """One trail of management events; a call of GetSecretValue is one of them.

    AWS delivers the first copy of an account's events for nothing, and bills each further trail by the event. What was
    written is locked for as long as it is kept (S3 Object Lock, governance): only who holds
    s3:BypassGovernanceRetention can change or delete it, and digests show that it was done.
    """

    bucket: Bucket

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
        aws.cloudtrail.Trail(
            name,
            name=trail_name,
            s3_bucket_name=self.bucket.name,
            kms_key_id=args.key_arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            enable_logging=True,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=self.bucket.ready),
        )
        self.register_outputs({"bucket": bucket_name})


def trail_arn(place: AccountRegion, trail_name: str) -> str:
    """The trail, as CloudTrail names itself where it writes and encrypts."""
    return f"arn:aws:cloudtrail:{place.region}:{place.account_id}:trail/{trail_name}"


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
