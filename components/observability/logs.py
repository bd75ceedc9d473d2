"""Where pods' logs go: CloudWatch Logs or Loki, with Fluent Bit shipping to either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from components.bucket import Bucket, BucketArgs, read_write
from components.charts import FLUENT_BIT, LOKI
from components.identity import AccountRegion, PodIdentity, PodIdentityArgs
from components.release import chart_values, merged, release, resources

Store = Literal["cloudwatch-logs", "loki"]
LOKI_NAMESPACE: Final = "loki"
SHIPPER_NAMESPACE: Final = "logging"
LOKI_HOST: Final = "loki.loki.svc.cluster.local"


@dataclass(frozen=True, kw_only=True)
class LogsArgs:
    """What logs need. ``store`` is the choice; everything else is the same for both."""

    store: Store
    retention_days: int
    storage_class: str
    place: AccountRegion
    key_arn: pulumi.Input[str]
    provider: kubernetes.Provider
    namespaces: Mapping[str, kubernetes.core.v1.Namespace]
    after: Sequence[pulumi.Resource] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)


class Logs(pulumi.ComponentResource):
    """A store with an end, and a shipper on every node that buffers on disk while the store is away."""

    log_group: str | None

    def __init__(self, name: str, args: LogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:logs:Logs", name, None, opts)
        self._name, self._args = name, args
        self.log_group = None
        if args.store == "cloudwatch-logs":
            after, output = self._cloudwatch()
        else:
            after, output = self._loki()
        release(
            f"{name}-shipper",
            FLUENT_BIT,
            namespace=args.namespaces[SHIPPER_NAMESPACE],
            values=merged(chart_values(FLUENT_BIT.name), {"config": {"outputs": output}}),
            parent=self,
            provider=args.provider,
            after=[*after, *args.after],
        )
        self.register_outputs({"store": args.store})

    def _cloudwatch(self) -> tuple[list[pulumi.Resource], str]:
        """A log group that was made here, so that it ends: the shipper would make one for ever."""
        args = self._args
        self.log_group = f"/alphacar/{args.place.cluster_name}/pods"
        group = aws.cloudwatch.LogGroup(
            self._name,
            name=self.log_group,
            retention_in_days=args.retention_days,
            log_group_class="STANDARD",
            kms_key_id=args.key_arn,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        arn = f"arn:aws:logs:{args.place.region}:{args.place.account_id}:log-group:{self.log_group}"
        identity = PodIdentity(
            f"{self._name}-shipper",
            PodIdentityArgs(
                place=args.place,
                namespace=SHIPPER_NAMESPACE,
                service_account=FLUENT_BIT.name,
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
        return [group, *identity.ready], cloudwatch_output(args.place.region, self.log_group)

    def _loki(self) -> tuple[list[pulumi.Resource], str]:
        """Loki as one binary, whose chunks rest in S3."""
        args = self._args
        bucket = Bucket(
            self._name,
            BucketArgs(
                name=f"alphacar-{args.place.account_id}-loki",
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
                place=args.place,
                namespace=LOKI_NAMESPACE,
                service_account=LOKI.name,
                statements=pulumi.Output.from_input(args.key_arn).apply(lambda key: read_write(bucket.arn, key)),
                tags=args.tags,
                after=args.after,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        loki = release(
            self._name,
            LOKI,
            namespace=args.namespaces[LOKI_NAMESPACE],
            values=loki_values(args, bucket.name),
            parent=self,
            provider=args.provider,
            after=[*bucket.ready, *identity.ready, *args.after],
        )
        return [loki], loki_output()


def loki_values(args: LogsArgs, bucket: str) -> dict[str, Any]:
    """Chart values that follow from retention and place."""
    hours = args.retention_days * 24
    overlay = {
        "loki": {
            "storage": {
                "type": "s3",
                "bucketNames": {"chunks": bucket, "ruler": bucket},
                "s3": {"region": args.place.region},
            },
            "limits_config": {"retention_period": f"{hours}h", "max_query_length": f"{hours + 1}h"},
        },
        "singleBinary": {
            "resources": resources("100m", "1Gi"),
            "persistence": {"storageClass": args.storage_class, "size": "10Gi"},
        },
    }
    return merged(chart_values(LOKI.name), overlay)


def cloudwatch_output(region: str, log_group: str) -> str:
    """Fluent Bit's output section for CloudWatch Logs; the group exists, so it never creates one."""
    return _section(
        "cloudwatch_logs",
        region=region,
        log_group_name=log_group,
        log_stream_prefix="${HOSTNAME}-",
        auto_create_group="false",
    )


def loki_output() -> str:
    """Fluent Bit's output section for Loki; few labels, because each combination of them is a stream."""
    names = "namespace=$kubernetes['namespace_name'], app=$kubernetes['labels']['app.kubernetes.io/name']"
    return _section(
        "loki",
        Host=LOKI_HOST,
        Port="3100",
        Labels=f"job=fluent-bit, {names}, container=$kubernetes['container_name']",
        Structured_Metadata="pod=$kubernetes['pod_name'], node=$kubernetes['host']",
        Remove_Keys="kubernetes, stream",
        Line_Format="json",
    )


def _section(plugin: str, **options: str) -> str:
    """An output section; what cannot be sent waits on disk, up to a gigabyte a node."""
    lines = {"Name": plugin, "Match": "kube.*", **options, "Retry_Limit": "10", "storage.total_limit_size": "1G"}
    return "[OUTPUT]\n" + "".join(f"    {key} {value}\n" for key, value in lines.items())
