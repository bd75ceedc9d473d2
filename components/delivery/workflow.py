"""Apache Airflow 3 on EKS: its PostgreSQL, its log bucket, its identity, and the release that waits for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ..arguments import (
    RELEASE_NAME,
    RELEASE_NAMES,
    SUBDOMAIN,
    SUBDOMAINS,
    ClusterAccess,
    Namespace,
    common,
    given,
    matches,
    within,
)
from ..bucket import BUCKET_NAME, BUCKET_NAMES, Bucket, BucketArgs, read_write
from ..charts import AIRFLOW
from ..identity import PodIdentity, PodIdentityArgs
from ..jobs import IMAGE, IMAGES
from ..names import named
from ..release import chart_values, merged, release
from ..stores.database import PORT, Database
from ..stores.secrets import API_VERSION, PATH
from .workflow_connections import Connection, environment, mirror_name, mirror_spec

MONITOR_API: Final = "monitoring.coreos.com/v1"
#: What of the chart reads secrets when it starts, and so must be restarted when one changes; each behind the release's
#: name and a hyphen.
DEPLOYMENTS: Final = ("api-server", "dag-processor", "scheduler")
#: The chart's parts whose service accounts our values name, beside the workers'.
ACCOUNTS: Final = {"scheduler": "scheduler", "apiServer": "api-server", "dagProcessor": "dag-processor"}
#: Which service accounts touch the log bucket: workers write, the API server shows.
LOG_ACCOUNTS: Final = ("worker", "api-server")
REPOSITORY: Final = re.compile(r"(https|ssh)://\S+|[\w.-]+@[\w.-]+:\S+")
#: One name for a variable and for a Secret, of which one knows no hyphen and the other no underscore.
CONNECTION: Final = re.compile(r"[a-z][a-z0-9]*")


@dataclass(frozen=True, kw_only=True)
class WorkflowArgs:
    """What Airflow needs. ``dags_repository`` is cloned by Airflow's own Git bundle, and read below ``dags_folder``.

    ``dags_reference`` is a branch or a tag. ``image`` is Airflow's own with what DAGs import besides, as ``name:tag``
    or ``name:tag@sha256:digest``. There are ``replicas`` of the scheduler and of the API server; logs are kept for
    ``log_expire_days``, and connections are looked for in Secrets Manager every ``refresh_minutes``.
    """

    cluster: ClusterAccess
    #: Airflow's own; the Secrets RELEASE-admin, RELEASE-git, RELEASE-fernet-key and so on are looked for there.
    namespace: Namespace
    #: Where Airflow keeps what it knows.
    database: Database
    key_arn: pulumi.Input[str]
    dags_repository: str
    #: The CRDs of monitors.
    monitors: pulumi.Resource
    #: The namespace's SecretStore, through which the database's password and the connections are read.
    secret_store: str
    #: The path of the entry that keeps ``username`` and ``password`` of Airflow's own user in the database.
    database_secret: str
    dags_reference: str = "main"
    dags_folder: str = "dags"
    log_expire_days: int = 90
    replicas: int = 2
    refresh_minutes: int = 15
    #: What DAGs connect to, by the name they know it by.
    connections: Mapping[str, Connection] = field(default_factory=dict)
    image: str | None = None
    #: What Helm calls the release, and what its deployments, service accounts and Secrets begin with; by default the
    #: component's name.
    release_name: str | None = None
    #: By default the component's name, with the account and the region behind it.
    log_bucket_name: str | None = None
    #: The administrator's address is its user name at this domain: Airflow wants one and writes to none.
    email_domain: str = "example.com"
    #: Mirrors of secrets, and whatever else must be there before pods start.
    after: Sequence[pulumi.Resource] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "dags_repository", REPOSITORY, "a repository's address, such as https://git.example.com/zone.git")
        matches(self, "secret_store", SUBDOMAIN, SUBDOMAINS)
        matches(self, "database_secret", PATH, "a secret's path, without slashes at its ends")
        matches(self, "connections", CONNECTION, "called by lower-case letters and digits")
        matches(self, "image", IMAGE, IMAGES)
        matches(self, "release_name", RELEASE_NAME, RELEASE_NAMES)
        matches(self, "log_bucket_name", BUCKET_NAME, BUCKET_NAMES)
        matches(self, "email_domain", SUBDOMAIN, "a domain such as example.com")
        within(self, "log_expire_days", 1, 36500)
        within(self, "replicas", 1, 9)
        within(self, "refresh_minutes", 1, 1440)


class Workflow(pulumi.ComponentResource):
    """An Airflow whose tasks are pods, whose logs rest in S3 and whose secrets come from Secrets Manager."""

    log_bucket: Bucket

    def __init__(self, name: str, args: WorkflowArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, WorkflowArgs)
        super().__init__("alphacar:workflow:Workflow", name, None, opts)
        release_name = named(args.release_name, name, RELEASE_NAME, RELEASE_NAMES)
        self.log_bucket = Bucket(
            name,
            BucketArgs(
                place=args.cluster.place,
                bucket_name=args.log_bucket_name,
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
                    cluster=args.cluster,
                    namespace=args.namespace.name,
                    service_account=account,
                    statements=pulumi.Output.from_input(args.key_arn).apply(
                        lambda key: read_write(self.log_bucket.arn, key, args.cluster.place.region)
                    ),
                    tags=args.tags,
                    after=args.after,
                ),
                pulumi.ResourceOptions(parent=self),
            )
            for account in (f"{release_name}-{part}" for part in LOG_ACCOUNTS)
        ]
        mirrors = [
            self._mirror(
                name,
                f"{release_name}-metadata",
                metadata_spec(args.database, args.database_secret, release_name, args.secret_store),
                args,
            ),
            *(
                self._mirror(
                    f"{name}-{key}",
                    mirror_name(release_name, key),
                    mirror_spec(mirror_name(release_name, key), one, args.secret_store, args.refresh_minutes),
                    args,
                )
                for key, one in sorted(args.connections.items())
            ),
        ]
        release(
            name,
            AIRFLOW,
            namespace=args.namespace,
            values=airflow_values(args, release_name, self.log_bucket.name),
            parent=self,
            provider=args.cluster.provider,
            after=[
                *mirrors,
                *self.log_bucket.ready,
                *(ready for identity in identities for ready in identity.ready),
                *args.after,
            ],
            release_name=release_name,
            timeout_seconds=1200,
        )
        # The chart has annotations for a Prometheus that reads them; the operator's reads monitors.
        kubernetes.apiextensions.CustomResource(
            f"{name}-monitor",
            api_version=MONITOR_API,
            kind="ServiceMonitor",
            metadata={"name": f"{release_name}-statsd", "namespace": args.namespace.name},
            spec=monitor_spec(release_name),
            opts=pulumi.ResourceOptions(
                parent=self, provider=args.cluster.provider, depends_on=[args.monitors, args.namespace.made]
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
            metadata={"name": secret, "namespace": args.namespace.name},
            spec=spec,
            opts=pulumi.ResourceOptions(
                parent=self,
                provider=args.cluster.provider,
                depends_on=[args.database, args.namespace.made, *args.after],
            ),
        )


def metadata_spec(database: Database, secret: str, release_name: str, store: str) -> dict[str, Any]:
    """An ExternalSecret that builds Airflow's connection as a user of its own; the password is never written down."""
    # The braces are the operator's template; name and password are put in inside the cluster.
    sign_in = "postgresql://{{ .username | urlquery }}:{{ .password | urlquery }}@"
    url = pulumi.Output.concat(sign_in, database.address, f":{PORT}/{database.database}?sslmode=require")
    return {
        "refreshPolicy": "Periodic",
        "refreshInterval": "15m",
        "secretStoreRef": {"kind": "SecretStore", "name": store},
        "target": {
            "name": f"{release_name}-metadata",
            "creationPolicy": "Owner",
            "template": {"data": {"connection": url}},
        },
        "data": [
            {"secretKey": part, "remoteRef": {"key": secret, "property": part}} for part in ("username", "password")
        ],
    }


