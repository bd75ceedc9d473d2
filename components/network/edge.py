"""The way in: the AWS Load Balancer Controller, one shared load balancer with TLS, and metrics for autoscaling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from components.charts import ADDON_VERSIONS, LOAD_BALANCER_CONTROLLER
from components.identity import AccountRegion, PodIdentity, PodIdentityArgs
from components.network.edge_permissions import controller_statements
from components.release import chart_values, merged, release

NAMESPACE: Final = "kube-system"
#: Every Ingress of this group shares one load balancer, and so one hourly price.
GROUP: Final = "alphacar"


@dataclass(frozen=True, kw_only=True)
class EdgeArgs:
    """What the edge needs. ``domain`` gets a certificate for itself and everything one level below it."""

    domain: str
    replicas: int
    #: Whether the shared balancer refuses everybody but the controller, which lifts it when its last Ingress goes.
    deletion_protection: bool
    vpc_id: pulumi.Input[str]
    place: AccountRegion
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
        "ingressClassParams": {
            "spec": {
                "scheme": "internet-facing",
                "group": {"name": GROUP},
                "loadBalancerAttributes": [
                    # Headers that a proxy and an application read differently smuggle requests past the first.
                    {"key": "routing.http.drop_invalid_header_fields.enabled", "value": "true"},
                    {"key": "deletion_protection.enabled", "value": str(args.deletion_protection).lower()},
                ],
            }
        },
    }
    return merged(chart_values(LOAD_BALANCER_CONTROLLER.name), overlay)
