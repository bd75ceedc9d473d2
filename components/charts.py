"""The only place where a chart's, an add-on's or an image's name, home and version is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A Helm chart: ``repository`` is a URL; ``checked_on`` says when the version was last looked up."""

    name: str
    repository: str
    version: str
    checked_on: str


EXTERNAL_SECRETS: Final = Chart(
    name="external-secrets",
    repository="https://charts.external-secrets.io",
    version="2.9.0",
    checked_on="2026-11-22",
)

KUBE_PROMETHEUS_STACK: Final = Chart(
    name="kube-prometheus-stack",
    repository="https://prometheus-community.github.io/helm-charts",
    version="88.5.3",
    checked_on="2026-11-23",
)
#: Grafana, Loki and Tempo left the vendor's repository in January 2026; its index still serves the old lineage.
GRAFANA: Final = Chart(
    name="grafana",
    repository="https://grafana-community.github.io/helm-charts",
    version="12.11.1",
    checked_on="2026-11-23",
)
LOKI: Final = Chart(
    name="loki",
    repository="https://grafana-community.github.io/helm-charts",
    version="18.11.0",
    checked_on="2026-11-23",
)
TEMPO: Final = Chart(
    name="tempo",
    repository="https://grafana-community.github.io/helm-charts",
    version="2.2.4",
    checked_on="2026-11-23",
)
VELERO: Final = Chart(
    name="velero",
    repository="https://vmware-tanzu.github.io/helm-charts",
    version="12.1.0",
    checked_on="2026-11-23",
)
#: CRDs of monitors and rules, apart from the stack, so that charts which come before it can bring monitors.
PROMETHEUS_OPERATOR_CRDS: Final = Chart(
    name="prometheus-operator-crds",
    repository="https://prometheus-community.github.io/helm-charts",
    version="31.0.1",
    checked_on="2026-11-23",
)
FLUENT_BIT: Final = Chart(
    name="fluent-bit",
    repository="https://fluent.github.io/helm-charts",
    version="0.58.1",
    checked_on="2026-11-23",
)
AIRFLOW: Final = Chart(
    name="airflow",
    repository="https://airflow.apache.org",
    version="1.22.0",
    checked_on="2026-11-23",
)


def _istio(name: str) -> Chart:
    return Chart(
        name=name,
        repository="https://istio-release.storage.googleapis.com/charts",
        version="1.30.3",
        checked_on="2026-11-23",
    )


ISTIO_BASE: Final = _istio("base")
ISTIOD: Final = _istio("istiod")
ISTIO_CNI: Final = _istio("cni")
ZTUNNEL: Final = _istio("ztunnel")
LOAD_BALANCER_CONTROLLER: Final = Chart(
    name="aws-load-balancer-controller",
    repository="https://aws.github.io/eks-charts",
    version="3.5.0",
    checked_on="2026-11-23",
)
#: Its dependency kyverno-api brings the CRDs of policies.kyverno.io.
KYVERNO: Final = Chart(
    name="kyverno",
    repository="https://kyverno.github.io/kyverno",
    version="3.9.0",
    checked_on="2026-11-23",
)

#: The one image that no chart brings; a kubectl serves clusters one minor version older and newer than itself.
KUBECTL_IMAGE: Final = "registry.k8s.io/kubectl:v1.35.3"

#: EKS add-ons that were seen together on Kubernetes 1.35 (source: alphagov/govuk-infrastructure, 2026-08). An add-on
#: that is not listed is installed in the version that EKS offers by default: no build of it for 1.35 was found.
ADDON_VERSIONS: Final = {
    "vpc-cni": "v1.22.2-eksbuild.1",
    "coredns": "v1.13.2-eksbuild.3",
    "kube-proxy": "v1.35.3-eksbuild.13",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.2",
    "aws-ebs-csi-driver": "v1.63.0-eksbuild.1",
    "metrics-server": "v0.8.1-eksbuild.11",
}
