"""Apache Airflow 3 on EKS: its PostgreSQL, its log bucket, its identity, and the release that waits for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from components.bucket import Bucket, BucketArgs, read_write
from components.charts import AIRFLOW
from components.delivery.workflow_connections import Connection, environment, mirror_name, mirror_spec
from components.identity import AccountRegion, PodIdentity, PodIdentityArgs
from components.release import chart_values, merged, release
from components.stores.database import DATABASE, PORT, USERNAME, Database
from components.stores.secrets import API_VERSION, STORE

NAMESPACE: Final = "airflow"
MONITOR_API: Final = "monitoring.coreos.com/v1"
METADATA_SECRET: Final = "airflow-metadata"  # noqa: S105 - a name
#: What of the chart signs in to PostgreSQL, and so must be restarted when the password changes.
DEPLOYMENTS: Final = ("airflow-api-server", "airflow-dag-processor", "airflow-scheduler")
#: Which service accounts touch the log bucket: workers write, the API server shows.
LOG_ACCOUNTS: Final = ("airflow-worker", "airflow-api-server")


@dataclass(frozen=True, kw_only=True)
class WorkflowArgs:
    """What Airflow needs. ``dags_repository`` is cloned by Airflow's own Git bundle, below ``migration/dags``.

    ``image`` is Airflow's own with what DAGs import besides, as ``name:tag`` or ``name:tag@sha256:digest``.
    """

    database: Database
    dags_repository: str
    dags_reference: str
    log_expire_days: int
    replicas: int
    refresh_minutes: int
    #: What DAGs connect to, by the name they know it by.
    connections: Mapping[str, Connection] = field(default_factory=dict)
    image: str | None = None
    place: AccountRegion
    key_arn: pulumi.Input[str]
    provider: kubernetes.Provider
    namespace: kubernetes.core.v1.Namespace
    #: The CRDs of monitors.
    monitors: pulumi.Resource
    #: Mirrors of secrets, and whatever else must be there before pods start.
    after: Sequence[pulumi.Resource] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)


class Workflow(pulumi.ComponentResource):
    """An Airflow whose tasks are pods, whose logs rest in S3 and whose secrets come from Secrets Manager."""

    log_bucket: Bucket

    def __init__(self, name: str, args: WorkflowArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:workflow:Workflow", name, None, opts)
        self.log_bucket = Bucket(
            name,
            BucketArgs(
                name=f"alphacar-{args.place.account_id}-airflow-logs",
                key_arn=args.key_arn,
                expire_days=args.log_expire_days,
                noncurrent_days=7,
                protect=args.protect,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        identities = [
            PodIdentity(
                f"{name}-{account}",
                PodIdentityArgs(
                    place=args.place,
                    namespace=NAMESPACE,
                    service_account=account,
                    statements=pulumi.Output.from_input(args.key_arn).apply(
                        lambda key: read_write(self.log_bucket.arn, key)
                    ),
                    tags=args.tags,
                    after=args.after,
                ),
                pulumi.ResourceOptions(parent=self),
            )
            for account in LOG_ACCOUNTS
        ]
        mirrors = [
            self._mirror(name, METADATA_SECRET, metadata_spec(args.database.secret_arn, args.database.address), args),
            *(
                self._mirror(f"{name}-{key}", mirror_name(key), mirror_spec(key, one, args.refresh_minutes), args)
                for key, one in sorted(args.connections.items())
            ),
        ]
        release(
            name,
            AIRFLOW,
            namespace=args.namespace,
            values=airflow_values(args, self.log_bucket.name),
            parent=self,
            provider=args.provider,
            after=[
                *mirrors,
                *self.log_bucket.ready,
                *(ready for identity in identities for ready in identity.ready),
                *args.after,
            ],
            timeout_seconds=1200,
        )
        # The chart has annotations for a Prometheus that reads them; the operator's reads monitors.
        kubernetes.apiextensions.CustomResource(
            f"{name}-monitor",
            api_version=MONITOR_API,
            kind="ServiceMonitor",
            metadata={"name": "airflow-statsd", "namespace": NAMESPACE},
            spec=monitor_spec(),
            opts=pulumi.ResourceOptions(
                parent=self, provider=args.provider, depends_on=[args.monitors, args.namespace]
            ),
        )
        self.register_outputs({})

    def _mirror(
        self, name: str, secret: str, spec: dict[str, Any], args: WorkflowArgs
    ) -> kubernetes.apiextensions.CustomResource:
        return kubernetes.apiextensions.CustomResource(
            name,
            api_version=API_VERSION,
            kind="ExternalSecret",
            metadata={"name": secret, "namespace": NAMESPACE},
            spec=spec,
            opts=pulumi.ResourceOptions(
                parent=self, provider=args.provider, depends_on=[args.database, args.namespace, *args.after]
            ),
        )


def metadata_spec(secret_arn: pulumi.Input[str], address: pulumi.Input[str]) -> dict[str, Any]:
    """An ExternalSecret that builds Airflow's connection from the password AWS keeps; it is never written down."""
    # The braces are the operator's template; the password is put in inside the cluster.
    sign_in = f"postgresql://{USERNAME}:{{{{ .password | urlquery }}}}@"
    url = pulumi.Output.concat(sign_in, address, f":{PORT}/{DATABASE}?sslmode=require")
    return {
        "refreshPolicy": "Periodic",
        "refreshInterval": "15m",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": STORE},
        "target": {"name": METADATA_SECRET, "creationPolicy": "Owner", "template": {"data": {"connection": url}}},
        "data": [{"secretKey": "password", "remoteRef": {"key": secret_arn, "property": "password"}}],
    }


def monitor_spec() -> dict[str, Any]:
    """What tells Prometheus to scrape the exporter that Airflow sends its metrics to."""
    return {
        "selector": {"matchLabels": {"tier": "airflow", "component": "statsd", "release": AIRFLOW.name}},
        "endpoints": [{"port": "statsd-scrape", "interval": "30s"}],
    }


def airflow_values(args: WorkflowArgs, bucket: str) -> dict[str, Any]:
    """Chart values that follow from sizes, place and repository."""
    budget = {"enabled": args.replicas > 1, "config": {"maxUnavailable": 1}}
    bundle = {
        "name": "dags",
        "classpath": "airflow.providers.git.bundles.git.GitDagBundle",
        "kwargs": {
            "repo_url": args.dags_repository,
            "tracking_ref": args.dags_reference,
            "subdir": "migration/dags",
            "git_conn_id": "git_dags",
            "refresh_interval": 300,
        },
    }
    base = chart_values(AIRFLOW.name)
    overlay = {
        **image_values(args.image),
        "secret": [*base["secret"], *environment(sorted(args.connections))],
        "config": {"logging": {"remote_base_log_folder": f"s3://{bucket}/logs"}},
        "env": [{"name": "AIRFLOW_CONN_AWS_DEFAULT", "value": f"aws:///?region_name={args.place.region}"}],
        "scheduler": {"replicas": args.replicas, "podDisruptionBudget": budget},
        "apiServer": {"replicas": args.replicas, "podDisruptionBudget": budget},
        "dagProcessor": {"dagBundleConfigList": [bundle]},
    }
    return merged(base, overlay)


def image_values(image: str | None) -> dict[str, str]:
    """The image of every container, a task's included, whose own helper in the chart knows a tag but no digest."""
    if image is None:
        return {}
    repository = image.partition("@")[0].rpartition(":")[0]
    return {"defaultAirflowRepository": repository, "defaultAirflowTag": image.removeprefix(f"{repository}:")}
