"""Every argument with a default changes something that is declared: an argument that changes nothing is a mistake."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from decimal import Decimal
from functools import cache
from typing import Any

import pulumi
import pytest

from components.cluster.nodes import NodeGroupSize, OffHours
from components.delivery.applications import Exposed, Landing
from components.delivery.workflow_connections import Connection
from components.observability.alarms import ReplicatedBucket
from components.stores.drills import DrilledStore
from components.stores.replica import Replica
from components.stores.rotation import RotatedSecret, UserStore
from components.stores.search import DomainSize
from components.stores.search_snapshots import SnapshotSchedule
from components.stores.secrets import SecretEntry, SecretsArgs
from components.stores.vaults import Copies
from preview.simulate.recorder import record
from preview.simulate.wire import show_to_reader
from tests.components.catalogue import MONITOR, TOPIC, WATCH, classes
from tests.components.given import ACCOUNT, KEY, REGION, Before, namespace
from tests.components.test_arguments import CLASSES, REQUIRED

WATCHES = [
    replace(WATCH, name=target, target=target)
    for target in ("cache-nodes", "search", "database", "nat", "vault", "volumes", "replicated")
]
WATCHES += [
    replace(WATCH, name=f"{target}-age", target=target, promised=True, minutes=60, periods=0)
    for target in ("vault", "elsewhere")
]
WATCHES += [
    replace(WATCH, name=f"{target}-2", target=target, sized=True) for target in ("search", "database", "traces")
]
WATCHES += [WATCH, replace(WATCH, name="lag", target="replicas")]
STORES = {
    "documents": "docs",
    "documents_instances": 1,
    "cache": "c",
    "cache_nodes": 1,
    "search": "s",
    "search_volume_gb": 10,
    "database": "d",
    "database_storage_gb": 20,
    "vaults": {"documents": "one"},
    "newest_copy_hours": {"documents": 26},
    "trace_group": "Default",
    "traces_per_month": 1000,
    "watches": WATCHES,
}
#: What some arguments need beside them to have a say.
BESIDE: dict[str, dict[str, Any]] = {
    "Alarms": STORES,
    "Applications": {
        "landings": {"shop": Landing(**REQUIRED[Landing](), grants={"till": ["search"]})},
        "statements": {"search": {"Action": "es:ESHttpGet", "Resource": "*"}},
    },
    "Budgets": {"per_tag": {"documents": Decimal(5)}, "tag_key": "decision"},
    "Drills": {
        "canary_secret": "shop/canaries",
        "stores": {"backup": DrilledStore(every_days=7, plan={"schedule": "daily"})},
        "canaries": "canaries",
        "velero": "velero",
    },
    "Metrics": {"rules": {"cluster": {"groups": []}}},
    "PodIdentity": {"statements": [{"Action": "es:ESHttpGet", "Resource": "*"}]},
    "Dashboards": {"files": {"cluster": "{}"}},
    "Secrets": {"inventory": {"till": SecretEntry(**REQUIRED[SecretEntry]())}, "namespaces": {"shop": "shop"}},
    "Workflow": {"connections": {"documents": Connection(**REQUIRED[Connection]())}},
}
USERS_OF = {
    by: RotatedSecret(
        arn=f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:users",
        days=30,
        by=by,
        draw={"username": "name", "password": "token"},
    )
    for by in ("documents", "database")
}
USER_STORE = UserStore(**REQUIRED[UserStore]())
EXPOSED = Exposed(**REQUIRED[Exposed]())
LOKI = {"store": "loki", "loki_namespace": "logs"}
TEMPO = {"store": "tempo", "namespace": "spans"}
BESIDE_ONE: dict[tuple[str, str], dict[str, Any]] = {
    **{("Logs", name): LOKI for name in ("storage_class", "bucket_name", "loki_release", "protect", "loki_namespace")},
    **{
        ("Traces", name): TEMPO
        for name in ("storage_class", "bucket_name", "release_name", "protect", "namespace", "retention_days", "after")
    },
    ("Detection", "runbook"): {"topic_arn": TOPIC},
    ("Dashboards", "xray"): {"image": f"registry.example.com/grafana:2@sha256:{'b' * 64}"},
    ("Applications", "store_ports"): {"store_cidrs": ["10.0.1.0/24"]},
    ("Applications", "after"): {"landings": {"shop": Landing(**REQUIRED[Landing](), exposed=EXPOSED)}},
    ("Logs", "store"): {"loki_namespace": "logs"},
    ("Rotation", "documents"): {"secrets": {"users": USERS_OF["documents"]}, "documents": USER_STORE},
    ("Rotation", "database"): {"secrets": {"users": USERS_OF["database"]}, "database": USER_STORE},
    ("Rotation", "first_image"): {
        "secrets": {"users": USERS_OF["database"]},
        "database": USER_STORE,
    },
    ("Traces", "store"): {"namespace": "spans"},
    ("Vaults", "lock_grace_days"): {"lock": "compliance"},
    ("Search", "live"): {"domains": {"blue": DomainSize(), "green": DomainSize()}},
}
#: Another value than the default, or than the one beside it.
OTHER: dict[tuple[str, str], Any] = {
    ("AdmissionArgs", "exceptions"): [
        {
            "apiVersion": "policies.kyverno.io/v1",
            "kind": "PolicyException",
            "metadata": {"name": "e", "namespace": "exceptions"},
            "spec": {},
        }
    ],
    ("AdmissionArgs", "replicas"): 1,
    ("BackupArgs", "node_agent"): True,
    ("CacheArgs", "migration_user"): True,
    ("AgentArgs", "traces"): True,
    ("AlarmsArgs", "tags"): lambda capability: {"row": capability},
    ("AlarmsArgs", "documents"): "others",
    ("AlarmsArgs", "documents_instances"): 2,
    ("AlarmsArgs", "cache"): "other",
    ("AlarmsArgs", "cache_nodes"): 2,
    ("AlarmsArgs", "search"): "other",
    ("AlarmsArgs", "search_volume_gb"): 20,
    ("AlarmsArgs", "database"): "other",
    ("AlarmsArgs", "database_storage_gb"): 40,
    ("AlarmsArgs", "nat_gateway_ids"): ["nat-a"],
    ("AlarmsArgs", "vaults"): {"documents": "v"},
    ("AlarmsArgs", "volumes_policy_id"): "policy-0123456789abcdef0",
    ("AlarmsArgs", "replicated"): {"cluster": ReplicatedBucket(**REQUIRED[ReplicatedBucket]())},
    ("AlarmsArgs", "newest_copy_hours"): {"documents": 30},
    ("AlarmsArgs", "newest_copy_elsewhere_hours"): {"documents": 30},
    ("AlarmsArgs", "trace_group"): "other",
    ("AlarmsArgs", "traces_per_month"): 2000,
    ("ApplicationsArgs", "statements"): {"search": {"Action": "es:ESHttpHead", "Resource": "*"}},
    ("ApplicationsArgs", "store_cidrs"): ["10.0.1.0/24"],
    ("ApplicationsArgs", "store_ports"): (5432,),
    ("ApplicationsArgs", "balancer_cidrs"): ["10.0.2.0/24"],
    ("ApplicationsArgs", "metrics_namespace"): "watch",
    ("ApplicationsArgs", "trace_namespaces"): ("spans",),
    ("ApplicationsArgs", "meshed"): True,
    ("ApplicationsArgs", "labels"): {"environment": "test"},
    ("AuditArgs", "retention_days"): 400,
    ("AuditArgs", "log_retention_days"): 90,
    ("AuditArgs", "trail_name"): "other",
    ("BackupArgs", "replica"): Replica(**REQUIRED[Replica]()),
    ("BackupArgs", "retention_days"): 60,
    ("BackupArgs", "object_lock_days"): 7,
    ("BackupArgs", "schedule"): "0 1 * * *",
    ("BucketArgs", "region"): "ap-northeast-1",
    ("BucketArgs", "expire_days"): 30,
    ("BucketArgs", "noncurrent_days"): 7,
    ("BucketArgs", "infrequent_after_days"): 90,
    ("BucketArgs", "object_lock_days"): 7,
    ("BucketArgs", "statements"): [{"Sid": "Other"}],
    ("BudgetsArgs", "tag_key"): "team",
    ("BudgetsArgs", "per_tag"): {"cache": Decimal(5)},
    ("BudgetsArgs", "budget_prefix"): "other",
    ("BudgetsArgs", "topic_name"): "other",
    ("BudgetsArgs", "subscription_name"): "other",
    ("CacheArgs", "engine_version"): "9.0",
    ("CacheArgs", "node_type"): "cache.m7g.large",
    ("CacheArgs", "replicas"): 0,
    ("CacheArgs", "snapshot_retention_days"): 1,
    ("CacheArgs", "replication_group_id"): "other",
    ("CacheArgs", "user_id"): "other",
    ("CacheArgs", "description"): "other",
    ("ClusterArgs", "version"): "1.36",
    ("ClusterArgs", "cluster_name"): "other",
    ("ClusterArgs", "log_retention_days"): 7,
    ("ClusterArgs", "log_class"): "INFREQUENT_ACCESS",
    ("CostExplorerArgs", "tag_key"): "team",
    ("CostExplorerArgs", "monitor_arn"): MONITOR,
    ("CostExplorerArgs", "monitor_name"): "other",
    ("DashboardsArgs", "files"): {"other": "{}"},
    ("DashboardsArgs", "image"): f"registry.example.com/grafana:1@sha256:{'a' * 64}",
    ("DashboardsArgs", "loki_url"): "http://loki",
    ("DashboardsArgs", "tempo_url"): "http://tempo",
    ("DashboardsArgs", "xray"): True,
    ("DashboardsArgs", "log_groups"): ["/pods"],
    ("DashboardsArgs", "admin_secret"): "admin",
    ("DashboardsArgs", "volume_gb"): 10,
    ("DashboardsArgs", "release_name"): "other",
    ("DashboardsArgs", "file_prefix"): "other",
    ("DashboardsArgs", "file_label"): "other",
    ("DatabaseArgs", "instance_class"): "db.m7g.large",
    ("DatabaseArgs", "storage_gb"): 40,
    ("DatabaseArgs", "backup_days"): 1,
    ("DatabaseArgs", "multi_zone"): False,
    ("DatabaseArgs", "identifier"): "other",
    ("DatabaseArgs", "username"): "other",
    ("DatabaseArgs", "database"): "other",
    ("DetectionArgs", "threats"): False,
    ("DetectionArgs", "features"): (),
    ("DetectionArgs", "external_access"): False,
    ("DetectionArgs", "analyzer_name"): "other",
    ("DetectionArgs", "topic_arn"): TOPIC,
    ("DetectionArgs", "runbook"): "runbook.md",
    ("DocumentsArgs", "engine_version"): "8.0.2",
    ("DocumentsArgs", "instance_class"): "db.r8g.large",
    ("DocumentsArgs", "instances"): 3,
    ("DocumentsArgs", "backup_retention_days"): 1,
    ("DocumentsArgs", "log_retention_days"): 7,
    ("DocumentsArgs", "cluster_identifier"): "other",
    ("DocumentsArgs", "master_username"): "other",
    ("EdgeArgs", "replicas"): 1,
    ("EdgeArgs", "ingress_group"): "other",
    ("KeysArgs", "trail_name"): "other",
    ("KeysArgs", "region"): "ap-northeast-1",
    ("KeysArgs", "backup_account_id"): "222233334444",
    ("VaultsArgs", "copies"): Copies(**REQUIRED[Copies]()),
    ("VaultsArgs", "daily_days"): 3,
    ("VaultsArgs", "weekly_days"): 60,
    ("VaultsArgs", "lock"): "compliance",
    ("VaultsArgs", "lock_grace_days"): 30,
    ("VaultsArgs", "keeper_role_arn"): f"arn:aws:iam::{ACCOUNT}:role/keeper",
    ("VaultsArgs", "prefix"): "other",
    ("KeysArgs", "alias"): "other",
    ("LogsArgs", "store"): "loki",
    ("LogsArgs", "retention_days"): 7,
    ("LogsArgs", "log_class"): "INFREQUENT_ACCESS",
    ("LogsArgs", "log_group_name"): "/other",
    ("LogsArgs", "loki_namespace"): "other",
    ("LogsArgs", "shipper_release"): "other",
    ("LogsArgs", "loki_release"): "other",
    ("MeshArgs", "replicas"): 1,
    ("MetricsArgs", "retention_days"): 7,
    ("MetricsArgs", "volume_gb"): 40,
    ("MetricsArgs", "memory"): "2Gi",
    ("MetricsArgs", "webhook_secret"): "hook",
    ("MetricsArgs", "rules"): {"other": {"groups": []}},
    ("MetricsArgs", "rule_prefix"): "other",
    ("NamespacesArgs", "protect"): ["shop"],
    ("NamespacesArgs", "labels"): {"environment": "test"},
    ("NetworkArgs", "cidr"): "10.1.0.0/16",
    ("NetworkArgs", "nat_gateways"): 2,
    ("NetworkArgs", "flow_log_retention_days"): 7,
    ("NetworkArgs", "flow_log_class"): "INFREQUENT_ACCESS",
    ("NetworkArgs", "flow_log_traffic"): "REJECT",
    ("NodesArgs", "version"): "1.34",
    ("NodesArgs", "groups"): {"other": NodeGroupSize()},
    ("NodesArgs", "group_label"): "other",
    ("NodesArgs", "addons"): (),
    ("NodesArgs", "off_hours"): OffHours(wake="08:00", sleep="20:00", days="MON-FRI"),
    ("PodIdentityArgs", "statements"): [{"Action": "es:ESHttpPut", "Resource": "*"}],
    ("PodIdentityArgs", "managed_policies"): ["ReadOnlyAccess"],
    ("PodIdentityArgs", "associate"): False,
    ("PushersArgs", "repository_names"): {"till": "shop/till"},
    ("PushersArgs", "provider_arn"): f"arn:aws:iam::{ACCOUNT}:oidc-provider/git.example.com",
    ("RegistryArgs", "repository_prefix"): "other",
    ("RegistryArgs", "keep_images"): 5,
    ("RegistryArgs", "untagged_expire_days"): 1,
    ("RotationArgs", "documents"): replace(USER_STORE, host="elsewhere"),
    ("RotationArgs", "database"): replace(USER_STORE, host="elsewhere"),
    ("RotationArgs", "grafana"): "http://grafana.monitoring",
    ("RotationArgs", "first_image"): "apache/airflow:3.2.2",
    ("DrillsArgs", "hour"): 3,
    ("DrillsArgs", "canary_secret"): "shop/canary",
    ("DrillsArgs", "signing_key"): KEY,
    ("DrillsArgs", "canaries"): "others",
    ("DrillsArgs", "velero"): "other",
    ("RestoreTestingArgs", "every_days"): 7,
    ("RestoreTestingArgs", "keep_hours"): 1,
    ("RestoreTestingArgs", "start_hours"): 1,
    ("RestoreTestingArgs", "plan_name"): "other",
    ("RotationArgs", "day"): "MON",
    ("RotationArgs", "hour"): 1,
    ("SearchArgs", "live"): "green",
    ("SearchArgs", "domains"): {"blue": DomainSize(volume_gb=20)},
    ("SearchArgs", "log_retention_days"): 7,
    ("SearchArgs", "snapshot_days"): 7,
    ("SearchArgs", "snapshots"): "made inside the program",
    ("SearchArgs", "domain_prefix"): "other",
    ("SearchArgs", "snapshot_bucket_name"): "other",
    ("SearchArgs", "log_policy_name"): "other",
    ("SecretsArgs", "path"): "other",
    ("SecretsArgs", "store_name"): "other",
    ("SecretsArgs", "role_prefix"): "other",
    ("SecretsArgs", "also_read"): {"shop": [f"arn:aws:secretsmanager:ap-northeast-2:{ACCOUNT}:secret:rds!db-1"]},
    ("SecretsArgs", "refresh_minutes"): 60,
    ("SecretsArgs", "recovery_days"): 7,
    ("SecretsArgs", "operator_replicas"): 1,
    ("TrailAlarmsArgs", "metric_namespace"): "other",
    ("TracesArgs", "store"): "tempo",
    ("TracesArgs", "sampling_percent"): 50,
    ("TracesArgs", "group_name"): "other",
    ("TracesArgs", "namespace"): "other",
    ("TracesArgs", "retention_days"): 7,
    ("TracesArgs", "release_name"): "other",
    ("VolumesArgs", "controller_replicas"): 1,
    ("VolumesArgs", "snapshot_retention_days"): 14,
    ("VolumesArgs", "snapshot_tag"): "other",
    ("WorkflowArgs", "dags_reference"): "v1",
    ("WorkflowArgs", "dags_folder"): "flows",
    ("WorkflowArgs", "log_expire_days"): 7,
    ("WorkflowArgs", "replicas"): 1,
    ("WorkflowArgs", "refresh_minutes"): 60,
    ("WorkflowArgs", "connections"): {"site": Connection(kind="http", host="h", secret="s")},
    ("WorkflowArgs", "image"): "apache/airflow:3.2.2-shop",
    ("WorkflowArgs", "release_name"): "other",
    ("WorkflowArgs", "log_bucket_name"): "other",
    ("WorkflowArgs", "email_domain"): "shop.example",
}
#: The same of arguments that mean the same wherever they stand.
COMMON: dict[str, Any] = {
    "after": "outside",
    "bucket_name": "other",
    "protect": False,
    "storage_class": "other",
    "tags": {"team": "shop"},
}


#: Components by their arguments, with each argument that has a default.
OPTIONAL = [
    (cls, field.name)
    for cls in CLASSES
    if cls.__name__.removesuffix("Args") in classes()
    for field in fields(cls)
    if field.default is not MISSING or field.default_factory is not MISSING
]


def given(cls: type[Any], changes: dict[str, Any]) -> Any:
    """Arguments of a component; what stands outside is declared on the way."""
    found = {**REQUIRED[cls](), **changes}
    for name in ("namespace", "loki_namespace", "canaries", "velero"):
        if name in changes:
            found[name] = namespace(changes[name])
    if cls is SecretsArgs:
        found["namespaces"] = {name: namespace(name) for name in changes["namespaces"]}
    if "snapshots" in changes:
        found["snapshots"] = SnapshotSchedule(**REQUIRED[SnapshotSchedule]())
    if "after" in changes:
        found["after"] = [Before("outside")]
    return cls(**found)


class Reader(pulumi.CustomResource):
    """Whoever is given what a component tells: outputs and plain values."""

    def __init__(self, made: pulumi.ComponentResource) -> None:
        told = {key: value for key, value in vars(made).items() if key[0] != "_" and _plain(value)}
        super().__init__("test:index:Reader", "one-reader", told)


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_plain(each) for each in value.values())
    return isinstance(value, str | pulumi.Output)


def declared(cls: type[Any], changes: dict[str, Any]) -> dict[str, Any]:
    """All that a component says with some arguments, and what it tells its caller, by URN."""

    def program() -> None:
        Reader(classes()[cls.__name__.removesuffix("Args")]("one", given(cls, changes)))

    return {
        made.urn: (show_to_reader(made.inputs), made.dependencies, made.property_dependencies, made.protect)
        for made in record(program, project="p", stack="test", config={"aws:region": REGION}).registrations
        if made.name.startswith("one")
    }


@cache
def before(cls: type[Any], beside: str) -> dict[str, Any]:
    """The same with what one argument needs beside it, or, for "", with what all others do."""
    return declared(cls, needed(cls.__name__.removesuffix("Args"), beside))


def needed(component: str, name: str) -> dict[str, Any]:
    """What an argument needs beside it."""
    return BESIDE_ONE.get((component, name), BESIDE.get(component, {}))


def test_every_argument_has_another_value():
    own = {(cls.__name__, name) for cls, name in OPTIONAL}

    assert {each for each in own if each[1] not in COMMON or each in OTHER} == OTHER.keys()


@pytest.mark.parametrize(("cls", "name"), OPTIONAL, ids=lambda part: part if isinstance(part, str) else part.__name__)
def test_an_argument_changes_something(cls, name):
    component = cls.__name__.removesuffix("Args")
    other = OTHER.get((cls.__name__, name), COMMON.get(name))
    changed = declared(cls, {**needed(component, name), name: other})

    assert changed != before(cls, name if (component, name) in BESIDE_ONE else "")