def monitor_spec(release_name: str) -> dict[str, Any]:
    """What tells Prometheus to scrape the exporter that Airflow sends its metrics to."""
    return {
        "selector": {"matchLabels": {"tier": "airflow", "component": "statsd", "release": release_name}},
        "endpoints": [{"port": "statsd-scrape", "interval": "30s"}],
    }


def airflow_values(args: WorkflowArgs, release_name: str, bucket: str) -> dict[str, Any]:
    """Chart values that follow from sizes, place and repository."""
    budget = {"enabled": args.replicas > 1, "config": {"maxUnavailable": 1}}
    bundle = {
        "name": "dags",
        "classpath": "airflow.providers.git.bundles.git.GitDagBundle",
        "kwargs": {
            "repo_url": args.dags_repository,
            "tracking_ref": args.dags_reference,
            "subdir": args.dags_folder,
            "git_conn_id": "git_dags",
            "refresh_interval": 300,
        },
    }
    base = named_values(release_name, args.email_domain)
    overlay = {
        **image_values(args.image),
        "secret": [*base["secret"], *environment(release_name, sorted(args.connections))],
        "config": {"logging": {"remote_base_log_folder": f"s3://{bucket}/logs"}},
        "env": [{"name": "AIRFLOW_CONN_AWS_DEFAULT", "value": f"aws:///?region_name={args.cluster.place.region}"}],
        "scheduler": {"replicas": args.replicas, "podDisruptionBudget": budget},
        "apiServer": {"replicas": args.replicas, "podDisruptionBudget": budget},
        "dagProcessor": {"dagBundleConfigList": [bundle]},
    }
    return merged(base, overlay)


def named_values(release_name: str, email_domain: str) -> dict[str, Any]:
    """The chart's values with what a release's name and an address decide in them."""
    base = chart_values(AIRFLOW.name)
    base["createUserJob"]["args"] = [
        part.replace("EMAIL_DOMAIN", email_domain) for part in base["createUserJob"]["args"]
    ]
    if release_name == AIRFLOW.name:
        return base
    accounts = {part: {"serviceAccount": {"name": f"{release_name}-{account}"}} for part, account in ACCOUNTS.items()}
    workers = {"workers": {"kubernetes": {"serviceAccount": {"name": f"{release_name}-worker"}}}}
    return merged(_secrets_of(base, release_name), {"fullnameOverride": release_name, **accounts, **workers})


def _secrets_of(values: Any, release_name: str) -> Any:
    """``values`` with each Secret that they name called like the release, not like the chart."""
    if isinstance(values, Mapping):
        return {
            key: value.replace(AIRFLOW.name, release_name, 1)
            if isinstance(value, str) and (key.endswith("SecretName") or key == "secretName")
            else {**value, "name": value["name"].replace(AIRFLOW.name, release_name, 1)}
            if key == "secretKeyRef"
            else _secrets_of(value, release_name)
            for key, value in values.items()
        }
    return [_secrets_of(value, release_name) for value in values] if isinstance(values, list) else values


def image_values(image: str | None) -> dict[str, str]:
    """The image of every container, a task's included, whose own helper in the chart knows a tag but no digest."""
    if image is None:
        return {}
    repository = image.partition("@")[0].rpartition(":")[0]
    return {"defaultAirflowRepository": repository, "defaultAirflowTag": image.removeprefix(f"{repository}:")}
