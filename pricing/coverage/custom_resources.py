"""Objects in the cluster through which an operator or a controller makes something that is billed.

Custom resources are free unless something here says otherwise: most only configure, their number has no end, and a gap
at each would refuse every chart's own. What is told is what asks AWS for resources, what starts nodes, what keeps data
on volumes, and what hides what it declares. Whatever else holds a claim of storage, or a volume's size, wherever in its
``spec``, is found by that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from model.kubernetes import group_and_kind, kind_of
from model.orders.controllers import CONTROLLED, ENGINES
from model.resource import UNKNOWN, Path, Resource, walk
from pricing.context import CostComponent, Meter, PricingContext, UnpricedReason

#: Groups whose objects only configure, though some speak of claims (policies, schemas) and some are many.
CONFIGURING: Final = frozenset(
    {
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "cert-manager.io",
        "external-secrets.io",
        "kyverno.io",
        "policies.kyverno.io",
        "policy",
        "rbac.authorization.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    }
)
#: Kinds of the groups below that hold credentials or settings of the controller itself.
SETTINGS: Final = frozenset({"ProviderConfig", "ProviderConfigUsage", "ClusterProviderConfig", "StoreConfig"})
#: Every object of a group that ends so is a resource of a cloud; identities are free there too.
CLOUDS: Final = (".services.k8s.aws", ".upbound.io", ".aws.crossplane.io")
FREE_SERVICES: Final = ("iam.",)
CONTROL_PLANE: Final = "asks AWS for a cluster, whose control plane, network and nodes are not declared here"
NODES: Final = "starts instances that no declaration shows; declare a node group, or a price for the pool"
CLOUD: Final = "asks for what AWS bills, and is not priced here; declare the resource itself"
DATA: Final = "keeps data on volumes of its own, which are not priced here"
HIDDEN: Final = "is rendered into objects that are billed one by one; declare a Release, whose values are read"
ORDERED: Final = "makes a controller install what nobody sees here; declare a Release, whose values are read"
PROGRAM: Final = "runs a program of its own, and what that declares is not seen here"
EPHEMERAL: Final = "claims volumes for the pods it makes, which are not priced here"


def _kinds(why: str, group: str, names: str) -> dict[str, str]:
    return {f"{group}:{name}": why for name in names.split()}


#: Kinds that name a chart, or its values, for another object to install.
ONLY_NAMES: Final = frozenset(
    {
        ("helm.cattle.io", "HelmChartConfig"),
        ("source.toolkit.fluxcd.io", "OCIRepository"),
        ("apps.kubermatic.k8c.io", "ApplicationDefinition"),
    }
)
KINDS: Final[Mapping[str, str]] = {
    **{f"{group}:{name}": ORDERED for group, name in CONTROLLED if (group, name) not in ONLY_NAMES},
    **{f"{group}:{name}": DATA for group, name in ENGINES},
    "karpenter.sh:NodePool": NODES,
    "karpenter.sh:NodeClaim": NODES,
    "karpenter.sh:Provisioner": NODES,
    "karpenter.sh:Machine": NODES,
    # Cluster API: a template or an identity makes nothing by itself.
    **_kinds(
        NODES,
        "infrastructure.cluster.x-k8s.io",
        "AWSMachine AWSMachinePool AWSManagedMachinePool AWSFargateProfile ROSAMachinePool",
    ),
    **_kinds(NODES, "cluster.x-k8s.io", "Machine MachineSet MachineDeployment MachinePool"),
    **_kinds(
        CONTROL_PLANE,
        "controlplane.cluster.x-k8s.io",
        "AWSManagedControlPlane ROSAControlPlane KubeadmControlPlane",
    ),
    **_kinds(CONTROL_PLANE, "infrastructure.cluster.x-k8s.io", "AWSCluster"),
    "cluster.x-k8s.io:Cluster": CONTROL_PLANE,
    # Rancher, OpenShift and k0smotron: their clusters and pools in AWS.
    "eks.cattle.io:EKSClusterConfig": CONTROL_PLANE,
    "provisioning.cattle.io:Cluster": CONTROL_PLANE,
    "hive.openshift.io:ClusterDeployment": CONTROL_PLANE,
    "hypershift.openshift.io:HostedCluster": CONTROL_PLANE,
    "hive.openshift.io:MachinePool": NODES,
    "hypershift.openshift.io:NodePool": NODES,
    **_kinds(NODES, "machine.openshift.io", "Machine MachineSet ControlPlaneMachineSet"),
    # Operators of stores that make a volume for each of their pods unless they are told otherwise.
    "postgresql.cnpg.io:Cluster": DATA,
    "acid.zalan.do:postgresql": DATA,
    "postgres-operator.crunchydata.com:PostgresCluster": DATA,
    "pgv2.percona.com:PerconaPGCluster": DATA,
    "mysql.oracle.com:InnoDBCluster": DATA,
    "ps.percona.com:PerconaServerMySQL": DATA,
    "pxc.percona.com:PerconaXtraDBCluster": DATA,
    "k8s.mariadb.com:MariaDB": DATA,
    "moco.cybozu.com:MySQLCluster": DATA,
    "planetscale.com:VitessCluster": DATA,
    "mongodbcommunity.mongodb.com:MongoDBCommunity": DATA,
    "mongodb.com:MongoDB": DATA,
    "psmdb.percona.com:PerconaServerMongoDB": DATA,
    "kafka.strimzi.io:Kafka": DATA,
    "kafka.strimzi.io:KafkaNodePool": DATA,
    "rabbitmq.com:RabbitmqCluster": DATA,
    "zookeeper.pravega.io:ZookeeperCluster": DATA,
    "elasticsearch.k8s.elastic.co:Elasticsearch": DATA,
    "opensearch.opster.io:OpenSearchCluster": DATA,
    "cassandra.datastax.com:CassandraDatacenter": DATA,
    "k8ssandra.io:K8ssandraCluster": DATA,
    "scylla.scylladb.com:ScyllaCluster": DATA,
    "crdb.cockroachlabs.com:CrdbCluster": DATA,
    "pingcap.com:TidbCluster": DATA,
    "database.arangodb.com:ArangoDeployment": DATA,
    "minio.min.io:Tenant": DATA,
    "cluster.redpanda.com:Redpanda": DATA,
    "mysql.presslabs.org:MysqlCluster": DATA,
    "vertica.com:VerticaDB": DATA,
    "loki.grafana.com:LokiStack": DATA,
    "tempo.grafana.com:TempoStack": DATA,
    "helm.sh:Chart": HIDDEN,
    # Renderers that install more than charts; those of charts alone are in the table of what orders them.
    "kustomize.toolkit.fluxcd.io:Kustomization": ORDERED,
    "gitops.kluctl.io:KluctlDeployment": ORDERED,
    "packaging.carvel.dev:PackageInstall": ORDERED,
    "packages.eks.amazonaws.com:Package": ORDERED,
    "pulumi.com:Stack": PROGRAM,
    "infra.contrib.fluxcd.io:Terraform": PROGRAM,
    "app.terraform.io:Workspace": PROGRAM,
    "app.terraform.io:Module": PROGRAM,
    "terraform.core.oam.dev:Configuration": PROGRAM,
    "tf.isaaguilar.com:Terraform": PROGRAM,
    "infra3.galleybytes.com:Terraform": PROGRAM,
}
#: Where an object claims a volume for the pods it makes; an unknown value here may claim one.
CLAIMS: Final = frozenset({"volumeClaimTemplate", "volumeClaimTemplates", "volumeClaims"})
#: Where a custom resource says how much disk its operator claims: ``storage.size``, ``dataVolumeCapacity``.
_DISK: Final = re.compile(r"storage|volume|disk|pvc|persist", re.IGNORECASE)
_SIZE: Final = re.compile(r"[1-9][0-9.]*(?:[KMGTP]i?)", re.ASCII)
#: What has a size and is no volume: a pod's own disk and memory, bounds, and a node's disks, which come with the node.
_NO_VOLUME: Final = frozenset(
    {"emptyDir", "csi", "ephemeral-storage", "limits", "hard", "max", "min", "resources", "blockDeviceMappings"}
)


@lru_cache(maxsize=4096)
def reason(kind: str) -> str | None:
    """Why an object of ``kind`` (see :func:`model.kubernetes.kind_of`) is billed whatever it holds, or ``None``."""
    group, name = group_and_kind(kind)
    if group is None or group in CONFIGURING or name in SETTINGS or group.startswith(FREE_SERVICES):
        return None
    if group.endswith(CLOUDS):
        return CLOUD
    return KINDS.get(f"{group}:{name}")


@lru_cache(maxsize=4096)
def meter_of(kind: str) -> Meter | None:
    """The meter of a Kubernetes kind that has none of its own; ``None`` for what cannot be billed."""
    group, name = group_and_kind(kind)
    if group is None or group in CONFIGURING:
        return None
    if reason(kind) is not None:
        return told
    if name.endswith("List"):
        return listed
    return claiming if group.endswith(".k8s.io") or "." not in group else keeping


def told(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """What is billed whatever the object holds."""
    yield UnpricedReason(reason(kind_of(resource.type)) or CLOUD, "price")


def listed(_resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A list object hides what it declares."""
    yield UnpricedReason("is a list of objects that are billed one by one; declare each by itself", "value")


def claiming(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Volumes that an object claims for its pods: generic ephemeral ones, or those of an operator."""
    if claims(resource.get("spec")):
        yield UnpricedReason(EPHEMERAL, "price")


def keeping(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """The same for an operator's own kinds, and the size of a volume wherever they have a place for it."""
    spec = resource.get("spec")
    if claims(spec):
        yield UnpricedReason(EPHEMERAL, "price")
    elif any(_is_size(path, item) for path, item in walk(spec)):
        yield UnpricedReason(DATA, "price")


def _is_size(path: Path, item: Any) -> bool:
    names = [step for step in path if isinstance(step, str)]
    return (
        isinstance(item, str)
        and _SIZE.fullmatch(item) is not None
        and any(map(_DISK.search, names[-2:]))
        and _NO_VOLUME.isdisjoint(names)
    )


def claims(value: Any) -> bool:
    """Whether a claim of storage stands anywhere below ``value``."""
    return any(_is_claim(path, item) for path, item in walk(value))


def _is_claim(path: Path, item: Any) -> bool:
    if any(key in CLAIMS for key in path[-1:]):
        return item is UNKNOWN or bool(item)
    return path[-2:] == ("requests", "storage") or (path[-1:] == ("storage",) and item is UNKNOWN)
