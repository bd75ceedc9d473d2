"""Where the landing zone's state lies: a versioned and locked bucket, and the key that opens it to few."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.arguments import AccountRegion
from components.bucket import Bucket, BucketArgs

ALIAS: Final = "alias/alphacar-state"
#: What Pulumi does with the key of its secrets, and S3 with that of a bucket.
OPEN: Final = ("kms:Decrypt", "kms:DescribeKey")
USE: Final = (*OPEN, "kms:Encrypt", "kms:GenerateDataKey")
ADMINISTER: Final = (
    *("kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey"),
    *("kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"),
    *("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias"),
    "kms:UpdateKeyDescription",
)
#: What was replaced is kept so long after its lock.
KEPT_DAYS: Final = 90


def key_policy(account: str, operators: Sequence[str], deploy: str, preview: str) -> dict[str, Any]:
    """Who uses the key, by ARN: nobody else of the account, whatever their own policies say.

    ``operators`` administer it, and the account's root, which alone could still if none of them were left.
    """
    root = f"arn:aws:iam::{account}:root"
    people = [f"arn:aws:iam::{account}:role/{each}" for each in operators]

    def to(sid: str, actions: Sequence[str], principals: Sequence[str]) -> dict[str, Any]:
        return {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"AWS": root},
            "Action": list(actions),
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:PrincipalArn": list(principals)}},
        }

    return {
        "Version": "2012-10-17",
        "Statement": [
            to("Administer", ADMINISTER, [root, *people]),
            to("Use", USE, [*people, deploy]),
            to("Open", OPEN, [preview]),
        ],
    }


def key(policy: Mapping[str, Any], tags: Mapping[str, str]) -> aws.kms.Key:
    """The key of the state, and its alias."""
    made = aws.kms.Key(
        "state",
        description="Pulumi's state of the landing zone",
        enable_key_rotation=True,
        deletion_window_in_days=30,
        policy=json.dumps(policy),
        tags=tags,
        opts=pulumi.ResourceOptions(protect=True),
    )
    aws.kms.Alias("state", name=ALIAS, target_key_id=made.key_id)
    return made


def bucket(place: AccountRegion, made: aws.kms.Key, lock_days: int, tags: Mapping[str, str]) -> Bucket:
    """The bucket of the state: every version is kept, and none is deleted for ``lock_days``."""
    return Bucket(
        "state",
        BucketArgs(
            place=place,
            key_arn=made.arn,
            bucket_name=f"alphacar-state-{place.account_id}-{place.region}",
            noncurrent_days=max(KEPT_DAYS, lock_days),
            object_lock_days=lock_days,
            tags=tags,
        ),
    )


def reading(arn: str, key_arn: str) -> list[dict[str, Any]]:
    """IAM statements for who reads the state, and opens what is secret in it."""
    return [
        {"Effect": "Allow", "Action": ["s3:GetBucketLocation", "s3:ListBucket"], "Resource": [arn]},
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"{arn}/*"]},
        {"Effect": "Allow", "Action": list(OPEN), "Resource": [key_arn]},
    ]


def writing(arn: str, key_arn: str) -> list[dict[str, Any]]:
    """The same for who writes it, too. No version of it: what is deleted comes back."""
    return [
        *reading(arn, key_arn)[:2],
        {"Effect": "Allow", "Action": ["s3:DeleteObject", "s3:PutObject"], "Resource": [f"{arn}/*"]},
        {"Effect": "Allow", "Action": list(USE), "Resource": [key_arn]},
    ]
