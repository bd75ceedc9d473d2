"""What was measured, what is needed, and how much of each metered service is expected to be used."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, field_validator, model_validator
from pydantic_core import CoreSchema

from stacks.section import MOST, Measurement, Need, Quantity, Section, Text, quantity


class Volumes(Section):
    """Measured volumes, oldest window first; the conditional decisions are computed from them."""

    log_gb_per_month: tuple[Measurement, ...] = ()
    traces_per_month: tuple[Measurement, ...] = ()
    stale_after_days: Annotated[int, Field(ge=1, le=730)] = Field(
        default=120, description="a newest window that ended longer ago decides nothing"
    )


class Needs(Section):
    """Needs that decide beside the volumes."""

    mesh_features: Need | None = None
    trace_customisation: Need | None = None


#: How a figure is known: read in this account, read in somebody's published bill, worked out, or guessed.
Evidence = Literal["measured", "published", "computed", "guess"]
#: What a stack file may say; the program works out by itself what follows from what is declared.
STATED: Final = ("measured", "published", "guess")


class Spread(Section):
    """A figure that is known only within bounds: the bill is made for ``base``, and both ends are shown beside it.

    ``source`` begins with how the figure is known, and says where from; a figure without one is a guess.
    """

    low: Quantity
    base: Quantity
    high: Quantity
    source: Text | None = Field(default=None, description="such as 'measured: Cost Explorer, 2026-10'")

    @model_validator(mode="after")
    def _in_order(self) -> Spread:
        if not self.low <= self.base <= self.high:
            raise ValueError(f"low, base and high must not decrease: {self.low}, {self.base}, {self.high}")
        return self

    @field_validator("source")
    @classmethod
    def _sourced(cls, value: str | None) -> str | None:
        known, colon, where = (value or "").partition(":")
        if value is not None and not (known in STATED and colon and where.strip()):
            raise ValueError(f"must begin with {', '.join(f'{each}:' for each in STATED)} and say where from")
        return value

    @property
    def evidence(self) -> Evidence:
        """How the figure is known."""
        found = (self.source or "guess").partition(":")[0]
        return next((each for each in get_args(Evidence) if each == found), "guess")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        reference = handler(core)
        found = handler.resolve_ref_schema(reference)
        ends = dict(found)
        found.clear()
        found["anyOf"] = [{"type": "number", "minimum": 0, "maximum": MOST}, ends]
        return reference

    @classmethod
    def of(cls, value: Decimal) -> Spread:
        """A figure without a spread."""
        return cls.model_construct(low=value, base=value, high=value)

    def __mul__(self, factor: Decimal) -> Spread:
        ends = {end: getattr(self, end) * factor for end in ("low", "base", "high")}
        return Spread.model_construct(**ends, source=self.source)

    def __str__(self) -> str:
        return str(self.base) if self.low == self.high else f"{self.base} ({self.low} to {self.high})"


def _figure(value: object) -> object:
    return value if isinstance(value, Mapping | Spread) else Spread.of(quantity(value))


#: A number, or ``{low, base, high, source}``.
Figure = Annotated[Spread, BeforeValidator(_figure)]


class Usage(Section):
    """What metered services are expected to be used for, a month. Unset means unknown, never zero."""

    nat_gb: Figure | None = Field(default=None, description="data through NAT, images of nodes that start left out")
    image_pull_gb: Figure | None = Field(
        default=None, description="images that starting nodes pull through NAT; unset: by what is declared"
    )
    egress_gb: Figure | None = Field(default=None, description="data to the internet, through a VPN as well")
    cross_zone_gb: Figure | None = Field(default=None, description="unset: by nodes and their zones")
    documents_storage_gb: Figure | None = Field(
        default=None, description="data in DocumentDB; restores and copies are priced and timed by it, too"
    )
    documents_million_io: Figure | None = Field(
        default=None, description="million reads and writes of DocumentDB's storage"
    )
    registry_gb: Figure | None = Field(default=None, description="images kept in ECR, layers that they share once")
    flow_log_gb: Figure | None = Field(default=None, description="unset: by nodes and how often flows are written")
    control_plane_log_gb: Figure | None = Field(default=None, description="unset: by nodes and the enabled types")
    documents_log_gb: Figure | None = Field(
        default=None, description="DocumentDB's audit and slow queries shipped to CloudWatch"
    )
    kms_requests: Figure | None = Field(default=None, description="requests to KMS, services' own among them")
    documents_backup_gb: Figure | None = Field(default=None, description="DocumentDB backup beyond the cluster's size")
    documents_credit_hours: Figure | None = Field(default=None, description="vCPU hours bursted beyond what is earned")
    database_credit_hours: Figure | None = Field(default=None, description="the same of RDS's T classes")
    cache_backup_gb: Figure | None = Field(default=None, description="ElastiCache snapshots kept")
    cache_serverless_gb: Figure | None = Field(default=None, description="data in serverless caches, on average")
    cache_serverless_million_ecpu: Figure | None = Field(default=None, description="units of serverless caches")
    search_serverless_gb: Figure | None = Field(default=None, description="data in serverless collections")
    load_balancer_lcu_hours: Figure | None = Field(default=None, description="capacity units of all balancers x hours")
    endpoint_gb: Figure | None = Field(default=None, description="data through interface endpoints")
    application_log_gb: Figure | None = Field(default=None, description="application logs shipped to CloudWatch")
    node_log_gb: Figure | None = Field(default=None, description="host and dataplane logs shipped to CloudWatch")
    cache_log_gb: Figure | None = Field(default=None, description="ElastiCache's slow and engine logs")
    search_log_gb: Figure | None = Field(default=None, description="OpenSearch's error, slow and audit logs")
    workflow_log_gb: Figure | None = Field(default=None, description="Airflow's and its database's logs")
    trail_log_gb: Figure | None = Field(default=None, description="CloudTrail events shipped to CloudWatch")
    span_log_gb: Figure | None = Field(default=None, description="spans that X-Ray keeps as logs")
    secret_api_calls: Figure | None = Field(default=None, description="reads; unset: by each refresh interval")
    backup_gb: Figure | None = Field(default=None, description="Velero's bucket")
    snapshot_gb: Figure | None = Field(default=None, description="snapshots of EBS volumes")
    backup_vault_gb: Figure | None = Field(default=None, description="recovery points in AWS Backup")
    database_vault_gb: Figure | None = Field(default=None, description="those of RDS beside DocumentDB's")
    database_gb: Figure | None = Field(default=None, description="data in the workflow database, its volume not filled")
    backup_copy_gb: Figure | None = Field(
        default=None, description="DocumentDB's recovery points in a second region; unset: by plans and size"
    )
    database_copy_gb: Figure | None = Field(default=None, description="those of RDS; unset: by plans and databaseGb")
    backup_transfer_gb: Figure | None = Field(
        default=None, description="recovery points sent to a second region; unset: by plans and sizes"
    )
    registry_push_gb: Figure | None = Field(default=None, description="images pushed, which ECR may replicate")
    log_archive_gb: Figure | None = Field(default=None, description="Loki's bucket")
    trace_archive_gb: Figure | None = Field(default=None, description="Tempo's bucket")
    workflow_archive_gb: Figure | None = Field(default=None, description="Airflow's task logs in S3")
    audit_gb: Figure | None = Field(default=None, description="access logs, trails and other evidence in S3")
    export_gb: Figure | None = Field(default=None, description="dumps of documents, cache and search in S3")
    bucket_writes: Figure | None = Field(default=None, description="PUT, COPY, POST, LIST requests to all buckets")
    bucket_reads: Figure | None = Field(default=None, description="GET requests to all buckets")
    custom_metrics: Figure | None = Field(default=None, description="metrics of the agent, by their dimensions")
    metric_data_requests: Figure | None = Field(default=None, description="metrics that Grafana asks CloudWatch for")
    insights_scan_gb: Figure | None = Field(default=None, description="pods' logs scanned by queries of Logs Insights")
    traces_recorded: Figure | None = Field(default=None, description="traces recorded by X-Ray")
    traces_retrieved: Figure | None = Field(default=None, description="traces retrieved or scanned in X-Ray")
    managed_metric_million_samples: Figure | None = Field(default=None, description="Managed Prometheus")
    managed_metric_gb: Figure | None = Field(default=None, description="storage of Managed Prometheus")
    managed_query_billion_samples: Figure | None = Field(default=None, description="Managed Prometheus")
    grafana_editors: Figure | None = Field(default=None, description="active editors of Managed Grafana")
    grafana_viewers: Figure | None = Field(default=None, description="active viewers of Managed Grafana")
    notifications: Figure | None = Field(default=None, description="messages published to SNS topics")
    config_items: Figure | None = Field(default=None, description="items that AWS Config records")
    config_evaluations: Figure | None = Field(default=None, description="evaluations of AWS Config rules")
    trail_management_events: Figure | None = Field(default=None, description="events in each trail but the first")
    trail_data_events: Figure | None = Field(default=None, description="data events in trails")
    guarded_management_events: Figure | None = Field(default=None, description="management events that GuardDuty reads")
    guarded_flow_gb: Figure | None = Field(default=None, description="flow and DNS logs that GuardDuty reads")
    guarded_audit_events: Figure | None = Field(default=None, description="EKS audit events that GuardDuty reads")
    guarded_data_events: Figure | None = Field(default=None, description="S3 data events that GuardDuty reads")
    dns_queries: Figure | None = Field(default=None, description="queries to hosted zones")
