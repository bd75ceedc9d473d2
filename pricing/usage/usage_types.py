"""Which usage types of an AWS bill are which figures of ``landing:usage``, and which are none.

Names are those of the price book's SKUs and of public bills; where neither had one, the line says which page or bill.
A usage type is written as APN2-NatGateway-Bytes, in a few services as ap-northeast-2-KMS-Requests, and without a region
where a service has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pricing.bill import HOURS
from stacks.offered import REGION

#: How usage types begin in a region (source: S3 user guide, billing and usage reports).
PREFIXES: Final[Mapping[str, tuple[str, ...]]] = {"ap-northeast-2": ("APN2-", "ap-northeast-2-")}
#: A usage type of some region.
_REGIONAL: Final = re.compile(r"(?:[A-Z]{2,3}[A-Z]?\d|EU|[a-z]{2}(?:-[a-z]+)+-\d)-")

ONE: Final = Decimal(1)
MILLION: Final = Decimal(10**6)
GB: Final = frozenset({"gb"})
GB_MONTH: Final = frozenset({"gb-mo", "gb-month", "gb-months"})
REQUESTS: Final = frozenset({"requests", "request", "api requests", "count"})
#: What Cost Explorer says for a unit that it does not tell (source: AWS's own examples of GetCostAndUsage).
UNTOLD: Final = frozenset({"n/a", ""})

BOOK: Final = "price book, the SKU's usage type"
CLOUDWATCH: Final = "AmazonCloudWatch"
CONTAINERS: Final = "Amazon EC2 Container Registry (ECR)"
DOCUMENTS: Final = "Amazon DocumentDB (with MongoDB compatibility)"
CACHE: Final = "Amazon ElastiCache"
DATABASES: Final = "Amazon Relational Database Service"
STORAGE: Final = "Amazon Simple Storage Service"
NOTIFICATIONS: Final = "Amazon Simple Notification Service"
BALANCERS: Final = "Amazon Elastic Load Balancing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Usage types that fit ``pattern`` whole, of ``service`` or of any, are a figure: ``per`` of them make one.

    ``units`` are Cost Explorer's, in lower case; another unit is a doubt, not a number. ``worldwide`` ones carry no
    region.
    """

    figure: str
    pattern: str
    units: frozenset[str]
    source: str
    service: str = ""
    per: Decimal = ONE
    worldwide: bool = False


