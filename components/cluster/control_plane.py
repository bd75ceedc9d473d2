"""The EKS control plane, its log group, and the provider through which everything in the cluster is declared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
import pulumi_kubernetes as kubernetes

from ..arguments import (
    CLUSTER_NAME,
    CLUSTER_NAMES,
    LABEL,
    PRINCIPAL_ARN,
    AccountRegion,
    ClusterAccess,
    LogClass,
    common,
    given,
    log_days,
    matches,
    networks,
    require,
    zones,
)
from ..charts import ADDON_VERSIONS
from ..names import named, role_name

LOG_TYPES: Final = ("api", "audit", "authenticator", "controllerManager", "scheduler")
POLICY_ARN: Final = "arn:aws:eks::aws:cluster-access-policy"
ADMINISTRATOR: Final = "AmazonEKSClusterAdminPolicy"
ACCESS_POLICY: Final = re.compile(r"AmazonEKS\w+Policy")
VERSION: Final = re.compile(r"1\.\d{2}")


@dataclass(frozen=True, kw_only=True)
class Access:
    """One principal's way in: an EKS access policy, for the whole cluster or for some namespaces."""

    #: An IAM role or user.
    principal_arn: str
    #: Such as AmazonEKSViewPolicy (source: EKS user guide, access policies).
    policy: str
    #: Where it holds; everywhere, if there is none.
    namespaces: Sequence[str] = ()

    def __post_init__(self) -> None:
        common(self)
        matches(self, "principal_arn", PRINCIPAL_ARN, "the ARN of an IAM role or user")
        matches(self, "policy", ACCESS_POLICY, "an EKS access policy such as AmazonEKSViewPolicy")
        matches(self, "namespaces", LABEL, "names of namespaces")


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """What the control plane needs. ``version`` is Kubernetes': past its standard support AWS bills six times as much.

    ``protect`` refuses deletion, in Pulumi and in AWS.
    """

    place: AccountRegion
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    #: Who may reach the public endpoint.
    api_allowed_cidrs: Sequence[str]
    #: Everybody who gets in, whoever deploys among them: no other has an entry.
    access: Mapping[str, Access]
    key_arn: pulumi.Input[str]
    version: str = "1.35"
    #: What pods, logs and people know the cluster by; by default the component's name.
    cluster_name: str | None = None
    #: Of the control plane's logs.
    log_retention_days: int = 30
    #: The audit log is nearly all of what a control plane writes, and what is written is billed.
    log_class: LogClass = "STANDARD"
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        zones(self)
        opened = bool(self.api_allowed_cidrs)
        require(self, "api_allowed_cidrs", opened, "one network or more: EKS reads an empty list as 0.0.0.0/0")
        networks(self, "api_allowed_cidrs")
        matches(self, "version", VERSION, "a minor version such as 1.35")
        matches(self, "cluster_name", CLUSTER_NAME, CLUSTER_NAMES)
        log_days(self, "log_retention_days")
        if not any(access.policy == ADMINISTRATOR and not access.namespaces for access in self.access.values()):
            raise ValueError(
                f"access must give somebody {ADMINISTRATOR} for the whole cluster, whoever deploys among them: "
                "the cluster's creator gets no entry of its own"
            )


class Cluster(pulumi.ComponentResource):
    """An API-mode cluster in standard support whose secrets are encrypted and whose every log is kept for a time."""

    #: The way into the cluster, for components that declare objects and identities in it.
    access: ClusterAccess
    security_group_id: pulumi.Output[str]
    kubeconfig: pulumi.Output[str]
    eks: eks.Cluster

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, ClusterArgs)
        super().__init__("alphacar:cluster:Cluster", name, None, opts)
        cluster_name = named(args.cluster_name, name, CLUSTER_NAME, CLUSTER_NAMES)
        # The role that the EKS component makes is called like this, and what Pulumi adds.
        role_name(f"{name}-eksRole-role")
        # EKS would make this group itself, for ever and unencrypted.
        group = aws.cloudwatch.LogGroup(
            name,
            name=f"/aws/eks/{cluster_name}/cluster",
            retention_in_days=args.log_retention_days,
            log_group_class=None if args.log_class == "STANDARD" else args.log_class,
            kms_key_id=args.key_arn,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.eks = eks.Cluster(
            name,
            name=cluster_name,
            version=args.version,
            vpc_id=args.vpc_id,
            private_subnet_ids=list(args.subnet_ids),
            endpoint_private_access=True,
            endpoint_public_access=True,
            public_access_cidrs=list(args.api_allowed_cidrs),
            authentication_mode=eks.AuthenticationMode.API,
            access_entries={key: _access_entry(access) for key, access in sorted(args.access.items())},
            enabled_cluster_log_types=list(LOG_TYPES),
            encryption_config_key_arn=args.key_arn,
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type="STANDARD"),
            deletion_protection=args.protect,
            # EKS makes a group of its own for nodes and control plane; the component's two would add
            # egress to 0.0.0.0/0 and nothing else.
            skip_default_security_groups=True,
            skip_default_node_group=True,
            create_oidc_provider=False,
            kube_proxy_addon_options=eks.KubeProxyAddonOptionsArgs(version=ADDON_VERSIONS["kube-proxy"]),
            # CoreDNS waits for nodes, and nodes wait for this component: it is added beside the nodes.
            coredns_addon_options=eks.CoreDnsAddonOptionsArgs(enabled=False),
            vpc_cni_options=eks.VpcCniOptionsArgs(
                addon_version=ADDON_VERSIONS["vpc-cni"],
                enable_network_policy=True,
                enable_prefix_delegation=True,
                log_level="WARN",
            ),
            tags=args.tags,
            cluster_tags=args.tags,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[group], protect=args.protect, transforms=[without_creator_s_entry]
            ),
        )
        self.security_group_id = self.eks.eks_cluster.vpc_config.cluster_security_group_id
        self.kubeconfig = pulumi.Output.secret(self.eks.kubeconfig_json)
        provider = kubernetes.Provider(
            name,
            kubeconfig=self.kubeconfig,
            cluster_identifier=cluster_name,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.access = ClusterAccess(cluster_name=cluster_name, place=args.place, provider=provider)
        self.register_outputs({"clusterName": cluster_name})


def without_creator_s_entry(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """The cluster, without the administrator's entry that EKS would give to whoever creates it.

    The EKS component always asks for one (pulumi-eks#2373), in no state and for ever; an entry that is declared for the
    same principal then fails with ResourceInUseException. Without it all entries are declared, the deployer's too.
    """
    if args.type_ != "aws:eks/cluster:Cluster":
        return None
    props: dict[str, Any] = dict(args.props)
    props["accessConfig"] = {**props.get("accessConfig", {}), "bootstrapClusterCreatorAdminPermissions": False}
    return pulumi.ResourceTransformResult(props=props, opts=args.opts)


def _access_entry(access: Access) -> eks.AccessEntryArgs:
    scope = (
        aws.eks.AccessPolicyAssociationAccessScopeArgs(type="namespace", namespaces=list(access.namespaces))
        if access.namespaces
        else aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster")
    )
    policy = eks.AccessPolicyAssociationArgs(policy_arn=f"{POLICY_ARN}/{access.policy}", access_scope=scope)
    return eks.AccessEntryArgs(principal_arn=access.principal_arn, access_policies={"access": policy})
