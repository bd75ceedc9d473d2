"""Every component of the package, found by reading it, and how one is made with default arguments.

A component stands in exactly one table: what an account, a region or a cluster has ONCE, and what stands TWICE.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pulumi

from components.account.audit import Audit, AuditArgs
from components.account.budgets import Budgets, BudgetsArgs
from components.account.keys import Keys, KeysArgs
from components.bucket import Bucket, BucketArgs
from components.cluster.admission import Admission, AdmissionArgs
from components.cluster.control_plane import ADMINISTRATOR, Access, Cluster, ClusterArgs
from components.cluster.crds import Crds, CrdsArgs
from components.cluster.isolation import Isolation, IsolationArgs
from components.cluster.mesh import Mesh, MeshArgs
from components.cluster.namespaces import Namespaces, NamespacesArgs
from components.cluster.nodes import Nodes, NodesArgs
from components.cluster.volumes import Volumes, VolumesArgs
from components.delivery.applications import Applications, ApplicationsArgs, Exposed, Landing
from components.delivery.pushers import Pushers, PushersArgs
from components.delivery.registry import Registry, RegistryArgs
from components.delivery.workflow import Workflow, WorkflowArgs
from components.delivery.workflow_connections import Connection
from components.identity import PodIdentity, PodIdentityArgs
from components.network.edge import Edge, EdgeArgs
from components.network.firewall import Firewall, FirewallArgs
from components.network.vpc import Network, NetworkArgs
from components.network.vpn import Vpn, VpnArgs
from components.observability.agent import Agent, AgentArgs
from components.observability.alarms import Alarms, AlarmsArgs, Watch
from components.observability.dashboards import Dashboards, DashboardsArgs
from components.observability.logs import Logs, LogsArgs
from components.observability.metrics import Metrics, MetricsArgs
from components.observability.traces import Traces, TracesArgs
from components.observability.trail_alarms import TrailAlarms, TrailAlarmsArgs
from components.stores.backup import Backup, BackupArgs
from components.stores.cache import Cache, CacheArgs
from components.stores.database import Database, DatabaseArgs
from components.stores.documents import Documents, DocumentsArgs
from components.stores.drills import DrilledStore, Drills, DrillsArgs
from components.stores.restore_testing import RestoreTesting, RestoreTestingArgs, TestedStore
from components.stores.rotation import RotatedSecret, Rotation, RotationArgs
from components.stores.search import Search, SearchArgs
from components.stores.secrets import SecretEntry, Secrets, SecretsArgs
from components.stores.vaults import Vaults, VaultsArgs
from preview.simulate.recorder import Recording, Registration
from tests.components.given import ACCOUNT, INSIDE, KEY, PLACE, REGION, SUBNETS, cluster, namespace

PACKAGE: Final = Path(__file__).parents[2] / "components"
CERTIFICATE: Final = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/one"
TOPIC: Final = f"arn:aws:sns:{REGION}:{ACCOUNT}:told"
MONITOR: Final = f"arn:aws:ce::{ACCOUNT}:anomalymonitor/one"
PROVIDER: Final = f"arn:aws:iam::{ACCOUNT}:oidc-provider/git.example.com"
DEPLOYER: Final = Access(principal_arn=f"arn:aws:iam::{ACCOUNT}:role/deployer", policy=ADMINISTRATOR)
WATCH: Final = Watch(
    name="cpu",
    target="documents",
    metric="AWS/DocDB/CPUUtilization",
    unit="percent",
    statistic="Average",
    minutes=5,
    periods=3,
    silence="breaching",
    reason="Queries wait.",
    over=80,
)

#: What there is one of, and of what: its docstring says the same.
ONCE: Final = {
    "Account": "account",
    "CostExplorer": "account",
    "Detection": "region",
    "RegistryReplication": "region",
    "RegistryScanning": "region",
    "SearchLinkedRole": "account",
    "TraceEncryption": "region",
    "Admission": "cluster",
    "Agent": "cluster",
    "Backup": "cluster",
    "Crds": "cluster",
    "Drills": "cluster",
    "Edge": "cluster",
    "Mesh": "cluster",
    "Metrics": "cluster",
    "Secrets": "cluster",
    "Volumes": "cluster",
}


class Shared:
    """What two of a kind stand on together: one cluster, one namespace, one EKS component."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.access = cluster(f"{name}-eks")
        self.home = namespace(f"{name}-home")

    @cached_property
    def plane(self) -> Cluster:
        """The EKS component itself, for nodes."""
        return plane(f"{self.name}-plane")


