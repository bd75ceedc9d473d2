"""Every class of arguments: what must be given, what is documented, and what is refused, by its name."""

from __future__ import annotations

import ast
import re
from dataclasses import MISSING, fields
from decimal import Decimal
from functools import cache
from typing import Any

import pulumi
import pytest

from components import arguments
from components.account.audit import AuditArgs
from components.account.baseline import (
    CostExplorerArgs,
    RegistryReplicationArgs,
    SearchLinkedRoleArgs,
    TraceEncryptionArgs,
)
from components.account.budgets import BudgetsArgs
from components.account.detection import DetectionArgs
from components.account.keys import KeysArgs
from components.arguments import AccountRegion, ClusterAccess, Namespace, StoreNetwork
from components.bucket import BucketArgs
from components.charts import Chart
from components.cluster.admission import AdmissionArgs
from components.cluster.control_plane import Access, ClusterArgs
from components.cluster.crds import CrdsArgs
from components.cluster.isolation import IsolationArgs
from components.cluster.mesh import MeshArgs
from components.cluster.namespaces import NamespacesArgs
from components.cluster.nodes import NodeGroupSize, NodesArgs, OffHours
from components.cluster.volumes import VolumesArgs
from components.delivery.applications import ApplicationsArgs, Exposed, Landing
from components.delivery.pushers import PushersArgs
from components.delivery.registry import RegistryArgs
from components.delivery.workflow import WorkflowArgs
from components.delivery.workflow_connections import Connection
from components.identity import PodIdentityArgs
from components.network.edge import EdgeArgs
from components.network.firewall import FirewallArgs
from components.network.vpc import NetworkArgs
from components.network.vpn import VpnArgs
from components.observability.agent import AgentArgs
from components.observability.alarms import AlarmsArgs, ReplicatedBucket, Target, Watch
from components.observability.dashboards import DashboardsArgs
from components.observability.logs import LogsArgs
from components.observability.metrics import MetricsArgs
from components.observability.traces import TracesArgs
from components.observability.trail_alarms import TrailAlarmsArgs
from components.stores.backup import BackupArgs
from components.stores.cache import CacheArgs
from components.stores.database import Database, DatabaseArgs
from components.stores.documents import DocumentsArgs
from components.stores.drills import DrilledStore, DrillsArgs
from components.stores.replica import Replica
from components.stores.restore_testing import RestoreTestingArgs, TestedStore
from components.stores.rotation import RotatedSecret, RotationArgs, UserStore
from components.stores.search import DomainSize, SearchArgs
from components.stores.search_snapshots import SnapshotSchedule
from components.stores.secrets import SecretEntry, SecretsArgs
from components.stores.vaults import Copies, VaultsArgs
from preview.simulate.recorder import record
from tests.components.catalogue import (
    CERTIFICATE,
    DEPLOYER,
    MONITOR,
    TOPIC,
    WATCH,
    argument_classes,
    classes,
    plane,
    source_of,
)
from tests.components.given import ACCOUNT, INSIDE, KEY, PLACE, REGION, SUBNETS, Before, cluster, namespace

