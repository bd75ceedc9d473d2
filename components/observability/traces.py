"""Where traces go: X-Ray through the CloudWatch agent, or Tempo. Applications speak OTLP to one address either way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from components.bucket import Bucket, BucketArgs, read_write
from components.charts import TEMPO
from components.identity import AccountRegion, PodIdentity, PodIdentityArgs
from components.release import chart_values, merged, release

Store = Literal["xray", "tempo"]
NAMESPACE: Final = "tempo"
#: Where applications send OTLP over HTTP, by store.
OTLP_ENDPOINTS: Final[Mapping[Store, str]] = {
    "xray": "http://cloudwatch-agent.amazon-cloudwatch.svc.cluster.local:4318",
    "tempo": "http://tempo.tempo.svc.cluster.local:4318",
}


@dataclass(frozen=True, kw_only=True)
class TracesArgs:
    """What traces need. ``sampling_percent`` is how many of a hundred requests applications trace."""

    store: Store
    retention_days: int
    sampling_percent: int
    storage_class: str
    place: AccountRegion
    key_arn: pulumi.Input[str]
    provider: kubernetes.Provider
    namespaces: Mapping[str, kubernetes.core.v1.Namespace]
    after: Sequence[pulumi.Resource] = ()
    protect: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.sampling_percent <= 100:
            raise ValueError(f"sampling_percent must be 0 to 100, not {self.sampling_percent}")


class Traces(pulumi.ComponentResource):
    """A store for traces, and what applications are told of it: ``environment`` is what OpenTelemetry's SDKs read."""

    environment: dict[str, str]

    def __init__(self, name: str, args: TracesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alphacar:traces:Traces", name, None, opts)
        self.environment = sdk_environment(args.store, args.sampling_percent)
        if args.store == "xray":
            self._xray(name, args)
        else:
            self._tempo(name, args)
        self.register_outputs({"environment": self.environment})

    def _xray(self, name: str, args: TracesArgs) -> None:
        """Encryption and grouping. Transaction search stays off: it would bill every span as a log line.

        There is no sampling rule: X-Ray only tells it to a sampler that asks, and no OpenTelemetry SDK asks by itself.
        """
        child = pulumi.ResourceOptions(parent=self)
        aws.xray.EncryptionConfig(name, type="KMS", key_id=args.key_arn, opts=child)
        aws.xray.Group(
            name,
            group_name="alphacar-faults",
            filter_expression="fault = true OR responsetime > 3",
            insights_configuration=aws.xray.GroupInsightsConfigurationArgs(
                insights_enabled=False, notifications_enabled=False
            ),
            tags=args.tags,
            opts=child,
        )

    def _tempo(self, name: str, args: TracesArgs) -> None:
        """Tempo as one binary, whose blocks rest in S3."""
        bucket = Bucket(
            name,
            BucketArgs(
                name=f"alphacar-{args.place.account_id}-tempo",
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
                place=args.place,
                namespace=NAMESPACE,
                service_account=TEMPO.name,
                statements=pulumi.Output.from_input(args.key_arn).apply(lambda key: read_write(bucket.arn, key)),
                tags=args.tags,
                after=args.after,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        release(
            name,
            TEMPO,
            namespace=args.namespaces[NAMESPACE],
            values=tempo_values(args, bucket.name),
            parent=self,
            provider=args.provider,
            after=[*bucket.ready, *identity.ready, *args.after],
        )


def sdk_environment(store: Store, sampling_percent: int) -> dict[str, str]:
    """Variables of every OpenTelemetry SDK: where traces go, and how many; a request is traced whole or not at all."""
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": OTLP_ENDPOINTS[store],
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": f"{sampling_percent / 100:g}",
    }


def tempo_values(args: TracesArgs, bucket: str) -> dict[str, Any]:
    """Chart values that follow from retention and place."""
    region = args.place.region
    store = {"bucket": bucket, "prefix": "tempo", "region": region, "endpoint": f"s3.{region}.amazonaws.com"}
    overlay = {
        "tempo": {
            "retention": f"{args.retention_days * 24}h",
            "storage": {"trace": {"backend": "s3", "s3": store, "wal": {"path": "/var/tempo/wal"}}},
        },
        "persistence": {"storageClassName": args.storage_class, "size": "10Gi"},
    }
    return merged(chart_values(TEMPO.name), overlay)