#: The first that fits counts.
MAPPED: Final = (
    Mapped(figure="natGb", pattern="NatGateway-Bytes", units=GB, source=BOOK),
    Mapped(figure="egressGb", pattern="DataTransfer-Out-Bytes", units=GB, source=BOOK),
    # Both ends of a transfer are on the bill, and the figure counts a gigabyte once.
    Mapped(figure="crossZoneGb", pattern="DataTransfer-Regional-Bytes", units=GB, source=BOOK, per=Decimal(2)),
    Mapped(figure="endpointGb", pattern="VpcEndpoint-Bytes", units=GB, source=BOOK),
    Mapped(
        figure="documentsStorageGb",
        pattern="(IO-Optimized)?StorageUsage",
        service=DOCUMENTS,
        units=GB_MONTH,
        source=BOOK,
    ),
    Mapped(
        figure="documentsMillionIo",
        pattern="StorageIOUsage",
        service=DOCUMENTS,
        units=frozenset({"ios", "i/os", "io"}) | REQUESTS,
        per=MILLION,
        source=BOOK,
    ),
    Mapped(figure="documentsBackupGb", pattern="BackupUsage", service=DOCUMENTS, units=GB_MONTH, source=BOOK),
    Mapped(
        figure="documentsCreditHours",
        pattern=r"CPUCredits:db\.t\w+",
        service=DOCUMENTS,
        units=frozenset({"vcpu-hours", "vcpu-hour", "vcpu-hrs"}),
        source="infracost/infracost internal/resources/aws/docdb_cluster_instance.go",
    ),
    Mapped(
        figure="databaseCreditHours",
        pattern=r"CPUCredits:db\.t\w+",
        service=DATABASES,
        units=frozenset({"vcpu-hours", "vcpu-hour", "vcpu-hrs"}),
        source="a public bill of RDS in 2026-07",
    ),
    Mapped(
        figure="cacheBackupGb",
        pattern="(ElastiCache:)?BackupUsage",
        service=CACHE,
        units=GB_MONTH,
        source="cloud-carbon-footprint AwsUsageTypes (ElastiCache:BackupUsage)",
    ),
    # Gigabyte-hours over the hours of the bill's month are gigabytes on average.
    Mapped(
        figure="cacheServerlessGb",
        pattern=r"CachedData:\w+",
        service=CACHE,
        units=frozenset({"gb-hours", "gb-hrs", "gb-hour"}),
        per=HOURS,
        source=BOOK,
    ),
    Mapped(
        figure="cacheServerlessMillionEcpu",
        pattern=r"ElastiCacheProcessingUnits:\w+",
        service=CACHE,
        units=frozenset({"ecpu", "ecpus", "elasticacheprocessingunits"}),
        per=MILLION,
        source=BOOK,
    ),
    Mapped(
        figure="loadBalancerLcuHours",
        pattern="LCUUsage",
        service=BALANCERS,
        units=frozenset({"lcu-hrs", "lcu-hours", "nlcu-hrs", "lcu"}),
        source=BOOK,
    ),
    Mapped(figure="registryGb", pattern="TimedStorage-ByteHrs", service=CONTAINERS, units=GB_MONTH, source=BOOK),
    Mapped(figure="snapshotGb", pattern="EBS:SnapshotUsage", units=GB_MONTH, source=BOOK),
    Mapped(figure="bucketWrites", pattern="Requests-Tier1", service=STORAGE, units=REQUESTS, source=BOOK),
    Mapped(figure="bucketReads", pattern="Requests-Tier2", service=STORAGE, units=REQUESTS, source=BOOK),
    Mapped(figure="kmsRequests", pattern="KMS-Requests", units=REQUESTS, source=BOOK),
    Mapped(
        figure="secretApiCalls",
        pattern="AWSSecretsManager(APIRequest|-APIRequests)",
        units=REQUESTS,
        source="price book; the second writing: a public normalisation of usage types (EU)",
    ),
    Mapped(
        figure="customMetrics",
        pattern="CW:MetricMonitorUsage",
        service=CLOUDWATCH,
        units=frozenset({"metrics", "metric"}),
        source=BOOK,
    ),
    Mapped(
        figure="metricDataRequests",
        pattern="CW:GMD-Metrics",
        service=CLOUDWATCH,
        units=frozenset({"metrics", "metric"}) | REQUESTS,
        source=BOOK,
    ),
    Mapped(
        figure="insightsScanGb",
        pattern="DataScanned-Bytes",
        service=CLOUDWATCH,
        units=GB,
        source="CloudWatch user guide, analysing CloudWatch billing",
    ),
    Mapped(
        figure="tracesRecorded",
        pattern="XRay-TracesStored",
        units=frozenset({"traces", "trace"}),
        source=BOOK,
    ),
    Mapped(
        figure="tracesRetrieved",
        pattern="XRay-TracesAccessed",
        units=frozenset({"traces", "trace"}),
        source=BOOK,
    ),
    Mapped(
        figure="managedMetricMillionSamples",
        pattern="AMP:MetricSampleCount",
        units=frozenset({"samples", "sample", "metricsamplecount"}),
        per=MILLION,
        source=BOOK,
    ),
    Mapped(figure="managedMetricGb", pattern="AMP:MetricStorageByteHrs", units=GB_MONTH, source=BOOK),
    Mapped(
        figure="managedQueryBillionSamples",
        pattern="AMP:QuerySamplesProcessed",
        units=frozenset({"samples", "sample", "querysamplesprocessed"}),
        per=Decimal(10**9),
        worldwide=True,
        source=BOOK,
    ),
    Mapped(
        figure="notifications",
        pattern="Requests-Tier1",
        service=NOTIFICATIONS,
        units=REQUESTS,
        worldwide=True,
        source="AWS billing user guide, free tier usage types",
    ),
    Mapped(
        figure="configItems",
        pattern="ConfigurationItemRecorded",
        units=frozenset({"configurationitemrecorded", "configuration items", "items"}) | REQUESTS,
        source=BOOK,
    ),
    Mapped(
        figure="trailManagementEvents",
        pattern="PaidEventsRecorded",
        units=frozenset({"events", "event"}),
        source="AWS CloudTrail cost queries of the CUR query library (%-PaidEventsRecorded)",
    ),
    Mapped(
        figure="trailDataEvents",
        pattern="DataEventsRecorded",
        units=frozenset({"events", "event"}),
        source="a public list of CloudTrail usage types, 2026",
    ),
    Mapped(
        figure="dnsQueries",
        pattern="DNS-Queries",
        units=frozenset({"queries", "query"}) | REQUESTS,
        worldwide=True,
        source=BOOK,
    ),
)

