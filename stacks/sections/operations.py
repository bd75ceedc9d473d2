"""How the landing zone is run: what is kept for how long, what is refused, and who lands in it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from stacks.section import Capability, LogRetentionDays, Money, Name, PinnedImage, Section
from stacks.sections.platform import CLASSES, LogClass
from stacks.sections.recovery import Elsewhere, Vault

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
Host = Annotated[str, StringConstraints(pattern=rf"^{_LABEL}(\.{_LABEL})+$")]
Memory = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,5}(Mi|Gi)$")]
MonitorArn = Annotated[str, StringConstraints(pattern=r"^arn:aws:ce::\d{12}:anomalymonitor/[A-Za-z0-9-]+$")]


class Observability(Section):
    """How long and how much is kept of what the cluster says about itself."""

    metrics_retention_days: Annotated[int, Field(ge=1, le=90)] = Field(
        default=15, description="of Prometheus; a full disk ends it earlier (metricsVolumeGb)"
    )
    metrics_volume_gb: Annotated[int, Field(ge=5, le=500)] = Field(
        description="Prometheus' disk, gp3; from 85 % of it on the oldest metrics are deleted"
    )
    dashboards_volume_gb: Annotated[int, Field(ge=1, le=100)] = Field(
        default=5, description="Grafana's own disk, gp3; dashboards are files of this repository, not on it"
    )
    grafana_image: PinnedImage | None = Field(
        default=None,
        description="of observability/image, by its digest, with the plugin for X-Ray inside; unset: the chart's own, "
        "which does not read X-Ray",
    )
    metrics_memory: Memory = Field(default="1536Mi", description="memory of Prometheus, requested and limited alike")
    log_retention_days: LogRetentionDays = Field(
        default=30, description="of pods' logs, in CloudWatch or in Loki's bucket, whichever is chosen"
    )
    log_class: LogClass = Field(default="standard", description=f"of the pods' logs in CloudWatch; {CLASSES}")
    trace_retention_days: Annotated[int, Field(ge=1, le=90)] = Field(
        default=14, description="of Tempo alone; X-Ray keeps traces for 30 days"
    )
    trace_sampling_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        default=5, description="how many of a hundred requests applications trace"
    )


class Backup(Section):
    """Velero's schedules and AWS Backup's copies of the managed stores."""

    retention_days: Annotated[int, Field(ge=1, le=365)] = Field(
        description="of Velero's backups and of Saturday's recovery points; longer than objectLockDays"
    )
    schedule: Annotated[str, StringConstraints(pattern=r"^[0-5]?\d ([01]?\d|2[0-3]) \* \* (\*|[0-6](-[0-6])?)$")] = (
        Field(default="0 18 * * *", description="when Velero runs: cron in UTC, while nodes are awake")
    )
    object_lock_days: Annotated[int, Field(ge=0, le=365)] = Field(
        default=0,
        description="in which nobody without s3:BypassGovernanceRetention deletes a backup; going from 0 or "
        "to 0 makes the bucket anew",
    )
    snapshot_retention_days: Annotated[int, Field(ge=1, le=365)] = Field(
        description="of daily snapshots of pods' disks"
    )
    vault: Vault = Field(default_factory=Vault)
    elsewhere: Elsewhere | None = Field(default=None, description="copies in a second region; unset: none")


class Audit(Section):
    """CloudTrail: every call to the account, reading a secret included."""

    retention_days: Annotated[int, Field(ge=90, le=2557)] = Field(
        default=365, description="of the trail's files in S3, locked for as long: what is written stays, and is billed"
    )


class Detection(Section):
    """What looks for intruders in the account, and is billed by what it looks at."""

    threats: bool = Field(
        default=False, description="GuardDuty, with S3's data events and EKS's audit log; not its Runtime Monitoring"
    )
    external_access: bool = Field(default=True, description="IAM Access Analyzer of who from outside is let in: free")
    trail_alarms: bool = Field(
        default=False, description="a copy of the trail in CloudWatch Logs, and CIS's alarms on it"
    )
    trail_log_retention_days: LogRetentionDays = Field(default=90, description="of that copy; S3 keeps its own")


class Admission(Section):
    """What Kyverno does with a pod that breaks a rule."""

    action: Literal["Audit", "Deny"] = Field(description="Audit lets the pod in and reports it, Deny refuses it")


class Edge(Section):
    """The domain whose certificate the shared load balancer shows."""

    domain: Host = Field(
        description="at most 64 characters; the certificate is for it and everything one level below, and "
        "another domain makes another certificate"
    )


class Exposed(Section):
    """A service that the internet reaches by host name, on the shared load balancer."""

    host: Host = Field(description="name that visitors type; the certificate covers edge.domain and one level below it")
    service: Name = Field(description="Kubernetes Service of the namespace that answers")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(description="of the Service; visitors come by 443")


class Application(Section):
    """One team's namespace: its share of the cluster and the images it may run."""

    cpu: Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,5}m?$")] = Field(
        description="sum of what the namespace's pods may request, such as 2500m; a pod beyond it is refused"
    )
    memory: Memory = Field(
        description="sum of what the namespace's pods may request, and be limited to, such as 6Gi; a pod "
        "beyond it is refused"
    )
    pods: Annotated[int, Field(ge=1, le=500)] = Field(description="most pods of the namespace at once")
    service_accounts: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        description="that pods may run under, made without a token for the API server"
    )
    grants: dict[Name, tuple[Literal["cache", "search"], ...]] = Field(
        default_factory=dict, description="stores that a service account signs in to by IAM; none without an entry"
    )
    exposed: Exposed | None = None


class Growth(Section):
    """How much dearer than the baseline a stack may become: told beyond ``warn``, refused beyond ``block``."""

    warn_usd: Money = Field(description="told once the bill is this much over stacks/baseline.STACK.json")
    block_usd: Money = Field(description="refused once the bill is this much over that baseline")
    warn_percent: Money = Field(
        description="told once the bill is over that baseline by this share, if that comes first"
    )
    block_percent: Money = Field(
        description="refused once the bill is over that baseline by this share, if that comes first"
    )


class Budget(Section):
    """Ceilings in USD a month, before VAT."""

    usd_per_month: Money = Field(
        description="for the whole stack: a dearer one is refused, and AWS Budgets tells at 100 % (forecast "
        "and actual) and at 120 %"
    )
    worst_case_usd_per_month: Money | None = Field(default=None, description="with every node group at its maximum")
    usd_per_resource: Money | None = Field(default=None, description="for any one resource")
    growth: Growth | None = None
    per_capability: dict[Capability, Money] = Field(
        default_factory=dict, description="ceiling and AWS budget of each row of the decisions, in USD a month"
    )
    alert_emails: tuple[Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")], ...] = Field(
        default=(), description="who gets alarms and budgets by mail, once each address has confirmed"
    )
    decision_tag_billed: bool = Field(
        default=False, description="a bill has shown the tag decision, a day after the first deployment: activate it"
    )
    anomaly_monitor_arn: MonitorArn | None = Field(
        default=None, description="the account's own monitor of services, when it already has one"
    )
