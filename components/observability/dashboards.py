"""Grafana with its disk, its data sources, and the dashboards that are files of this repository."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ..arguments import (
    LABEL,
    LABEL_KEY,
    RELEASE_NAME,
    RELEASE_NAMES,
    SUBDOMAIN,
    SUBDOMAINS,
    AccountRegion,
    ClusterAccess,
    Namespace,
    common,
    given,
    matches,
    require,
    within,
)
from ..charts import GRAFANA
from ..identity import PodIdentity, PodIdentityArgs
from ..names import named
from ..release import chart_values, merged, release, renamed

URL: Final = re.compile(r"https?://\S+")
LOG_GROUP: Final = re.compile(r"[A-Za-z0-9_/.#-]{1,512}")
LOG_GROUPS: Final = "names of log groups, of letters, digits and _/.#-"
#: Where the image has its plugins.
PLUGINS: Final = "/opt/grafana/plugins"
#: The label by which the chart's sidecar finds dashboards, unless it is told another.
FILE_LABEL: Final = "grafana_dashboard"
#: An image by name, perhaps a tag, and its digest.
IMAGE: Final = re.compile(r"([a-z0-9][a-z0-9.-]*(?::\d+)?)/([a-z0-9._/-]+?)(?::([\w.-]+))?@sha256:([0-9a-f]{64})")
#: Not bundled with Grafana, which would fetch it whenever it starts: an image has it (observability/image).
XRAY_PLUGIN: Final = "grafana-x-ray-datasource@2.17.7"


@dataclass(frozen=True, kw_only=True)
class DashboardsArgs:
    """What Grafana needs. It reads CloudWatch always; Loki, Tempo and X-Ray where they are named.

    ``files`` are dashboards by name, in JSON.
    """

    cluster: ClusterAccess
    namespace: Namespace
    files: Mapping[str, str] = field(default_factory=dict)
    #: Loki's address inside the cluster, such as http://loki.loki.svc.cluster.local:3100.
    loki_url: str | None = None
    #: Tempo's address inside the cluster.
    tempo_url: str | None = None
    #: Whether it reads X-Ray, for which ``image`` has the plugin.
    xray: bool = False
    #: Log groups of CloudWatch whose lines it may search, by name; no others, as nobody's audit log is for dashboards.
    log_groups: Sequence[str] = ()
    #: The Kubernetes Secret of the administrator; without one the chart draws a password at random.
    admin_secret: str | None = None
    storage_class: str = "gp3"
    #: With X-Ray's plugin inside, by its digest; by default the chart's.
    image: str | None = None
    #: Of Grafana's own disk.
    volume_gb: int = 5
    #: What Helm calls the release, and what its service account is called; by default the component's name.
    release_name: str | None = None
    #: ConfigMaps of dashboards are called like this and the file's name; by default the component's name.
    file_prefix: str | None = None
    #: The label by which this Grafana finds its dashboards, in every namespace; by default ``NAME-dashboard``.
    file_label: str | None = None
    after: Sequence[pulumi.Resource] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        within(self, "volume_gb", 1, 16384)
        matches(self, "loki_url", URL, "an address such as http://loki.loki.svc.cluster.local:3100")
        matches(self, "tempo_url", URL, "an address such as http://tempo.tempo.svc.cluster.local:3200")
        matches(self, "storage_class", SUBDOMAIN, SUBDOMAINS)
        matches(self, "image", IMAGE, "an image with its digest, such as registry/grafana:1@sha256:...")
        has_plugin = "False without an image that has the plugin: Grafana would fetch it whenever it starts"
        require(self, "xray", self.image is not None or not self.xray, has_plugin)
        matches(self, "log_groups", LOG_GROUP, LOG_GROUPS)
        matches(self, "admin_secret", SUBDOMAIN, SUBDOMAINS)
        matches(self, "files", LABEL, "called by lower-case letters, digits and hyphens")
        matches(self, "release_name", RELEASE_NAME, RELEASE_NAMES)
        matches(self, "file_prefix", RELEASE_NAME, RELEASE_NAMES)
        matches(self, "file_label", LABEL_KEY, "a label's key")


class Dashboards(pulumi.ComponentResource):
    """One Grafana; what is clicked together in it is not kept, what is written as a file here is."""

    def __init__(self, name: str, args: DashboardsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, DashboardsArgs)
        super().__init__("alphacar:dashboards:Dashboards", name, None, opts)
        release_name = named(args.release_name, name, RELEASE_NAME, RELEASE_NAMES)
        file_prefix = named(args.file_prefix, name, RELEASE_NAME, RELEASE_NAMES)
        file_label = named(args.file_label, f"{name}-dashboard", LABEL_KEY, "a label's key")
        identity = PodIdentity(
            name,
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=args.namespace.name,
                service_account=release_name,
                managed_policies=["AWSXrayReadOnlyAccess"] if args.xray else [],
                statements=read_statements(args.cluster.place, args.log_groups),
                tags=args.tags,
                after=args.after,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        release(
            name,
            GRAFANA,
            namespace=args.namespace,
            values=grafana_values(args, release_name, file_label),
            parent=self,
            provider=args.cluster.provider,
            release_name=release_name,
            after=[*identity.ready, *args.after],
        )
        for key, document in sorted(args.files.items()):
            kubernetes.core.v1.ConfigMap(
                f"{name}-{key}",
                metadata=kubernetes.meta.v1.ObjectMetaArgs(
                    name=f"{file_prefix}-{key}",
                    namespace=args.namespace.name,
                    # Grafana's sidecar picks up whatever carries this label.
                    labels={file_label: "1"},
                ),
                data={f"{key}.json": document},
                opts=pulumi.ResourceOptions(
                    parent=self, provider=args.cluster.provider, depends_on=[args.namespace.made]
                ),
            )
        self.register_outputs({})


def read_statements(place: AccountRegion, log_groups: Sequence[str]) -> list[dict[str, Any]]:
    """What the CloudWatch data source asks: metrics, alarms and tags, and the lines of some log groups.

    None of the first knows a narrower resource (sources: Grafana's documentation of the data source, and AWS's policy
    AmazonGrafanaCloudWatchAccess; service authorization reference).
    """
    looking = {
        "Action": [
            "cloudwatch:DescribeAlarmHistory",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:DescribeAlarmsForMetric",
            "cloudwatch:GetMetricData",
            "cloudwatch:ListMetrics",
            "ec2:DescribeInstances",
            "ec2:DescribeRegions",
            "ec2:DescribeTags",
            "tag:GetResources",
        ],
        "Resource": "*",
    }
    if not log_groups:
        return [looking]
    home = f"arn:aws:logs:{place.region}:{place.account_id}:log-group"
    return [
        looking,
        {"Action": ["logs:DescribeLogGroups", "logs:GetQueryResults", "logs:StopQuery"], "Resource": "*"},
        {
            "Action": ["logs:GetLogEvents", "logs:GetLogGroupFields", "logs:StartQuery"],
            "Resource": [arn for name in log_groups for arn in (f"{home}:{name}", f"{home}:{name}:*")],
        },
    ]


def grafana_values(args: DashboardsArgs, release_name: str, file_label: str) -> dict[str, Any]:
    """Chart values that follow from storage, from names and from what was chosen."""
    sources = {"apiVersion": 1, "datasources": data_sources(args)}
    overlay: dict[str, Any] = {
        "persistence": {"storageClassName": args.storage_class, "size": f"{args.volume_gb}Gi"},
        "datasources": {"datasources.yaml": sources},
    }
    if args.image:
        overlay |= own_image(args.image)
    if args.admin_secret:
        keys = {"userKey": "admin-user", "passwordKey": "admin-password"}
        overlay["admin"] = {"existingSecret": args.admin_secret, **keys}
    if file_label != FILE_LABEL:
        overlay["sidecar"] = {"dashboards": {"label": file_label}}
    return merged(named_values(release_name), overlay)


def own_image(image: str) -> dict[str, Any]:
    """Chart values of an image of ours. Its plugins lie outside of Grafana's disk, which would hide them."""
    found = IMAGE.fullmatch(image)
    assert found  # noqa: S101 - DashboardsArgs refuses anything else
    registry, repository, tag, digest = found.groups()
    return {
        "image": {"registry": registry, "repository": repository, "sha": digest, **({"tag": tag} if tag else {})},
        "grafana.ini": {"paths": {"plugins": PLUGINS}},
    }


def named_values(release_name: str) -> dict[str, Any]:
    """The chart's values with what a release's name decides in them: the sidecar's role is one of the whole cluster."""
    base = chart_values(GRAFANA.name)
    if release_name == GRAFANA.name:
        return base
    role = f"{release_name}-sidecar"
    (declared,) = base["extraObjects"]
    own = {
        "rbac": {"useExistingClusterRole": role},
        "extraObjects": [merged(declared, {"metadata": {"name": role}})],
    }
    return merged(merged(base, renamed(GRAFANA, release_name)), own)


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
