"""What was measured, what is needed, and how much of each metered service is expected to be used."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stacks.section import Measurement, Need, Quantity, Section


class Volumes(Section):
    """Measured volumes, oldest window first; the conditional decisions are computed from them."""

    log_gb_per_month: tuple[Measurement, ...] = ()
    traces_per_month: tuple[Measurement, ...] = ()
    stale_after_days: Annotated[int, Field(ge=1, le=730)] = Field(
        default=120, description="a newest measurement older than this decides nothing"
    )


class Needs(Section):
    """Needs that decide beside the volumes."""

    mesh_features: Need | None = None
    trace_customisation: Need | None = None


class Usage(Section):
    """What metered services are expected to be used for, a month. Unset means unknown, never zero."""

    nat_gb: Quantity | None = None
    egress_gb: Quantity | None = None
    cross_zone_gb: Quantity | None = None
    documents_storage_gb: Quantity | None = None
    documents_million_io: Quantity | None = None
    registry_gb: Quantity | None = None
    flow_log_gb: Quantity | None = None
    control_plane_log_gb: Quantity | None = None
    documents_log_gb: Quantity | None = None
    kms_requests: Quantity | None = None
    documents_backup_gb: Quantity | None = Field(
        default=None, description="DocumentDB backup beyond the cluster's size"
    )
    documents_credit_hours: Quantity | None = Field(
        default=None, description="vCPU hours bursted beyond what is earned"
    )
    cache_backup_gb: Quantity | None = Field(default=None, description="ElastiCache snapshots kept")
    cache_serverless_gb: Quantity | None = Field(default=None, description="data in serverless caches, on average")
    cache_serverless_million_ecpu: Quantity | None = Field(default=None, description="units of serverless caches")
    search_serverless_gb: Quantity | None = Field(default=None, description="data in serverless collections")
    load_balancer_lcu_hours: Quantity | None = Field(
        default=None, description="capacity units of all balancers x hours"
    )
    endpoint_gb: Quantity | None = Field(default=None, description="data through interface endpoints")
    application_log_gb: Quantity | None = Field(default=None, description="application logs shipped to CloudWatch")
    node_log_gb: Quantity | None = Field(default=None, description="host and dataplane logs shipped to CloudWatch")
    cache_log_gb: Quantity | None = Field(default=None, description="ElastiCache's slow and engine logs")
    search_log_gb: Quantity | None = Field(default=None, description="OpenSearch's error, slow and audit logs")
    workflow_log_gb: Quantity | None = Field(default=None, description="Airflow's and its database's logs")
    trail_log_gb: Quantity | None = Field(default=None, description="CloudTrail events shipped to CloudWatch")
    span_log_gb: Quantity | None = Field(default=None, description="spans that X-Ray keeps as logs")
    secret_api_calls: Quantity | None = Field(default=None, description="reads; unset: by each refresh interval")
    backup_gb: Quantity | None = Field(default=None, description="Velero's bucket")
    snapshot_gb: Quantity | None = Field(default=None, description="snapshots of EBS volumes")
    backup_vault_gb: Quantity | None = Field(default=None, description="recovery points in AWS Backup")
    log_archive_gb: Quantity | None = Field(default=None, description="Loki's bucket")
    trace_archive_gb: Quantity | None = Field(default=None, description="Tempo's bucket")
    workflow_archive_gb: Quantity | None = Field(default=None, description="Airflow's task logs in S3")
    audit_gb: Quantity | None = Field(default=None, description="access logs, trails and other evidence in S3")
    export_gb: Quantity | None = Field(default=None, description="dumps of documents, cache and search in S3")
    bucket_writes: Quantity | None = Field(default=None, description="PUT, COPY, POST, LIST requests to all buckets")
    bucket_reads: Quantity | None = Field(default=None, description="GET requests to all buckets")
    custom_metrics: Quantity | None = Field(default=None, description="metrics of the agent, by their dimensions")
    traces_recorded: Quantity | None = Field(default=None, description="traces recorded by X-Ray")
    traces_retrieved: Quantity | None = Field(default=None, description="traces retrieved or scanned in X-Ray")
    managed_metric_million_samples: Quantity | None = Field(default=None, description="Managed Prometheus")
    managed_metric_gb: Quantity | None = Field(default=None, description="storage of Managed Prometheus")
    managed_query_billion_samples: Quantity | None = Field(default=None, description="Managed Prometheus")
    grafana_editors: Quantity | None = Field(default=None, description="active editors of Managed Grafana")
    grafana_viewers: Quantity | None = Field(default=None, description="active viewers of Managed Grafana")
    notifications: Quantity | None = Field(default=None, description="messages published to SNS topics")
    config_items: Quantity | None = Field(default=None, description="items that AWS Config records")
    config_evaluations: Quantity | None = Field(default=None, description="evaluations of AWS Config rules")
    trail_management_events: Quantity | None = Field(default=None, description="events in each trail but the first")
    trail_data_events: Quantity | None = Field(default=None, description="data events in trails")
    dns_queries: Quantity | None = Field(default=None, description="queries to hosted zones")
