"""The CloudWatch agent as an EKS add-on. What it may send, and so what is billed, is a list written here.

Prometheus keeps the metrics, so the agent collects none: the guide's "same metrics for nothing" is given up on
purpose, because Container Insights, which the add-on switches on by itself, is billed by the observation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..arguments import ClusterAccess, common, given
from ..charts import ADDON_VERSIONS
from ..identity import PodIdentity, PodIdentityArgs
from ..release import resources

ADDON: Final = "amazon-cloudwatch-observability"
NAMESPACE: Final = "amazon-cloudwatch"
SERVICE_ACCOUNT: Final = "cloudwatch-agent"
#: What its X-Ray exporter calls: segments, and how many it could not send. X-Ray knows no narrower resource (source:
#: opentelemetry-collector-contrib, exporter/awsxrayexporter; service authorization reference, X-Ray).
SENDING: Final[Mapping[str, Any]] = {
    "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    "Resource": "*",
}


@dataclass(frozen=True, kw_only=True)
class AgentArgs:
    """What the agent needs. ``traces`` says whether it receives OTLP and sends it to X-Ray."""

    cluster: ClusterAccess
    traces: bool = False
    after: Sequence[pulumi.Resource] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)


class Agent(pulumi.ComponentResource):
    """The add-on, its identity, and a configuration in which everything billed is off unless it is named.

    Once a cluster, as every add-on is; namespace and service account are the add-on's own.
    """

    addon: aws.eks.Addon

    def __init__(self, name: str, args: AgentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, AgentArgs)
        super().__init__("alphacar:agent:Agent", name, None, opts)
        identity = PodIdentity(
            name,
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=NAMESPACE,
                service_account=SERVICE_ACCOUNT,
                statements=[SENDING] if args.traces else None,
                tags=args.tags,
                associate=False,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.addon = aws.eks.Addon(
            name,
            cluster_name=args.cluster.cluster_name,
            addon_name=ADDON,
            addon_version=ADDON_VERSIONS[ADDON],
            configuration_values=json.dumps(
                agent_values(args.cluster.place.region, traces=args.traces), sort_keys=True
            ),
            pod_identity_associations=[
                aws.eks.AddonPodIdentityAssociationArgs(service_account=SERVICE_ACCOUNT, role_arn=identity.role_arn)
            ],
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*identity.ready, *args.after]),
        )
        self.register_outputs({})


def agent_values(region: str, *, traces: bool) -> dict[str, Any]:
    """The add-on's configuration: every billed pipeline is named, and off unless it is wanted.

    ``agent.config`` replaces the default, which collects enhanced Container Insights (source: chart
    amazon-cloudwatch-observability 6.4.0, rendered); older add-ons know only that key, so both ways are written.
    """
    config: dict[str, Any] = {"agent": {"region": region}}
    if traces:
        endpoints = {"grpc_endpoint": "0.0.0.0:4317", "http_endpoint": "0.0.0.0:4318"}
        config["traces"] = {"traces_collected": {"otlp": endpoints}}
    return {
        "containerInsights": {"enabled": False},
        "applicationSignals": {"enabled": False},
        "otelContainerInsights": {"enabled": False},
        "containerLogs": {"enabled": False},
        "agent": {"config": config, "resources": resources("25m", "256Mi")},
        "manager": {"resources": resources("10m", "192Mi")},
    }
