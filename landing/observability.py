"""What watches: metrics and dashboards always, logs and traces as they were chosen, the agent, and spending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

from components.account.baseline import CostExplorer, CostExplorerArgs, TraceEncryption, TraceEncryptionArgs
from components.account.budgets import Budgets, BudgetsArgs
from components.account.detection import Detection, DetectionArgs
from components.charts import FLUENT_BIT, GRAFANA, LOKI, TEMPO
from components.observability.agent import Agent, AgentArgs
from components.observability.alarms import Alarms, AlarmsArgs, ReplicatedBucket, Watch
from components.observability.dashboards import FILE_LABEL, Dashboards, DashboardsArgs
from components.observability.logs import LOKI_PORT, Logs, LogsArgs, loki_host
from components.observability.logs import Store as LogStore
from components.observability.metrics import Metrics, MetricsArgs
from components.observability.traces import QUERY_PORT, Traces, TracesArgs, tempo_host
from components.observability.traces import Store as TraceStore
from components.observability.trail_alarms import TrailAlarms, TrailAlarmsArgs
from components.table import table
from landing import names
from landing.environment import Environment
from landing.platform import LOG_CLASSES, Platform
from landing.stores import Stores
from policy.ledger.decide import TRACES_PER_MONTH

FILES: Final = Path(__file__).parent.parent / "observability"


@dataclass(frozen=True, kw_only=True)
class Watchers:
    """What the other chapters are told: ``tracing`` are environment variables that tell where traces go."""

    tracing: Mapping[str, str]
    agent: Agent | None


def build(zone: Environment, platform: Platform, stores: Stores) -> Watchers:
    """Each watcher, after what it needs."""
    settings = zone.settings.observability
    logs, traces = zone.chosen("logs"), zone.chosen("traces")
    namespaces = platform.namespaces.by_name
    ready = [platform.nodes, platform.crds, platform.volumes]
    # The chart's pods start only once the operator has mirrored their secrets.
    mirrors = stores.secrets.mirrors if stores.secrets else {}
    metrics = Metrics(
        "metrics",
        MetricsArgs(
            retention_days=settings.metrics_retention_days,
            volume_gb=settings.metrics_volume_gb,
            storage_class=names.STORAGE_CLASS,
            memory=settings.metrics_memory,
            webhook_secret="alert-webhook" if "alert-webhook" in mirrors else None,
            rules=read_rules(zone),
            rule_prefix=names.RULES,
            cluster=platform.cluster.access,
            namespace=namespaces["monitoring"],
            after=[*ready, *(made for name, made in mirrors.items() if name == "alert-webhook")],
        ),
    )
    Dashboards(
        "dashboards",
        DashboardsArgs(
            storage_class=names.STORAGE_CLASS,
            volume_gb=settings.dashboards_volume_gb,
            loki_url=f"http://{loki_host(LOKI.name, 'loki')}:{LOKI_PORT}" if logs == "loki" else None,
            tempo_url=f"http://{tempo_host(TEMPO.name, 'tempo')}:{QUERY_PORT}" if traces == "tempo" else None,
            # Without the image traces are looked at in CloudWatch's console.
            xray=traces == "xray" and settings.grafana_image is not None,
            image=settings.grafana_image,
            log_groups=[names.LOG_GROUP] if logs == "cloudwatch-logs" else [],
            admin_secret="grafana-admin" if "grafana-admin" in mirrors else None,
            files=read_dashboards(),
            release_name=GRAFANA.name,
            file_prefix=names.DASHBOARDS,
            file_label=FILE_LABEL,
            cluster=platform.cluster.access,
            namespace=namespaces["monitoring"],
            after=[*ready, metrics, *(made for name, made in mirrors.items() if name == "grafana-admin")],
            tags=zone.tags("dashboards"),
        ),
    )
    if logs:
        Logs(
            "logs",
            LogsArgs(
                store=cast("LogStore", logs),
                retention_days=settings.log_retention_days,
                log_class=LOG_CLASSES[settings.log_class],
                storage_class=names.STORAGE_CLASS,
                cluster=platform.cluster.access,
                log_group_name=names.LOG_GROUP,
                shipper_release=FLUENT_BIT.name,
                loki_release=LOKI.name,
                bucket_name=names.bucket(zone.place, "loki"),
                key_arn=platform.keys.arn,
                namespace=namespaces["logging"],
                loki_namespace=namespaces.get("loki"),
                after=[*ready, metrics],
                protect=zone.protect,
                tags=zone.tags("logs"),
            ),
        )
    told: Mapping[str, str] = {}
    if traces == "xray":
        TraceEncryption(
            "traces",
            TraceEncryptionArgs(key_arn=platform.keys.arn),
            names.moved_from("alphacar:traces:Traces", "traces"),
        )
    if traces:
        told = Traces(
            "traces",
            TracesArgs(
                store=cast("TraceStore", traces),
                retention_days=settings.trace_retention_days,
                sampling_percent=settings.trace_sampling_percent,
                storage_class=names.STORAGE_CLASS,
                cluster=platform.cluster.access,
                group_name=names.FAULTS,
                release_name=TEMPO.name,
                bucket_name=names.bucket(zone.place, "tempo"),
                key_arn=platform.keys.arn,
                namespace=namespaces.get("tempo"),
                after=[*ready, metrics],
                protect=zone.protect,
                tags=zone.tags("traces"),
            ),
        ).environment
    agent = None
    if zone.builds("agent"):
        agent = Agent(
            "agent",
            AgentArgs(
                traces=traces == "xray",
                cluster=platform.cluster.access,
                after=[platform.nodes],
                tags=zone.tags("agent"),
            ),
        )
    costs = CostExplorer(
        "budgets",
        CostExplorerArgs(
            tag_key="decision" if zone.settings.budget.decision_tag_billed else None,
            monitor_arn=zone.settings.budget.anomaly_monitor_arn,
            monitor_name=names.ANOMALY_MONITOR,
            tags=zone.tags("platform"),
        ),
        names.moved_from("alphacar:budgets:Budgets", "budgets"),
    )
    budgets = Budgets(
        "budgets",
        BudgetsArgs(
            place=zone.place,
            total=zone.settings.budget.usd_per_month,
            tag_key="decision",
            per_tag=cast("dict[str, Decimal]", zone.settings.budget.per_capability),
            emails=zone.settings.budget.alert_emails,
            key_arn=platform.keys.arn,
            monitor_arn=costs.monitor_arn,
            budget_prefix=names.BUDGETS,
            topic_name=names.SPEND_TOPIC,
            subscription_name=names.ANOMALIES,
            tags=zone.tags("platform"),
        ),
    )
    _alarms(zone, platform, stores, budgets)
    Detection(
        "detection",
        DetectionArgs(
            threats=zone.settings.detection.threats,
            external_access=zone.settings.detection.external_access,
            analyzer_name=names.ANALYZER,
            topic_arn=budgets.topic_arn,
            runbook="observability/runbook.md",
            tags=zone.tags("secrets"),
        ),
    )
    if platform.audit.log_group:
        TrailAlarms(
            "trail",
            TrailAlarmsArgs(
                log_group_name=platform.audit.log_group.name,
                topic_arn=budgets.topic_arn,
                runbook="observability/runbook.md",
                metric_namespace="alphacar/trail",
                tags=zone.tags("secrets"),
            ),
        )
    return Watchers(tracing=told, agent=agent)


def _alarms(zone: Environment, platform: Platform, stores: Stores, budgets: Budgets) -> None:
    """Alarms of the stores that exist, by their physical names."""
    settings = zone.settings
    live, backup = settings.search.live, stores.backup
    promises = {store: promise for store in settings.holding if (promise := settings.recovery.promise(store))}
    Alarms(
        "alarms",
        AlarmsArgs(
            topic_arn=budgets.topic_arn,
            tags=zone.tags,
            place=zone.place,
            watches=read_watches(),
            runbook="observability/runbook.md",
            documents=stores.documents.cluster_identifier if stores.documents else None,
            documents_instances=settings.documents.instances,
            cache=stores.cache.replication_group_id if stores.cache else None,
            cache_nodes=settings.cache.replicas + 1,
            search=stores.search.domain_names[live] if stores.search else None,
            search_volume_gb=settings.search.domains[live].volume_gb,
            database=stores.database.identifier if stores.database else None,
            database_storage_gb=settings.workflow.database_storage_gb,
            nat_gateway_ids=platform.network.nat_gateway_ids,
            vaults=stores.vault_names,
            volumes_policy_id=platform.volumes.snapshot_policy_id,
            replicated={"cluster": ReplicatedBucket(bucket=backup.bucket.name, copy=backup.replica.name)}
            if backup and backup.replica
            else {},
            newest_copy_hours={store: promise.rpo_hours for store, promise in promises.items()},
            newest_copy_elsewhere_hours={
                store: promise.elsewhere_rpo_hours
                for store, promise in promises.items()
                if promise.elsewhere_rpo_hours is not None
            },
            trace_group="Default" if zone.chosen("traces") == "xray" else None,
            traces_per_month=int(TRACES_PER_MONTH),
        ),
    )


def read_watches() -> list[Watch]:
    """What CloudWatch alarms on, as observability/alarms.yaml says."""
    return [Watch(**row) for row in table(FILES / "alarms.yaml")]


def read_rules(zone: Environment) -> dict[str, dict[str, Any]]:
    """Alert rules by file name, as Prometheus reads them, for what this environment runs.

    Rules also tell when a metric is missing: they are left out where nothing produces it. Where nodes sleep Prometheus
    does, too, and forgets what was pending (source: its flag ``rules.alert.for-outage-tolerance``, an hour): a copy's
    age is told by times that the cluster keeps, never by a long ``for``.
    """
    wanted = {"cluster", "admission"}
    wanted |= {"backup"} if zone.builds("backup") else set()
    # Without an image no drill runs by schedule.
    wanted |= {"drills"} if zone.builds("backup") and zone.settings.drill_image and zone.settings.drills else set()
    wanted |= {"search"} if zone.builds("search") and zone.settings.search.snapshots else set()
    wanted |= {"secrets"} if zone.builds("secrets") else set()
    secrets = zone.settings.secrets
    rotates = secrets.rotation and any(entry.rotates for entry in secrets.inventory.values())
    wanted |= {"rotation"} if zone.builds("secrets") and rotates else set()
    wanted |= {"workflow"} if zone.builds("workflow") else set()
    wanted |= {"logs"} if zone.chosen("logs") else set()
    wanted |= {"traces"} if zone.chosen("traces") == "tempo" else set()
    files = (FILES / "rules" / f"{name}.yaml" for name in sorted(wanted))
    rules = {file.stem: table(file) for file in files}
    if (promise := zone.settings.recovery.cluster) and "backup" in rules:
        keep_promise(rules["backup"], promise.rpo_hours)
    if (promise := zone.settings.recovery.search) and "search" in rules:
        keep_promise(rules["search"], promise.rpo_hours)
    return rules


def keep_promise(rules: dict[str, Any], hours: int) -> None:
    """The newest good copy of ``rules`` may be ``hours`` old: puts them where the file has a day and two hours."""
    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        if rule["alert"].endswith(("Stale", "NeverSucceeded")):
            rule["expr"] = rule["expr"].replace("26 * 3600", f"{hours} * 3600")
            notes = rule["annotations"]
            notes["description"] = notes["description"].replace("26 hours", f"{hours} hours")


def read_dashboards() -> dict[str, str]:
    """Dashboards by file name, as Grafana reads them."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FILES.glob("dashboards/*.json"))}
