"""A private bucket: encrypted, versioned, TLS only, and with a lifecycle, so that nothing in it is kept by accident."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from .arguments import REGION, AccountRegion, common, given, matches, within
from .names import named

#: Objects rest so long in S3 Standard before they may move to infrequent access, and are billed so long there at least
#: (source: S3 user guide, lifecycle transition considerations).
INFREQUENT_DAYS: Final = 30
#: What S3 takes, but for dots, with which TLS fails (source: S3 user guide, bucket naming rules).
BUCKET_NAME: Final = re.compile(r"(?!xn--)[a-z](?!.*--)[a-z0-9-]{1,61}[a-z0-9]")
BUCKET_NAMES: Final = "3 to 63 lower-case letters, digits and single hyphens between them, a letter first"


@dataclass(frozen=True, kw_only=True)
class BucketArgs:
    """``bucket_name`` is one of all accounts and regions: by default the component's, the account's and the region's.

    ``expire_days`` of 0 keeps current objects; ``infrequent_after_days`` of 0 leaves them in S3 Standard. S3 wants 30
    days there before the move, and bills 30 days behind it whatever happens: an end before that saves nothing.
    ``object_lock_days`` of 0 locks nothing; a lock can be added only when the bucket is made. What was replaced or
    deleted can be brought back for ``noncurrent_days``.
    """

    place: AccountRegion
    key_arn: pulumi.Input[str]
    bucket_name: str | None = None
    expire_days: int = 0
    noncurrent_days: int = 30
    infrequent_after_days: int = 0
    object_lock_days: int = 0
    #: Where the bucket stands, when that is not where the program's provider is.
    region: str | None = None
    #: Further statements of the bucket's policy, for services that write into it.
    statements: Sequence[Mapping[str, Any]] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "bucket_name", BUCKET_NAME, BUCKET_NAMES)
        matches(self, "region", REGION, "a region such as ap-northeast-1")
        within(self, "expire_days", 0, 36500)
        within(self, "noncurrent_days", 1, 36500)
        within(self, "infrequent_after_days", 0, 36500)
        within(self, "object_lock_days", 0, 36500)
        if self.object_lock_days and self.expire_days and self.expire_days < self.object_lock_days:
            raise ValueError(
                f"expire_days must not be shorter than object_lock_days: {self.expire_days} < {self.object_lock_days}"
            )
        if self.infrequent_after_days and self.infrequent_after_days < INFREQUENT_DAYS:
            raise ValueError(
                f"infrequent_after_days must be 0, or {INFREQUENT_DAYS} or more, not {self.infrequent_after_days}"
            )


class Bucket(pulumi.ComponentResource):
    """A bucket whose name is known before it exists, so that charts can be given it as a plain value."""

    name: str
    arn: str
    ready: list[pulumi.Resource]
    #: What is kept of each object that was replaced or deleted; copies in another region want it first.
    versioning: pulumi.Resource

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, BucketArgs)
        super().__init__("alphacar:bucket:Bucket", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.name = named(
            args.bucket_name, default_bucket_name(name, args.place, args.region), BUCKET_NAME, BUCKET_NAMES
        )
        self.arn = f"arn:aws:s3:::{self.name}"
        bucket = aws.s3.Bucket(
            name,
            bucket=self.name,
            region=args.region,
            object_lock_enabled=args.object_lock_days > 0,
            force_destroy=not args.protect,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        versioning = aws.s3.BucketVersioning(
            name,
            bucket=bucket.id,
            region=args.region,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=child,
        )
        encryption = aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=bucket.id,
            region=args.region,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    # One data key for many objects: without it every object is a billed request to KMS.
                    bucket_key_enabled=True,
                    apply_server_side_encryption_by_default=aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                        sse_algorithm="aws:kms", kms_master_key_id=args.key_arn
                    ),
                )
            ],
            opts=child,
        )
        closed = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=bucket.id,
            region=args.region,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        aws.s3.BucketOwnershipControls(
            name,
            bucket=bucket.id,
            region=args.region,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=child,
        )
        policy = aws.s3.BucketPolicy(
            name,
            bucket=bucket.id,
            region=args.region,
            policy=json.dumps(bucket_policy(self.arn, args.statements)),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[closed]),
        )
        aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=bucket.id,
            region=args.region,
            rules=[_lifecycle(args)],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )
        self.versioning = versioning
        self.ready = [policy, encryption]
        if args.object_lock_days:
            retention = aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
                mode="GOVERNANCE", days=args.object_lock_days
            )
            lock = aws.s3.BucketObjectLockConfiguration(
                name,
                bucket=bucket.id,
                region=args.region,
                rule=aws.s3.BucketObjectLockConfigurationRuleArgs(default_retention=retention),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
            )
            # What is written before it is never locked.
            self.ready.append(lock)
        self.register_outputs({"name": self.name})


def default_bucket_name(name: str, place: AccountRegion, region: str | None = None) -> str:
    """The bucket of a component called ``name``: one of all accounts and regions."""
    return f"{name}-{place.account_id}-{region or place.region}"


def bucket_policy(arn: str, statements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Nothing in clear text, plus what services need."""
    tls_only = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": "2012-10-17", "Statement": [tls_only, *statements]}


def read_write(bucket_arn: str, key_arn: str, region: str) -> list[dict[str, Any]]:
    """IAM statements for an application that keeps its objects in the bucket, and uses the key through S3 alone."""
    return [
        {"Action": ["s3:ListBucket", "s3:GetBucketLocation"], "Resource": bucket_arn},
        {
            "Action": [
                "s3:GetObject",
                "s3:PutObject",
                "s3:DeleteObject",
                "s3:AbortMultipartUpload",
                "s3:ListMultipartUploadParts",
            ],
            "Resource": f"{bucket_arn}/*",
        },
        {
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": key_arn,
            "Condition": {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
        },
    ]


def gets_cheaper(after_days: int, expire_days: int) -> bool:
    """Whether objects move at all: S3 refuses an end on the day of the move, and one soon after it costs more."""
    return after_days > 0 and (expire_days == 0 or expire_days >= after_days + INFREQUENT_DAYS)


def _lifecycle(args: BucketArgs) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="age",
        status="Enabled",
        filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=args.expire_days)
        if args.expire_days
        else None,
        noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
            noncurrent_days=args.noncurrent_days
        ),
        abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
            days_after_initiation=7
        ),
        transitions=[
            aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(
                days=args.infrequent_after_days, storage_class="STANDARD_IA"
            )
        ]
        if gets_cheaper(args.infrequent_after_days, args.expire_days)
        else None,
    )