CLASSES = argument_classes()
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!db-1"
THERE = "ap-northeast-1"
STORE = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:docs"
TOOLS = f"registry.example.com/tools@sha256:{'a' * 64}"
LANDING = {"cpu": "2", "memory": "4Gi", "pods": 20, "service_accounts": ("till",)}
#: What must be given, of every class; whatever is not here has a default.
REQUIRED: dict[type[Any], Any] = {
    Access: lambda: {"principal_arn": f"arn:aws:iam::{ACCOUNT}:role/deployer", "policy": "AmazonEKSViewPolicy"},
    AccountRegion: lambda: {"account_id": ACCOUNT, "region": REGION},
    AdmissionArgs: lambda: {
        "cluster": cluster(),
        "namespace": namespace("kyverno"),
        "exceptions_namespace": namespace("exceptions"),
        "policies": [],
        "excluded_namespaces": ["kube-system", "kyverno"],
    },
    AgentArgs: lambda: {"cluster": cluster()},
    AlarmsArgs: lambda: {"place": PLACE, "topic_arn": TOPIC, "watches": [WATCH], "runbook": "runbook.md"},
    ApplicationsArgs: lambda: {
        "cluster": cluster(),
        "landings": {"shop": Landing(**LANDING)},
        "namespaces": {"shop": namespace("shop")},
        "connections": {"CACHE_URI": "rediss://cache:6379/0"},
        "certificate_arn": CERTIFICATE,
    },
    AuditArgs: lambda: {"place": PLACE, "key_arn": KEY},
    BackupArgs: lambda: {"cluster": cluster(), "namespace": namespace("velero"), "key_arn": KEY},
    BucketArgs: lambda: {"place": PLACE, "key_arn": KEY},
    BudgetsArgs: lambda: {
        "place": PLACE,
        "total": Decimal(100),
        "emails": ["somebody@example.com"],
        "key_arn": KEY,
        "monitor_arn": MONITOR,
    },
    CacheArgs: lambda: {"network": INSIDE, "key_arn": KEY},
    Chart: lambda: dict.fromkeys(("name", "repository", "version", "checked_on", "read_at"), "x"),
    ClusterAccess: lambda: {"cluster_name": "shop-eks", "place": PLACE, "provider": cluster().provider},
    ClusterArgs: lambda: {
        "place": PLACE,
        "vpc_id": "vpc-1",
        "subnet_ids": SUBNETS,
        "api_allowed_cidrs": ["203.0.113.0/24"],
        "access": {"deployer": DEPLOYER},
        "key_arn": KEY,
    },
    Connection: lambda: {"kind": "mongo", "host": "docs.example.com", "secret": "shop/mongo"},
    CostExplorerArgs: dict,
    CrdsArgs: lambda: {"cluster": cluster(), "namespace": namespace("monitoring")},
    DashboardsArgs: lambda: {"cluster": cluster(), "namespace": namespace("monitoring")},
    DatabaseArgs: lambda: {"network": INSIDE, "key_arn": KEY},
    DetectionArgs: dict,
    DocumentsArgs: lambda: {"network": INSIDE, "key_arn": KEY},
    DomainSize: dict,
    EdgeArgs: lambda: {"cluster": cluster(), "vpc_id": "vpc-1", "domain": "example.com"},
    Exposed: lambda: {"host": "www.example.com", "service": "till", "port": 80},
    FirewallArgs: lambda: {"description": "a store", "port": 5432, "network": INSIDE},
    KeysArgs: lambda: {"place": PLACE},
    Landing: lambda: LANDING,
    LogsArgs: lambda: {"cluster": cluster(), "namespace": namespace("logging"), "key_arn": KEY},
    IsolationArgs: lambda: {"cluster": cluster(), "namespaces": {"shop": []}, "opened": [], "shut": [SHUT]},
    MeshArgs: lambda: {"cluster": cluster(), "namespace": namespace("istio-system")},
    MetricsArgs: lambda: {"cluster": cluster(), "namespace": namespace("monitoring")},
    Namespace: lambda: {"name": "shop", "made": namespace("shop").made},
    NamespacesArgs: lambda: {"levels": {"shop": "restricted"}},
    NetworkArgs: lambda: {"place": PLACE, "zones": [f"{REGION}a", f"{REGION}b"], "key_arn": KEY},
    NodeGroupSize: dict,
    NodesArgs: lambda: {"cluster": plane("cluster"), "subnet_ids": SUBNETS, "key_arn": KEY},
    OffHours: lambda: {"wake": "08:30", "sleep": "20:00", "days": "MON-FRI"},
    PodIdentityArgs: lambda: {"cluster": cluster(), "namespace": "shop", "service_account": "till"},
    PushersArgs: lambda: {
        "issuer": "https://git.example.com",
        "projects": {"till": "shop/till"},
        "repository_arns": {"till": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop/till"},
    },
    RegistryArgs: lambda: {"repositories": ["till"], "key_arn": KEY},
    RotatedSecret: lambda: {"arn": SECRET, "days": 30, "draw": {"key": "token"}},
    DrilledStore: lambda: {"every_days": 7, "plan": {"bucket": "till"}},
    DrillsArgs: lambda: {
        "cluster": cluster(),
        "namespace": namespace("recovery"),
        "environment": "shop",
        "image": TOOLS,
        "stores": {"objects": DrilledStore(every_days=7, plan={"bucket": "till"})},
        "ledger_bucket": "ledger",
        "key_arn": KEY,
    },
    RestoreTestingArgs: lambda: {
        "place": PLACE,
        "vault_names": ["shop"],
        "stores": {"till": TestedStore(**REQUIRED[TestedStore]())},
    },
    TestedStore: lambda: {
        "kind": "RDS",
        "arn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:till",
        "subnet_group": "till",
        "security_group_ids": ["sg-0123456789abcdef0"],
    },
    RotationArgs: lambda: {
        "cluster": cluster(),
        "namespace": namespace("external-secrets"),
        "key_arn": KEY,
        "image": "registry.example.com/rotator:1",
        "secrets": {"till": RotatedSecret(arn=SECRET, days=30, draw={"key": "token"})},
        "namespaces": {},
    },
    SearchArgs: lambda: {
        "place": PLACE,
        "network": INSIDE,
        "key_arn": KEY,
        "administrators": [f"arn:aws:iam::{ACCOUNT}:role/platform"],
    },
    SearchLinkedRoleArgs: dict,
    SnapshotSchedule: lambda: {
        "cluster": cluster(),
        "namespace": namespace("search-snapshots"),
        "image": "registry.example.com/tools:1",
    },
    SecretEntry: lambda: {
        "description": "signs in",
        "keys": ("password",),
        "namespace": "shop",
        "kubernetes_secret": "till-login",
    },
    SecretsArgs: lambda: {
        "cluster": cluster(),
        "namespace": namespace("external-secrets"),
        "inventory": {},
        "namespaces": {},
        "key_arn": KEY,
    },
    UserStore: lambda: {"host": "db", "port": 5432, "database": "shop", "master_secret_arn": SECRET},
    StoreNetwork: lambda: {"vpc_id": "vpc-1", "subnet_ids": SUBNETS, "client_security_group_id": "sg-1"},
    Target: lambda: {"capability": "documents", "dimensions": {}},
    TrailAlarmsArgs: lambda: {"log_group_name": "/trail", "topic_arn": TOPIC, "runbook": "runbook.md"},
    TraceEncryptionArgs: lambda: {"key_arn": KEY},
    RegistryReplicationArgs: lambda: {"place": PLACE, "region": THERE, "repository_prefix": "alphacar/"},
    Replica: lambda: {"region": THERE, "key_arn": KEY},
    Copies: lambda: {"region": THERE, "key_arn": KEY},
    VaultsArgs: lambda: {"place": PLACE, "key_arn": KEY, "stores": {"documents": STORE}},
    TracesArgs: lambda: {"cluster": cluster(), "key_arn": KEY},
    VolumesArgs: lambda: {"cluster": cluster(), "key_arn": KEY},
    VpnArgs: lambda: {
        "gateway_address": "203.0.113.7",
        "bgp_asn": 65000,
        "on_premises_cidrs": ["192.168.0.0/16"],
        "vpc_id": "vpc-1",
        "route_table_ids": ["rtb-1"],
        "log_group_arn": "arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/vpc/shop",
    },
    ReplicatedBucket: lambda: {"bucket": "from", "copy": "copied"},
    Watch: lambda: {
        "name": "cpu",
        "target": "documents",
        "metric": "AWS/DocDB/CPUUtilization",
        "unit": "percent",
        "statistic": "Average",
        "minutes": 5,
        "periods": 3,
        "silence": "breaching",
        "reason": "Queries wait.",
    },
    WorkflowArgs: lambda: {
        "cluster": cluster(),
        "namespace": namespace("airflow"),
        "database": Database("database", DatabaseArgs(network=INSIDE, key_arn=KEY)),
        "key_arn": KEY,
        "dags_repository": "https://git.example.com/zone.git",
        "monitors": Before("crds"),
        "database_secret": "shop/airflow",
        "secret_store": "store",
    },
}
#: A row must say at which value it rings, by one of two arguments that each have a default.
ONE_OF_TWO = {Watch: {"over": 80}}
#: Classes of nothing but what was refused where it was made, or of what a reader of the package writes.
NOTHING_TO_REFUSE = {Chart, CrdsArgs, Target}
LONG = "a" * 64
SHUT = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "deny-all", "namespace": "shop"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
}
ELSEWHERE = {"kind": "PolicyException", "metadata": {"name": "x", "namespace": "shop"}}

