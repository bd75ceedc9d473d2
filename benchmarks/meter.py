"""Times the meter in process: ``python benchmarks/meter.py``. Target: 10,000 priced resources under a second, linear.

A stack grows as real ones do, wider and not deeper: one slice of a landing zone, repeated below components of its own.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from model.resource import UNKNOWN, Resource
from pricing import meter
from pricing.book import Book
from stacks.load import stack_file

SIZES: Final = (100, 1_000, 10_000)
RUNS: Final = 5
PREFIX: Final = "urn:pulumi:prod::landing::alphacar:slice:Slice"
SLICE: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("aws:eks/cluster:Cluster", {"version": "1.35"}),
    (
        "aws:eks/nodeGroup:NodeGroup",
        {
            "capacityType": "SPOT",
            "instanceTypes": ["m6g.large", "m7g.large", "r6g.large"],
            "launchTemplate": {"id": UNKNOWN},
            "scalingConfig": {"minSize": 0, "desiredSize": 2, "maxSize": 4},
        },
    ),
    ("aws:ec2/natGateway:NatGateway", {"allocationId": UNKNOWN}),
    ("aws:ec2/eip:Eip", {"domain": "vpc"}),
    ("aws:docdb/cluster:Cluster", {"backupRetentionPeriod": 35, "manageMasterUserPassword": True}),
    ("aws:docdb/clusterInstance:ClusterInstance", {"instanceClass": "db.t4g.medium"}),
    (
        "aws:elasticache/replicationGroup:ReplicationGroup",
        {"engine": "valkey", "nodeType": "cache.t4g.small", "numCacheClusters": 2, "snapshotRetentionLimit": 7},
    ),
    (
        "aws:opensearch/domain:Domain",
        {
            "clusterConfig": {"instanceType": "t3.small.search", "instanceCount": 3},
            "ebsOptions": {"ebsEnabled": True, "volumeType": "gp3", "volumeSize": 20},
        },
    ),
    ("aws:cloudwatch/logGroup:LogGroup", {"name": "/aws/eks/alphacar/cluster", "retentionInDays": 365}),
    ("aws:secretsmanager/secret:Secret", {"name": "alphacar/prod/x"}),
    (
        "kubernetes:external-secrets.io/v1:ExternalSecret",
        {"spec": {"data": [{"remoteRef": {"key": "alphacar/prod/x"}}]}},
    ),
    ("aws:s3/bucket:Bucket", {}),
    ("aws:ecr/repository:Repository", {}),
    ("aws:kms/key:Key", {}),
    ("kubernetes:core/v1:PersistentVolumeClaim", {"spec": {"resources": {"requests": {"storage": "50Gi"}}}}),
    (
        "kubernetes:helm.sh/v3:Release",
        {
            "chart": "loki",
            "values": {"singleBinary": {"replicas": 1, "persistence": {"enabled": True, "size": "50Gi"}}},
        },
    ),
    ("kubernetes:networking.k8s.io/v1:Ingress", {"spec": {"ingressClassName": "alb"}}),
)
TEMPLATE: Final = (
    "aws:ec2/launchTemplate:LaunchTemplate",
    {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 40, "volumeType": "gp3"}}]},
)


def resources(priced: int) -> list[Resource]:
    """``priced`` resources that are billed, and the components and launch templates that they need."""
    found: list[Resource] = []
    for place in range(priced):
        number, kind = divmod(place, len(SLICE))
        component = f"{PREFIX}::slice-{number}"
        if kind == 0:
            found.append(
                Resource(urn=component, type="alphacar:slice:Slice", name=f"slice-{number}", props={}, custom=False)
            )
        for token, props in (SLICE[kind], TEMPLATE)[: 2 if SLICE[kind][0].endswith(":NodeGroup") else 1]:
            name = f"slice-{number}"
            found.append(
                Resource(urn=f"{PREFIX}${token}::{name}", type=token, name=name, props=props, parent=component)
            )
    return found


def main() -> None:
    """Print, for each size, the best of some runs."""
    usage, book = stack_file("prod").settings.usage, Book.load()
    print(f"{'priced':>8} {'lines':>8} {'seconds':>8} {'microseconds each':>18}")
    for size in SIZES:
        stack = resources(size)
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            bill = meter.compute_bill(stack, usage, book)
            total = bill.usd_per_month
            times.append(time.perf_counter() - start)
        if bill.unpriced or not total:
            raise SystemExit(f"the benchmark's own stack has gaps: {bill.unpriced[:3]}")
        print(f"{size:>8,} {len(bill.lines):>8,} {min(times):>8.3f} {min(times) / size * 10**6:>18.1f}")


if __name__ == "__main__":
    main()
