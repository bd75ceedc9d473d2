"""Where OpenSearch keeps the snapshots that are ours: a bucket, and the role the service takes to write them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from ..arguments import AccountRegion
from ..bucket import Bucket, BucketArgs, read_write
from ..identity import policy_document
from ..names import role_name
from ..trust import service_trust


def snapshot_bucket(
    name: str,
    *,
    place: AccountRegion,
    bucket_name: str | None,
    key_arn: pulumi.Input[str],
    keep_days: int,
    protect: bool,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> tuple[Bucket, aws.iam.Role]:
    """Bucket and role below ``parent``; what was replaced in the bucket is kept for ``keep_days``."""
    child = pulumi.ResourceOptions(parent=parent)
    bucket = Bucket(
        name,
        BucketArgs(
            place=place,
            bucket_name=bucket_name,
            key_arn=key_arn,
            # A new snapshot refers to what older ones wrote: by age, objects would go that it still needs.
            expire_days=0,
            noncurrent_days=keep_days,
            protect=protect,
            tags=tags,
        ),
        child,
    )
    trust = service_trust("es.amazonaws.com", place.account_id)
    role = aws.iam.Role(role_name(name), assume_role_policy=json.dumps(trust), tags=tags, opts=child)
    aws.iam.RolePolicy(
        name,
        role=role.id,
        policy=pulumi.Output.from_input(key_arn).apply(lambda arn: policy_document(read_write(bucket.arn, arn))),
        opts=child,
    )
    return bucket, role
