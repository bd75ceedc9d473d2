"""Grafana with its disk, its data sources, and the dashboards that are files of this repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from components.charts import GRAFANA
from components.identity import AccountRegion, PodIdentity, PodIdentityArgs
from components.release import chart_values, merged, release

NAMESPACE: Final = "monitoring"
#: The plugin is not bundled with Grafana; pinned, because every start fetches what the disk does not hold.
XRAY_PLUGIN: Final = "grafana-x-ray-datasource@2.17.7"


@dataclass(frozen=True, kw_only=True)
class DashboardsArgs:
    """What Grafana needs. ``log_store`` and ``trace_store`` say which data sources it gets beside CloudWatch."""

    storage_class: str
    volume_gb: int
    log_store: str | None
    trace_store: str | None
    #: The Kubernetes Secret of the administrator; without one the chart draws a password at random.
    admin_secret: str | None
    files: Mapping[str, str]
    place: AccountRegion
    provider: kubernetes.Provider
    namespace: kubernetes.core.v1.Namespace
    after: Sequence[pulumi.Resource] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


class Dashboards(pulumi.ComponentResource):
    """One Grafana; what is clicked together in it is not kept, what is written as a file here is."""

    def __init__(self, name: str, args: DashboardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:dashboards:Dashboards", name, None, opts)
        readers = ["CloudWatchReadOnlyAccess"]
        if args.trace_store == "xray":
            readers.append("AWSXrayReadOnlyAccess")
        identity = PodIdentity(
            name,
            PodIdentityArgs(
                place=args.place,
                namespace=NAMESPACE,
                service_account=GRAFANA.name,
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
            provider=args.provider,
            after=[*identity.ready, *args.after],
        )
        for key, document in sorted(args.files.items()):
            kubernetes.core.v1.ConfigMap(
                f"{name}-{key}",
                metadata=kubernetes.meta.v1.ObjectMetaArgs(
                    name=f"dashboard-{key}",
                    namespace=NAMESPACE,
                    # Grafana's sidecar picks up whatever carries this label.
                    labels={"grafana_dashboard": "1"},
                ),
                data={f"{key}.json": document},
                opts=pulumi.ResourceOptions(parent=self, provider=args.provider, depends_on=[args.namespace]),
            )
        self.register_outputs({})


def grafana_values(args: DashboardsArgs) -> dict[str, Any]:
    """Chart values that follow from storage and from what was chosen."""
    sources = {"apiVersion": 1, "datasources": data_sources(args.place.region, args.log_store, args.trace_store)}
    overlay: dict[str, Any] = {
        "persistence": {"storageClassName": args.storage_class, "size": f"{args.volume_gb}Gi"},
        "datasources": {"datasources.yaml": sources},
        "plugins": [XRAY_PLUGIN] if args.trace_store == "xray" else [],
    }
    if args.admin_secret:
        keys = {"userKey": "admin-user", "passwordKey": "admin-password"}
        overlay["admin"] = {"existingSecret": args.admin_secret, **keys}
    return merged(chart_values(GRAFANA.name), overlay)


def data_sources(region: str, log_store: str | None, trace_store: str | None) -> list[dict[str, Any]]:
    """CloudWatch always, because only it knows the managed stores; the others as they were chosen."""
    signed = {"authType": "default", "defaultRegion": region}
    sources = [{"name": "CloudWatch", "uid": "cloudwatch", "type": "cloudwatch", "access": "proxy", "jsonData": signed}]
    if log_store == "loki":
        sources.append(_proxied("Loki", "loki", "http://loki.loki.svc.cluster.local:3100"))
    if trace_store == "tempo":
        sources.append(_proxied("Tempo", "tempo", "http://tempo.tempo.svc.cluster.local:3200"))
    if trace_store == "xray":
        kind = XRAY_PLUGIN.partition("@")[0]
        sources.append({"name": "X-Ray", "uid": "x-ray", "type": kind, "access": "proxy", "jsonData": signed})
    return sources


def _proxied(title: str, kind: str, url: str) -> dict[str, Any]:
    return {"name": title, "uid": kind, "type": kind, "access": "proxy", "url": url}
