"""The way in: the AWS Load Balancer Controller, one shared load balancer with TLS, and metrics for autoscaling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from components.charts import ADDON_VERSIONS, LOAD_BALANCER_CONTROLLER
from components.identity import Place, PodIdentity, PodIdentityArgs
from components.release import chart_values, merged, release

NAMESPACE: Final = "kube-system"
#: Every Ingress of this group shares one load balancer, and so one hourly price.
GROUP: Final = "alphacar"
CLUSTER_TAG: Final = "elbv2.k8s.aws/cluster"


@dataclass(frozen=True, kw_only=True)
class EdgeArgs:
    """What the edge needs. ``domain`` gets a certificate for itself and everything one level below it."""

    domain: str
    replicas: int
    vpc_id: pulumi.Input[str]
    place: Place
    provider: kubernetes.Provider
    after: Sequence[pulumi.Resource] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


class Edge(pulumi.ComponentResource):
    """``ready`` is the controller: without it, Ingresses and load balancers are refused or never made."""

    ready: kubernetes.helm.v3.Release
    certificate_arn: pulumi.Output[str]
    validation_records: pulumi.Output[Any]

    def __init__(self, name: str, args: EdgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:edge:Edge", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        identity = PodIdentity(
            name,
            PodIdentityArgs(
                place=args.place,
                namespace=NAMESPACE,
                service_account=LOAD_BALANCER_CONTROLLER.name,
                statements=controller_statements(args.place),
                tags=args.tags,
                after=args.after,
            ),
            child,
        )
        self.ready = release(
            name,
            LOAD_BALANCER_CONTROLLER,
            namespace=NAMESPACE,
            values=controller_values(args),
            parent=self,
            provider=args.provider,
            after=[*identity.ready, *args.after],
        )
        aws.eks.Addon(
            f"{name}-metrics-server",
            cluster_name=args.place.cluster_name,
            addon_name="metrics-server",
            addon_version=ADDON_VERSIONS["metrics-server"],
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        certificate = aws.acm.Certificate(
            name,
            domain_name=args.domain,
            subject_alternative_names=[f"*.{args.domain}"],
            # Renews by itself for as long as the validation records stand in DNS.
            validation_method="DNS",
            tags=args.tags,
            opts=child,
        )
        self.certificate_arn = certificate.arn
        self.validation_records = certificate.domain_validation_options
        self.register_outputs({"certificateArn": certificate.arn})


def controller_values(args: EdgeArgs) -> dict[str, Any]:
    """Chart values; region and VPC are written out, because one hop keeps the pod from asking the node."""
    overlay = {
        "clusterName": args.place.cluster_name,
        "region": args.place.region,
        "vpcId": args.vpc_id,
        "replicaCount": args.replicas,
        "podDisruptionBudget": {"maxUnavailable": 1} if args.replicas > 1 else {},
        "defaultTags": dict(args.tags),
        "ingressClassParams": {"spec": {"scheme": "internet-facing", "group": {"name": GROUP}}},
    }
    return merged(chart_values(LOAD_BALANCER_CONTROLLER.name), overlay)


def controller_statements(place: Place) -> list[dict[str, Any]]:
    """What the controller may do: look at the network, and change only what carries this cluster's tag.

    Narrower than the project's own policy: no WAF, Shield, Cognito or server certificates, which are switched off.
    """
    mine = {"StringEquals": {f"aws:ResourceTag/{CLUSTER_TAG}": place.cluster_name}}
    born_mine = {"StringEquals": {f"aws:RequestTag/{CLUSTER_TAG}": place.cluster_name}}
    region, account = place.region, place.account_id
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
                "elasticloadbalancing:AddTags",
            ],
            "Resource": balancers,
            "Condition": born_mine,
        },
        {
            "Sid": "ChangeOwnBalancers",
            "Action": [
                "elasticloadbalancing:AddListenerCertificates",
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:CreateListener",
                "elasticloadbalancing:CreateRule",
                "elasticloadbalancing:Delete*",
                "elasticloadbalancing:DeregisterTargets",
                "elasticloadbalancing:Modify*",
                "elasticloadbalancing:RegisterTargets",
                "elasticloadbalancing:RemoveListenerCertificates",
                "elasticloadbalancing:RemoveTags",
                "elasticloadbalancing:Set*",
            ],
            "Resource": balancers,
            "Condition": mine,
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
            "Condition": {"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}},
        },
        {
            "Sid": "ChangeOwnSecurityGroups",
            "Action": [
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:CreateTags",
                "ec2:DeleteSecurityGroup",
                "ec2:DeleteTags",
                "ec2:RevokeSecurityGroupIngress",
            ],
            "Resource": group,
            "Condition": mine,
        },
        {
            # The cluster's own group admits the balancer: EKS tags it with the cluster's name.
            "Sid": "AdmitBalancers",
            "Action": ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
            "Resource": group,
            "Condition": {"StringEquals": {f"aws:ResourceTag/kubernetes.io/cluster/{place.cluster_name}": "owned"}},
        },
        {
            "Sid": "LinkedRole",
            "Action": "iam:CreateServiceLinkedRole",
            "Resource": "*",
            "Condition": {"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}},
        },
    ]
