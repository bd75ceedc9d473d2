"""What every component is given, so that a test only writes what its claim is about."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes

from components.arguments import AccountRegion, ClusterAccess, Namespace, StoreNetwork

ACCOUNT = "111122223333"
REGION = "ap-northeast-2"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/data"
CLUSTER = "alphacar-eks"
PLACE = AccountRegion(account_id=ACCOUNT, region=REGION)
SUBNETS = ("subnet-a", "subnet-b", "subnet-c")
TAGS = {"decision": "test"}
#: What a data store is given to stand in a network.
INSIDE = StoreNetwork(vpc_id="vpc-1", subnet_ids=SUBNETS, client_security_group_id="sg-nodes")

RELEASE = "kubernetes:helm.sh/v3:Release"
BUCKET = "aws:s3/bucket:Bucket"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ADDON = "aws:eks/addon:Addon"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def cluster(name: str = CLUSTER) -> ClusterAccess:
    """A cluster that nobody reaches; to be called inside a declared program."""
    return ClusterAccess(cluster_name=name, place=PLACE, provider=kubernetes.Provider(name, kubeconfig="{}"))


def namespace(name: str) -> Namespace:
    """A namespace that stands outside the component under test."""
    made = kubernetes.core.v1.Namespace(name, metadata=kubernetes.meta.v1.ObjectMetaArgs(name=name))
    return Namespace(name=name, made=made)


class Before(pulumi.CustomResource):
    """Something that a component was told to wait for."""

    def __init__(self, name: str = "before") -> None:
        super().__init__("test:index:Before", name, {})
