"""The environment's own encryption key, used wherever data rests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..arguments import ACCOUNT_ID, REGION, AccountRegion, common, given, matches
from ..names import named
from .audit import TRAIL_NAME, TRAIL_NAMES, trail_arn

#: AWS services that tell people something through a topic; a topic's messages rest under the key, too.
TELLERS: Final = ("budgets.amazonaws.com", "costalerts.amazonaws.com", "cloudwatch.amazonaws.com")
#: EventBridge, whose rules tell by a topic as well.
EVENTS: Final = "events.amazonaws.com"
#: What KMS takes behind ``alias/``; what begins with aws/ is AWS's own (source: KMS API reference, CreateAlias).
ALIAS: Final = re.compile(r"(?!alias/|aws/)[A-Za-z0-9/_-]{1,250}")
ALIASES: Final = "letters, digits, slashes, hyphens and underscores; alias/ is put before it"


@dataclass(frozen=True, kw_only=True)
class KeysArgs:
    """What the key needs from its caller."""

    place: AccountRegion
    #: The trail that may encrypt with the key, when there is one.
    trail_name: str | None = None
    #: What people call the key; by default the component's name. A program writes ``alias/`` before it.
    alias: str | None = None
    #: Where the key stands, when that is not where the program's provider is: for copies, whose key must stand there.
    region: str | None = None
    #: An account whose AWS Backup may copy what the key encrypts, by its twelve digits.
    backup_account_id: str | None = None
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "trail_name", TRAIL_NAME, TRAIL_NAMES)
        matches(self, "alias", ALIAS, ALIASES)
        matches(self, "region", REGION, "a region such as ap-northeast-1")
        matches(self, "backup_account_id", ACCOUNT_ID, "twelve digits")


class Keys(pulumi.ComponentResource):
    """One customer-managed key a year rotated: one, because each costs a dollar and all data here has one owner."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: KeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, KeysArgs)
        super().__init__("alphacar:keys:Keys", name, None, opts)
        alias = named(args.alias, name, ALIAS, ALIASES)
        key = aws.kms.Key(
            name,
            description="Data at rest of the landing zone",
            enable_key_rotation=True,
            deletion_window_in_days=30,
            policy=json.dumps(
                key_policy(
                    replace(args.place, region=args.region) if args.region else args.place,
                    args.trail_name,
                    args.backup_account_id,
                )
            ),
            region=args.region,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.kms.Alias(
            name,
            name=f"alias/{alias}",
            target_key_id=key.key_id,
            region=args.region,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = key.arn
        self.register_outputs({"arn": key.arn})


def key_policy(
    place: AccountRegion, trail_name: str | None = None, backup_account_id: str | None = None
) -> dict[str, Any]:
    """The key's resource policy: the account administers it, services may use it on the account's behalf.

    EBS volumes of node groups are created by Auto Scaling's service-linked role, which holds no KMS permission of
    its own and may not exist yet, so it cannot be named: the statement is the one AWS writes into ``aws/ebs``.
    """
    account_id, region = place.account_id, place.region
    use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AccountAdministers",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "LogsEncrypt",
                "Effect": "Allow",
                "Principal": {"Service": f"logs.{region}.amazonaws.com"},
                "Action": use,
                "Resource": "*",
                "Condition": {
                    "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{region}:{account_id}:log-group:*"}
                },
            },
            *(_trail_statements(place, trail_name) if trail_name else ()),
            *(_backup_statements(backup_account_id) if backup_account_id else ()),
            {
                "Sid": "TopicsAreTold",
                "Effect": "Allow",
                "Principal": {"Service": list(TELLERS)},
                "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
            },
            {
                # EventBridge gives no source to a topic's key: with one asked for, nothing is told and nobody hears
                # why (source: SNS developer guide, key management).
                "Sid": "TopicsAreToldByEvents",
                "Effect": "Allow",
                "Principal": {"Service": EVENTS},
                "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
                "Resource": "*",
                "Condition": {
                    "ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": f"arn:aws:sns:{region}:{account_id}:*"}
                },
            },
            {
                "Sid": "VolumesThroughEc2",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [*use, "kms:CreateGrant"],
                "Resource": "*",
                "Condition": {
                    "StringEquals": {
                        "kms:CallerAccount": account_id,
                        "kms:ViaService": f"ec2.{region}.amazonaws.com",
                    }
                },
            },
        ],
    }


def _backup_statements(account_id: str) -> list[dict[str, Any]]:
    """What AWS Backup of another account does with the key: reads a database's snapshot, to keep a copy of its own.

    Its linked role must be there, which Backup makes when it is first used in that account: KMS refuses a policy that
    names nobody (source: AWS Backup developer guide, encryption for a backup copy to a different account).
    """
    role = f"arn:aws:iam::{account_id}:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
    reads = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    allow: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": role}, "Resource": "*"}
    return [
        {**allow, "Sid": "CopiesOfAnotherAccount", "Action": reads},
        {
            **allow,
            "Sid": "CopiesOfAnotherAccountGrant",
            "Action": "kms:CreateGrant",
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]


def _trail_statements(place: AccountRegion, trail_name: str) -> list[dict[str, Any]]:
    """What CloudTrail does with the key, for one trail."""
    from_trail = {"aws:SourceArn": trail_arn(place, trail_name)}
    return [
        {
            "Sid": "TrailEncrypts",
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "kms:GenerateDataKey*",
            "Resource": "*",
            "Condition": {
                "StringEquals": from_trail,
                "StringLike": {
                    "kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{place.account_id}:trail/*"
                },
            },
        },
        {
            # Neither call carries the trail's encryption context: looking at a key encrypts nothing, and what is
            # decrypted is the bucket key, whose context is the bucket's (source: CloudTrail user guide, KMS keys).
            "Sid": "TrailLooksAndOpensBucketKey",
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": ["kms:DescribeKey", "kms:Decrypt"],
            "Resource": "*",
            "Condition": {"StringEquals": from_trail},
        },
    ]
