"""Stores: caches that are backed up, images whose tags stay, and buckets that no list opens."""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.property_check import Check
from policy.guardrails.companions import Companion, OfTheAccount, ages, beside
from policy.guardrails.property_rule import PropertyRule, absent, each, in_production, never

_BUCKETS: Final = (type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2)
_LISTS: Final = (type_tokens.S3_BUCKET_ACL, type_tokens.S3_BUCKET_ACL_V2)
_BY_POLICY: Final = "who may read a bucket is said by its policy, not by a list beside it"
#: Memcached has no snapshots, and a member of a group is backed up with its group.
_NEVER_SAVED: Final = Check(
    path=("engine",), is_="equal", value="memcached", otherwise=Check(path=("replicationGroupId",), is_="set")
)

STORES: Final = (
    *each(
        (type_tokens.ELASTICACHE_CLUSTER, type_tokens.ELASTICACHE_SERVERLESS_CACHE),
        in_production(Check(path=("snapshotRetentionLimit",), is_="at least", value=1, otherwise=_NEVER_SAVED)),
        why="what is lost since could not be had back",
        control="ElastiCache.1",
    ),
    PropertyRule(
        type=type_tokens.ECR_REPOSITORY,
        check=never("*", "imageTagMutabilityExclusionFilters", "*", "filter"),
        why="a filter for every tag leaves none immutable",
        control="ECR.2",
    ),
    *each(
        (*_BUCKETS, *_LISTS),
        Check(path=("acl",), is_="absent or matching", value="private", said="private, or left out"),
        why=_BY_POLICY,
        control="S3.12",
    ),
    *each(_BUCKETS, absent("grants"), why=_BY_POLICY, control="S3.12"),
    *each(_LISTS, absent("accessControlPolicy"), why=_BY_POLICY, control="S3.12"),
)
BESIDE_STORES: Final = beside(
    Companion(
        of=(type_tokens.S3_DIRECTORY_BUCKET,),
        named=("bucket",),
        types=(type_tokens.S3_BUCKET_LIFECYCLE_CONFIGURATION,),
        by="bucket",
        why="objects are kept, and billed, for ever",
        control="S3.25",
        holds=ages("rules"),
    ),
    OfTheAccount(
        type=type_tokens.EBS_SNAPSHOT_BLOCK_PUBLIC_ACCESS,
        why="a snapshot of a disk could be shared with everybody",
        control="EC2.1",
    ),
)
