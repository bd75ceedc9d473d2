"""The questions: one entry for each price of the book whose usage type is known, and why there is none for the others.

A key without an entry is kept as it is, with its reason in :data:`UNASKED`. Sources of filters and usage
types: public clients of the API, public bills, and the book's own ``usagetype`` where it was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from pricing.book.query import (
    GB,
    GB_MONTH,
    HOUR,
    MIB_OF_GIB,
    MILLION,
    REQUEST,
    TEN_THOUSAND,
    THOUSAND,
    Query,
    balancer,
    by_usage,
    cache,
    docdb,
    ebs,
    ec2,
    endpoint,
    everywhere,
    from_seoul,
    iops,
    kms,
    nat,
    postgres,
    search,
    seoul,
)

_SIZES: Final = ("large", "xlarge", "2xlarge")
_INSTANCES: Final = (
    *(f"{family}.{size}" for family in ("t3", "t3a", "t4g") for size in ("small", "medium", *_SIZES)),
    *(f"{family}.{size}" for family in ("m5", "m6i", "m7i", "m7g", "c7g", "r7g", "r5") for size in _SIZES),
    *(f"{family}.{size}" for family in ("m6g", "c6g", "r6g") for size in ("medium", *_SIZES)),
    *(f"{family}.{size}" for family in ("t3", "t4g") for size in ("nano", "micro")),
    *(f"t2.{size}" for size in ("nano", "micro", "small", "medium", *_SIZES)),
    *(f"{family}.medium" for family in ("m7g", "c7g", "r7g")),
)
_DOCUMENT_CLASSES: Final = ("t3.medium", "t4g.medium", "r5.large", "r5.xlarge", "r6g.large", "r6g.xlarge")
_CACHE_NODES: Final = (
    *("t3.micro", "t3.small", "t3.medium", "t4g.micro", "t4g.small", "t4g.medium"),
    *("m6g.large", "m7g.large", "r6g.large", "r7g.large"),
)
_SERVERLESS: Final = ("Redis", "Valkey", "Memcached")
_SEARCH_CLASSES: Final = ("t3.small", "t3.medium", "m6g.large", "r6g.large", "or1.large")

QUERIES: Final[Mapping[str, Query]] = {
    "eks/cluster-standard": by_usage("AmazonEKS", "AmazonEKS-Hours:perCluster", HOUR),
    "eks/cluster-extended-support-surcharge": by_usage("AmazonEKS", "AmazonEKS-Hours:extendedSupport", HOUR),
    **{f"ec2/{name}": ec2(name) for name in _INSTANCES},
    **{f"ec2/ebs-{kind}": ebs(kind, kind) for kind in ("gp2", "gp3", "io2", "st1", "sc1")},
    "ec2/ebs-io1": ebs("io1", "piops"),
    "ec2/ebs-gp3-iops": iops("gp3", included=3000),
    "ec2/ebs-io1-iops": iops("io1", "piops"),
    "ec2/ebs-io2-iops": iops("io2", beyond={32_000: "tier2", 64_000: "tier3"}),
    "ec2/ebs-gp3-throughput": seoul(
        "AmazonEC2",
        "EBS:VolumeP-Throughput.gp3",
        ("gibps-mo",),
        {"productFamily": "Provisioned Throughput", "volumeApiName": "gp3"},
        per=MIB_OF_GIB,
        included=Decimal(125),
    ),
    "ec2/ebs-snapshot-standard": by_usage("AmazonEC2", "EBS:SnapshotUsage", GB_MONTH),
    "ec2/ebs-snapshot-archive": by_usage("AmazonEC2", "EBS:SnapshotArchiveStorage", GB_MONTH),
    "ec2/nat-gateway-hour": nat("Hours", HOUR),
    "ec2/nat-gateway-gb": nat("Bytes", GB),
    "ec2/regional-nat-gateway-hour-per-az": by_usage("AmazonEC2", "RegionalNatGateway-Hours", HOUR),
    "vpc/interface-endpoint-hour-per-az": endpoint("Hours", HOUR),
    "vpc/interface-endpoint-gb": endpoint("Bytes", GB),
    "vpc/public-ipv4-in-use": by_usage("AmazonVPC", "PublicIPv4:InUseAddress", HOUR),
    "vpc/public-ipv4-idle": by_usage("AmazonVPC", "PublicIPv4:IdleAddress", HOUR),
    "vpc/transit-gateway-attachment": by_usage(
        "AmazonVPC", "TransitGateway-Hours", HOUR, operation="TransitGatewayVPC"
    ),
    "vpc/transit-gateway-gb": by_usage("AmazonVPC", "TransitGateway-Bytes", GB, operation="TransitGatewayVPC"),
    "vpc/vpn-connection-hour": by_usage("AmazonVPC", "VPN-Usage-Hours:ipsec.1", HOUR),
    "elb/alb-hour": balancer("-Application", "LoadBalancerUsage", HOUR),
    "elb/alb-lcu": balancer("-Application", "LCUUsage", ("lcu-hrs",)),
    "elb/nlb-hour": balancer("-Network", "LoadBalancerUsage", HOUR),
    "elb/nlb-nlcu": balancer("-Network", "LCUUsage", ("lcu-hrs",)),
    "elb/classic-lb-hour": balancer("", "LoadBalancerUsage", HOUR),
    "transfer/internet-out": from_seoul("DataTransfer-Out-Bytes", transferType="AWS Outbound"),
    "transfer/inter-region-to-tokyo-or-virginia": from_seoul("APN1-AWS-Out-Bytes"),
    "transfer/inter-az-each-direction": from_seoul("DataTransfer-Regional-Bytes"),
    **{f"docdb/db.{name}": docdb(f"InstanceUsage:db.{name}", HOUR) for name in _DOCUMENT_CLASSES},
    "docdb/storage-standard": docdb("StorageUsage", GB_MONTH),
    "docdb/storage-io-optimized": docdb("IO-OptimizedStorageUsage", GB_MONTH),
    "docdb/backup": docdb("BackupUsage", GB_MONTH),
    "docdb/io-per-million": docdb("StorageIOUsage", ("ios",), MILLION),
    **{
        f"elasticache/cache.{node}:{engine}": cache(f"cache.{node}", engine)
        for node in _CACHE_NODES
        for engine in ("Redis", "Valkey")
    },
    **{
        f"elasticache/serverless-data:{engine}": by_usage("AmazonElastiCache", f"CachedData:{engine}", ("gb-hours",))
        for engine in _SERVERLESS
    },
    **{
        f"elasticache/serverless-ecpu:{engine}": by_usage(
            "AmazonElastiCache",
            f"ElastiCacheProcessingUnits:{engine}",
            ("elasticacheprocessingunit", "elasticacheprocessingunits"),
            per=MILLION,
        )
        for engine in _SERVERLESS
    },
    **{
        f"elasticache/cache.t4g.micro:Redis-extended-support-{years}": seoul(
            "AmazonElastiCache",
            f"ExtendedSupport{usage}-NodeUsage:cache.t4g.micro",
            HOUR,
            {"instanceType": "cache.t4g.micro", "cacheEngine": "Redis"},
        )
        for years, usage in (("yr1-2", "Yr1_Yr2"), ("yr3", "Yr3"))
    },
    **{f"opensearch/{name}.search": search(f"{name}.search") for name in _SEARCH_CLASSES},
    "opensearch/ebs-gp3": by_usage("AmazonES", "ES:GP3-Storage", GB_MONTH),
    "opensearch/serverless-ocu": by_usage("AmazonES", "IndexingOCU", ("ocu-hours", "ocu-hrs", *HOUR)),
    "mwaa/environment-mw1.small": by_usage("AmazonMWAA", "Airflow-SmallEnvironment", HOUR),
    "mwaa/worker-small-additional": by_usage("AmazonMWAA", "Airflow-SmallWorker", HOUR),
    "cloudwatch/logs-ingest-standard": by_usage("AmazonCloudWatch", "DataProcessing-Bytes", GB),
    "cloudwatch/logs-ingest-infrequent-access": by_usage("AmazonCloudWatch", "DataProcessingIA-Bytes", GB),
    "cloudwatch/logs-vended-ingest": by_usage("AmazonCloudWatch", "VendedLog-Bytes", GB),
    "cloudwatch/logs-vended-ingest-infrequent-access": by_usage("AmazonCloudWatch", "VendedLogIA-Bytes", GB),
    "cloudwatch/logs-storage": by_usage("AmazonCloudWatch", "TimedStorage-ByteHrs", GB_MONTH),
    "cloudwatch/logs-insights-scan": by_usage("AmazonCloudWatch", "DataScanned-Bytes", GB),
    "cloudwatch/metric-custom": by_usage("AmazonCloudWatch", "CW:MetricMonitorUsage", ("metrics",)),
    "cloudwatch/alarm-standard": by_usage("AmazonCloudWatch", "CW:AlarmMonitorUsage", ("alarms",)),
    "cloudwatch/alarm-composite": by_usage("AmazonCloudWatch", "CW:CompositeAlarmMonitorUsage", ("alarms",)),
    "cloudwatch/alarm-high-resolution": by_usage("AmazonCloudWatch", "CW:HighResAlarmMonitorUsage", ("alarms",)),
    "cloudwatch/canary-run": by_usage("AmazonCloudWatch", "CW:Canary-runs", ("runs", "canary runs", "count")),
    "cloudwatch/api-requests-1k": by_usage("AmazonCloudWatch", "CW:Requests", REQUEST, per=THOUSAND),
    "cloudwatch/get-metric-data-1k": by_usage("AmazonCloudWatch", "CW:GMD-Metrics", ("metrics",), per=THOUSAND),
    "cloudwatch/dashboard": everywhere("AmazonCloudWatch", "DashboardsUsageHour", ("dashboards",)),
    "xray/trace-recorded": by_usage("AWSXRay", "XRay-TracesStored", ("traces",)),
    # Retrieved and scanned traces have one usage type and one price, under two operations.
    "xray/trace-retrieved-or-scanned": by_usage(
        "AWSXRay", "XRay-TracesAccessed", ("traces",), operation="XRay-Traces-Retrieved"
    ),
    "s3/standard": by_usage("AmazonS3", "TimedStorage-ByteHrs", GB_MONTH, {"volumeType": "Standard"}),
    **{
        f"s3/{name}": by_usage("AmazonS3", f"TimedStorage-{usage}", GB_MONTH)
        for name, usage in (
            ("standard-ia", "SIA-ByteHrs"),
            ("glacier-instant-retrieval", "GIR-ByteHrs"),
            ("glacier-flexible", "GlacierByteHrs"),
            ("glacier-deep-archive", "GDA-ByteHrs"),
        )
    },
    "s3/transition-to-glacier-ir-1k": by_usage("AmazonS3", "Requests-Tier4", REQUEST, per=THOUSAND),
    "s3/put-copy-post-list-1k": by_usage(
        "AmazonS3", "Requests-Tier1", REQUEST, {"group": "S3-API-Tier1"}, per=THOUSAND
    ),
    "s3/get-10k": by_usage("AmazonS3", "Requests-Tier2", REQUEST, {"group": "S3-API-Tier2"}, per=TEN_THOUSAND),
    "ecr/storage": by_usage("AmazonECR", "TimedStorage-ByteHrs", GB_MONTH),
    "secretsmanager/secret": by_usage("AWSSecretsManager", "AWSSecretsManager-Secrets", ("secrets", "secret")),
    "secretsmanager/api-10k": by_usage("AWSSecretsManager", "AWSSecretsManagerAPIRequest", REQUEST, per=TEN_THOUSAND),
    "kms/key": kms("Keys", ("keys", "key")),
    "kms/requests-10k": kms("Requests", REQUEST, TEN_THOUSAND),
    "ecs/fargate-vcpu-x86": by_usage("AmazonECS", "Fargate-vCPU-Hours:perCPU", HOUR),
    "ecs/fargate-gb-x86": by_usage("AmazonECS", "Fargate-GB-Hours", ("gb-hours", *HOUR)),
    "ecs/fargate-vcpu-arm": by_usage("AmazonECS", "Fargate-ARM-vCPU-Hours:perCPU", HOUR),
    "ecs/fargate-gb-arm": by_usage("AmazonECS", "Fargate-ARM-GB-Hours", ("gb-hours", *HOUR)),
    "eks/capability-argocd": by_usage("AmazonEKS", "AmazonEKSCapabilities-ArgoCD-Hours:perCapability", HOUR),
    "config/configuration-item-continuous": by_usage(
        "AWSConfig", "ConfigurationItemRecorded", ("configurationitemrecorded", "configuration items", "items")
    ),
    "lambda/requests-1M": seoul("AWSLambda", "Request", REQUEST, {"group": "AWS-Lambda-Requests"}, per=MILLION),
    "lambda/gb-second-x86": seoul(
        "AWSLambda", "Lambda-GB-Second", ("lambda-gb-second", "seconds"), {"group": "AWS-Lambda-Duration"}
    ),
    "lambda/gb-second-arm": seoul(
        "AWSLambda", "Lambda-GB-Second-ARM", ("lambda-gb-second", "seconds"), {"group": "AWS-Lambda-Duration-ARM"}
    ),
    "rds/postgres-single-az-db.t4g.micro": postgres("db.t4g.micro"),
    "rds/gp3-storage": seoul(
        "AmazonRDS",
        "RDS:GP3-Storage",
        GB_MONTH,
        {"databaseEngine": "PostgreSQL", "deploymentOption": "Single-AZ"},
    ),
    "route53/hosted-zone": everywhere("AmazonRoute53", "HostedZone", ("hostedzone",), productFamily="DNS Zone"),
    "route53/standard-queries-1M": everywhere(
        "AmazonRoute53", "DNS-Queries", ("queries",), MILLION, productFamily="DNS Query", routingType="Standard"
    ),
}

_NO_PRICE: Final = "is no price in the list: a ratio, a term of a commitment, or what is always free"
_UNSEEN: Final = "its usage type was seen nowhere, and one wrong question would spoil a whole refresh"
_FREE_WITHIN: Final = "what is free each month counts within the first tier, and stands in no SKU"
#: Why nobody asks for a price.
UNASKED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "eks/auto-mode-fee-fraction-of-ec2-on-demand",
            "ec2/spot-fraction-of-on-demand",
            "ec2/m7g.large-1yr-no-upfront-standard-RI",
            "ec2/m7g.large-3yr-no-upfront-standard-RI",
            "vpc/gateway-endpoint-s3-dynamodb",
            "transfer/internet-in",
            "docdb/io-optimized-fraction-of-standard",
            "ecr/data-transfer-in-region",
            "acm/public-cert-non-exportable",
            "cloudtrail/management-events-first-trail",
            "budgets/budget-monitoring",
        ),
        _NO_PRICE,
    ),
    **dict.fromkeys(
        ("amp/samples-ingested-10M", "amp/storage", "amp/query-1B-samples", "budgets/action-enabled-budget-day"),
        _FREE_WITHIN,
    ),
    **dict.fromkeys(
        (
            "eks/capability-argocd-application",
            "eks/eks-fargate-vcpu-x86",
            "eks/eks-fargate-gb-x86",
            "docdb/serverless-dcu-standard",
            "docdb/cpu-credits-t3-t4g",
            "elasticache/backup",
            "opensearch/ultrawarm1.medium.search",
            "opensearch/serverless-storage",
            "mwaa/environment-mw1.micro",
            "mwaa/scheduler-small-additional",
            "mwaa/metadata-db-storage",
            "ecr/storage-archive",
            "cloudwatch/container-insights-enhanced-observations-1M",
            "grafana/editor-user",
            "grafana/viewer-user",
            "guardduty/cloudtrail-analysis-per-1M-events",
            "guardduty/flow-dns-log-analysis-gb",
            "guardduty/eks-audit-log-per-1M-events",
            "guardduty/s3-data-events-per-1M",
            "guardduty/runtime-monitoring-vcpu",
            "cloudtrail/management-events-extra-100k",
            "cloudtrail/data-events-100k",
            "budgets/report-delivered",
            "config/rule-evaluation",
            "sns/publish-1M",
            "sns/email-100k",
            "backup/ebs-warm-storage",
            "backup/s3-warm-storage",
            "backup/documentdb-warm-storage",
            "backup/rds-warm-storage",
            "backup/documentdb-warm-storage-tokyo",
            "backup/rds-warm-storage-tokyo",
            "ec2/ebs-snapshot-tokyo",
            "ecr/storage-tokyo",
            "s3/standard-tokyo",
            "rds/cpu-credits-t3-t4g",
        ),
        _UNSEEN,
    ),
}