#: A class, one wrong argument, and what is said of it behind its name.
REFUSED: list[tuple[type[Any], str, Any, str]] = [
    (Access, "principal_arn", "deployer", "the ARN of an IAM role or user"),
    (Access, "policy", "AdministratorAccess", "an EKS access policy"),
    (Access, "namespaces", ("Shop",), "names of namespaces"),
    (AccountRegion, "account_id", "1", "twelve digits, not '1'"),
    (AccountRegion, "region", "seoul", "a region such as ap-northeast-2, of the partition aws, not 'seoul'"),
    (AccountRegion, "region", "cn-north-1", "of the partition aws, not 'cn-north-1'"),
    (AccountRegion, "region", "us-gov-west-1", "of the partition aws"),
    (AccountRegion, "region", "us-isob-east-1", "of the partition aws"),
    (AccountRegion, "region", "eusc-de-east-1", "of the partition aws"),
    (AdmissionArgs, "replicas", 0, "1 to 9, not 0"),
    (AdmissionArgs, "excluded_namespaces", ["kyverno"], "must hold kube-system and kyverno"),
    (AdmissionArgs, "policies", [{"kind": "ClusterPolicy"}], "policies: ClusterPolicy is refused"),
    (AdmissionArgs, "exceptions", [{"kind": "ConfigMap"}], "exceptions: ConfigMap is refused"),
    (AdmissionArgs, "exceptions", [ELSEWHERE], "exceptions must be in exceptions, not shop"),
    (AgentArgs, "tags", {"aws:x": "y"}, "no key begins with aws:"),
    (AlarmsArgs, "topic_arn", "told", "a topic's ARN"),
    (AlarmsArgs, "watches", [WATCH, WATCH], "rows with names that differ"),
    (AlarmsArgs, "documents_instances", 0, "1 or more where there is documents, not 0"),
    (ApplicationsArgs, "store_cidrs", ["10.0.0.1/16"], "IPv4 networks"),
    (ApplicationsArgs, "store_ports", [0], "ports from 1 to 65535"),
    (ApplicationsArgs, "balancer_cidrs", ["0.0.0.0/0"], "and not all of them"),
    (ApplicationsArgs, "certificate_arn", "certificate", "a certificate's ARN"),
    (ApplicationsArgs, "connections", {"cache-uri": "x"}, "names of variables"),
    (ApplicationsArgs, "labels", {"team": "the shop"}, "labels"),
    (ApplicationsArgs, "metrics_namespace", "Monitoring", "a namespace's name"),
    (ApplicationsArgs, "trace_namespaces", ("Tempo",), "names of namespaces"),
    (ApplicationsArgs, "namespaces", {}, "must hold shop"),
    (ApplicationsArgs, "landings", {"shop": Landing(**{**LANDING, "grants": {"till": ["cache"]}})}, "must hold cache"),
    (AuditArgs, "retention_days", 0, "1 to 3650, not 0"),
    (AuditArgs, "trail_name", "a--trail", "3 to 128 letters"),
    (AuditArgs, "bucket_name", "Bucket", "3 to 63 lower-case letters"),
    (BackupArgs, "retention_days", 0, "1 to 3650, not 0"),
    (BackupArgs, "object_lock_days", 30, "shorter than retention_days"),
    (BackupArgs, "schedule", "daily", "five fields of cron"),
    (BackupArgs, "bucket_name", "b", "3 to 63 lower-case letters"),
    (BucketArgs, "bucket_name", LONG, "3 to 63 lower-case letters"),
    (BucketArgs, "region", "tokyo", "a region such as ap-northeast-1"),
    (Copies, "region", "tokyo", "a region such as ap-northeast-1"),
    (Copies, "days", ["MONDAY"], "some of SUN, MON"),
    (Copies, "days", [], "some of SUN, MON"),
    (Copies, "retention_days", 0, "1 to 36500, not 0"),
    (Copies, "account_vault_arn", "vault", "a vault's ARN"),
    (RegistryReplicationArgs, "region", REGION, "another region than the registry's"),
    (RegistryReplicationArgs, "region", "tokyo", "a region such as ap-northeast-1"),
    (RegistryReplicationArgs, "repository_prefix", "A", "2 to 256 lower-case letters"),
    (ReplicatedBucket, "bucket", "-from", "3 to 63"),
    (Replica, "region", "tokyo", "a region such as ap-northeast-1"),
    (Replica, "bucket_name", "b", "3 to 63 lower-case letters"),
    (VaultsArgs, "stores", {"Documents": STORE}, "names of lower-case letters"),
    (VaultsArgs, "stores", {"documents": "docs"}, "ARNs of stores"),
    (VaultsArgs, "daily_days", -1, "0 to 3650, not -1"),
    (VaultsArgs, "weekly_days", 0, "1 to 3650, not 0"),
    (VaultsArgs, "lock", "both", "one of none, governance, compliance"),
    (VaultsArgs, "lock_grace_days", 2, "3 to 36500, not 2"),
    (VaultsArgs, "keeper_role_arn", "root", "a role's ARN"),
    (VaultsArgs, "prefix", "a vault", "2 to 30 letters"),
    (KeysArgs, "region", "tokyo", "a region such as ap-northeast-1"),
    (KeysArgs, "backup_account_id", "1", "twelve digits"),
    (AlarmsArgs, "newest_copy_hours", {"documents": 169}, "1 to 168 hours"),
    (AlarmsArgs, "newest_copy_elsewhere_hours", {"documents": 0}, "1 to 168 hours"),
    (BucketArgs, "expire_days", -1, "0 to 36500, not -1"),
    (BucketArgs, "noncurrent_days", 0, "1 to 36500, not 0"),
    (BucketArgs, "infrequent_after_days", 29, "must be 0, or 30 or more, not 29"),
    (BucketArgs, "object_lock_days", 36501, "0 to 36500, not 36501"),
    (BudgetsArgs, "total", Decimal(0), "an amount above 0"),
    (BudgetsArgs, "per_tag", {"documents": Decimal(-1)}, "amounts above 0"),
    (BudgetsArgs, "per_tag", {"total": Decimal(1)}, "of other values than total"),
    (BudgetsArgs, "emails", ["somebody"], "addresses such as"),
    (BudgetsArgs, "emails", ["a@example.com"] * 2, "addresses that differ"),
    (BudgetsArgs, "monitor_arn", "monitor", "an anomaly monitor's ARN"),
    (BudgetsArgs, "tag_key", None, "given for per_tag, not None"),
    (BudgetsArgs, "tag_key", "aws:team", "a tag's key"),
    (BudgetsArgs, "budget_prefix", "a:b", "without colons and backslashes"),
    (BudgetsArgs, "topic_name", "a topic", "at most 256 letters"),
    (BudgetsArgs, "subscription_name", "", "1 to 1024 characters"),
    (CacheArgs, "engine_version", "8", "a version such as 8.2"),
    (CacheArgs, "node_type", "t4g.small", "a node's type such as cache.t4g.small"),
    (CacheArgs, "replicas", 6, "0 to 5, not 6"),
    (CacheArgs, "snapshot_retention_days", 36, "0 to 35, not 36"),
    (CacheArgs, "replication_group_id", "a" * 41, "at most 40 lower-case letters"),
    (CacheArgs, "user_id", "a" * 40, "at most 39 lower-case letters"),
    (CacheArgs, "description", "", "1 to 255 characters"),
    (ClusterAccess, "cluster_name", "shop eks", "at most 100 letters"),
    (ClusterArgs, "version", "v1.35", "a minor version such as 1.35"),
    (ClusterArgs, "cluster_name", "-eks", "at most 100 letters"),
    (ClusterArgs, "subnet_ids", ["subnet-a"], "subnets of two zones or more"),
    (ClusterArgs, "api_allowed_cidrs", [], "EKS reads an empty list as 0.0.0.0/0"),
    (ClusterArgs, "api_allowed_cidrs", ["0.0.0.0/0"], "and not all of them"),
    (ClusterArgs, "access", {}, "access must give somebody AmazonEKSClusterAdminPolicy"),
    (ClusterArgs, "log_class", "CHEAP", "one of STANDARD, INFREQUENT_ACCESS, not 'CHEAP'"),
    (ClusterArgs, "log_retention_days", 31, "one of 1, 3, 5, 7, 14, 30,"),
    (Connection, "kind", "Mongo DB", "one of Airflow's types"),
    (Connection, "secret", "/shop/mongo", "without slashes at its ends"),
    (Connection, "port", 0, "1 to 65535, not 0"),
    (CostExplorerArgs, "tag_key", "aws:team", "a tag's key"),
    (CostExplorerArgs, "monitor_arn", "monitor", "an anomaly monitor's ARN"),
    (CostExplorerArgs, "monitor_name", " ", "1 to 1024 characters"),
    (AuditArgs, "log_retention_days", 2, "one of 1, 3, 5,"),
    (DetectionArgs, "features", ["RUNTIME_MONITORING"], "some of S3_DATA_EVENTS"),
    (DetectionArgs, "features", ["S3_DATA_EVENTS"] * 2, "names that differ"),
    (DetectionArgs, "analyzer_name", "an analyzer", "at most 255 letters"),
    (DetectionArgs, "topic_arn", "told", "a topic's ARN"),
    (TrailAlarmsArgs, "topic_arn", "topic", "a topic's ARN"),
    (TrailAlarmsArgs, "metric_namespace", "AWS/Trail", "not beginning with AWS/"),
    (NamespacesArgs, "protect", ["till"], "some of shop"),
    (DashboardsArgs, "log_groups", ["a group"], "names of log groups"),
    (DashboardsArgs, "volume_gb", 0, "1 to 16384, not 0"),
    (DashboardsArgs, "loki_url", "loki:3100", "an address such as http://loki"),
    (DashboardsArgs, "tempo_url", "tempo:3200", "an address such as http://tempo"),
    (DashboardsArgs, "storage_class", "GP3", "lower-case letters"),
    (DashboardsArgs, "admin_secret", "Admin", "lower-case letters"),
    (DashboardsArgs, "files", {"a_b": "{}"}, "called by lower-case letters"),
    (DashboardsArgs, "release_name", "a" * 54, "at most 53 lower-case letters"),
    (DashboardsArgs, "file_prefix", "Board", "at most 53 lower-case letters"),
    (DashboardsArgs, "file_label", "a b", "a label's key"),
    (DatabaseArgs, "instance_class", "t4g.micro", "a class such as db.t4g.micro"),
    (DatabaseArgs, "storage_gb", 19, "20 to 65536, not 19"),
    (DatabaseArgs, "backup_days", 36, "1 to 35, not 36"),
    (DatabaseArgs, "identifier", "books-", "at most 63 lower-case letters"),
    (DatabaseArgs, "username", "rdsadmin", "a name that RDS does not keep for itself"),
    (DatabaseArgs, "username", "Admin", "a name that RDS does not keep for itself"),
    (DatabaseArgs, "username", "order-books", "at most 63 letters, digits and underscores"),
    (DatabaseArgs, "database", "1st", "at most 63 letters, digits and underscores"),
    (DocumentsArgs, "engine_version", "5.0", "fully qualified, such as 5.0.0"),
    (DocumentsArgs, "instance_class", "t4g.medium", "a class such as db.t4g.medium"),
    (DocumentsArgs, "instances", 17, "1 to 16, not 17"),
    (DocumentsArgs, "backup_retention_days", 0, "1 to 35, not 0"),
    (DocumentsArgs, "log_retention_days", 10, "one of 1, 3, 5,"),
    (DocumentsArgs, "cluster_identifier", "a" * 61, "at most 60 lower-case letters"),
    (DocumentsArgs, "master_username", "admin", "a name that DocumentDB does not keep for itself"),
    (DocumentsArgs, "master_username", "ADMIN", "a name that DocumentDB does not keep for itself"),
    (DocumentsArgs, "master_username", "the_master", "at most 63 letters and digits"),
    (DomainSize, "engine_version", "Elasticsearch_7.10", "a version such as OpenSearch_2.19"),
    (DomainSize, "instance_type", "t3.small", "a type such as t3.small.search"),
    (DomainSize, "instances", 0, "1 to 80, not 0"),
    (DomainSize, "volume_gb", 9, "10 to 24576, not 9"),
    (EdgeArgs, "domain", f"{'a' * 60}.example.com", "a domain of at most 64 characters"),
    (EdgeArgs, "replicas", 10, "1 to 9, not 10"),
    (EdgeArgs, "ingress_group", "Shop", "at most 63 lower-case letters"),
    (Exposed, "host", "www_example", "a host's name"),
    (Exposed, "service", "Till", "at most 63 lower-case letters"),
    (Exposed, "port", 65536, "1 to 65535, not 65536"),
    (FirewallArgs, "description", "the shop's store", "at most 255 letters"),
    (FirewallArgs, "port", 0, "1 to 65535, not 0"),
    (KeysArgs, "trail_name", "a", "3 to 128 letters"),
    (KeysArgs, "alias", "alias/data", "alias/ is put before it"),
    (KeysArgs, "alias", "aws/data", "letters, digits, slashes"),
    (Landing, "cpu", "two", "an amount such as 500m"),
    (Landing, "memory", "4 GB", "an amount such as 500m or 4Gi"),
    (Landing, "pods", 0, "1 to 5000, not 0"),
    (Landing, "service_accounts", ("till", "till"), "names that differ"),
    (Landing, "grants", {"shelf": ["cache"]}, "by names of service_accounts, till"),
    (Landing, "service_accounts", ("Till",), "lower-case letters"),
    (LogsArgs, "store", "elasticsearch", "one of cloudwatch-logs, loki, not 'elasticsearch'"),
    (LogsArgs, "retention_days", 31, "one of 1, 3, 5,"),
    (LogsArgs, "log_class", "CHEAP", "one of STANDARD, INFREQUENT_ACCESS, not 'CHEAP'"),
    (LogsArgs, "log_group_name", "a group", "at most 512 letters"),
    (LogsArgs, "storage_class", "", "lower-case letters"),
    (LogsArgs, "bucket_name", "B", "3 to 63 lower-case letters"),
    (LogsArgs, "shipper_release", "Ship", "at most 53 lower-case letters"),
    (LogsArgs, "loki_namespace", None, "given for Loki, not None"),
    (LogsArgs, "loki_release", "loki.two", "at most 53 lower-case letters"),
    (IsolationArgs, "shut", [{"kind": "ConfigMap"}], "shut: ConfigMap is refused; allowed here is NetworkPolicy"),
    (IsolationArgs, "namespaces", {}, "must hold shop: deny-all stands there"),
    (MeshArgs, "replicas", 0, "1 to 9, not 0"),
    (MetricsArgs, "retention_days", 0, "1 to 3650, not 0"),
    (MetricsArgs, "volume_gb", 4, "5 to 16384, not 4"),
    (MetricsArgs, "storage_class", "gp 3", "lower-case letters"),
    (MetricsArgs, "memory", "much", "an amount such as 1536Mi"),
    (MetricsArgs, "webhook_secret", "Hook", "lower-case letters"),
    (MetricsArgs, "rules", {"Cluster": {}}, "called by lower-case letters"),
    (MetricsArgs, "rule_prefix", "shop.rules", "at most 63 lower-case letters"),
    (Namespace, "name", "kube_system", "at most 63 lower-case letters"),
    (NamespacesArgs, "levels", {"Shop": "restricted"}, "of namespaces with at most 63"),
    (NamespacesArgs, "levels", {"shop": "strict"}, "one of privileged, baseline, restricted, not 'strict' at 'shop'"),
    (NamespacesArgs, "labels", {"a/b/c": "x"}, "labels"),
    (NetworkArgs, "zones", [f"{REGION}a"], "two to four different zones"),
    (NetworkArgs, "zones", [f"{REGION}a"] * 2, "two to four different zones"),
    (NetworkArgs, "zones", ["a", "b"], "zones such as ap-northeast-2a"),
    (NetworkArgs, "zones", ["us-east-1a", "us-east-1b"], f"zones of {REGION}"),
    (NetworkArgs, "cidr", "10.0.0.0/21", "a network of /16 to /20"),
    (NetworkArgs, "cidr", "10.0.0.0/8", "a network of /16 to /20"),
    (NetworkArgs, "nat_gateways", 3, "0 to 2, not 3"),
    (NetworkArgs, "flow_log_class", "CHEAP", "one of STANDARD, INFREQUENT_ACCESS, not 'CHEAP'"),
    (NetworkArgs, "flow_log_traffic", "SOME", "one of ALL, REJECT, not 'SOME'"),
    (NetworkArgs, "flow_log_retention_days", 2, "one of 1, 3, 5,"),
    (NodeGroupSize, "instance_types", (), "one type or more"),
    (NodeGroupSize, "instance_types", ("m7i.large",), "types of Graviton"),
    (NodeGroupSize, "capacity_type", "CHEAP", "one of ON_DEMAND, SPOT, not 'CHEAP'"),
    (NodeGroupSize, "disk_gb", 19, "20 to 16384, not 19"),
    (NodeGroupSize, "max_size", 0, "1 to 450, not 0"),
    (NodeGroupSize, "min_size", 3, "must not decrease, but are 3, 2, 4"),
    (NodesArgs, "subnet_ids", ["subnet-a"], "subnets of two zones or more"),
    (NodesArgs, "version", "1", "a minor version such as 1.35"),
    (NodesArgs, "groups", {}, "one group or more"),
    (NodesArgs, "groups", {"Steady": NodeGroupSize()}, "called by at most 63"),
    (NodesArgs, "group_label", "a b", "a label's key"),
    (NodesArgs, "addons", ("prometheus",), "some of vpc-cni, coredns,"),
    (OffHours, "wake", "8:30", "a time such as 08:30"),
    (OffHours, "sleep", "24:00", "a time such as 20:00"),
    (OffHours, "sleep", "08:00", "wake must be earlier than sleep"),
    (OffHours, "days", "weekdays", "days such as MON-FRI"),
    (OffHours, "zone", "Asia/Seoul; DROP", "a time zone such as Asia/Seoul"),
    (PodIdentityArgs, "namespace", "", "at most 63 lower-case letters"),
    (PodIdentityArgs, "service_account", "Till", "lower-case letters"),
    (PodIdentityArgs, "managed_policies", ["arn:aws:iam::aws:policy/ReadOnlyAccess"], "names of AWS' policies"),
    (PushersArgs, "issuer", "git.example.com", "https:// and a host"),
    (PushersArgs, "projects", {"till": "*"}, "paths such as group/project"),
    (PushersArgs, "projects", {"shelf": "shop/shelf"}, "repositories that exist, not shelf"),
    (PushersArgs, "provider_arn", "git.example.com", "an identity provider's ARN"),
    (PushersArgs, "repository_arns", {"till": "*"}, "ARNs of repositories in ECR, each of one"),
    (RegistryArgs, "repositories", ["Till"], "lower-case letters and digits"),
    (RegistryArgs, "repositories", ["till", "till"], "names that differ"),
    (RegistryArgs, "repository_prefix", "shop/", "slashes between them"),
    (RegistryArgs, "keep_images", 0, "1 to 1000, not 0"),
    (RegistryArgs, "untagged_expire_days", 366, "1 to 365, not 366"),
    (RotatedSecret, "arn", "rds!db-1", "a secret's ARN in Secrets Manager"),
    (RotatedSecret, "days", 91, "7 to 90, not 91"),
    (
        RotatedSecret,
        "by",
        "magic",
        "one of documents, documents-reader, database, database-reader, airflow, grafana, fernet, drawn, not 'magic'",
    ),
    (RotatedSecret, "draw", {"key": "dice"}, "each of token, fernet, name"),
    (RotatedSecret, "mirrors", ["till"], "ExternalSecrets as namespace/name"),
    (RotatedSecret, "restarts", ["shop/Till"], "Deployments as namespace/name"),
    (UserStore, "port", 0, "1 to 65535, not 0"),
    (UserStore, "database", "a-b", "at most 57 letters, digits and underscores"),
    (UserStore, "master_secret_arn", "rds!db-1", "a secret's ARN in Secrets Manager"),
    (RotationArgs, "secrets", {}, "one secret or more"),
    (RotationArgs, "image", "rotator", "an image with its tag"),
    (RotationArgs, "first_image", "rotator", "an image with its tag"),
    (RotationArgs, "grafana", "grafana", "an address such as http://grafana.monitoring"),
    (DrilledStore, "every_days", 32, "1 to 31, not 32"),
    (DrilledStore, "secret", "Till", "at most 63 lower-case letters"),
    (DrillsArgs, "environment", "Shop", "at most 63 lower-case letters"),
    (DrillsArgs, "image", "registry.example.com/tools:1", "an image with its digest"),
    (DrillsArgs, "stores", {}, "one store or more"),
    (DrillsArgs, "stores", {"Till": DrilledStore(every_days=7, plan={})}, "at most 63 lower-case letters"),
    (DrillsArgs, "ledger_bucket", "Ledger", "lower-case letters"),
    (DrillsArgs, "hour", 24, "0 to 23, not 24"),
    (DrillsArgs, "canary_secret", "a b", "at most 512 letters"),
    (DrillsArgs, "signing_key", "alias/evidence", "the ARN of a KMS key"),
    (RestoreTestingArgs, "vault_names", ["s"], "2 to 50 letters"),
    (RestoreTestingArgs, "vault_names", [], "one vault or more"),
    (RestoreTestingArgs, "plan_name", "shop-stores", "1 to 50 letters, digits and underscores"),
    (RestoreTestingArgs, "stores", {}, "one store or more"),
    (RestoreTestingArgs, "every_days", 0, "1 to 31, not 0"),
    (RestoreTestingArgs, "keep_hours", 169, "1 to 168, not 169"),
    (RestoreTestingArgs, "start_hours", 0, "1 to 168, not 0"),
    (TestedStore, "kind", "EBS", "one of DocumentDB, RDS, not 'EBS'"),
    (TestedStore, "arn", "till", "a store's ARN"),
    (TestedStore, "security_group_ids", [], "one security group or more"),
    (RotationArgs, "day", "NOON", "one of MON, TUE, WED, THU, FRI, SAT, SUN, not 'NOON'"),
    (RotationArgs, "hour", 24, "0 to 23, not 24"),
    (SearchArgs, "administrators", [], "one role or user, or more"),
    (SearchArgs, "administrators", [f"arn:aws:iam::{ACCOUNT}:root"], "ARNs of IAM roles or users"),
    (SearchArgs, "administrators", [f"arn:aws:iam::{ACCOUNT}:role/a"] * 2, "ARNs that differ"),
    (SearchArgs, "domains", {}, "one domain or more"),
    (SearchArgs, "live", "green", "one of blue, not 'green'"),
    (SearchArgs, "domains", {"blue": DomainSize(instances=4)}, "domains: blue must spread its 4 instances evenly"),
    (SearchArgs, "domains", {"blue": DomainSize(), "GREEN": DomainSize()}, "called by lower-case letters"),
    (SearchArgs, "log_retention_days", 0, "one of 1, 3, 5,"),
    (SearchArgs, "snapshot_days", 0, "1 to 36500, not 0"),
    (SearchArgs, "domain_prefix", "a" * 24, "short enough for 28 characters"),
    (SearchArgs, "snapshot_bucket_name", "S", "3 to 63 lower-case letters"),
    (SearchArgs, "log_policy_name", "a policy", "at most 128 letters"),
    (SnapshotSchedule, "image", "tools", "an image with its tag"),
    (SnapshotSchedule, "hour", 24, "0 to 23, not 24"),
    (SnapshotSchedule, "keep_days", 0, "1 to 365, not 0"),
    (SearchLinkedRoleArgs, "tags", {"": "x"}, "keys of 1 to 128"),
    (SecretEntry, "keys", (), "one key or more"),
    (SecretEntry, "keys", ("password", "password"), "keys that differ"),
    (SecretEntry, "keys", ("pass word",), "letters, digits, dots"),
    (SecretEntry, "namespace", "Shop", "at most 63 lower-case letters"),
    (SecretEntry, "kubernetes_secret", "Till", "lower-case letters"),
    (SecretEntry, "readers", ["Books"], "lower-case letters"),
    (SecretEntry, "readers", ["books", "books"], "namespaces that differ"),
    (SecretEntry, "readers", ["shop"], "other namespaces than shop"),
    (SecretsArgs, "path", "/shop", "none at the ends"),
    (SecretsArgs, "inventory", {"a b": SecretEntry(**REQUIRED[SecretEntry]())}, "called by letters"),
    (SecretsArgs, "namespaces", {}, "must hold shop"),
    (SecretsArgs, "store_name", "Store", "lower-case letters"),
    (SecretsArgs, "role_prefix", "a role", "at most 64 letters"),
    (SecretsArgs, "also_read", {"shop": ["rds!db-1"]}, "ARNs of secrets"),
    (SecretsArgs, "refresh_minutes", 0, "1 to 1440, not 0"),
    (SecretsArgs, "recovery_days", 6, "7 to 30, not 6"),
    (SecretsArgs, "operator_replicas", 0, "1 to 9, not 0"),
    (StoreNetwork, "subnet_ids", SUBNETS[:1], "subnets of two zones or more"),
    (StoreNetwork, "subnet_ids", SUBNETS[:1] * 2, "subnets of two zones or more that differ"),
    (StoreNetwork, "migrating_cidrs", ("0.0.0.0/1", "128.0.0.0/1"), "and not all of them"),
    (StoreNetwork, "migrating_cidrs", ("10.0.0.0/8",) * 2, "networks that differ"),
    (StoreNetwork, "migrating_cidrs", ("everywhere",), "IPv4 networks"),
    (TraceEncryptionArgs, "key_arn", "alias/data", "a KMS key's ARN"),
    (TracesArgs, "store", "jaeger", "one of xray, tempo, not 'jaeger'"),
    (TracesArgs, "namespace", None, "namespace must be given for Tempo, not None"),
    (TracesArgs, "sampling_percent", 101, "0 to 100, not 101"),
    (TracesArgs, "retention_days", 0, "1 to 3650, not 0"),
    (TracesArgs, "group_name", "a" * 33, "at most 32 characters"),
    (TracesArgs, "storage_class", "_", "lower-case letters"),
    (TracesArgs, "bucket_name", "spans-", "3 to 63 lower-case letters"),
    (TracesArgs, "release_name", "Tempo", "at most 53 lower-case letters"),
    (VolumesArgs, "controller_replicas", 0, "1 to 9, not 0"),
    (VolumesArgs, "snapshot_retention_days", 366, "0 to 365, not 366"),
    (VolumesArgs, "storage_class", "GP3", "lower-case letters"),
    (VolumesArgs, "snapshot_tag", "a=b", "without an equals sign"),
    (VpnArgs, "gateway_address", "gateway.example.com", "an IPv4 address"),
    (VpnArgs, "bgp_asn", 0, "1 to 4294967294, not 0"),
    (VpnArgs, "on_premises_cidrs", [], "the networks behind the VPN"),
    (VpnArgs, "on_premises_cidrs", ["192.168.0.0/16"] * 2, "networks that differ"),
    (VpnArgs, "route_table_ids", ["rtb-1"] * 2, "tables that differ"),
    (VpnArgs, "on_premises_cidrs", ["192.168.0.1/16"], "IPv4 networks"),
    (Watch, "name", "The CPU", "lower-case letters, digits and hyphens"),
    (Watch, "target", "cpus", "one of documents, replicas,"),
    (Watch, "metric", "CPUUtilization", "a namespace and a name"),
    (Watch, "minutes", 0, "1 to 10080, not 0"),
    (Watch, "periods", 289, "1 to 288, not 289"),
    (Watch, "under", 1, "over must be given unless under is"),
    (WorkflowArgs, "dags_repository", "zone", "a repository's address"),
    (WorkflowArgs, "secret_store", "Store", "lower-case letters"),
    (WorkflowArgs, "database_secret", "/airflow", "a secret's path, without slashes at its ends"),
    (SecretEntry, "rotation", "every day; or so", "what AWS takes in a tag"),
    (WorkflowArgs, "connections", {"the-store": Connection(kind="http", host="h", secret="s")}, "called by lower-case"),
    (WorkflowArgs, "image", "apache/airflow", "an image with its tag"),
    (WorkflowArgs, "release_name", "Airflow", "at most 53 lower-case letters"),
    (WorkflowArgs, "log_bucket_name", "L", "3 to 63 lower-case letters"),
    (WorkflowArgs, "log_expire_days", 0, "1 to 36500, not 0"),
    (WorkflowArgs, "email_domain", "example com", "a domain such as example.com"),
    (WorkflowArgs, "replicas", 0, "1 to 9, not 0"),
    (WorkflowArgs, "refresh_minutes", 1441, "1 to 1440, not 1441"),
]
#: What one wrong argument is wrong beside.
BESIDE: dict[tuple[type[Any], str], dict[str, Any]] = {
    (AlarmsArgs, "documents_instances"): {"documents": "docs"},
    (BudgetsArgs, "tag_key"): {"per_tag": {"documents": Decimal(5)}},
    (LogsArgs, "loki_namespace"): {"store": "loki"},
    (TracesArgs, "namespace"): {"store": "tempo"},
    (SecretsArgs, "namespaces"): {"inventory": {"till": SecretEntry(**REQUIRED[SecretEntry]())}},
}


