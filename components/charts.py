"""The only place where a chart's, an add-on's or an image's name, home and version is written.

Plain data, for readers that may not know the SDK: what a chart makes stands in :mod:`model.charts`, beside its pin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A Helm chart by ``name``: ``repository`` is a URL; ``checked_on`` says when the version was last looked up.

    ``read_at`` is the version in which somebody read what hangs on the chart: our values, its pods and disks, its CRDs
    and monitors. A new ``version`` fails a test, which says what to compare, until ``read_at`` follows.
    """

    name: str
    repository: str
    version: str
    checked_on: str
    read_at: str


EXTERNAL_SECRETS: Final = Chart(
    name="external-secrets",
    repository="https://charts.external-secrets.io",
    version="2.9.0",
    checked_on="2026-11-22",
    read_at="2.9.0",
)

KUBE_PROMETHEUS_STACK: Final = Chart(
    name="kube-prometheus-stack",
    repository="https://prometheus-community.github.io/helm-charts",
    version="88.5.3",
    checked_on="2026-11-23",
    read_at="88.5.3",
)
#: Grafana, Loki and Tempo left the vendor's repository in January 2026; its index still serves the old lineage.
GRAFANA: Final = Chart(
    name="grafana",
    repository="https://grafana-community.github.io/helm-charts",
    version="12.11.1",
    checked_on="2026-11-23",
    read_at="12.11.1",
)
LOKI: Final = Chart(
    name="loki",
    repository="https://grafana-community.github.io/helm-charts",
    version="18.11.0",
    checked_on="2026-11-23",
    read_at="18.11.0",
)
TEMPO: Final = Chart(
    name="tempo",
    repository="https://grafana-community.github.io/helm-charts",
    version="2.2.4",
    checked_on="2026-11-23",
    read_at="2.2.4",
)
VELERO: Final = Chart(
    name="velero",
    repository="https://vmware-tanzu.github.io/helm-charts",
    version="12.1.0",
    checked_on="2026-11-23",
    read_at="12.1.0",
)
#: CRDs of monitors and rules, apart from the stack, so that charts which come before it can bring monitors.
PROMETHEUS_OPERATOR_CRDS: Final = Chart(
    name="prometheus-operator-crds",
    repository="https://prometheus-community.github.io/helm-charts",
    version="31.0.1",
    checked_on="2026-11-23",
    read_at="31.0.1",
)
FLUENT_BIT: Final = Chart(
    name="fluent-bit",
    repository="https://fluent.github.io/helm-charts",
    version="0.58.1",
    checked_on="2026-11-23",
    read_at="0.58.1",
)
AIRFLOW: Final = Chart(
    name="airflow",
    repository="https://airflow.apache.org",
    version="1.22.0",
    checked_on="2026-11-23",
    read_at="1.22.0",
)


def _istio(name: str) -> Chart:
    return Chart(
        name=name,
        repository="https://istio-release.storage.googleapis.com/charts",
        version="1.30.3",
        checked_on="2026-11-23",
        read_at="1.30.3",
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
    read_at="3.5.0",
)
#: Its dependency kyverno-api brings the CRDs of policies.kyverno.io.
KYVERNO: Final = Chart(
    name="kyverno",
    repository="https://kyverno.github.io/kyverno",
    version="3.9.0",
    checked_on="2026-11-23",
    read_at="3.9.0",
)

#: EKS add-ons that were seen together on Kubernetes 1.35 (source: alphagov/govuk-infrastructure, 2026-08); the last two
#: were seen on other clusters of 1.35 (sources: devopscoop's project1-dev, and Uj5Ghare's tixora-preprod, both read
#: 2026-11-29). One that is not listed is not installed: EKS would choose its version on the day of the deployment.
ADDON_VERSIONS: Final = {
    "vpc-cni": "v1.22.2-eksbuild.1",
    "coredns": "v1.13.2-eksbuild.3",
    "kube-proxy": "v1.35.3-eksbuild.13",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.2",
    "aws-ebs-csi-driver": "v1.63.0-eksbuild.1",
    "metrics-server": "v0.8.1-eksbuild.11",
    "snapshot-controller": "v8.6.0-eksbuild.4",
    "amazon-cloudwatch-observability": "v5.4.0-eksbuild.1",
}
#: The version in whose source an add-on's pods were read (``policy/capacity/addons.py``). The pods of one that is not
#: listed were seen on a cluster or are recalled, and its confidence says so.
ADDONS_READ_AT: Final = {
    "vpc-cni": "v1.22.2",
    "aws-ebs-csi-driver": "v1.63.0",
    "metrics-server": "v0.8.1",
}
