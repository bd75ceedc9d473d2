"""Istio in ambient mode: no sidecars, one proxy a node, and namespaces that join by a label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from ..arguments import ClusterAccess, Namespace, common, given, within
from ..charts import ISTIO_BASE, ISTIO_CNI, ISTIOD, ZTUNNEL, Chart
from ..release import chart_values, merged, release


@dataclass(frozen=True, kw_only=True)
class MeshArgs:
    """What the mesh needs. ``replicas`` is for the control plane; proxies run on every node."""

    cluster: ClusterAccess
    namespace: Namespace
    replicas: int = 2
    after: Sequence[pulumi.Resource] = ()

    def __post_init__(self) -> None:
        common(self)
        within(self, "replicas", 1, 9)


class Mesh(pulumi.ComponentResource):
    """Four releases, one after the other: CRDs, control plane, CNI, and the nodes' proxy.

    Once a cluster, as its CRDs and its CNI plugin are. There is no gateway: the way in is the shared load balancer,
    which reaches pods by their own addresses. Istio's chart of one names its image "auto", which admission refuses.
    """

    def __init__(self, name: str, args: MeshArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, MeshArgs)
        super().__init__("alphacar:mesh:Mesh", name, None, opts)
        before: list[pulumi.Resource] = list(args.after)
        steps: tuple[tuple[str, Chart, str, dict[str, Any]], ...] = (
            ("base", ISTIO_BASE, "istio-base", {}),
            ("istiod", ISTIOD, "istiod", merged(images(ISTIOD), control_plane(args.replicas))),
            ("cni", ISTIO_CNI, "istio-cni", images(ISTIO_CNI)),
            ("ztunnel", ZTUNNEL, "ztunnel", images(ZTUNNEL)),
        )
        for label, chart, release_name, overlay in steps:
            made = release(
                f"{name}-{label}",
                chart,
                namespace=args.namespace,
                values=merged(chart_values(f"istio-{label}"), overlay),
                parent=self,
                provider=args.cluster.provider,
                release_name=release_name,
                after=before,
            )
            before = [made]
        self.register_outputs({})


def images(chart: Chart) -> dict[str, Any]:
    """The images' tag, which is the chart's version."""
    return {"global": {"tag": chart.version}}


def control_plane(replicas: int) -> dict[str, Any]:
    """The disruption budget begins with the second replica: with one, a drained node would wait for ever."""
    several = replicas > 1
    return {"replicaCount": replicas, "global": {"defaultPodDisruptionBudget": {"enabled": several}}}
