"""alphacar's landing zone, from settings to outputs: a table of contents whose chapters are in ``landing``.

Settings say sizes, the ledger decides, chapters hand both to components, components declare resources. Nothing here
asks which environment it is: environments differ in their stack files only.
"""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.arguments import AccountRegion
from landing import admission as admit
from landing import drills, isolation, observability, platform, stores, workloads
from landing.boundary import bound_roles
from landing.environment import Environment
from policy.ledger.decide import decide
from stacks.clock import today
from stacks.load import required_from_environment
from stacks.offered import REGION

settings = required_from_environment()
day = today()
decisions = decide(settings, day)
zone = Environment(
    settings=settings,
    decisions=decisions,
    today=day,
    place=AccountRegion(account_id=aws.get_caller_identity().account_id, region=REGION),
)

# Before any role is declared.
bound_roles(zone.place)

# Row 16, 14: key, network, EKS, nodes, namespaces, EBS, load balancer, audit trail.
ground = platform.build(zone)

# Row 13: Kyverno, before anything that it should judge.
admission = admit.build(zone, ground)

# Rows 5, 6, 1, 2, 3, 15: ECR, Secrets Manager, DocumentDB, ElastiCache, OpenSearch, Velero with S3.
data = stores.build(zone, ground)

# Canaries and drills: what was backed up, brought back for a try.
drills.build(zone, ground, data)

# Rows 8, 9, 10, 11, 7: Prometheus, Grafana, logs, traces, CloudWatch agent; budgets.
watchers = observability.build(zone, ground, data)

# Rows 4, 12: Airflow, mesh; then the applications' namespaces.
workloads.build(zone, ground, data, admission, watchers.tracing)

# Every namespace shut, but for the flows of the table (docs/flows.md).
isolation.build(zone, ground, data, watchers.agent)

pulumi.export("choices", {capability: decision.choice for capability, decision in decisions.items()})
