"""A bucket's copy in a second region, which S3 keeps up by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..arguments import REGION, AccountRegion, common, matches
from ..bucket import BUCKET_NAME, BUCKET_NAMES, Bucket, BucketArgs
from ..identity import policy_document
from ..names import role_name
from ..trust import service_trust

_READS: Final = (
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionTagging",
    # Of a bucket with a lock, S3 copies the lock of each object along (source: S3 user guide, setting up permissions).
    "s3:GetObjectRetention",
    "s3:GetObjectLegalHold",
)


#: The one rule of a replication, under whose id CloudWatch has its metrics.
RULE: Final = "everything"


@dataclass(frozen=True, kw_only=True)
class Replica:
    """Where the copy stands, and the key of that region that it is encrypted with.

    What is deleted in the source is not deleted in the copy, which ends what has expired by itself.
    """

    #: The second one, such as ap-northeast-1.
    region: str
    key_arn: pulumi.Input[str]
    #: By default the component's name, with the account and the second region behind it.
    bucket_name: str | None = None

    def __post_init__(self) -> None:
        common(self)
        matches(self, "region", REGION, "a region such as ap-northeast-1")
        matches(self, "bucket_name", BUCKET_NAME, BUCKET_NAMES)


def replicate(
    name: str,
    source: Bucket,
    replica: Replica,
    *,
    place: AccountRegion,
    key_arn: pulumi.Input[str],
    expire_days: int,
    object_lock_days: int,
    protect: bool,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> Bucket:
    """Everything written to ``source`` from now on, copied; what was there before is not."""
    child = pulumi.ResourceOptions(parent=parent)
    copy = Bucket(
        f"{name}-copy",
        BucketArgs(
            place=place,
            region=replica.region,
            bucket_name=replica.bucket_name,
            key_arn=replica.key_arn,
            expire_days=expire_days,
            noncurrent_days=7,
            object_lock_days=object_lock_days,
            protect=protect,
            tags=tags,
        ),
        child,
    )
    trust = service_trust("s3.amazonaws.com", place.account_id)
    role = aws.iam.Role(role_name(f"{name}-copy"), assume_role_policy=json.dumps(trust), tags=tags, opts=child)
    keys = pulumi.Output.all(key_arn, replica.key_arn)
    policy = aws.iam.RolePolicy(
        f"{name}-copy",
        role=role.id,
        policy=keys.apply(lambda both: policy_document(_statements(source.arn, copy.arn, both, place, replica.region))),
        opts=child,
    )
    aws.s3.BucketReplicationConfig(
        f"{name}-copy",
        bucket=source.name,
        role=role.arn,
        rules=[
            aws.s3.BucketReplicationConfigRuleArgs(
                id=RULE,
                status="Enabled",
                priority=1,
                filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
                delete_marker_replication=aws.s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(
                    status="Disabled"
                ),
                source_selection_criteria=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
                    sse_kms_encrypted_objects=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
                        status="Enabled"
                    )
                ),
                destination=aws.s3.BucketReplicationConfigRuleDestinationArgs(
                    bucket=copy.arn,
                    encryption_configuration=aws.s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
                        replica_kms_key_id=replica.key_arn
                    ),
                    # Without them nobody is told that a copy failed, or that none was made.
                    metrics=aws.s3.BucketReplicationConfigRuleDestinationMetricsArgs(status="Enabled"),
                ),
            )
        ],
        # Both buckets must keep versions before AWS takes it.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[policy, source.versioning, copy.versioning]),
    )
    return copy


def _statements(source: str, copy: str, keys: list[str], place: AccountRegion, region: str) -> list[dict[str, Any]]:
    """What S3 does on the account's behalf: reads here, writes there, and nothing with either key but through S3."""
    here, there = keys

    def through(where: str) -> dict[str, Any]:
        return {"StringEquals": {"kms:ViaService": f"s3.{where}.amazonaws.com"}}

    return [
        {"Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"], "Resource": source},
        {"Action": list(_READS), "Resource": f"{source}/*"},
        {"Action": ["s3:ReplicateObject", "s3:ReplicateTags"], "Resource": f"{copy}/*"},
        {"Action": "kms:Decrypt", "Resource": here, "Condition": through(place.region)},
        {"Action": ["kms:Encrypt", "kms:GenerateDataKey"], "Resource": there, "Condition": through(region)},
    ]