#: A class, one argument that is not of its type, and the whole of what is said.
NOT_OF_ITS_TYPE: list[tuple[type[Any], str, Any, str]] = [
    (AccountRegion, "account_id", 111122223333, "text, not 111122223333"),
    (AccountRegion, "region", None, "text, not None"),
    (BucketArgs, "place", REGION, f"an AccountRegion, not '{REGION}'"),
    (BucketArgs, "place", {"region": REGION}, "an AccountRegion, not a dict"),
    (BucketArgs, "object_lock_days", True, "a whole number, not True"),
    (BudgetsArgs, "total", Decimal("NaN"), "a number, not Decimal('NaN')"),
    (BudgetsArgs, "total", "100", "a number, not '100'"),
    (BudgetsArgs, "per_tag", {"a": Decimal("sNaN")}, "a mapping of text to a number, not Decimal('sNaN') at 'a'"),
    (CacheArgs, "engine_version", None, "text, not None"),
    (CacheArgs, "key_arn", 5, "text, not 5"),
    (CacheArgs, "key_arn", None, "text, not None"),
    (CacheArgs, "protect", "false", "True or False, not 'false'"),
    (CacheArgs, "replicas", 2.0, "a whole number, not 2.0"),
    (CacheArgs, "tags", None, "a mapping of text to text, not None"),
    (CacheArgs, "tags", ["a"], "a mapping of text to text, not a list"),
    (CacheArgs, "tags", {"a": 1}, "a mapping of text to text, not 1 at 'a'"),
    (CacheArgs, "tags", {1: "a"}, "a mapping of text to text, not 1 as a key"),
    (AlarmsArgs, "tags", {}, "a function, not a dict"),
    (ClusterArgs, "api_allowed_cidrs", "203.0.113.0/24", "a list of text, not '203.0.113.0/24'"),
    (CrdsArgs, "after", "outside", "a list of a Resource, not 'outside'"),
    (NodesArgs, "off_hours", "nights", "an OffHours or None, not 'nights'"),
    (PodIdentityArgs, "statements", "all", "a list of a mapping of text to anything or None, not 'all'"),
    (RegistryArgs, "repositories", "web", "a list of text, not 'web'"),
    (SearchArgs, "domains", {"blue": 2}, "a mapping of text to a DomainSize, not 2 at 'blue'"),
    (SecretEntry, "keys", "token", "a list of text, not 'token'"),
    (StoreNetwork, "subnet_ids", "subnet-a", "a list of text, not 'subnet-a'"),
    (StoreNetwork, "subnet_ids", ["subnet-a", 2], "a list of text, not 2 at 1"),
    (Watch, "statistic", "Median", "one of Maximum, Minimum, Average, Sum, not 'Median'"),
]
#: The same of an output where there can be none.
PLAIN: list[tuple[type[Any], str, Any, str]] = [
    (AccountRegion, "account_id", ACCOUNT, "text, not an Output"),
    (CacheArgs, "replication_group_id", "sessions", "text or None, not an Output"),
    (CacheArgs, "tags", {"a": ...}, "a mapping of text to text, not an Output at 'a'"),
    (NetworkArgs, "zones", [f"{REGION}a"], "a list of text, not an Output"),
    (StoreNetwork, "subnet_ids", SUBNETS, "a list of text, not an Output"),
]


