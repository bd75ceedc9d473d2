"""Velero with S3 for what runs in the cluster, and AWS Backup for the stores that AWS keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..arguments import ClusterAccess, Namespace, common, given, matches, within
from ..bucket import BUCKET_NAME, BUCKET_NAMES, Bucket, BucketArgs, read_write
from ..charts import VELERO
from ..identity import PodIdentity, PodIdentityArgs
from ..names import named, role_name
from ..release import chart_values, merged, release
from ..trust import service_trust

#: What AWS Backup takes for vaults and plans (source: AWS Backup developer guide).
VAULT_NAME: Final = re.compile(r"[A-Za-z0-9_-]{2,50}")
VAULT_NAMES: Final = "2 to 50 letters, digits, hyphens and underscores"
STORE_ARN: Final = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:.+")
#: Minute, hour, day of the month, month, day of the week.
CRON: Final = re.compile(r"[\d*,/-]+( [\d*,/-]+){2} [\dA-Za-z*,/-]+ [\dA-Za-z*,/-]+")


@dataclass(frozen=True, kw_only=True)
class BackupArgs:
    """What backups need. ``store_arns`` are the managed stores that AWS Backup copies (DocumentDB, RDS).

    ``object_lock_days`` of 0 locks nothing; a lock must end before ``retention_days`` do.
    """

    cluster: ClusterAccess
    #: Velero's own.
    namespace: Namespace
    key_arn: pulumi.Input[str]
    store_arns: Sequence[pulumi.Input[str]] = ()
    retention_days: int = 30
    object_lock_days: int = 0
    #: When Velero runs: cron in UTC, at an hour in which nodes are awake.
    schedule: str = "0 17 * * *"
    #: By default the component's name, with the account and the region behind it.
    bucket_name: str | None = None
    #: The vault of AWS Backup; by default the component's name.
    vault_name: str | None = None
    #: The plan of AWS Backup; by default the component's name.
    plan_name: str | None = None
    after: Sequence[pulumi.Resource] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        within(self, "retention_days", 1, 3650)
        within(self, "object_lock_days", 0, 3650)
        matches(self, "store_arns", STORE_ARN, "ARNs of stores")
        matches(self, "schedule", CRON, "five fields of cron, such as 0 17 * * *")
        matches(self, "bucket_name", BUCKET_NAME, BUCKET_NAMES)
        matches(self, "vault_name", VAULT_NAME, VAULT_NAMES)
        matches(self, "plan_name", VAULT_NAME, VAULT_NAMES)
        if self.object_lock_days and self.object_lock_days >= self.retention_days:
            raise ValueError(
                "object_lock_days must be shorter than retention_days, or Velero fails to delete what has expired: "
                f"{self.object_lock_days} >= {self.retention_days}"
            )


class Backup(pulumi.ComponentResource):
    """A locked bucket, Velero that writes into it, and a plan that keeps copies of the stores in a vault.

    Once a cluster: Velero's CRDs and its rights are the whole cluster's.
    """

    bucket: Bucket
    #: What AWS Backup calls the vault; ``None`` where there is no store to copy.
    vault_name: str | None

    def __init__(self, name: str, args: BackupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, BackupArgs)
        super().__init__("alphacar:backup:Backup", name, None, opts)
        self.bucket = Bucket(
            name,
            BucketArgs(
                place=args.cluster.place,
                bucket_name=args.bucket_name,
                key_arn=args.key_arn,
                # Velero deletes what has expired; this is the end of what it forgot.
                expire_days=args.retention_days + 30,
                noncurrent_days=7,
                object_lock_days=args.object_lock_days,
                protect=args.protect,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        identity = PodIdentity(
            name,
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=args.namespace.name,
                service_account=VELERO.name,
                statements=pulumi.Output.from_input(args.key_arn).apply(
                    lambda key: [*read_write(self.bucket.arn, key), SNAPSHOTS]
                ),
                tags=args.tags,
                after=args.after,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        release(
            name,
            VELERO,
            namespace=args.namespace,
            values=velero_values(self.bucket.name, args.key_arn, args),
            parent=self,
            provider=args.cluster.provider,
            after=[*self.bucket.ready, *identity.ready, *args.after],
        )
        self.vault_name = named(args.vault_name, name, VAULT_NAME, VAULT_NAMES) if args.store_arns else None
        if self.vault_name:
            self._stores(name, self.vault_name, args)
        self.register_outputs({"bucket": self.bucket.name})

    def _stores(self, name: str, vault_name: str, args: BackupArgs) -> None:
        child = pulumi.ResourceOptions(parent=self)
        vault = aws.backup.Vault(
            name,
            name=vault_name,
            kms_key_arn=args.key_arn,
            force_destroy=not args.protect,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        role = aws.iam.Role(
            role_name(f"{name}-stores"),
            assume_role_policy=json.dumps(service_trust("backup.amazonaws.com")),
            tags=args.tags,
            opts=child,
        )
        grants = [
            aws.iam.RolePolicyAttachment(
                f"{name}-stores-{policy}",
                role=role.name,
                policy_arn=f"arn:aws:iam::aws:policy/service-role/{policy}",
                opts=child,
            )
            for policy in ("AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores")
        ]
        plan = aws.backup.Plan(
            name,
            name=named(args.plan_name, name, VAULT_NAME, VAULT_NAMES),
            rules=[
                aws.backup.PlanRuleArgs(
                    rule_name="weekly",
                    target_vault_name=vault.name,
                    # 20:00 UTC on Saturday is 05:00 on Sunday in Seoul, after the crawl. Daily copies are the
                    # stores' own, at no extra charge up to their size.
                    schedule="cron(0 20 ? * SAT *)",
                    start_window=60,
                    completion_window=300,
                    lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=max(args.retention_days, 7)),
                )
            ],
            tags=args.tags,
            opts=child,
        )
        aws.backup.Selection(
            name,
            name="stores",
            plan_id=plan.id,
            iam_role_arn=role.arn,
            resources=list(args.store_arns),
            opts=pulumi.ResourceOptions(parent=self, depends_on=grants),
        )


#: EC2 knows no resource level for describing; creating and deleting snapshots is left to the CSI driver.
SNAPSHOTS: Final[dict[str, Any]] = {"Action": ["ec2:DescribeVolumes", "ec2:DescribeSnapshots"], "Resource": "*"}


def velero_values(bucket: str, key_arn: pulumi.Input[str], args: BackupArgs) -> dict[str, Any]:
    """Chart values: one location, and one schedule for everything that is not the cluster's own."""
    hours = f"{args.retention_days * 24}h"
    location = {
        "name": "default",
        "provider": "aws",
        "bucket": bucket,
        "prefix": "velero",
        "default": True,
        "accessMode": "ReadWrite",
        "config": {"region": args.cluster.place.region, "kmsKeyId": key_arn, "serverSideEncryption": "aws:kms"},
    }
    template = {
        "ttl": hours,
        "storageLocation": "default",
        "includedNamespaces": ["*"],
        "excludedNamespaces": ["kube-system", "kube-node-lease", "kube-public"],
        "snapshotMoveData": False,
    }
    overlay = {
        "configuration": {"defaultBackupTTL": hours, "backupStorageLocation": [location]},
        "schedules": {"daily": {"schedule": args.schedule, "useOwnerReferencesInBackup": False, "template": template}},
    }
    return merged(chart_values(VELERO.name), overlay)
