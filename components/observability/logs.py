"""Where pods' logs go: CloudWatch Logs or Loki, with Fluent Bit shipping to either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pulumi
import pulumi_aws as aws

from ..arguments import (
    LOG_GROUP_NAME,
    LOG_GROUP_NAMES,
    RELEASE_NAME,
    RELEASE_NAMES,
    SUBDOMAIN,
    SUBDOMAINS,
    ClusterAccess,
    LogClass,
    Namespace,
    common,
    given,
    log_days,
    matches,
    require,
    within,
)
from ..bucket import BUCKET_NAME, BUCKET_NAMES, Bucket, BucketArgs, read_write
from ..charts import FLUENT_BIT, LOKI
from ..identity import PodIdentity, PodIdentityArgs
from ..names import named
from ..release import chart_values, merged, release, renamed, resources

Store = Literal["cloudwatch-logs", "loki"]
#: Where Loki answers.
LOKI_PORT: Final = 3100


@dataclass(frozen=True, kw_only=True)
class LogsArgs:
    """What logs need. ``store`` is the choice; everything else is the same for both.

    They are kept for ``retention_days``. CloudWatch Logs bills each gigabyte that is sent, Loki the node and the disk
    it runs on.
    """

    cluster: ClusterAccess
    #: Of the shipper, which reads the nodes' log files.
    namespace: Namespace
    key_arn: pulumi.Input[str]
    store: Store = "cloudwatch-logs"
    retention_days: int = 30
    #: Of CloudWatch Logs alone, which keeps a group's class for life; the cheaper one gives up metric filters, live
    #: tail and subscriptions.
    log_class: LogClass = "STANDARD"
    #: By default ``/NAME/pods``; of CloudWatch Logs alone.
    log_group_name: str | None = None
    #: Of Loki alone: its namespace.
    loki_namespace: Namespace | None = None
    #: Of Loki alone: the class of its disk.
    storage_class: str = "gp3"
    #: Of Loki alone: its bucket; by default the component's name, with the account and the region behind it.
    bucket_name: str | None = None
    #: What Helm calls the shipper, and where on each node it keeps its place; by default ``NAME-shipper``.
    shipper_release: str | None = None
    #: What Helm calls Loki, and where it answers; by default the component's name.
    loki_release: str | None = None
    after: Sequence[pulumi.Resource] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        if self.store == "cloudwatch-logs":
            log_days(self, "retention_days")
        within(self, "retention_days", 1, 3653)
        matches(self, "log_group_name", LOG_GROUP_NAME, LOG_GROUP_NAMES)
        matches(self, "storage_class", SUBDOMAIN, SUBDOMAINS)
        matches(self, "bucket_name", BUCKET_NAME, BUCKET_NAMES)
        for name in ("shipper_release", "loki_release"):
            matches(self, name, RELEASE_NAME, RELEASE_NAMES)
        require(self, "loki_namespace", self.store != "loki" or self.loki_namespace is not None, "given for Loki")


class Logs(pulumi.ComponentResource):
    """A store with an end, and a shipper on every node that buffers on disk while the store is away."""

    log_group: str | None

    def __init__(self, name: str, args: LogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, LogsArgs)
        super().__init__("alphacar:logs:Logs", name, None, opts)
        self._name, self._args = name, args
        self._shipper = named(args.shipper_release, f"{name}-shipper", RELEASE_NAME, RELEASE_NAMES)
        self.log_group = None
        if args.store == "cloudwatch-logs":
            after, output = self._cloudwatch()
        else:
            after, output = self._loki()
        release(
            f"{name}-shipper",
            FLUENT_BIT,
            namespace=args.namespace,
            values=shipper_values(self._shipper, output),
            release_name=self._shipper,
            parent=self,
            provider=args.cluster.provider,
            after=[*after, *args.after],
        )
        self.register_outputs({"store": args.store})

    def _cloudwatch(self) -> tuple[list[pulumi.Resource], str]:
        """A log group that was made here, so that it ends: the shipper would make one for ever."""
        args, place = self._args, self._args.cluster.place
        self.log_group = named(args.log_group_name, f"/{self._name}/pods", LOG_GROUP_NAME, LOG_GROUP_NAMES)
        group = aws.cloudwatch.LogGroup(
            self._name,
            name=self.log_group,
            retention_in_days=args.retention_days,
            log_group_class=args.log_class,
            kms_key_id=args.key_arn,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        arn = f"arn:aws:logs:{place.region}:{place.account_id}:log-group:{self.log_group}"
        identity = PodIdentity(
            f"{self._name}-shipper",
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=args.namespace.name,
                service_account=self._shipper,
                statements=[
                    {
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                        "Resource": [arn, f"{arn}:*"],
                    }
                ],
                tags=args.tags,
                after=args.after,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        return [group, *identity.ready], cloudwatch_output(place.region, self.log_group)

    def _loki(self) -> tuple[list[pulumi.Resource], str]:
        """Loki as one binary, whose chunks rest in S3."""
        args, namespace = self._args, self._args.loki_namespace
        if namespace is None:  # pragma: no cover - refused at construction
            raise ValueError("loki_namespace must be given for Loki")
        release_name = named(args.loki_release, self._name, RELEASE_NAME, RELEASE_NAMES)
        bucket = Bucket(
            self._name,
            BucketArgs(
                place=args.cluster.place,
                bucket_name=args.bucket_name,
                key_arn=args.key_arn,
                # Loki deletes by itself; an expiry shorter than its retention would take chunks away from it.
                expire_days=args.retention_days + 30,
                noncurrent_days=7,
                protect=args.protect,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        identity = PodIdentity(
            self._name,
            PodIdentityArgs(
                cluster=args.cluster,
                namespace=namespace.name,
                service_account=release_name,
                statements=pulumi.Output.from_input(args.key_arn).apply(
                    lambda key: read_write(bucket.arn, key, args.cluster.place.region)
                ),
                tags=args.tags,
                after=args.after,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        loki = release(
            self._name,
            LOKI,
            namespace=namespace,
            values=loki_values(args, release_name, bucket.name),
            parent=self,
            provider=args.cluster.provider,
            release_name=release_name,
            after=[*bucket.ready, *identity.ready, *args.after],
        )
        return [loki], loki_output(loki_host(release_name, namespace.name))


def loki_values(args: LogsArgs, release_name: str, bucket: str) -> dict[str, Any]:
    """Chart values that follow from retention and place."""
    hours = args.retention_days * 24
    overlay = {
        "loki": {
            "storage": {
                "type": "s3",
                "bucketNames": {"chunks": bucket, "ruler": bucket},
                "s3": {"region": args.cluster.place.region},
            },
            "limits_config": {"retention_period": f"{hours}h", "max_query_length": f"{hours + 1}h"},
        },
        "singleBinary": {
            "resources": resources("100m", "1Gi"),
            "persistence": {"storageClass": args.storage_class, "size": "10Gi"},
        },
    }
    return merged(merged(chart_values(LOKI.name), renamed(LOKI, release_name)), overlay)


def loki_host(release_name: str, namespace: str) -> str:
    """Where a release of Loki answers inside the cluster."""
    return f"{release_name}.{namespace}.svc.cluster.local"


def shipper_values(release_name: str, output: str) -> dict[str, Any]:
    """Chart values of the shipper that sends to ``output``.

    Each release keeps its place in the nodes' files, and what waits, in files of its own: two of a node would take each
    other's.
    """
    base = merged(chart_values(FLUENT_BIT.name), renamed(FLUENT_BIT, release_name))
    if release_name != FLUENT_BIT.name:
        config = base["config"]
        own = {
            "service": config["service"].replace("flb-storage", f"{release_name}-storage"),
            "inputs": config["inputs"]
            .replace("flb_kube.db", f"{release_name}.db")
            .replace(f"containers/{FLUENT_BIT.name}-*", f"containers/{release_name}-*"),
        }
        base = merged(base, {"config": own})
    return merged(base, {"config": {"outputs": output}})


def cloudwatch_output(region: str, log_group: str) -> str:
    """Fluent Bit's output section for CloudWatch Logs; the group exists, so it never creates one."""
    return _section(
        "cloudwatch_logs",
        region=region,
        log_group_name=log_group,
        log_stream_prefix="${HOSTNAME}-",
        auto_create_group="false",
    )


def loki_output(host: str) -> str:
    """Fluent Bit's output section for Loki; few labels, because each combination of them is a stream."""
    names = "namespace=$kubernetes['namespace_name'], app=$kubernetes['labels']['app.kubernetes.io/name']"
    return _section(
        "loki",
        Host=host,
        Port=str(LOKI_PORT),
        Labels=f"job=fluent-bit, {names}, container=$kubernetes['container_name']",
        Structured_Metadata="pod=$kubernetes['pod_name'], node=$kubernetes['host']",
        Remove_Keys="kubernetes, stream",
        Line_Format="json",
    )


def _section(plugin: str, **options: str) -> str:
    """An output section; what cannot be sent waits on disk, up to a gigabyte a node."""
    lines = {"Name": plugin, "Match": "kube.*", **options, "Retry_Limit": "10", "storage.total_limit_size": "1G"}
    return "[OUTPUT]\n" + "".join(f"    {key} {value}\n" for key, value in lines.items())
