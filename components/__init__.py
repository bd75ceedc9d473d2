"""What is built. Components know sizes and other resources; they know neither money, decisions nor environments.

Installed from its wheel the package has a name of its own (``pyproject.toml`` beside this file). Every component, its
arguments and what they hold are importable from here. The module that a name lives in is imported when the name is
asked for: the SDKs take a second.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .account.audit import Audit, AuditArgs
    from .account.baseline import (
        Account,
        CostExplorer,
        CostExplorerArgs,
        RegistryReplication,
        RegistryReplicationArgs,
        RegistryScanning,
        SearchLinkedRole,
        SearchLinkedRoleArgs,
        TraceEncryption,
        TraceEncryptionArgs,
    )
    from .account.budgets import Budgets, BudgetsArgs
    from .account.detection import Detection, DetectionArgs
    from .account.keys import Keys, KeysArgs
    from .arguments import AccountRegion, ClusterAccess, Namespace, StoreNetwork
    from .bucket import Bucket, BucketArgs
    from .cluster.admission import Admission, AdmissionArgs
    from .cluster.control_plane import Access, Cluster, ClusterArgs
    from .cluster.crds import Crds, CrdsArgs
    from .cluster.isolation import Isolation, IsolationArgs
    from .cluster.mesh import Mesh, MeshArgs
    from .cluster.namespaces import Namespaces, NamespacesArgs
    from .cluster.nodes import NodeGroupSize, Nodes, NodesArgs, OffHours
    from .cluster.volumes import Volumes, VolumesArgs
    from .delivery.applications import Applications, ApplicationsArgs, Exposed, Landing
    from .delivery.pushers import Pushers, PushersArgs
    from .delivery.registry import Registry, RegistryArgs
    from .delivery.workflow import Workflow, WorkflowArgs
    from .delivery.workflow_connections import Connection
    from .identity import PodIdentity, PodIdentityArgs
    from .network.edge import Edge, EdgeArgs
    from .network.firewall import Firewall, FirewallArgs
    from .network.vpc import Network, NetworkArgs
    from .network.vpn import Vpn, VpnArgs
    from .observability.agent import Agent, AgentArgs
    from .observability.alarms import Alarms, AlarmsArgs, ReplicatedBucket, Watch
    from .observability.dashboards import Dashboards, DashboardsArgs
    from .observability.logs import Logs, LogsArgs
    from .observability.metrics import Metrics, MetricsArgs
    from .observability.traces import Traces, TracesArgs
    from .observability.trail_alarms import TrailAlarms, TrailAlarmsArgs
    from .stores.backup import Backup, BackupArgs
    from .stores.cache import Cache, CacheArgs
    from .stores.database import Database, DatabaseArgs
    from .stores.documents import Documents, DocumentsArgs
    from .stores.drills import DrilledStore, Drills, DrillsArgs
    from .stores.replica import Replica
    from .stores.restore_testing import RestoreTesting, RestoreTestingArgs, TestedStore
    from .stores.rotation import RotatedSecret, Rotation, RotationArgs, UserStore
    from .stores.search import DomainSize, Search, SearchArgs
    from .stores.search_snapshots import SnapshotSchedule
    from .stores.secrets import SecretEntry, Secrets, SecretsArgs
    from .stores.vaults import Copies, Vaults, VaultsArgs

#: The wheel's, the provider's and the provider's schema's. SemVer: docs/components.md says what is a breaking change.
__version__: Final = "0.1.0"

#: What is public, by the module that it lives in.
HOMES: Final = {
    "account.audit": ("Audit", "AuditArgs"),
    "account.baseline": (
        "Account",
        "CostExplorer",
        "CostExplorerArgs",
        "RegistryReplication",
        "RegistryReplicationArgs",
        "RegistryScanning",
        "SearchLinkedRole",
        "SearchLinkedRoleArgs",
        "TraceEncryption",
        "TraceEncryptionArgs",
    ),
    "account.budgets": ("Budgets", "BudgetsArgs"),
    "account.detection": ("Detection", "DetectionArgs"),
    "account.keys": ("Keys", "KeysArgs"),
    "arguments": ("AccountRegion", "ClusterAccess", "Namespace", "StoreNetwork"),
    "bucket": ("Bucket", "BucketArgs"),
    "cluster.admission": ("Admission", "AdmissionArgs"),
    "cluster.control_plane": ("Access", "Cluster", "ClusterArgs"),
    "cluster.crds": ("Crds", "CrdsArgs"),
    "cluster.isolation": ("Isolation", "IsolationArgs"),
    "cluster.mesh": ("Mesh", "MeshArgs"),
    "cluster.namespaces": ("Namespaces", "NamespacesArgs"),
    "cluster.nodes": ("NodeGroupSize", "Nodes", "NodesArgs", "OffHours"),
    "cluster.volumes": ("Volumes", "VolumesArgs"),
    "delivery.applications": ("Applications", "ApplicationsArgs", "Exposed", "Landing"),
    "delivery.pushers": ("Pushers", "PushersArgs"),
    "delivery.registry": ("Registry", "RegistryArgs"),
    "delivery.workflow": ("Workflow", "WorkflowArgs"),
    "delivery.workflow_connections": ("Connection",),
    "identity": ("PodIdentity", "PodIdentityArgs"),
    "network.edge": ("Edge", "EdgeArgs"),
    "network.firewall": ("Firewall", "FirewallArgs"),
    "network.vpc": ("Network", "NetworkArgs"),
    "network.vpn": ("Vpn", "VpnArgs"),
    "observability.agent": ("Agent", "AgentArgs"),
    "observability.alarms": ("Alarms", "AlarmsArgs", "ReplicatedBucket", "Watch"),
    "observability.dashboards": ("Dashboards", "DashboardsArgs"),
    "observability.logs": ("Logs", "LogsArgs"),
    "observability.metrics": ("Metrics", "MetricsArgs"),
    "observability.traces": ("Traces", "TracesArgs"),
    "observability.trail_alarms": ("TrailAlarms", "TrailAlarmsArgs"),
    "stores.backup": ("Backup", "BackupArgs"),
    "stores.cache": ("Cache", "CacheArgs"),
    "stores.database": ("Database", "DatabaseArgs"),
    "stores.documents": ("Documents", "DocumentsArgs"),
    "stores.drills": ("DrilledStore", "Drills", "DrillsArgs"),
    "stores.replica": ("Replica",),
    "stores.restore_testing": ("RestoreTesting", "RestoreTestingArgs", "TestedStore"),
    "stores.rotation": ("RotatedSecret", "Rotation", "RotationArgs", "UserStore"),
    "stores.search": ("DomainSize", "Search", "SearchArgs"),
    "stores.search_snapshots": ("SnapshotSchedule",),
    "stores.secrets": ("SecretEntry", "Secrets", "SecretsArgs"),
    "stores.vaults": ("Copies", "Vaults", "VaultsArgs"),
}
_HOME_OF: Final = {name: module for module, names in HOMES.items() for name in names}

__all__ = [
    "Access",
    "Account",
    "AccountRegion",
    "Admission",
    "AdmissionArgs",
    "Agent",
    "AgentArgs",
    "Alarms",
    "AlarmsArgs",
    "Applications",
    "ApplicationsArgs",
    "Audit",
    "AuditArgs",
    "Backup",
    "BackupArgs",
    "Bucket",
    "BucketArgs",
    "Budgets",
    "BudgetsArgs",
    "Cache",
    "CacheArgs",
    "Cluster",
    "ClusterAccess",
    "ClusterArgs",
    "Connection",
    "Copies",
    "CostExplorer",
    "CostExplorerArgs",
    "Crds",
    "CrdsArgs",
    "Dashboards",
    "DashboardsArgs",
    "Database",
    "DatabaseArgs",
    "Detection",
    "DetectionArgs",
    "Documents",
    "DocumentsArgs",
    "DomainSize",
    "DrilledStore",
    "Drills",
    "DrillsArgs",
    "Edge",
    "EdgeArgs",
    "Exposed",
    "Firewall",
    "FirewallArgs",
    "Isolation",
    "IsolationArgs",
    "Keys",
    "KeysArgs",
    "Landing",
    "Logs",
    "LogsArgs",
    "Mesh",
    "MeshArgs",
    "Metrics",
    "MetricsArgs",
    "Namespace",
    "Namespaces",
    "NamespacesArgs",
    "Network",
    "NetworkArgs",
    "NodeGroupSize",
    "Nodes",
    "NodesArgs",
    "OffHours",
    "PodIdentity",
    "PodIdentityArgs",
    "Pushers",
    "PushersArgs",
    "Registry",
    "RegistryArgs",
    "RegistryReplication",
    "RegistryReplicationArgs",
    "RegistryScanning",
    "Replica",
    "ReplicatedBucket",
    "RestoreTesting",
    "RestoreTestingArgs",
    "RotatedSecret",
    "Rotation",
    "RotationArgs",
    "Search",
    "SearchArgs",
    "SearchLinkedRole",
    "SearchLinkedRoleArgs",
    "SecretEntry",
    "Secrets",
    "SecretsArgs",
    "SnapshotSchedule",
    "StoreNetwork",
    "TestedStore",
    "TraceEncryption",
    "TraceEncryptionArgs",
    "Traces",
    "TracesArgs",
    "TrailAlarms",
    "TrailAlarmsArgs",
    "UserStore",
    "Vaults",
    "VaultsArgs",
    "Volumes",
    "VolumesArgs",
    "Vpn",
    "VpnArgs",
    "Watch",
    "Workflow",
    "WorkflowArgs",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