Make = Callable[[str, Shared], pulumi.ComponentResource]


def classes() -> dict[str, type[pulumi.ComponentResource]]:
    """Every component, by its class's name."""
    return {
        name: getattr(importlib.import_module(module), name)
        for module, node in _class_definitions()
        for name in [node.name]
        if any(ast.unparse(base) == "pulumi.ComponentResource" for base in node.bases)
    }


def argument_classes() -> dict[type[Any], ast.ClassDef]:
    """Every dataclass of the package, with the source of its definition."""
    return {
        getattr(importlib.import_module(module), node.name): node
        for module, node in _class_definitions()
        if any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
    }


def below(recording: Recording, name: str) -> list[Registration]:
    """The component called ``name``, and all that it made."""
    parents = {made.urn: made.parent for made in recording.registrations}
    (top,) = (made for made in recording.registrations if made.name == name and "$" not in made.urn)

    def inside(urn: str | None) -> bool:
        return urn is not None and (urn == top.urn or inside(parents.get(urn)))

    return [top, *(made for made in recording.registrations if inside(made.parent))]


def source_of(node: ast.ClassDef, of: type[Any]) -> list[str]:
    """The lines of the module that defines a class, whose numbers its nodes hold."""
    path = PACKAGE.parent / Path(*of.__module__.split(".")).with_suffix(".py")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert node.name in lines[node.lineno - 1]
    return lines


def _class_definitions() -> Iterator[tuple[str, ast.ClassDef]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                yield module, node


def plane(name: str) -> Cluster:
    """A control plane with default arguments."""
    return Cluster(
        name,
        ClusterArgs(
            place=PLACE,
            vpc_id="vpc-1",
            subnet_ids=SUBNETS,
            api_allowed_cidrs=["203.0.113.0/24"],
            access={"deployer": DEPLOYER},
            key_arn=KEY,
        ),
    )


def admission(name: str, on: Shared) -> Admission:
    """Kyverno with a policy and an exception from it."""
    home = on.home.name
    policy = {"apiVersion": "policies.kyverno.io/v1", "kind": "ValidatingPolicy", "metadata": {"name": "p"}, "spec": {}}
    excepted = {**policy, "kind": "PolicyException", "metadata": {"name": "e", "namespace": home}}
    return Admission(
        name,
        AdmissionArgs(
            cluster=on.access,
            namespace=on.home,
            exceptions_namespace=on.home,
            policies=[policy],
            exceptions=[excepted],
            excluded_namespaces=["kube-system", home],
        ),
    )


def isolation(name: str, on: Shared) -> Isolation:
    """A namespace of its own that is shut, and one workload of it that is not."""
    home = namespace(f"{name}-shop")
    shut, opened = (
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": policy, "namespace": home.name},
            "spec": {"podSelector": labels, "policyTypes": ["Ingress", "Egress"]},
        }
        for policy, labels in (("deny-all", {}), ("till", {"matchLabels": {"app": "till"}}))
    )
    return Isolation(
        name, IsolationArgs(cluster=on.access, namespaces={home.name: [home.made]}, opened=[opened], shut=[shut])
    )


def applications(name: str, on: Shared) -> Applications:
    """An application in a namespace of its own: a namespace is one application's share."""
    home = namespace(f"{name}-shop")
    landing = Landing(
        cpu="2",
        memory="4Gi",
        pods=20,
        service_accounts=("till",),
        grants={"till": ["search"]},
        exposed=Exposed(host=f"{name}.example.com", service="till", port=80),
    )
    return Applications(
        name,
        ApplicationsArgs(
            cluster=on.access,
            landings={home.name: landing},
            namespaces={home.name: home},
            connections={"CACHE_URI": f"rediss://{name}:6379/0"},
            certificate_arn=CERTIFICATE,
            statements={"search": {"Action": "es:ESHttpGet", "Resource": "*"}},
        ),
    )