@cache
def required(cls):
    """What a class must be given; what stands outside is declared once."""
    found = []
    record(lambda: found.append(REQUIRED[cls]()), project="p", stack="test", config={"aws:region": REGION})
    return found[0]


def field_names(cls, *, optional):
    return {
        field.name
        for field in fields(cls)
        if optional is not (field.default is MISSING and field.default_factory is MISSING)
    }


def having(name, type_):
    """Every class with an argument of a name; the type tells it from another thing that is called so, too."""
    return [
        cls for cls in CLASSES if name in {field.name for field in fields(cls) if str(field.type).startswith(type_)}
    ]


def test_every_class_of_arguments_is_in_the_table():
    assert REQUIRED.keys() == CLASSES.keys()
    assert {cls for cls, *_ in REFUSED} == CLASSES.keys() - NOTHING_TO_REFUSE


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_the_required_ones_alone_are_enough(cls):
    assert required(cls).keys() == field_names(cls, optional=False)
    assert cls(**required(cls), **ONE_OF_TWO.get(cls, {}))


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_argument_is_documented_where_it_stands_or_where_it_is_common(cls):
    node = CLASSES[cls]
    lines, said = source_of(node, cls), ast.get_docstring(node) or ""
    common = arguments.__doc__ or ""
    undocumented = [
        each.target.id
        for each in node.body
        if isinstance(each, ast.AnnAssign)
        and f"``{each.target.id}``" not in said
        and f"``{each.target.id}``" not in common
        and not lines[each.lineno - 2].strip().startswith("#:")
    ]

    assert said
    assert undocumented == []


