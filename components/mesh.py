"""Istio in ambient mode: no sidecars, one proxy a node, and namespaces that join by a label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from components.charts import ISTIO_BASE, ISTIO_CNI, ISTIO_GATEWAY, ISTIOD, ZTUNNEL, Chart
from components.release import chart_values, merged, release

NAMESPACE: Final = "istio-system"
GATEWAY_NAMESPACE: Final = "istio-ingress"


@dataclass(frozen=True, kw_only=True)
class MeshArgs:
    """What the mesh needs. ``replicas`` is for the control plane and the gateway; proxies run on every node."""

    replicas: int
    provider: kubernetes.Provider
    namespace: kubernetes.core.v1.Namespace
    gateway_namespace: kubernetes.core.v1.Namespace
    after: Sequence[pulumi.Resource] = ()


class Mesh(pulumi.ComponentResource):
    """Five releases, one after the other: CRDs, control plane, CNI, the nodes' proxy, and the way in."""

    def __init__(self, name: str, args: MeshArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:mesh:Mesh", name, None, opts)
        before: list[pulumi.Resource] = list(args.after)
        steps: tuple[tuple[str, Chart, kubernetes.core.v1.Namespace, str, dict[str, Any]], ...] = (
            ("base", ISTIO_BASE, args.namespace, "istio-base", {}),
            ("istiod", ISTIOD, args.namespace, "istiod", control_plane(args.replicas)),
            ("cni", ISTIO_CNI, args.namespace, "istio-cni", {}),
            ("ztunnel", ZTUNNEL, args.namespace, "ztunnel", {}),
            ("gateway", ISTIO_GATEWAY, args.gateway_namespace, "istio-gateway", {"replicaCount": args.replicas}),
        )
        for label, chart, namespace, release_name, overlay in steps:
            made = release(
                f"{name}-{label}",
                chart,
                namespace=namespace,
                values=merged(chart_values(f"istio-{label}"), overlay),
                parent=self,
                provider=args.provider,
                release_name=release_name,
                after=before,
            )
            before = [made]
        self.register_outputs({})


def control_plane(replicas: int) -> dict[str, Any]:
    """The disruption budget begins with the second replica: with one, a drained node would wait for ever."""
    several = replicas > 1
    return {"replicaCount": replicas, "global": {"defaultPodDisruptionBudget": {"enabled": several}}}
