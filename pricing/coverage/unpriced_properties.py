"""What a property adds to a bill beyond what its type's meter counts: one table, read in one place.

A property that stands here and says something billed is a gap, so that nothing that is set costs nothing in silence.
What a meter does count has no entry. Sources: the pricing page of each service, recalled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from model import type_tokens
from model.property_check import Step, found_at
from model.resource import MISSING, UNKNOWN, Resource
from pricing.bill import Kind
from pricing.context import UnpricedReason

Means = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Extra:
    """A property, why it is billed, and the values for which it is; ``*`` stands for each item of a list."""

    path: tuple[Step, ...]
    why: str
    means: Means
    kind: Kind
    #: Whether the last key may be written in any case.
    caseless: bool = False

    @property
    def name(self) -> str:
        """The property as a message names it."""
        return ".".join(map(str, self.path))


def unmetered(resource: Resource, extras: tuple[Extra, ...]) -> Iterator[UnpricedReason]:
    """A gap for each property that bills, or that nobody knows yet and may."""
    for extra in extras:
        found = list(_found(resource.props, extra)) if extra.path[0] in resource.props else ()
        if any(item is not MISSING and item is not UNKNOWN and extra.means(item) for item in found):
            yield UnpricedReason(f"{extra.name}: {extra.why}, which is not priced here", extra.kind)
        elif UNKNOWN in found:
            yield UnpricedReason(
                f"{extra.name} is not known before the deployment: {extra.why}, which is not priced here", "value"
            )


def _found(props: Any, extra: Extra) -> Iterator[Any]:
    if not extra.caseless:
        yield from found_at(props, extra.path)
        return
    *above, last = extra.path
    for holder in found_at(props, tuple(above)):
        if holder is UNKNOWN:
            yield UNKNOWN
        elif isinstance(holder, Mapping):
            yield from (value for key, value in holder.items() if key.lower() == str(last).lower())


def given(found: Any) -> bool:
    """Switched on, or anything but empty; providers take booleans as text in places."""
    return found not in (False, 0, "", [], {}) and str(found).lower() != "false"


def above(limit: int) -> Means:
    """A number beyond what is free, or no number at all."""
    return lambda found: not isinstance(found, int | float) or isinstance(found, bool) or not found <= limit


def other_than(*usual: Any) -> Means:
    """Anything but the values that cost nothing more."""
    return lambda found: found not in usual


def begins(*prefixes: str) -> Means:
    """A text that begins so, or no text at all."""
    return lambda found: not isinstance(found, str) or found.startswith(prefixes)


def holds(*parts: str) -> Means:
    """A text that holds one of ``parts``, or no text at all."""
    return lambda found: not isinstance(found, str) or any(part in found.upper() for part in parts)


def _extra(path: str, why: str, means: Means = given, kind: Kind = "price") -> Extra:
    return Extra(tuple(path.split(".")), why, means, kind)


def _annotation(key: str, why: str) -> Extra:
    return Extra(("metadata", "annotations", key), why, given, "price")


_METRICS: Final = "detailed monitoring bills each instance's metrics"
_SURPLUS: Final = "an unlimited T class pays for credits beyond what it earns"
_TENANCY: Final = "hardware of one's own has other rates, and a fee by the region or the host"
_HOST: Final = "a dedicated host is billed as a whole, and its instances are not"
_MARKET: Final = "what is bought on the Spot market or as a capacity block has a price of its own"
_INITIALISED: Final = "a rate of initialisation is billed for each gigabyte of the snapshot"
_RESERVED: Final = "reserved capacity units are billed whether used or not"
_SPECIFIED: Final = "a volume attributes class may buy IOPS and throughput"
_LATENCY: Final = "queries that are routed by place or latency cost more"
_BALANCER: Final = (
    _annotation("alb.ingress.kubernetes.io/minimum-load-balancer-capacity", _RESERVED),
    _annotation("alb.ingress.kubernetes.io/shield-advanced-protection", "Shield Advanced is 3,000 USD a month"),
    _annotation("service.beta.kubernetes.io/aws-load-balancer-minimum-load-balancer-capacity", _RESERVED),
)
_COPIES: Final = "copies are stored and transferred once more"
_BUCKET: Final = (
    _extra("accelerationStatus", "Transfer Acceleration bills each gigabyte", other_than("Suspended", "")),
    _extra("lifecycleRules.*.transitions.*.storageClass", "each object pays for monitoring", holds("INTELLIGENT")),
)
_DOMAIN: Final = (
    _extra("clusterConfig.coldStorageOptions.enabled", "cold storage bills each gigabyte"),
    _extra("ebsOptions.iops", "gp3 includes 3,000 IOPS, and more are billed", above(3000)),
    _extra("ebsOptions.throughput", "gp3 includes 125 MiB/s, and more are billed", above(125)),
)
EXTRAS: Final[Mapping[str, tuple[Extra, ...]]] = {
    type_tokens.EKS_CLUSTER: (
        _extra("computeConfig.enabled", "Auto Mode adds a fee to each instance, and starts instances nobody declares"),
        _extra("controlPlaneScalingConfig.tier", "a control plane of a higher tier costs more", other_than("standard")),
        _extra("remoteNetworkConfig", "hybrid nodes bill each vCPU by the hour"),
        _extra("outpostConfig", "a cluster on Outposts has a price of its own"),
    ),
    type_tokens.EKS_NODE_GROUP: (
        _extra("amiType", "Windows nodes pay for a licence by the hour", begins("WINDOWS")),
        _extra("warmPoolConfig", "a warm pool keeps instances and disks beyond those desired"),
    ),
    type_tokens.EBS_VOLUME: (_extra("volumeInitializationRate", _INITIALISED),),
    type_tokens.EC2_VPC: (_extra("instanceTenancy", _TENANCY, other_than("default", "")),),
    type_tokens.EC2_INSTANCE: (
        _extra("tenancy", _TENANCY, other_than("default", "")),
        _extra("hostId", _HOST),
        _extra("hostResourceGroupArn", _HOST),
        _extra("instanceMarketOptions", _MARKET),
        _extra("monitoring", _METRICS),
        _extra("creditSpecification.cpuCredits", _SURPLUS, other_than("standard")),
        _extra("launchTemplate", "what the template adds is not read here", kind="value"),
    ),
    type_tokens.EC2_LAUNCH_TEMPLATE: (
        _extra("placement.tenancy", _TENANCY, other_than("default", "")),
        _extra("placement.hostId", _HOST),
        _extra("placement.hostResourceGroupArn", _HOST),
        _extra("instanceMarketOptions", _MARKET),
        _extra("blockDeviceMappings.*.ebs.volumeInitializationRate", _INITIALISED),
        _extra("monitoring.enabled", _METRICS),
        _extra("creditSpecification.cpuCredits", _SURPLUS, other_than("standard")),
        _extra("capacityReservationSpecification.capacityReservationTarget", "reserved capacity is billed when idle"),
    ),
    type_tokens.ECS_CLUSTER: (
        _extra("settings.*.value", "Container Insights bills each observation", other_than("disabled")),
    ),
    type_tokens.EC2_VPN_CONNECTION: (
        _extra("enableAcceleration", "acceleration bills two Global Accelerators and their data"),
        _extra("tunnelBandwidth", "large tunnels cost more an hour", other_than("standard")),
        _extra("transitGatewayId", "the attachment is billed by the hour and gigabyte"),
        _extra("vpnConcentratorId", "a concentrator is billed by the hour"),
    ),
    type_tokens.ELASTICACHE_REPLICATION_GROUP: (
        _extra("globalReplicationGroupId", "data is copied into another region"),
        _extra("logDeliveryConfigurations.*.destinationType", "Firehose bills each gigabyte", holds("FIREHOSE")),
    ),
    type_tokens.DOCDB_CLUSTER: (
        _extra("globalClusterIdentifier", "writes are replicated into another region"),
        _extra("serverlessV2ScalingConfiguration", "capacity units are billed by the second"),
    ),
    type_tokens.RDS_INSTANCE: (
        _extra("iops", "provisioned IOPS are billed"),
        _extra("storageThroughput", "provisioned throughput is billed"),
        _extra("dedicatedLogVolume", "a volume for logs is billed besides"),
        _extra("databaseInsightsMode", "advanced insights bill each vCPU", other_than("standard")),
        _extra("performanceInsightsRetentionPeriod", "insights are free for 7 days only", above(7)),
        _extra("monitoringInterval", "Enhanced Monitoring fills a log group that never expires", above(0), "usage"),
        _extra("customIamInstanceProfile", "RDS Custom has a price of its own"),
    ),
    type_tokens.ELASTICSEARCH_DOMAIN: _DOMAIN,
    type_tokens.OPENSEARCH_DOMAIN: (
        *_DOMAIN,
        _extra("clusterConfig.nodeOptions", "nodes of further kinds are billed by the hour"),
        _extra("clusterConfig.instanceType", "the class keeps data in managed storage", begins("or", "om2", "oi2")),
        _extra("aimlOptions.serverlessVectorAcceleration.enabled", "it bills capacity units"),
        _extra("aimlOptions.s3VectorsEngine.enabled", "vectors are stored and queried in S3"),
    ),
    type_tokens.S3_BUCKET: (*_BUCKET, _extra("replicationConfiguration", _COPIES)),
    type_tokens.S3_BUCKET_V2: (*_BUCKET, _extra("replicationConfigurations", _COPIES)),
    **dict.fromkeys(
        (
            type_tokens.S3_BUCKET_LIFECYCLE_CONFIGURATION,
            type_tokens.S3_BUCKET_LIFECYCLE_CONFIGURATION_V2,
        ),
        (_extra("rules.*.transitions.*.storageClass", "each object pays for monitoring", holds("INTELLIGENT")),),
    ),
    type_tokens.KMS_KEY: (
        _extra("customKeyStoreId", "the store is a CloudHSM cluster or an external key manager"),
        _extra("customerMasterKeySpec", "requests to asymmetric keys cost more", other_than("SYMMETRIC_DEFAULT")),
    ),
    type_tokens.BACKUP_PLAN: (
        _extra("rules.*.scanActions", "scanning bills each gigabyte"),
        _extra("rules.*.enableContinuousBackup", "what is kept for a point in time is billed besides"),
    ),
    type_tokens.DLM_LIFECYCLE_POLICY: (
        _extra("policyDetails.schedules.*.crossRegionCopyRules", "each copy is stored once more, and transferred"),
        _extra("policyDetails.schedules.*.fastRestoreRule", "fast restore is billed by zone and hour"),
    ),
    type_tokens.CLOUDWATCH_METRIC_ALARM: (
        _extra(
            "metricQueries.*.expression",
            "an alarm on a band or a query is billed as several metrics",
            holds("ANOMALY_DETECTION_BAND", "SELECT"),
        ),
    ),
    type_tokens.CLOUDTRAIL_TRAIL: (_extra("insightSelectors", "Insights analyses every event"),),
    type_tokens.CFG_RECORDER: (
        _extra("recordingMode.recordingFrequency", "a daily item costs more", other_than("CONTINUOUS")),
    ),
    type_tokens.SNS_TOPIC: (
        _extra("fifoTopic", "a FIFO topic costs more a message, and by gigabyte"),
        _extra("archivePolicy", "archived messages are stored"),
    ),
    type_tokens.ROUTE53_ZONE: (_extra("enableAcceleratedRecovery", "accelerated recovery has a price of its own"),),
    type_tokens.ROUTE53_RECORD: (
        _extra("latencyRoutingPolicies", _LATENCY),
        _extra("geolocationRoutingPolicies", _LATENCY),
        _extra("geoproximityRoutingPolicy", _LATENCY),
        _extra("cidrRoutingPolicy", _LATENCY),
    ),
    type_tokens.CLOUDWATCH_LOG_ACCOUNT_POLICY: (
        _extra("policyType", "data protection bills each gigabyte it scans, in every group", holds("DATA_PROTECTION")),
    ),
    type_tokens.SSM_SERVICE_SETTING: (
        _extra(
            "settingValue",
            "a higher tier bills each parameter, request or managed instance",
            lambda found: str(found).lower() in {"true", "advanced", "intelligent-tiering"},
        ),
    ),
    type_tokens.EFS_BACKUP_POLICY: (
        _extra("backupPolicy.status", "AWS Backup bills each gigabyte it keeps", other_than("DISABLED", "DISABLING")),
    ),
    type_tokens.LAMBDA_EVENT_SOURCE_MAPPING: (
        _extra("provisionedPollerConfig", "provisioned pollers are billed by the hour"),
    ),
    type_tokens.K8S_STORAGE_STORAGE_CLASS_KIND: (
        replace(_extra("parameters.iopsPerGB", "each volume buys IOPS by its size"), caseless=True),
    ),
    type_tokens.K8S_CORE_PERSISTENT_VOLUME_CLAIM_KIND: (_extra("spec.volumeAttributesClassName", _SPECIFIED),),
    type_tokens.K8S_APPS_STATEFUL_SET_KIND: (
        _extra("spec.volumeClaimTemplates.*.spec.volumeAttributesClassName", _SPECIFIED),
    ),
    type_tokens.K8S_ELBV2_INGRESS_CLASS_PARAMS_KIND: (
        _extra("spec.minimumLoadBalancerCapacity.capacityUnits", _RESERVED, above(0)),
    ),
    type_tokens.K8S_CORE_SERVICE_KIND: _BALANCER,
    type_tokens.K8S_NETWORKING_INGRESS_KIND: _BALANCER,
    type_tokens.K8S_EXTENSIONS_INGRESS_KIND: _BALANCER,
}
