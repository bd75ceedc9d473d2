"""The questions: one entry for each price of the book whose filters were seen to work.

A key without an entry is kept as it is: nobody has seen what would single out its SKU. Sources of filters and usage
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
    "ec2/ebs-io1-iops": seoul(
        "AmazonEC2",
        "EBS:VolumeP-IOPS.piops",
        ("iops-mo",),
        {"productFamily": "System Operation", "volumeApiName": "io1", "group": "EBS IOPS"},
    ),
    "ec2/ebs-io2-iops": iops("io2"),
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
    "vpc/interface-endpoint-hour-per-az": endpoint("Hours", HOUR),
    "vpc/interface-endpoint-gb": endpoint("Bytes", GB),
    "vpc/public-ipv4-in-use": by_usage("AmazonVPC", "PublicIPv4:InUseAddress", HOUR),
    "elb/alb-hour": balancer("-Application", "LoadBalancerUsage", HOUR),
    "elb/alb-lcu": balancer("-Application", "LCUUsage", ("lcu-hrs",)),
    "elb/nlb-hour": balancer("-Network", "LoadBalancerUsage", HOUR),
    "elb/nlb-nlcu": balancer("-Network", "LCUUsage", ("lcu-hrs",)),
    "elb/classic-lb-hour": balancer("", "LoadBalancerUsage", HOUR),
    "transfer/internet-out": from_seoul("DataTransfer-Out-Bytes", transferType="AWS Outbound"),
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
    "cloudwatch/metric-custom": by_usage("AmazonCloudWatch", "CW:MetricMonitorUsage", ("metrics",)),
    "cloudwatch/alarm-standard": by_usage("AmazonCloudWatch", "CW:AlarmMonitorUsage", ("alarms",)),
    "cloudwatch/get-metric-data-1k": by_usage("AmazonCloudWatch", "CW:GMD-Metrics", ("metrics",), per=THOUSAND),
    "cloudwatch/dashboard": everywhere("AmazonCloudWatch", "DashboardsUsageHour", ("dashboards",)),
    "xray/trace-recorded": by_usage("AWSXRay", "XRay-TracesStored", ("traces",)),
    # Retrieved and scanned traces have one usage type and one price, under two operations.
    "xray/trace-retrieved-or-scanned": by_usage(
        "AWSXRay", "XRay-TracesAccessed", ("traces",), operation="XRay-Traces-Retrieved"
    ),
    "s3/standard": by_usage("AmazonS3", "TimedStorage-ByteHrs", GB_MONTH, {"volumeType": "Standard"}),
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
    "lambda/requests-1M": seoul("AWSLambda", "Request", REQUEST, {"group": "AWS-Lambda-Requests"}, per=MILLION),
    "lambda/gb-second-x86": seoul(
        "AWSLambda", "Lambda-GB-Second", ("lambda-gb-second", "seconds"), {"group": "AWS-Lambda-Duration"}
    ),
    "lambda/gb-second-arm": seoul(
        "AWSLambda", "Lambda-GB-Second-ARM", ("lambda-gb-second", "seconds"), {"group": "AWS-Lambda-Duration-ARM"}
    ),
    "rds/postgres-single-az-db.t4g.micro": postgres("db.t4g.micro"),
    "route53/hosted-zone": everywhere("AmazonRoute53", "HostedZone", ("hostedzone",), productFamily="DNS Zone"),
    "route53/standard-queries-1M": everywhere(
        "AmazonRoute53", "DNS-Queries", ("queries",), MILLION, productFamily="DNS Query", routingType="Standard"
    ),
}