#: A bill tells these for all log groups, or all buckets, together: what each figure has is asked of CloudWatch.
BY_NAME: Final = (
    (
        CLOUDWATCH,
        r"(VendedLog|VendedLogIA|DataProcessing|DataProcessingIA)-Bytes\S*",
        "read by log group in CloudWatch",
    ),
    (STORAGE, r"TimedStorage-\S*ByteHrs", "read by bucket in CloudWatch"),
)
#: What a stack declares the size or number of: the bill has it without a figure.
DECLARED: Final = re.compile(
    r"(BoxUsage|SpotUsage|InstanceUsage|NodeUsage|Multi-AZUsage|ESInstance|DedicatedUsage|HeavyUsage)\S*"
    r"|EBS:Volume\S*|EBSOptimized\S*|ES:\S+-Storage|RDS:\S+-Storage|AmazonEKS\S*-Hours:\S+"
    r"|(NatGateway|RegionalNatGateway|VpcEndpoint|TransitGateway)-Hours|VPN-Usage-Hours\S*|PublicIPv4:\w+"
    r"|LoadBalancerUsage|KMS-Keys|AWSSecretsManager-Secrets?|CW:\w*AlarmMonitorUsage|HostedZone|DashboardsUsageHour\S*"
)
#: What AWS meters and asks nothing for.
FREE: Final = re.compile(r"\S*(DataTransfer|AWS)-In-Bytes|FreeEventsRecorded|S3G-\S+|C3DataTransfer-\S+")


def mapped(service: str, usage_type: str, region: str = REGION) -> Mapped | None:
    """The entry of :data:`MAPPED` that ``usage_type`` of ``service`` belongs to."""
    name, here = _bare(usage_type, region)
    for entry in MAPPED:
        placed = here is True or (here is None and entry.worldwide)
        if placed and entry.service in ("", service) and re.fullmatch(entry.pattern, name):
            return entry
    return None


def unmapped(service: str, usage_type: str, region: str = REGION) -> str:
    """Why ``usage_type`` is read for no figure."""
    name, here = _bare(usage_type, region)
    if here is False:
        return "of another region"
    for owner, pattern, what in BY_NAME:
        if owner == service and re.fullmatch(pattern, name):
            return what
    if FREE.fullmatch(name):
        return "free"
    return "billed by what is declared" if DECLARED.fullmatch(name) else "no figure is read from it"


def _bare(usage_type: str, region: str) -> tuple[str, bool | None]:
    """The name without its region, and whether that is ``region``: ``None`` where none is written."""
    for prefix in PREFIXES[region]:
        if usage_type.startswith(prefix):
            rest = usage_type.removeprefix(prefix)
            # APN2-USE1-AWS-Out-Bytes is transfer to another region, and no figure's.
            return rest, True
    return (usage_type, False) if _REGIONAL.match(usage_type) else (usage_type, None)
