"""Where traces go: X-Ray through the CloudWatch agent, or Tempo. Applications speak OTLP to one address either way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pulumi
import pulumi_aws as aws

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
    require,
    within,
)
from ..bucket import BUCKET_NAME, BUCKET_NAMES, Bucket, BucketArgs, read_write
from ..charts import TEMPO
from ..identity import PodIdentity, PodIdentityArgs
from ..names import named
from ..release import chart_values, merged, release, renamed

Store = Literal["xray", "tempo"]
#: Where the CloudWatch agent takes OTLP over HTTP: its add-on names service and namespace.
AGENT_ENDPOINT: Final = "http://cloudwatch-agent.amazon-cloudwatch.svc.cluster.local:4318"
GROUP_NAME: Final = re.compile(r"\S{1,32}")
GROUP_NAMES: Final = "at most 32 characters without spaces"
#: Where Tempo takes OTLP over HTTP, and where it is asked.
OTLP_PORT: Final = 4318
QUERY_PORT: Final = 3200


@dataclass(frozen=True, kw_only=True)
class TracesArgs:
    """What traces need. Applications trace ``sampling_percent`` of a hundred requests; ``store`` is the choice.

    X-Ray bills each trace, Tempo the node and the disk it runs on. X-Ray's own encryption is the account's:
    :class:`~components.account.baseline.TraceEncryption`.
    """

    cluster: ClusterAccess
    key_arn: pulumi.Input[str]
    store: Store = "xray"
    sampling_percent: int = 5
    #: Of X-Ray alone: the group of what failed or was slow; by default ``NAME-faults``.
    group_name: str | None = None
    #: Of Tempo alone: its namespace.
    namespace: Namespace | None = None
    #: Of Tempo alone: for how long it keeps traces; X-Ray does for thirty days.
    retention_days: int = 14
    #: Of Tempo alone: the class of its disk.
    storage_class: str = "gp3"
    #: Of Tempo alone: its bucket; by default the component's name, with the account and the region behind it.
    bucket_name: str | None = None
    #: What Helm calls Tempo, and where it answers; by default the component's name.
    release_name: str | None = None
    after: Sequence[pulumi.Resource] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        common(self)
        matches(self, "group_name", GROUP_NAME, GROUP_NAMES)
        matches(self, "storage_class", SUBDOMAIN, SUBDOMAINS)
        matches(self, "bucket_name", BUCKET_NAME, BUCKET_NAMES)
        matches(self, "release_name", RELEASE_NAME, RELEASE_NAMES)
        within(self, "sampling_percent", 0, 100)
        within(self, "retention_days", 1, 3650)
        require(self, "namespace", self.store != "tempo" or self.namespace is not None, "given for Tempo")


class Traces(pulumi.ComponentResource):
    """A store for traces, and what applications are told of it: ``environment`` is what OpenTelemetry's SDKs read."""

    environment: dict[str, str]

    def __init__(self, name: str, args: TracesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, TracesArgs)
        super().__init__("alphacar:traces:Traces", name, None, opts)
        if args.namespace and args.store == "tempo":
            release_name = named(args.release_name, name, RELEASE_NAME, RELEASE_NAMES)
            self._tempo(name, release_name, args.namespace, args)
            endpoint = f"http://{tempo_host(release_name, args.namespace.name)}:{OTLP_PORT}"
        else:
            self._xray(name, args)
            endpoint = AGENT_ENDPOINT
        self.environment = sdk_environment(endpoint, args.sampling_percent)
        self.register_outputs({"environment": self.environment})

    def _xray(self, name: str, args: TracesArgs) -> None:
        """Grouping. Transaction search stays off: it would bill every span as a log line.

        There is no sampling rule: X-Ray only tells it to a sampler that asks, and no OpenTelemetry SDK asks by itself.
        """
        aws.xray.Group(
            name,
            group_name=named(args.group_name, f"{name}-faults", GROUP_NAME, GROUP_NAMES),
            filter_expression="fault = true OR responsetime > 3",
            insights_configuration=aws.xray.GroupInsightsConfigurationArgs(
                insights_enabled=False, notifications_enabled=False
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _tempo(self, name: str, release_name: str, namespace: Namespace, args: TracesArgs) -> None:
        """Tempo as one binary, whose blocks rest in S3."""
        bucket = Bucket(
            name,
            BucketArgs(
                place=args.cluster.place,
                bucket_name=args.bucket_name,
                key_arn=args.key_arn,
                expire_days=args.retention_days + 7,
                noncurrent_days=7,
                protect=args.protect,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        identity = PodIdentity(
            name,
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
        release(
            name,
            TEMPO,
            namespace=namespace,
            values=tempo_values(args, release_name, bucket.name),
            parent=self,
            provider=args.cluster.provider,
            release_name=release_name,
            after=[*bucket.ready, *identity.ready, *args.after],
        )


def tempo_host(release_name: str, namespace: str) -> str:
    """Where a release of Tempo answers inside the cluster."""
    return f"{release_name}.{namespace}.svc.cluster.local"


def sdk_environment(endpoint: str, sampling_percent: int) -> dict[str, str]:
    """Variables of every OpenTelemetry SDK: where traces go, and how many; a request is traced whole or not at all."""
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": f"{sampling_percent / 100:g}",
    }


def tempo_values(args: TracesArgs, release_name: str, bucket: str) -> dict[str, Any]:
    """Chart values that follow from retention and place."""
    region = args.cluster.place.region
    store = {"bucket": bucket, "prefix": "tempo", "region": region, "endpoint": f"s3.{region}.amazonaws.com"}
    overlay = {
        "tempo": {
            "retention": f"{args.retention_days * 24}h",
            "storage": {"trace": {"backend": "s3", "s3": store, "wal": {"path": "/var/tempo/wal"}}},
        },
        "persistence": {"storageClassName": args.storage_class, "size": "10Gi"},
    }
    return merged(merged(chart_values(TEMPO.name), renamed(TEMPO, release_name)), overlay)
