"""The way in: the AWS Load Balancer Controller, one shared load balancer with TLS, and metrics for autoscaling."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from ..arguments import LABEL, ClusterAccess, common, given, matches, within
from ..charts import ADDON_VERSIONS, LOAD_BALANCER_CONTROLLER
from ..identity import PodIdentity, PodIdentityArgs
from ..names import named
from ..release import chart_values, merged, release
from .edge_permissions import controller_statements

NAMESPACE: Final = "kube-system"
#: ACM takes 64 characters for a certificate's name (source: ACM API reference, RequestCertificate).
DOMAIN: Final = re.compile(rf"(?=.{{1,64}}$){LABEL.pattern}(\.{LABEL.pattern})+")
#: What the controller takes (source: AWS Load Balancer Controller, IngressGroup).
INGRESS_GROUP: Final = re.compile(r"(?=.{1,63}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
INGRESS_GROUPS: Final = "at most 63 lower-case letters, digits, dots and hyphens"


@dataclass(frozen=True, kw_only=True)
class EdgeArgs:
    """What the edge needs. ``domain`` gets a certificate for itself and everything one level below it.

    ``replicas`` are the controller's.
    """

    cluster: ClusterAccess
    vpc_id: pulumi.Input[str]
    domain: str
    replicas: int = 2
    #: Every Ingress of this group shares one load balancer, and so one hourly price; by default the component's name.
    ingress_group: str | None = None
    #: Whether the shared balancer refuses everybody but the controller, which lifts it when its last Ingress goes.
    protect: bool = True
    after: Sequence[pulumi.Resource] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "domain", DOMAIN, "a domain of at most 64 characters, such as example.com")
        matches(self, "ingress_group", INGRESS_GROUP, INGRESS_GROUPS)
        within(self, "replicas", 1, 9)


class Edge(pulumi.ComponentResource):
    """Once a cluster: the controller's CRDs and the ingress class ``alb`` are the whole cluster's.

    ``ready`` is the controller: without it, Ingresses and load balancers are refused or never made.
    """

    ready: kubernetes.helm.v3.Release
    certificate_arn: pulumi.Output[str]
    validation_records: pulumi.Output[Any]

    def __init__(self, name: str, args: EdgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, EdgeArgs)
        super().__init__("alphacar:edge:Edge", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = named(args.ingress_group, name, INGRESS_GROUP, INGRESS_GROUPS)
        identity = PodIdentity(
            name,
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=NAMESPACE,
                service_account=LOAD_BALANCER_CONTROLLER.name,
                statements=controller_statements(args.cluster),
                tags=args.tags,
                after=args.after,
            ),
            child,
        )
        self.ready = release(
            name,
            LOAD_BALANCER_CONTROLLER,
            namespace=NAMESPACE,
            values=controller_values(group, args),
            parent=self,
            provider=args.cluster.provider,
            after=[*identity.ready, *args.after],
        )
        aws.eks.Addon(
            f"{name}-metrics-server",
            cluster_name=args.cluster.cluster_name,
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


def controller_values(group: str, args: EdgeArgs) -> dict[str, Any]:
    """Chart values; region and VPC are written out, because one hop keeps the pod from asking the node."""
    overlay = {
        "clusterName": args.cluster.cluster_name,
        "region": args.cluster.place.region,
        "vpcId": args.vpc_id,
        "replicaCount": args.replicas,
        "podDisruptionBudget": {"maxUnavailable": 1} if args.replicas > 1 else {},
        "defaultTags": dict(args.tags),
        "ingressClassParams": {
            "spec": {
                "scheme": "internet-facing",
                "group": {"name": group},
                "loadBalancerAttributes": [
                    # Headers that a proxy and an application read differently smuggle requests past the first.
                    {"key": "routing.http.drop_invalid_header_fields.enabled", "value": "true"},
                    {"key": "deletion_protection.enabled", "value": str(args.protect).lower()},
                ],
            }
        },
    }
    return merged(chart_values(LOAD_BALANCER_CONTROLLER.name), overlay)
