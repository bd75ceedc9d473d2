"""What the AWS Load Balancer Controller may do, as IAM statements that hang on this cluster's own tag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..arguments import ClusterAccess

CLUSTER_TAG: Final = "elbv2.k8s.aws/cluster"


def controller_statements(cluster: ClusterAccess) -> list[dict[str, Any]]:
    """What the controller may do: look at the network, and change only what carries this cluster's tag.

    Narrower than the project's own policy (its docs/install/iam_policy.json): no WAF, Shield, Cognito or server
    certificates, which are switched off; no look at peerings and address pools, which the controller never takes. As
    there, the cluster's tag is given at birth and never after: whoever could give it later could make anything its own.
    """
    mine = {"StringEquals": {f"aws:ResourceTag/{CLUSTER_TAG}": cluster.cluster_name}}
    born_mine = {"StringEquals": {f"aws:RequestTag/{CLUSTER_TAG}": cluster.cluster_name}}
    mine_as_it_is = {**mine, "Null": {f"aws:RequestTag/{CLUSTER_TAG}": "true"}}
    region, account = cluster.place.region, cluster.place.account_id
    balancing = f"arn:aws:elasticloadbalancing:{region}:{account}"
    balancers = [f"{balancing}:{kind}/*" for kind in ("loadbalancer", "targetgroup", "listener", "listener-rule")]
    group = f"arn:aws:ec2:{region}:{account}:security-group/*"
    return [
        {
            "Sid": "Look",
            "Action": [
                "acm:DescribeCertificate",
                "acm:ListCertificates",
                "ec2:DescribeAccountAttributes",
                "ec2:DescribeAddresses",
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeInstances",
                "ec2:DescribeInternetGateways",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeRouteTables",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeTags",
                "ec2:DescribeVpcs",
                "elasticloadbalancing:Describe*",
            ],
            "Resource": "*",
        },
        {
            "Sid": "MakeBalancers",
            "Action": [
                "elasticloadbalancing:CreateListener",
                "elasticloadbalancing:CreateLoadBalancer",
                "elasticloadbalancing:CreateRule",
                "elasticloadbalancing:CreateTargetGroup",
            ],
            "Resource": balancers,
            "Condition": born_mine,
        },
        {
            "Sid": "TagNewBalancers",
            "Action": "elasticloadbalancing:AddTags",
            "Resource": balancers,
            "Condition": _at_birth(
                born_mine,
                "elasticloadbalancing",
                "CreateListener",
                "CreateLoadBalancer",
                "CreateRule",
                "CreateTargetGroup",
            ),
        },
        {
            "Sid": "ChangeOwnBalancers",
            "Action": [
                "elasticloadbalancing:AddListenerCertificates",
                "elasticloadbalancing:CreateListener",
                "elasticloadbalancing:CreateRule",
                "elasticloadbalancing:Delete*",
                "elasticloadbalancing:DeregisterTargets",
                "elasticloadbalancing:Modify*",
                "elasticloadbalancing:RegisterTargets",
                "elasticloadbalancing:RemoveListenerCertificates",
                "elasticloadbalancing:Set*",
            ],
            "Resource": balancers,
            "Condition": mine,
        },
        {
            "Sid": "ChangeTagsOfOwnBalancers",
            "Action": ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
            "Resource": balancers,
            "Condition": mine_as_it_is,
        },
        {
            "Sid": "MakeSecurityGroups",
            "Action": "ec2:CreateSecurityGroup",
            "Resource": [group, f"arn:aws:ec2:{region}:{account}:vpc/*"],
        },
        {
            "Sid": "TagNewSecurityGroups",
            "Action": "ec2:CreateTags",
            "Resource": group,
            "Condition": _at_birth(born_mine, "ec2", "CreateSecurityGroup"),
        },
        {
            "Sid": "ChangeOwnSecurityGroups",
            "Action": [
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:DeleteSecurityGroup",
                "ec2:RevokeSecurityGroupIngress",
            ],
            "Resource": group,
            "Condition": mine,
        },
        {
            "Sid": "ChangeTagsOfOwnSecurityGroups",
            "Action": ["ec2:CreateTags", "ec2:DeleteTags"],
            "Resource": group,
            "Condition": mine_as_it_is,
        },
        {
            # The cluster's own group admits the balancer: EKS tags it with the cluster's name.
            "Sid": "AdmitBalancers",
            "Action": ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
            "Resource": group,
            "Condition": {"StringEquals": {f"aws:ResourceTag/kubernetes.io/cluster/{cluster.cluster_name}": "owned"}},
        },
        {
            "Sid": "LinkedRole",
            "Action": "iam:CreateServiceLinkedRole",
            "Resource": "*",
            "Condition": {"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}},
        },
    ]


def _at_birth(born_mine: Mapping[str, Mapping[str, str]], service: str, *actions: str) -> dict[str, Any]:
    """The condition of tags that are given by the call which makes the resource."""
    return {"StringEquals": {**born_mine["StringEquals"], f"{service}:CreateAction": list(actions)}}
