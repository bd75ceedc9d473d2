"""Managed node groups on Graviton and AL2023, and the add-ons that can only start once nodes exist."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks

from ..arguments import LABEL, LABEL_KEY, common, given, matches, one_of, require, within, zones
from ..charts import ADDON_VERSIONS
from ..identity import PodIdentity, PodIdentityArgs
from ..names import node_group_name, role_name
from ..trust import service_trust
from .control_plane import VERSION, Cluster

AMI_TYPE: Final = "AL2023_ARM_64_STANDARD"
ROOT_DEVICE: Final = "/dev/xvda"
NODE_POLICIES: Final = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
#: Hands credentials to pods on every node. It must be there before the first: the network plugin waits for it, and a
#: node without network never joins (source: terraform-aws-eks, before_compute of this add-on and vpc-cni).
IDENTITY_AGENT: Final = "eks-pod-identity-agent"
#: Of the add-on vpc-cni, whose service account takes addresses for pods (source: EKS user guide, VPC CNI, IAM role).
CNI_POLICY: Final = "AmazonEKS_CNI_Policy"
CNI_ACCOUNT: Final = "aws-node"
CAPACITY_TYPES: Final = ("ON_DEMAND", "SPOT")
#: AWS writes a g behind the generation of what runs on Arm, as the image does; a1 came before that.
ARM_TYPE: Final = re.compile(r"(a1|[a-z]+\d+g[a-z]*)\.[a-z0-9-]+")
TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY: Final = "(SUN|MON|TUE|WED|THU|FRI|SAT)"
DAYS: Final = re.compile(rf"\*|{_DAY}([-,]{_DAY})*")
ZONE: Final = re.compile(r"[A-Za-z_]+(/[A-Za-z_+-]+\d*)*")


@dataclass(frozen=True, kw_only=True)
class NodeGroupSize:
    """One group's machines: several ``instance_types``, all of Graviton, give Spot more pools to draw from.

    ``capacity_type`` is ON_DEMAND or SPOT. There are ``desired_size`` nodes at first, never fewer than ``min_size`` and
    never more than ``max_size``; each has a disk of ``disk_gb``.
    """

    instance_types: Sequence[str] = ("m6g.large",)
    capacity_type: str = "ON_DEMAND"
    min_size: int = 2
    desired_size: int = 2
    max_size: int = 4
    disk_gb: int = 30

    def __post_init__(self) -> None:
        common(self)
        require(self, "instance_types", bool(self.instance_types), "one type or more")
        matches(self, "instance_types", ARM_TYPE, "types of Graviton, such as m7g.large: the nodes' image is Arm's")
        one_of(self, "capacity_type", CAPACITY_TYPES)
        # The image of AL2023 needs as much.
        within(self, "disk_gb", 20, 16384)
        within(self, "max_size", 1, 450)
        if not 0 <= self.min_size <= self.desired_size <= self.max_size:
            sizes = f"{self.min_size}, {self.desired_size}, {self.max_size}"
            raise ValueError(f"min_size, desired_size and max_size must not decrease, but are {sizes}")


@dataclass(frozen=True, kw_only=True)
class OffHours:
    """When nodes run: from ``wake`` to ``sleep`` (HH:MM in ``zone``) on ``days`` such as MON-FRI, and not otherwise."""

    wake: str
    sleep: str
    days: str
    zone: str = "Asia/Seoul"

    def __post_init__(self) -> None:
        common(self)
        matches(self, "wake", TIME, "a time such as 08:30")
        matches(self, "sleep", TIME, "a time such as 20:00")
        matches(self, "days", DAYS, "days such as MON-FRI, or *")
        matches(self, "zone", ZONE, "a time zone such as Asia/Seoul")
        if self.wake >= self.sleep:
            raise ValueError(f"wake must be earlier than sleep on the same day, not {self.wake} and {self.sleep}")


@dataclass(frozen=True, kw_only=True)
class NodesArgs:
    """What the nodes need. ``version`` is Kubernetes', the cluster's or the one before it while it is upgraded."""

    cluster: Cluster
    subnet_ids: Sequence[pulumi.Input[str]]
    key_arn: pulumi.Input[str]
    version: str = "1.35"
    #: Machines by the group's name.
    groups: Mapping[str, NodeGroupSize] = field(default_factory=lambda: {"steady": NodeGroupSize()})
    #: What a node says its group is called.
    group_label: str = "node-group"
    #: What starts on nodes. A cluster has each once: further nodes of it bring none. With eks-pod-identity-agent comes
    #: the network plugin's own identity, which nodes do not share.
    addons: Sequence[str] = ("coredns", "eks-pod-identity-agent")
    #: When every group sleeps; never, if there are none.
    off_hours: OffHours | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self, named=True)
        zones(self)
        matches(self, "version", VERSION, "a minor version such as 1.35")
        require(self, "groups", bool(self.groups), "one group or more")
        matches(self, "groups", LABEL, "called by at most 63 lower-case letters, digits and hyphens")
        matches(self, "group_label", LABEL_KEY, "a label's key")
        unknown = sorted(set(self.addons) - set(ADDON_VERSIONS))
        require(self, "addons", not unknown, f"some of {', '.join(ADDON_VERSIONS)}")


class Nodes(pulumi.ComponentResource):
    """Nodes whose disks are encrypted gp3 and whose pods cannot reach the node's own credentials."""

    groups: list[eks.ManagedNodeGroup]
    addons: list[aws.eks.Addon]
    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: NodesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, NodesArgs)
        super().__init__("alphacar:nodes:Nodes", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            role_name(name),
            assume_role_policy=json.dumps(service_trust("ec2.amazonaws.com")),
            tags=args.tags,
            opts=child,
        )
        grants = [
            aws.iam.RolePolicyAttachment(
                f"{name}-{policy}", role=role.name, policy_arn=f"arn:aws:iam::aws:policy/{policy}", opts=child
            )
            for policy in NODE_POLICIES
        ]
        first = self._first(name, args)
        self.groups = []
        for key, size in sorted(args.groups.items()):
            template = self._template(node_group_name(f"{name}-{key}"), size, args)
            group = eks.ManagedNodeGroup(
                node_group_name(f"{name}-{key}"),
                cluster=args.cluster.eks,
                node_role_arn=role.arn,
                subnet_ids=list(args.subnet_ids),
                ami_type=AMI_TYPE,
                capacity_type=size.capacity_type,
                instance_types=list(size.instance_types),
                scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                    min_size=size.min_size, desired_size=size.desired_size, max_size=size.max_size
                ),
                launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
                    id=template.id, version=template.latest_version.apply(str)
                ),
                labels={args.group_label: key},
                version=args.version,
                tags=args.tags,
                # A group that sleeps is resized by its schedule, and must not be set back by an update.
                ignore_scaling_changes=args.off_hours is not None,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[*grants, *first]),
            )
            self.groups.append(group)
            if args.off_hours:
                self._nights(f"{name}-{key}", group, size, args.off_hours)
        self.addons = [
            *(each for each in first if isinstance(each, aws.eks.Addon)),
            *(self._addon(name, addon, args, self.groups) for addon in args.addons if addon != IDENTITY_AGENT),
        ]
        self.role_arn = role.arn
        self.register_outputs({"roleArn": role.arn})

    def _first(self, name: str, args: NodesArgs) -> list[pulumi.Resource]:
        """What must be there before a node is: the agent of Pod Identity, and the network plugin's identity."""
        if IDENTITY_AGENT not in args.addons:
            return []
        identity = PodIdentity(
            f"{name}-cni",
            PodIdentityArgs(
                cluster=args.cluster.access,
                namespace="kube-system",
                service_account=CNI_ACCOUNT,
                managed_policies=[CNI_POLICY],
                after=[args.cluster],
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        return [self._addon(name, IDENTITY_AGENT, args, ()), *identity.ready]

    def _addon(self, name: str, addon: str, args: NodesArgs, after: Sequence[pulumi.Resource]) -> aws.eks.Addon:
        return aws.eks.Addon(
            f"{name}-{addon}",
            cluster_name=args.cluster.eks.eks_cluster.name,
            addon_name=addon,
            addon_version=ADDON_VERSIONS[addon],
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )

    def _nights(self, name: str, group: eks.ManagedNodeGroup, size: NodeGroupSize, off: OffHours) -> None:
        """Two scheduled actions on the group's Auto Scaling group: EKS itself knows no schedule."""
        # Output has a method of that name too, so the attribute is only reached inside; the stubs do not know it.
        node_group: Any = group.node_group
        made = node_group.apply(lambda known: known.resources)
        scaling_group = made.apply(lambda resources: resources[0].autoscaling_groups[0].name)
        for action, at, smallest, wanted in (
            ("sleep", off.sleep, 0, 0),
            ("wake", off.wake, size.min_size, size.desired_size),
        ):
            hour, minute = at.split(":")
            aws.autoscaling.Schedule(
                f"{name}-{action}",
                scheduled_action_name=action,
                autoscaling_group_name=scaling_group,
                recurrence=f"{int(minute)} {int(hour)} * * {off.days}",
                time_zone=off.zone,
                min_size=smallest,
                max_size=size.max_size,
                desired_capacity=wanted,
                opts=pulumi.ResourceOptions(parent=self),
            )

    def _template(self, name: str, size: NodeGroupSize, args: NodesArgs) -> aws.ec2.LaunchTemplate:
        volume_tags = {**args.tags, "Name": name}
        return aws.ec2.LaunchTemplate(
            name,
            update_default_version=True,
            block_device_mappings=[
                aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                    device_name=ROOT_DEVICE,
                    ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                        volume_type="gp3",
                        volume_size=size.disk_gb,
                        encrypted="true",
                        kms_key_id=args.key_arn,
                        delete_on_termination="true",
                    ),
                )
            ],
            # One hop: a pod's packet to the metadata service dies at the node, so pods must use Pod Identity.
            metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled",
                http_tokens="required",
                http_put_response_hop_limit=1,
                instance_metadata_tags="disabled",
            ),
            tag_specifications=[
                aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=volume_tags)
                for kind in ("instance", "volume")
            ],
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
