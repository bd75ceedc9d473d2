"""The charts that watch: their lasting pods, and where their values say what they request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.capacity.workload import Bundle, Container, Workload, one


def _grafana(prefix: str, *, sidecars: bool) -> Workload:
    """Grafana and the sidecars that bring it dashboards and data sources; both read one request."""
    sidecar = (f"{prefix}sidecar.resources",)
    return Workload(
        name="grafana",
        replicas=f"{prefix}replicas",
        containers=(
            Container("grafana", (f"{prefix}resources",)),
            Container("sc-dashboard", sidecar, switch=f"{prefix}sidecar.dashboards.enabled", on=sidecars),
            Container("sc-datasources", sidecar, switch=f"{prefix}sidecar.datasources.enabled", on=sidecars),
        ),
        inits=(
            Container(
                "init-chown-data", (f"{prefix}initChownData.resources",), switch=f"{prefix}initChownData.enabled"
            ),
        ),
        switch="grafana.enabled" if prefix else "",
    )


def _prometheus(name: str, section: str, spec: str) -> Workload:
    """What the operator makes of a Prometheus or an Alertmanager: the program, and a reloader of its configuration."""
    reloader = ("prometheusOperator.prometheusConfigReloader.resources",)
    return Workload(
        name=name,
        kind="statefulset",
        replicas=f"{section}.{spec}.replicas",
        containers=(Container(name, (f"{section}.{spec}.resources",)), Container("config-reloader", reloader)),
        inits=(Container("init-config-reloader", reloader),),
        switch=f"{section}.enabled",
    )


def _cache(name: str, memory: str) -> Workload:
    """A memcached of Loki: 1.2 times what it may hold."""
    return Workload(
        name=name,
        kind="statefulset",
        replicas=f"{name}.replicas",
        containers=(
            Container("memcached", (f"{name}.resources",), ("500m", memory)),
            Container("exporter", ("memcachedExporter.resources",), switch="memcachedExporter.enabled"),
        ),
        switch=f"{name}.enabled",
    )


WATCHING: Final[Mapping[str, Bundle]] = {
    "kube-prometheus-stack": Bundle(
        source="prometheus-community/helm-charts at kube-prometheus-stack-88.5.3",
        workloads=(
            one("operator", "prometheusOperator.resources", switch="prometheusOperator.enabled"),
            _prometheus("prometheus", "prometheus", "prometheusSpec"),
            _prometheus("alertmanager", "alertmanager", "alertmanagerSpec"),
            one(
                "kube-state-metrics",
                "kube-state-metrics.resources",
                replicas="kube-state-metrics.replicas",
                switch="kubeStateMetrics.enabled",
            ),
            one(
                "node-exporter",
                "prometheus-node-exporter.resources",
                kind="daemonset",
                switch="nodeExporter.enabled",
            ),
            _grafana("grafana.", sidecars=True),
        ),
        passing=(
            Container(
                "jobs admission-create and admission-patch", ("prometheusOperator.admissionWebhooks.patch.resources",)
            ),
            Container("job crds-upgrade", ("crds.upgradeJob.resources",)),
        ),
    ),
    "grafana": Bundle(
        source="grafana-community/helm-charts at grafana-12.11.1",
        workloads=(_grafana("", sidecars=False),),
        passing=(Container("test pod", ("testFramework.resources",)),),
    ),
    "loki": Bundle(
        source="grafana-community/helm-charts at loki-18.11.0",
        workloads=(
            Workload(
                name="loki",
                kind="statefulset",
                replicas="singleBinary.replicas",
                count=0,
                containers=(
                    Container("loki", ("singleBinary.resources",)),
                    Container("sc-rules", ("sidecar.resources",), switch="sidecar.rules.enabled"),
                ),
            ),
            *(
                one(part, f"{part}.resources", kind="statefulset", replicas=f"{part}.replicas", count=3)
                for part in ("read", "write", "backend")
            ),
            one("gateway", "gateway.resources", replicas="gateway.replicas", switch="gateway.enabled"),
            one("canary", "lokiCanary.resources", kind="daemonset", switch="lokiCanary.enabled"),
            _cache("chunksCache", "9830Mi"),
            _cache("resultsCache", "1229Mi"),
        ),
        passing=(Container("test pod", ()),),
    ),
    "tempo": Bundle(
        source="grafana-community/helm-charts at tempo-2.2.4",
        workloads=(
            Workload(
                name="tempo",
                kind="statefulset",
                replicas="replicas",
                containers=(
                    Container("tempo", ("tempo.resources",)),
                    Container("tempo-query", ("tempoQuery.resources",), switch="tempoQuery.enabled", on=False),
                ),
            ),
        ),
    ),
    "fluent-bit": Bundle(
        source="fluent/helm-charts at 5b81bf7a",
        workloads=(one("fluent-bit", kind="daemonset"),),
        passing=(Container("test pod", ()),),
    ),
}
