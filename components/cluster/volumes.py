"""EBS for pods: the driver, the snapshot controller, the default storage class, and snapshots taken by schedule."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from ..arguments import SUBDOMAIN, SUBDOMAINS, ClusterAccess, common, given, matches, within
from ..charts import ADDON_VERSIONS
from ..identity import PodIdentity, PodIdentityArgs
from ..names import named, role_name
from ..release import resources
from ..trust import service_trust

DRIVER: Final = "ebs.csi.aws.com"
SERVICE_ACCOUNT: Final = "ebs-csi-controller-sa"
#: A tag's key that can be written before an equals sign.
SNAPSHOT_TAG: Final = re.compile(r"(?!(?i:aws:))[\w.:/+\-@]{1,128}")
SNAPSHOT_TAGS: Final = "a tag's key of at most 128 characters, without an equals sign"


@dataclass(frozen=True, kw_only=True)
class VolumesArgs:
    """What volumes need. With ``snapshot_retention_days`` of 0 nothing is taken by schedule.

    Each snapshot is billed by what changed since the one before. ``controller_replicas`` are the driver's.
    """

    cluster: ClusterAccess
    key_arn: pulumi.Input[str]
    controller_replicas: int = 2
    snapshot_retention_days: int = 7
    #: The default storage class.
    storage_class: str = "gp3"
    #: The key of the tag, with the value ``daily``, that says which volumes are snapshot. Two clusters of an account
    #: must differ in it, or each takes the other's volumes, too; by default ``NAME/snapshot``.
    snapshot_tag: str | None = None
    after: Sequence[pulumi.Resource] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "storage_class", SUBDOMAIN, SUBDOMAINS)
        matches(self, "snapshot_tag", SNAPSHOT_TAG, SNAPSHOT_TAGS)
        within(self, "controller_replicas", 1, 9)
        within(self, "snapshot_retention_days", 0, 365)


class Volumes(pulumi.ComponentResource):
    """A volume lives in one zone: pods spread over zones, and snapshots, are what survives the loss of one.

    Once a cluster, as its add-ons are. ``ready`` is what claims and charts with claims wait for.
    """

    storage_class: kubernetes.storage.v1.StorageClass
    #: Of Data Lifecycle Manager, which counts snapshots by it; ``None`` where none are taken by schedule.
    snapshot_policy_id: pulumi.Output[str] | None
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: VolumesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, VolumesArgs)
        super().__init__("alphacar:volumes:Volumes", name, None, opts)
        snapshot_tag = named(args.snapshot_tag, f"{name}/snapshot", SNAPSHOT_TAG, SNAPSHOT_TAGS)
        identity = PodIdentity(
            name,
            PodIdentityArgs(
                cluster=args.cluster,
                namespace="kube-system",
                service_account=SERVICE_ACCOUNT,
                # Limited to volumes that carry the driver's own tag (source: AWS managed policies, 2026-04-16).
                managed_policies=["AmazonEBSCSIDriverPolicyV2"],
                statements=pulumi.Output.from_input(args.key_arn).apply(
                    lambda key: key_statements(key, args.cluster.place.region)
                ),
                tags=args.tags,
                associate=False,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        # Its configuration schema was not found, and an unknown key would fail: it keeps its defaults.
        snapshots = self._addon(name, args, "snapshot-controller", None, None)
        driver = self._addon(name, args, "aws-ebs-csi-driver", driver_values(args.controller_replicas), identity)
        in_cluster = pulumi.ResourceOptions(parent=self, provider=args.cluster.provider, depends_on=[driver, snapshots])
        self.storage_class = kubernetes.storage.v1.StorageClass(
            name,
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.storage_class, annotations={"storageclass.kubernetes.io/is-default-class": "true"}
            ),
            provisioner=DRIVER,
            parameters={
                "type": "gp3",
                "encrypted": "true",
                "kmsKeyId": args.key_arn,
                "csi.storage.k8s.io/fstype": "ext4",
                "tagSpecification_1": f"{snapshot_tag}=daily",
            },
            # Bound where the pod is scheduled: bound at once, a volume could land in a zone without room for it.
            volume_binding_mode="WaitForFirstConsumer",
            allow_volume_expansion=True,
            reclaim_policy="Delete",
            opts=in_cluster,
        )
        # The SDK's CustomResource takes a spec only, and this kind keeps its fields beside it.
        snapshot_class = pulumi.CustomResource(
            "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass",
            name,
            {
                "apiVersion": "snapshot.storage.k8s.io/v1",
                "kind": "VolumeSnapshotClass",
                "metadata": {"name": "ebs", "labels": {"velero.io/csi-volumesnapshot-class": "true"}},
                "driver": DRIVER,
                "deletionPolicy": "Retain",
            },
            in_cluster,
        )
        self.snapshot_policy_id = self._schedule(name, snapshot_tag, args).id if args.snapshot_retention_days else None
        self.ready = [self.storage_class, snapshot_class]
        self.register_outputs({"storageClass": args.storage_class})

    def _addon(
        self,
        name: str,
        args: VolumesArgs,
        addon: str,
        values: Mapping[str, Any] | None,
        identity: PodIdentity | None,
    ) -> aws.eks.Addon:
        return aws.eks.Addon(
            f"{name}-{addon}",
            cluster_name=args.cluster.cluster_name,
            addon_name=addon,
            addon_version=ADDON_VERSIONS[addon],
            configuration_values=json.dumps(values, sort_keys=True) if values else None,
            pod_identity_associations=[
                aws.eks.AddonPodIdentityAssociationArgs(service_account=SERVICE_ACCOUNT, role_arn=identity.role_arn)
            ]
            if identity
            else None,
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*args.after, *(identity.ready if identity else ())]),
        )

    def _schedule(self, name: str, snapshot_tag: str, args: VolumesArgs) -> aws.dlm.LifecyclePolicy:
        """Daily snapshots of every volume that the storage class has tagged."""
        role = aws.iam.Role(
            role_name(f"{name}-snapshots"),
            assume_role_policy=json.dumps(service_trust("dlm.amazonaws.com", args.cluster.place.account_id)),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        grant = aws.iam.RolePolicyAttachment(
            f"{name}-snapshots",
            role=role.name,
            policy_arn="arn:aws:iam::aws:policy/service-role/AWSDataLifecycleManagerServiceRole",
            opts=pulumi.ResourceOptions(parent=self),
        )
        return aws.dlm.LifecyclePolicy(
            name,
            description="Daily snapshots of pod volumes",
            execution_role_arn=role.arn,
            state="ENABLED",
            policy_details=aws.dlm.LifecyclePolicyPolicyDetailsArgs(
                resource_types=["VOLUME"],
                target_tags={snapshot_tag: "daily"},
                schedules=[
                    aws.dlm.LifecyclePolicyPolicyDetailsScheduleArgs(
                        name="daily",
                        # 18:30 UTC is 03:30 in Seoul.
                        create_rule=aws.dlm.LifecyclePolicyPolicyDetailsScheduleCreateRuleArgs(
                            interval=24, interval_unit="HOURS", times="18:30"
                        ),
                        retain_rule=aws.dlm.LifecyclePolicyPolicyDetailsScheduleRetainRuleArgs(
                            interval=args.snapshot_retention_days, interval_unit="DAYS"
                        ),
                        copy_tags=True,
                    )
                ],
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[grant]),
        )


def key_statements(key_arn: str, region: str) -> list[dict[str, Any]]:
    """What the managed policy leaves out: encrypting with a key of one's own, which EC2 asks for in the driver's name.

    Source: KMS developer guide, kms:ViaService, and EC2 user guide, permissions to use an encryption key for EBS.
    """
    through = {"StringEquals": {"kms:ViaService": f"ec2.{region}.amazonaws.com"}}
    return [
        {
            "Action": ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey"],
            "Resource": key_arn,
            "Condition": through,
        },
        {
            "Action": "kms:CreateGrant",
            "Resource": key_arn,
            "Condition": {**through, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]


def driver_values(replicas: int) -> dict[str, Any]:
    """Configuration of the EBS CSI add-on; keys are those of the driver's chart, which the add-on is built from."""
    small = {"resources": resources("5m", "48Mi")}
    sidecars: dict[str, Any] = dict.fromkeys(
        ("provisioner", "attacher", "resizer", "livenessProbe", "nodeDriverRegistrar"), small
    )
    return {
        "controller": {"replicaCount": replicas, "resources": resources("10m", "128Mi")},
        "node": {
            # One hop keeps the driver from the metadata service, and without it it would count one network
            # interface and one volume: four slots are for the root disk and the interfaces.
            "reservedVolumeAttachments": 4,
            "resources": resources("10m", "128Mi"),
        },
        # Otherwise the sidecar exists only if the snapshot CRDs were there before it.
        "sidecars": {**sidecars, "snapshotter": {"forceEnable": True, **small}},
    }
