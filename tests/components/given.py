"""What every component is given, so that a test only writes what its claim is about."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes

from components.data_tier import DataTierNetwork
from components.identity import AccountRegion

ACCOUNT = "111122223333"
REGION = "ap-northeast-2"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/data"
CLUSTER = "alphacar-eks"
PLACE = AccountRegion(
    account_id=ACCOUNT,
    region=REGION,
    cluster_name=CLUSTER,
    cluster_arn=f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{CLUSTER}",
)
SUBNETS = ("subnet-a", "subnet-b", "subnet-c")
TAGS = {"decision": "test"}
#: What a data store is given to stand in a network.
INSIDE = DataTierNetwork(vpc_id="vpc-1", subnet_ids=SUBNETS, client_security_group_id="sg-nodes", key_arn=KEY)

RELEASE = "kubernetes:helm.sh/v3:Release"
BUCKET = "aws:s3/bucket:Bucket"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ADDON = "aws:eks/addon:Addon"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def provider() -> kubernetes.Provider:
    """A provider of a cluster that nobody reaches; to be called inside a declared program."""
    return kubernetes.Provider("cluster", kubeconfig="{}")


def namespace(name: str) -> kubernetes.core.v1.Namespace:
    """A namespace that stands outside the component under test."""
    return kubernetes.core.v1.Namespace(name, metadata=kubernetes.meta.v1.ObjectMetaArgs(name=name))


class Before(pulumi.CustomResource):
    """Something that a component was told to wait for."""

    def __init__(self, name: str = "before") -> None:
        super().__init__("test:index:Before", name, {})