@pytest.mark.parametrize(
    ("cls", "name", "value", "message"), REFUSED, ids=lambda part: part.__name__ if isinstance(part, type) else None
)
def test_a_wrong_argument_is_refused_by_its_name(cls, name, value, message):
    beside = {**ONE_OF_TWO.get(cls, {}), **BESIDE.get((cls, name), {})}

    with pytest.raises(ValueError, match=re.escape(message)) as refused:
        cls(**{**required(cls), **beside, name: value})

    assert re.search(rf"\b{name}\b", str(refused.value))


@pytest.mark.parametrize(("cls", "name", "value", "message"), NOT_OF_ITS_TYPE)
def test_an_argument_is_of_its_type(cls, name, value, message):
    with pytest.raises(ValueError, match=f"^{name} must be {re.escape(message)}$"):
        cls(**{**required(cls), name: value})


@pytest.mark.parametrize(("cls", "name", "value", "message"), PLAIN)
def test_an_argument_without_input_in_its_hint_is_plain(declare, cls, name, value, message):
    others = required(cls)

    def program():
        later = pulumi.Output.secret("hidden words")
        given = {"a": later} if isinstance(value, dict) else later
        with pytest.raises(ValueError, match=f"^{name} must be plain: {re.escape(message)}$"):
            cls(**{**others, name: given})

    declare(program)


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls not in {Chart, Target}], ids=lambda cls: cls.__name__)
def test_nothing_that_is_required_is_none(cls):
    for name in required(cls):
        with pytest.raises(ValueError, match=f"^{name} must be .*, not None$"):
            cls(**{**required(cls), **ONE_OF_TWO.get(cls, {}), name: None})


