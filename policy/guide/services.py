"""What AWS, charts and APIs have become since the guide was written, as findings about its rows and methods."""

from __future__ import annotations

from typing import Final

from model import type_tokens
from model.lifecycle.services import APP_MESH, GRAFANA_CHARTS, KUBERNETES, XRAY_SDK
from policy.guide.discrepancy import BOOK, Discrepancy
from stacks.section import Capability


def _service(
    identity: str,
    *rows: Capability,
    guide: str,
    so: str,
    source: str,
    by: tuple[str, ...] = (),
    verified: bool = True,
) -> Discrepancy:
    return Discrepancy(
        id=identity,
        section="services",
        rows=rows,
        guide=guide,
        so=so,
        source=source,
        calculations=by,
        verified=verified,
    )


SERVICES: Final = (
    _service(
        "app-mesh-has-ended",
        "mesh",
        guide="App Mesh, when integration with AWS matters",
        so=f"App Mesh was shut down on {APP_MESH.ends}; Istio is the one live option, and "
        f"{type_tokens.APPMESH_MODULE}* is refused",
        source=APP_MESH.source,
    ),
    _service(
        "vpc-lattice-is-billed",
        "mesh",
        guide="a mesh costs nothing beside its software",
        so="what AWS points EKS users to instead, VPC Lattice, is not free",
        source=APP_MESH.source,
    ),
    _service(
        "agent-data-is-billed",
        "agent",
        guide="CloudWatch Agent, 0 a month",
        so="the agent is free, its data is not: the EKS add-on, and the guide's own quickstart, switch on Container "
        "Insights, reported near 300 a month; 0 holds only with an allow-list",
        source="chart amazon-cloudwatch-observability 6.4.0, rendered; the 300 are a report",
    ),
    _service(
        "agent-collects-other-metrics",
        "agent",
        "metrics",
        guide="the agent collects the same metrics as Alloy",
        so="that is given up on purpose where Prometheus stays: the agent here sends no metric",
        source="components/observability/agent.py",
    ),
    _service(
        "documentdb-is-not-compatible",
        "documents",
        guide="100 % compatible, no code change",
        so="about 100 of 274 MongoDB operators are unsupported: a compatibility scan must come before phase 2",
        source="amazon-documentdb-tools, compat-tool of 2026-05-06 (101 on 8.0, 108 on 5.0)",
    ),
    _service(
        "retry-writes",
        "documents",
        guide="retryWrites=false is required",
        so="only below engine 8.0.2",
        source="Amazon DocumentDB developer guide, engine versions",
    ),
    _service(
        "method-makes-no-instance",
        "documents",
        guide="aws docdb create-db-cluster makes the database",
        so="the method creates no instance, and a cluster without one answers nobody",
        source="Amazon DocumentDB API, CreateDBCluster",
    ),
    _service(
        "method-keeps-one-day",
        "documents",
        guide="35 days of automatic backups",
        so="the method keeps the default, 1 day",
        source="Amazon DocumentDB API, CreateDBCluster",
    ),
    _service(
        "method-uses-a-reserved-name",
        "documents",
        guide="--master-username admin",
        so="admin is a reserved word",
        source="Amazon DocumentDB API, CreateDBCluster",
    ),
    _service(
        "method-shows-the-password",
        "documents",
        guide="the password on the command line",
        so="it is shown to everybody on the machine, and kept in the shell's history; Secrets Manager can hold it",
        source="Amazon DocumentDB developer guide, password management",
    ),
    _service(
        "reindex-needs-larger-nodes",
        "search",
        guide="_reindex from the old cluster, into one t3.small.search",
        so="_reindex from remote does not exist on T2 and T3 data nodes: the guide's domain cannot run its method",
        source="Amazon OpenSearch Service developer guide, remote reindex",
    ),
    _service(
        "only-7-10-is-compatible",
        "search",
        guide="data is compatible",
        so="only from Elasticsearch 7.10, and clients must change",
        source="Amazon OpenSearch Service developer guide, upgrades",
    ),
    _service(
        "domains-do-not-scale",
        "search",
        guide="scales automatically with traffic",
        so="managed domains do not; Serverless does, from about {search-serverless-price:.0f} a month",
        source="recalled",
        by=("search-serverless-price",),
        verified=False,
    ),
    _service(
        "ebs-lives-in-one-zone",
        "volumes",
        guide="Amazon EBS is Multi-AZ",
        so="a volume lives in one zone and snapshots need a schedule; several zones means pods spread over them and "
        "a restore from snapshots",
        source="Amazon EBS user guide",
    ),
    _service(
        "v1beta1-is-gone",
        "secrets",
        guide="ExternalSecret v1beta1",
        so="external-secrets.io/v1beta1 is no longer served; v1 is",
        source="external-secrets 2.9.0, chart values",
    ),
    _service(
        "cluster-policy-is-deprecated",
        "admission",
        guide="Kyverno, nothing needs to change",
        so="its ClusterPolicy is deprecated; ValidatingPolicy takes its place",
        source="chart kyverno 3.9.0 (1.19.0), values and README",
    ),
    _service(
        "charts-have-moved",
        "logs",
        "dashboards",
        "traces",
        guide="Loki, Tempo and Grafana from their known home",
        so=f"the charts moved to {GRAFANA_CHARTS.instead}",
        source=GRAFANA_CHARTS.source,
    ),
    _service(
        "schedule-interval-is-gone",
        "workflow",
        guide="schedule_interval='0 2 * * 0'",
        so="Airflow 3 has no schedule_interval, and Sunday 02:00 must say Asia/Seoul, or it is 11:00 there",
        source="Apache Airflow 3 release notes",
    ),
    _service(
        "xray-sdks-are-in-maintenance",
        "traces",
        guide="AWS X-Ray with its SDKs and daemon",
        so=f"both are in maintenance since {XRAY_SDK.ends}: use {XRAY_SDK.instead}",
        source=XRAY_SDK.source,
    ),
    _service(
        "valkey-replaces-redis",
        "cache",
        guide="ElastiCache for Redis",
        so="Valkey replaces Redis on ElastiCache, {valkey-percent-less:.0f} % cheaper",
        source=BOOK,
        by=("cache-price",),
    ),
    _service(
        "kubernetes-1-34-ends",
        "platform",
        guide="no version of Kubernetes",
        so=f"EKS 1.34 leaves standard support on {KUBERNETES['1.34'].ends}; extended support costs "
        "{cluster-hour-extended:.2f} an hour instead of {cluster-hour:.2f} and is the API's default",
        source=KUBERNETES["1.34"].source,
        by=("extended-support-price",),
    ),
)