def workflow(name: str, on: Shared) -> Workflow:
    """Airflow with a database of its own."""
    database = Database(f"{name}-database", DatabaseArgs(network=INSIDE, key_arn=KEY))
    return Workflow(
        name,
        WorkflowArgs(
            cluster=on.access,
            namespace=on.home,
            database=database,
            key_arn=KEY,
            dags_repository="https://git.example.com/zone.git",
            monitors=on.access.provider,
            secret_store="store",
            database_secret="shop/airflow",
            connections={"documents": Connection(kind="mongo", host="docs.example.com", secret="shop/mongo")},
        ),
    )


def secrets(name: str, on: Shared) -> Secrets:
    """The operator with one entry."""
    entry = SecretEntry(
        description="signs in", keys=("password",), namespace=on.home.name, kubernetes_secret="till-login"
    )
    return Secrets(
        name,
        SecretsArgs(
            cluster=on.access,
            namespace=on.home,
            inventory={"till": entry},
            namespaces={on.home.name: on.home},
            key_arn=KEY,
        ),
    )


#: How each component is made with default arguments. What a cluster has once is made on two; all others share one.
MAKE: Final[Mapping[str, Make]] = {
    "Admission": admission,
    "Agent": lambda name, on: Agent(name, AgentArgs(cluster=on.access)),
    "Alarms": lambda name, on: Alarms(
        name,
        AlarmsArgs(
            place=PLACE,
            topic_arn=TOPIC,
            watches=[WATCH],
            runbook="runbook.md",
            documents=f"{name}-documents",
            documents_instances=2,
        ),
    ),
    "Applications": applications,
    "Audit": lambda name, on: Audit(name, AuditArgs(place=PLACE, key_arn=KEY)),
    "Backup": lambda name, on: Backup(
        name,
        BackupArgs(cluster=on.access, namespace=on.home, key_arn=KEY),
    ),
    "Bucket": lambda name, on: Bucket(name, BucketArgs(place=PLACE, key_arn=KEY)),
    "Budgets": lambda name, on: Budgets(
        name,
        BudgetsArgs(
            place=PLACE,
            total=Decimal(100),
            tag_key="decision",
            per_tag={"documents": Decimal(50)},
            emails=["somebody@example.com"],
            key_arn=KEY,
            monitor_arn=MONITOR,
        ),
    ),
    "Cache": lambda name, on: Cache(name, CacheArgs(network=INSIDE, key_arn=KEY)),
    "Cluster": lambda name, on: plane(name),
    "Crds": lambda name, on: Crds(name, CrdsArgs(cluster=on.access, namespace=on.home)),
    "Dashboards": lambda name, on: Dashboards(
        name, DashboardsArgs(cluster=on.access, namespace=on.home, files={"cluster": "{}"})
    ),
    "Database": lambda name, on: Database(name, DatabaseArgs(network=INSIDE, key_arn=KEY)),
    "Documents": lambda name, on: Documents(name, DocumentsArgs(network=INSIDE, key_arn=KEY)),
    "Edge": lambda name, on: Edge(name, EdgeArgs(cluster=on.access, vpc_id="vpc-1", domain=f"{name}.example.com")),
    "Firewall": lambda name, on: Firewall(name, FirewallArgs(description="a store", port=5432, network=INSIDE)),
    "Keys": lambda name, on: Keys(name, KeysArgs(place=PLACE)),
    "Logs": lambda name, on: Logs(name, LogsArgs(cluster=on.access, namespace=on.home, key_arn=KEY)),
    "Logs in Loki": lambda name, on: Logs(
        name,
        LogsArgs(cluster=on.access, namespace=on.home, key_arn=KEY, store="loki", loki_namespace=on.home),
    ),
    "Isolation": isolation,
    "Mesh": lambda name, on: Mesh(name, MeshArgs(cluster=on.access, namespace=on.home)),
    "Metrics": lambda name, on: Metrics(
        name, MetricsArgs(cluster=on.access, namespace=on.home, rules={"cluster": {"groups": []}})
    ),
    "Namespaces": lambda name, on: Namespaces(name, NamespacesArgs(levels={f"{name}-shop": "restricted"})),
    "Network": lambda name, on: Network(
        name, NetworkArgs(place=PLACE, zones=[f"{REGION}a", f"{REGION}b"], key_arn=KEY)
    ),
    # The cluster's own add-ons come with its first nodes.
    "Nodes": lambda name, on: Nodes(name, NodesArgs(cluster=on.plane, subnet_ids=SUBNETS, key_arn=KEY, addons=())),
    "PodIdentity": lambda name, on: PodIdentity(
        name,
        PodIdentityArgs(
            cluster=on.access,
            namespace="shop",
            service_account=f"{name}-till",
            statements=[{"Action": "es:ESHttpGet", "Resource": "*"}],
        ),
    ),
    "Pushers": lambda name, on: Pushers(
        name,
        PushersArgs(
            issuer="https://git.example.com",
            projects={"till": "shop/till"},
            repository_arns={"till": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{name}/till"},
            # The account's provider comes with the first ones.
            provider_arn=PROVIDER,
        ),
    ),
    "Registry": lambda name, on: Registry(name, RegistryArgs(repositories=["till"], key_arn=KEY)),
    "Drills": lambda name, on: Drills(
        name,
        DrillsArgs(
            cluster=on.access,
            namespace=on.home,
            environment="test",
            image=f"registry.example.com/{name}@sha256:{'a' * 64}",
            stores={name: DrilledStore(every_days=7, plan={"bucket": name})},
            ledger_bucket=name,
            key_arn=KEY,
        ),
    ),
    "RestoreTesting": lambda name, on: RestoreTesting(
        name,
        RestoreTestingArgs(
            place=PLACE,
            vault_names=[name],
            stores={
                name.replace("-", "_"): TestedStore(
                    kind="RDS",
                    arn=f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}",
                    subnet_group=name,
                    security_group_ids=["sg-0123456789abcdef0"],
                )
            },
        ),
    ),
    "Rotation": lambda name, on: Rotation(
        name,
        RotationArgs(
            cluster=on.access,
            namespace=on.home,
            key_arn=KEY,
            image="registry.example.com/rotator:1",
            secrets={
                "key": RotatedSecret(
                    arn=f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}",
                    days=30,
                    draw={"key": "token"},
                    mirrors=[f"{on.home.name}/{name}"],
                    restarts=[f"{on.home.name}/{name}-till"],
                )
            },
            namespaces={on.home.name: on.home},
        ),
    ),
    "Search": lambda name, on: Search(
        name, SearchArgs(place=PLACE, network=INSIDE, key_arn=KEY, administrators=[DEPLOYER.principal_arn])
    ),
    "TrailAlarms": lambda name, on: TrailAlarms(
        name, TrailAlarmsArgs(log_group_name="/trail", topic_arn=TOPIC, runbook="runbook.md")
    ),
    "Secrets": secrets,
    "Traces": lambda name, on: Traces(name, TracesArgs(cluster=on.access, key_arn=KEY)),
    "Traces in Tempo": lambda name, on: Traces(
        name, TracesArgs(cluster=on.access, key_arn=KEY, store="tempo", namespace=on.home)
    ),
    "Volumes": lambda name, on: Volumes(name, VolumesArgs(cluster=on.access, key_arn=KEY)),
    # A VPC has one VPN gateway; both lead to one gateway on-premises.
    "Vaults": lambda name, on: Vaults(
        name, VaultsArgs(place=PLACE, key_arn=KEY, stores={"documents": f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:x"})
    ),
    "Vpn": lambda name, on: Vpn(
        name,
        VpnArgs(
            gateway_address="203.0.113.7",
            bgp_asn=65000,
            on_premises_cidrs=["192.168.0.0/16"],
            vpc_id=f"vpc-{name}",
            route_table_ids=[f"rtb-{name}"],
            log_group_arn="arn:aws:logs:ap-northeast-2:111122223333:log-group:/aws/vpc/shop",
        ),
    ),
    "Workflow": workflow,
}
