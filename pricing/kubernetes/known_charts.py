"""The Helm charts whose objects are known, and what of it is billed when their values say nothing.

Everything that :mod:`components.charts` installs stands here, and little else: what a chart makes was read in its own
values at the version installed, airflow's bundled services recalled. One that is not here is a gap until somebody has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from model.resource import peek


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """Values that are billed; where the chart looks at another first, only with ``word`` in the text at ``when``."""

    values: Mapping[str, Any]
    when: str = ""
    word: str = ""

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether the chart makes it; a mode that nobody chose is the chart's own."""
        mode = peek(values, self.when)
        return not isinstance(mode, str) or self.word in mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """``homes`` are words of its repository's address; ``balanced`` makes a load balancer unless told otherwise."""

    homes: tuple[str, ...]
    defaults: tuple[Default, ...] = ()
    balanced: bool = False


def _volume(size: str) -> Mapping[str, Any]:
    return {"persistence": {"enabled": True, "size": size}}


_ISTIO: Final = ("istio-release", "istio")
_GRAFANA: Final = ("grafana-community", "grafana")
_PROMETHEUS: Final = ("prometheus-community",)
_AIRFLOW: Final = (
    Default(values={"triggerer": _volume("100Gi")}),
    Default(values={"postgresql": {"enabled": True, "primary": _volume("8Gi")}}),
    Default(values={"workers": _volume("100Gi"), "redis": _volume("1Gi")}, when="executor", word="Celery"),
)
_SCALABLE: Final = {"replicas": 3, **_volume("10Gi")}
_LOKI: Final = (
    Default(values={"singleBinary": _volume("10Gi")}),
    Default(values={"write": _SCALABLE, "backend": _SCALABLE}, when="deploymentMode", word="Scalable"),
)
CHARTS: Final[Mapping[str, Chart]] = {
    "airflow": Chart(homes=("airflow", "apache-airflow"), defaults=_AIRFLOW),
    "aws-load-balancer-controller": Chart(homes=("eks-charts", "eks")),
    "external-secrets": Chart(homes=("external-secrets",)),
    "fluent-bit": Chart(homes=("fluent",)),
    "grafana": Chart(homes=_GRAFANA),
    "kube-prometheus-stack": Chart(homes=_PROMETHEUS),
    "kyverno": Chart(homes=("kyverno",)),
    "loki": Chart(homes=_GRAFANA, defaults=_LOKI),
    "prometheus-operator-crds": Chart(homes=_PROMETHEUS),
    "tempo": Chart(homes=_GRAFANA),
    "velero": Chart(homes=("vmware-tanzu",)),
    "base": Chart(homes=_ISTIO),
    "cni": Chart(homes=_ISTIO),
    "istiod": Chart(homes=_ISTIO),
    "ztunnel": Chart(homes=_ISTIO),
    # Not installed here: refused elsewhere, or the first that somebody would add.
    "amazon-cloudwatch-observability": Chart(homes=("aws-observability",)),
    "cert-manager": Chart(homes=("jetstack", "cert-manager")),
    "gateway": Chart(homes=_ISTIO, balanced=True),
    "ingress-nginx": Chart(homes=("ingress-nginx",), balanced=True),
    "metrics-server": Chart(homes=("metrics-server",)),
    "traefik": Chart(homes=("traefik",), balanced=True),
}
