"""What the ledger's own forms do not name: systems that stay, parts of a cluster, and how clients speak.

The ledger lists forms to keep systems out; what it keeps has none there, and stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from migration.inventory.record import Container
from policy.ledger import systems
from policy.ledger.matching import image_is
from policy.ledger.row import Forms, System
from policy.ledger.rows import ROWS
from stacks.section import Capability

#: Systems that a row keeps or moves to, which the ledger forbids nowhere and so describes nowhere.
KEPT: Final[Mapping[str, Forms]] = {
    systems.PROMETHEUS.slug: Forms(
        charts=("prometheus", "kube-prometheus-stack", "prometheus-operator", "kube-prometheus"),
        images=(
            "prometheus",
            "alertmanager",
            "prometheus-operator",
            "prometheus-config-reloader",
            "node-exporter",
            "kube-state-metrics",
            "pushgateway",
            "thanos",
            "prometheus-adapter",
            "blackbox-exporter",
        ),
        kinds=("monitoring.coreos.com",),
    ),
    systems.GRAFANA.slug: Forms(
        charts=("grafana", "grafana-operator"),
        images=("grafana", "grafana-oss", "grafana-enterprise", "grafana-image-renderer", "grafana-operator"),
        kinds=("grafana.integreatly.org",),
    ),
    systems.KYVERNO.slug: Forms(
        charts=("kyverno", "kyverno-policies", "policy-reporter"),
        images=(
            "kyverno/kyverno",
            "kyverno/background-controller",
            "kyverno/cleanup-controller",
            "kyverno/reports-controller",
            "kyverno/kyvernopre",
            "kyverno/policy-reporter",
            "kyverno/policy-reporter-ui",
        ),
        kinds=("kyverno.io", "policies.kyverno.io", "wgpolicyk8s.io", "reports.kyverno.io"),
    ),
    systems.VELERO.slug: Forms(charts=("velero",), images=("velero", "velero-restore-helper"), kinds=("velero.io",)),
    systems.AIRFLOW.slug: Forms(charts=("airflow",), images=("airflow", "airflow-scheduler", "airflow-worker")),
    systems.SECRETS_MANAGER.slug: Forms(
        charts=("external-secrets",), images=("external-secrets",), kinds=("external-secrets.io",)
    ),
}


def _systems() -> Iterable[tuple[Capability, System, Forms]]:
    for row in ROWS:
        for system in dict.fromkeys((row.incumbent, row.target, *row.rejected)):
            forms = KEPT.get(system.slug, system.forms)
            if forms != Forms():
                yield row.capability, system, forms


#: Every system that a workload can be, with the capability that it serves.
SYSTEMS: Final = tuple(_systems())

#: Namespaces that a distribution, a network or an operator of nodes fills. Longhorn's and Istio's are not among them:
#: the ledger has rows for them.
PLATFORM_NAMESPACES: Final = frozenset(
    {
        "kube-system",
        "kube-public",
        "kube-node-lease",
        "kube-flannel",
        "calico-system",
        "calico-apiserver",
        "tigera-operator",
        "cattle-system",
        "cattle-fleet-system",
        "fleet-system",
        "metallb-system",
        "local-path-storage",
        "cert-manager",
        "ingress-nginx",
        "gatekeeper-system",
        "node-feature-discovery",
        "system-upgrade",
        "flux-system",
        "argocd",
    }
)
#: The last segments of images that belong to a cluster rather than to what runs in it.
PLATFORM_IMAGES: Final = (
    "coredns",
    "kube-proxy",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "etcd",
    "pause",
    "flannel",
    "calico/node",
    "calico/cni",
    "calico/kube-controllers",
    "cilium/cilium",
    "cilium/operator-generic",
    "metallb/controller",
    "metallb/speaker",
    "frrouting/frr",
    "metrics-server",
    "metrics-server/metrics-server",
    "local-path-provisioner",
    "nfs-subdir-external-provisioner",
    "cert-manager-controller",
    "cert-manager-cainjector",
    "cert-manager-webhook",
    "ingress-nginx/controller",
    "traefik",
    "klipper-lb",
    "klipper-helm",
    "csi-provisioner",
    "csi-attacher",
    "csi-snapshotter",
    "csi-resizer",
    "csi-node-driver-registrar",
    "snapshot-controller",
    "nvidia/k8s-device-plugin",
    "external-dns",
    "reloader",
    "kubernetesui/dashboard",
    "argoproj/argocd",
    "fluxcd/source-controller",
    "fluxcd/kustomize-controller",
    "fluxcd/helm-controller",
    "fluxcd/notification-controller",
)
PLATFORM_CHARTS: Final = frozenset(
    {
        "argo-cd",
        "calico",
        "cert-manager",
        "cilium",
        "coredns",
        "csi-driver-nfs",
        "external-dns",
        "flux2",
        "flux-instance",
        "flux-operator",
        "ingress-nginx",
        "local-path-provisioner",
        "metallb",
        "metrics-server",
        "node-feature-discovery",
        "nvidia-device-plugin",
        "reloader",
        "snapshot-controller",
        "spegel",
        "tigera-operator",
        "traefik",
    }
)

#: Proxies of a mesh, which stand beside what a pod is for.
SIDECARS: Final = ("proxyv2", "mirrored-istio-proxyv2", "aws-appmesh-envoy")
#: Schemes of URIs that only one capability's clients write.
SCHEMES: Final[Mapping[str, Capability]] = {
    "mongodb": "documents",
    "mongodb+srv": "documents",
    "redis": "cache",
    "rediss": "cache",
    "redis-sentinel": "cache",
    "valkey": "cache",
    "kafka": "workflow",
}
#: Ports registered for, or kept by habit for, one incumbent; each product's own default.
PORTS: Final[Mapping[int, Capability]] = {
    27017: "documents",
    6379: "cache",
    26379: "cache",
    9200: "search",
    9092: "workflow",
}
#: Words of a host's labels, or of a variable's name, that name an incumbent.
WORDS: Final[Mapping[str, Capability]] = {
    "mongo": "documents",
    "mongodb": "documents",
    "redis": "cache",
    "valkey": "cache",
    "elastic": "search",
    "elasticsearch": "search",
    "opensearch": "search",
    "kafka": "workflow",
    "harbor": "registry",
    "loki": "logs",
    "tempo": "traces",
}


def is_platform_image(reference: str) -> bool:
    """Whether an image is a part of a cluster."""
    return any(image_is(reference, name) for name in PLATFORM_IMAGES)


def is_sidecar(container: Container) -> bool:
    """Whether a container is a mesh's proxy."""
    return any(image_is(container.image, name) for name in SIDECARS)
