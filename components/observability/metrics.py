"""Prometheus, Alertmanager and the exporters: kube-prometheus-stack with persistent disks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ..arguments import (
    LABEL,
    LABELS,
    QUANTITY,
    SUBDOMAIN,
    SUBDOMAINS,
    ClusterAccess,
    Namespace,
    common,
    given,
    matches,
    within,
)
from ..charts import KUBE_PROMETHEUS_STACK
from ..names import named
from ..release import chart_values, merged, release

RULES_API: Final = "monitoring.coreos.com/v1"


@dataclass(frozen=True, kw_only=True)
class MetricsArgs:
    """What metrics need. ``memory`` is requested and limited alike, because Prometheus uses what it is given.

    They are kept for ``retention_days``, or until a disk of ``volume_gb`` is nearly full.
    """

    cluster: ClusterAccess
    namespace: Namespace
    retention_days: int = 15
    volume_gb: int = 20
    storage_class: str = "gp3"
    memory: str = "1Gi"
    #: The Kubernetes Secret that holds the URL alerts are sent to.
    webhook_secret: str | None = None
    #: Groups of rules by name, as Prometheus reads them.
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: Rule objects are called like this and the group's name; by default the component's name.
    rule_prefix: str | None = None
    after: Sequence[pulumi.Resource] = ()

    def __post_init__(self) -> None:
        common(self)
        within(self, "volume_gb", 5, 16384)
        matches(self, "storage_class", SUBDOMAIN, SUBDOMAINS)
        matches(self, "memory", QUANTITY, "an amount such as 1536Mi")
        matches(self, "webhook_secret", SUBDOMAIN, SUBDOMAINS)
        matches(self, "rules", LABEL, "called by lower-case letters, digits and hyphens")
        matches(self, "rule_prefix", LABEL, LABELS)
        within(self, "retention_days", 1, 3650)


class Metrics(pulumi.ComponentResource):
    """One Prometheus on one disk; rules are files of this repository, wrapped and shipped as they are.

    Once a cluster: the operator's CRDs, and the exporter on every node's own port.
    """

    ready: kubernetes.helm.v3.Release

    def __init__(self, name: str, args: MetricsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, MetricsArgs)
        super().__init__("alphacar:metrics:Metrics", name, None, opts)
        rules = sorted(args.rules.items())
        prefix = named(args.rule_prefix, name, LABEL, LABELS) if rules else None
        self.ready = release(
            name,
            KUBE_PROMETHEUS_STACK,
            namespace=args.namespace,
            values=stack_values(args),
            parent=self,
            provider=args.cluster.provider,
            after=args.after,
            timeout_seconds=900,
        )
        in_cluster = pulumi.ResourceOptions(parent=self, provider=args.cluster.provider, depends_on=[self.ready])
        for key, groups in rules:
            kubernetes.apiextensions.CustomResource(
                f"{name}-{key}",
                api_version=RULES_API,
                kind="PrometheusRule",
                metadata={"name": f"{prefix}-{key}", "namespace": args.namespace.name},
                spec=dict(groups),
                opts=in_cluster,
            )
        self.register_outputs({})


def stack_values(args: MetricsArgs) -> dict[str, Any]:
    """Chart values that follow from sizes and from what was chosen beside it."""
    claim = {
        "spec": {
            "storageClassName": args.storage_class,
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": f"{args.volume_gb}Gi"}},
        }
    }
    alerts = {"spec": {**claim["spec"], "resources": {"requests": {"storage": "2Gi"}}}}
    overlay: dict[str, Any] = {
        "prometheus": {
            "prometheusSpec": {
                "retention": f"{args.retention_days}d",
                # Prometheus may overshoot by the block it is writing.
                "retentionSize": f"{args.volume_gb * 85 // 100}GiB",
                "externalLabels": {"cluster": args.cluster.cluster_name},
                "resources": {"requests": {"cpu": "200m", "memory": args.memory}, "limits": {"memory": args.memory}},
                "storageSpec": {"volumeClaimTemplate": claim},
            }
        },
        "alertmanager": {"alertmanagerSpec": {"storage": {"volumeClaimTemplate": alerts}}},
    }
    if not args.webhook_secret:
        # Without the secret's phase there is nowhere to send alerts: they stay in Alertmanager.
        overlay["alertmanager"]["alertmanagerSpec"]["secrets"] = []
        overlay["alertmanager"]["config"] = {
            "route": {"receiver": "null", "routes": []},
            "receivers": [{"name": "null"}],
        }
    return merged(chart_values(KUBE_PROMETHEUS_STACK.name), overlay)
