"""Grafana with its disk, its data sources, and the dashboards that are files of this repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ..arguments import ClusterAccess, Namespace
from ..charts import GRAFANA
from ..identity import PodIdentity, PodIdentityArgs
from ..release import chart_values, merged, release, renamed

#: The plugin is not bundled with Grafana; pinned, because every start fetches what the disk does not hold.
XRAY_PLUGIN: Final = "grafana-x-ray-datasource@2.17.7"


@dataclass(frozen=True, kw_only=True)
class DashboardsArgs:
    """What Grafana needs. It reads CloudWatch always; Loki, Tempo and X-Ray where they are named.

    ``files`` are dashboards by name, in JSON.
    """

    cluster: ClusterAccess
    namespace: Namespace
    files: Mapping[str, str] = field(default_factory=dict)
    #: Addresses inside the cluster, such as http://loki.loki.svc.cluster.local:3100.
    loki_url: str | None = None
    tempo_url: str | None = None
    xray: bool = False
    #: The Kubernetes Secret of the administrator; without one the chart draws a password at random.
    admin_secret: str | None = None
    storage_class: str = "gp3"
    volume_gb: int = 5
    #: What Helm calls the release: another where a cluster has a second Grafana.
    release_name: str = GRAFANA.name
    after: Sequence[pulumi.Resource] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


class Dashboards(pulumi.ComponentResource):
    """One Grafana; what is clicked together in it is not kept, what is written as a file here is."""

    def __init__(self, name: str, args: DashboardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:dashboards:Dashboards", name, None, opts)
        readers = ["CloudWatchReadOnlyAccess"]
        if args.xray:
            readers.append("AWSXrayReadOnlyAccess")
        identity = PodIdentity(
            name,
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=args.namespace.name,
                service_account=args.release_name,
                managed_policies=readers,
                tags=args.tags,
                after=args.after,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        release(
            name,
            GRAFANA,
            namespace=args.namespace,
            values=grafana_values(args),
            parent=self,
            provider=args.cluster.provider,
            release_name=args.release_name,
            after=[*identity.ready, *args.after],
        )
        for key, document in sorted(args.files.items()):
            kubernetes.core.v1.ConfigMap(
                f"{name}-{key}",
                metadata=kubernetes.meta.v1.ObjectMetaArgs(
                    name=f"dashboard-{key}",
                    namespace=args.namespace.name,
                    # Grafana's sidecar picks up whatever carries this label.
                    labels={"grafana_dashboard": "1"},
                ),
                data={f"{key}.json": document},
                opts=pulumi.ResourceOptions(
                    parent=self, provider=args.cluster.provider, depends_on=[args.namespace.made]
                ),
            )
        self.register_outputs({})


def grafana_values(args: DashboardsArgs) -> dict[str, Any]:
    """Chart values that follow from storage and from what was chosen."""
    sources = {"apiVersion": 1, "datasources": data_sources(args)}
    overlay: dict[str, Any] = {
        "persistence": {"storageClassName": args.storage_class, "size": f"{args.volume_gb}Gi"},
        "datasources": {"datasources.yaml": sources},
        "plugins": [XRAY_PLUGIN] if args.xray else [],
    }
    if args.admin_secret:
        keys = {"userKey": "admin-user", "passwordKey": "admin-password"}
        overlay["admin"] = {"existingSecret": args.admin_secret, **keys}
    return merged(merged(chart_values(GRAFANA.name), renamed(GRAFANA, args.release_name)), overlay)


def data_sources(args: DashboardsArgs) -> list[dict[str, Any]]:
    """CloudWatch always, because only it knows the managed stores; the others as they were chosen."""
    signed = {"authType": "default", "defaultRegion": args.cluster.place.region}
    sources = [{"name": "CloudWatch", "uid": "cloudwatch", "type": "cloudwatch", "access": "proxy", "jsonData": signed}]
    if args.loki_url:
        sources.append(_proxied("Loki", "loki", args.loki_url))
    if args.tempo_url:
        sources.append(_proxied("Tempo", "tempo", args.tempo_url))
    if args.xray:
        kind = XRAY_PLUGIN.partition("@")[0]
        sources.append({"name": "X-Ray", "uid": "x-ray", "type": kind, "access": "proxy", "jsonData": signed})
    return sources


def _proxied(title: str, kind: str, url: str) -> dict[str, Any]:
    return {"name": title, "uid": kind, "type": kind, "access": "proxy", "url": url}