@pytest.mark.parametrize("way", ["Cache", "Nodes", "Vpn"])
@pytest.mark.parametrize(("args", "said"), [(None, "None"), ({}, "a dict"), (INSIDE, "a StoreNetwork")])
def test_a_component_takes_its_own_arguments_alone(declare, way, args, said):
    def program():
        with pytest.raises(TypeError, match=f"^args must be a {way}Args, not {said}$"):
            classes()[way]("shop", args)

    assert declare(program).names("alphacar:") == []


@pytest.mark.parametrize("cls", having("key_arn", "pulumi.Input"), ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("key", ["data", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/data", f"arn:aws:s3:::{ACCOUNT}"])
def test_a_key_is_known_by_the_arn_of_a_key(cls, key):
    with pytest.raises(ValueError, match=f"^key_arn must be a KMS key's ARN, .*, not '{key}'"):
        cls(**{**required(cls), "key_arn": key})


@pytest.mark.parametrize("cls", having("tags", "Mapping"), ids=lambda cls: cls.__name__)
@pytest.mark.parametrize(
    "tags",
    [
        {f"key-{number}": "x" for number in range(51)},
        {"aws:team": "shop"},
        {"AWS:team": "shop"},
        {"": "x"},
        {"k" * 129: "x"},
        {"key": "v" * 257},
        {"key": "a;b"},
    ],
    ids=["51", "aws:", "AWS:", "no key", "129", "257", "semicolon"],
)
def test_tags_are_such_as_aws_takes(cls, tags):
    with pytest.raises(ValueError, match=r"^tags must be "):
        cls(**{**required(cls), "tags": tags})


@pytest.mark.parametrize("cls", having("tags", "Mapping"), ids=lambda cls: cls.__name__)
def test_tags_are_taken_up_to_what_aws_takes(cls):
    most = {f"{number:02}{'k' * 126}": "가 _.:/=+-@" * 23 for number in range(49)}

    assert cls(**{**required(cls), "tags": {**most, "Name": "shop"}})


def test_what_only_a_deployment_knows_is_aws_s_to_judge(declare):
    found = []

    def program():
        key = namespace("shop").made.metadata.name
        found.append(TraceEncryptionArgs(key_arn=key).key_arn is key)

    declare(program)

    assert found == [True]
