"""Velero with S3, for what runs in the cluster; :mod:`.vaults` is for the stores that AWS keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi

from ..arguments import ClusterAccess, Namespace, common, given, matches, within
from ..bucket import BUCKET_NAME, BUCKET_NAMES, Bucket, BucketArgs, read_write
from ..charts import VELERO
from ..identity import PodIdentity, PodIdentityArgs
from ..release import chart_values, merged, release
from .replica import Replica, replicate

#: Minute, hour, day of the month, month, day of the week.
CRON: Final = re.compile(r"[\d*,/-]+( [\d*,/-]+){2} [\dA-Za-z*,/-]+ [\dA-Za-z*,/-]+")


@dataclass(frozen=True, kw_only=True)
class BackupArgs:
    """What Velero needs. ``object_lock_days`` of 0 locks nothing; a lock must end before ``retention_days`` do.

    With a ``replica``, what Velero writes is copied to another region within minutes.
    """

    cluster: ClusterAccess
    #: Velero's own.
    namespace: Namespace
    key_arn: pulumi.Input[str]
    retention_days: int = 30
    object_lock_days: int = 0
    #: When Velero runs: cron in UTC, at an hour in which nodes are awake.
    schedule: str = "0 17 * * *"
    #: An agent on every node, as root, which copies and restores the files of volumes; only while data moves.
    node_agent: bool = False
    #: By default the component's name, with the account and the region behind it.
    bucket_name: str | None = None
    replica: Replica | None = None
    after: Sequence[pulumi.Resource] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        within(self, "retention_days", 1, 3650)
        within(self, "object_lock_days", 0, 3650)
        matches(self, "schedule", CRON, "five fields of cron, such as 0 17 * * *")
        matches(self, "bucket_name", BUCKET_NAME, BUCKET_NAMES)
        if self.object_lock_days and self.object_lock_days >= self.retention_days:
            raise ValueError(
                "object_lock_days must be shorter than retention_days, or Velero fails to delete what has expired: "
                f"{self.object_lock_days} >= {self.retention_days}"
            )


class Backup(pulumi.ComponentResource):
    """A locked bucket, and Velero that writes into it.

    Once a cluster: Velero's CRDs and its rights are the whole cluster's.
    """

    bucket: Bucket
    #: Its copy in a second region, where there is one.
    replica: Bucket | None

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
                    lambda key: [*read_write(self.bucket.arn, key, args.cluster.place.region), SNAPSHOTS]
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
        self.replica = (
            replicate(
                name,
                self.bucket,
                args.replica,
                place=args.cluster.place,
                key_arn=args.key_arn,
                expire_days=args.retention_days + 30,
                object_lock_days=args.object_lock_days,
                protect=args.protect,
                tags=args.tags,
                parent=self,
            )
            if args.replica
            else None
        )
        self.register_outputs({"bucket": self.bucket.name})


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
        "deployNodeAgent": args.node_agent,
        "schedules": {"daily": {"schedule": args.schedule, "useOwnerReferencesInBackup": False, "template": template}},
    }
    return merged(chart_values(VELERO.name), overlay)
