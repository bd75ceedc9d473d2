"""Every chart's long-running pods, and where its values say what they request.

What a chart asks for by itself was read in its source at the version that ``components.charts`` pins; lists of
containers are those of real renders. Jobs, hooks and tests come and go: the headroom is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from policy.capacity.pods import Bundle, Container, Kind, Request, Workload

#: Airflow's tasks are pods. ``parallelism: 8`` is a ceiling that nothing reaches: the one DAG is weekly and its two
#: tasks run one after the other. Counted are one of them and, beside it, one that was cleared or retried by hand.
TASKS: Final = 2


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


def _airflow(name: str, key: str, *, groomed: bool = True, switch: str = "") -> Workload:
    """One of Airflow's parts, which waits for migrations with its own request; most have a groomer of old logs."""
    own = Container(name, (f"{key}.resources",))
    groomer = Container(
        "log-groomer", (f"{key}.logGroomerSidecar.resources",), switch=f"{key}.logGroomerSidecar.enabled"
    )
    return Workload(
        name=name,
        replicas=f"{key}.replicas",
        containers=(own, groomer) if groomed else (own,),
        inits=(Container("wait-for-airflow-migrations", own.paths),),
        switch=switch,
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


def _one(
    name: str, path: str = "resources", default: Request | None = None, *, kind: Kind = "deployment", **more: Any
) -> Workload:
    return Workload(name=name, kind=kind, containers=(Container(name, (path,), default),), **more)


CHARTS: Final[Mapping[str, Bundle]] = {
    "external-secrets": Bundle(
        source="external-secrets/external-secrets at helm-chart-2.9.0",
        workloads=(
            _one("external-secrets", replicas="replicaCount"),
            _one("webhook", "webhook.resources", replicas="webhook.replicaCount", switch="webhook.create"),
            _one(
                "cert-controller",
                "certController.resources",
                replicas="certController.replicaCount",
                switch="certController.create",
            ),
        ),
    ),
    "prometheus-operator-crds": Bundle(source="prometheus-community/helm-charts: CRDs only, no pods"),
    "kube-prometheus-stack": Bundle(
        source="prometheus-community/helm-charts at kube-prometheus-stack-88.5.3",
        workloads=(
            _one("operator", "prometheusOperator.resources", switch="prometheusOperator.enabled"),
            _prometheus("prometheus", "prometheus", "prometheusSpec"),
            _prometheus("alertmanager", "alertmanager", "alertmanagerSpec"),
            _one(
                "kube-state-metrics",
                "kube-state-metrics.resources",
                replicas="kube-state-metrics.replicas",
                switch="kubeStateMetrics.enabled",
            ),
            _one(
                "node-exporter",
                "prometheus-node-exporter.resources",
                kind="daemonset",
                switch="nodeExporter.enabled",
            ),
            _grafana("grafana.", sidecars=True),
        ),
        passing=("job admission-create", "job admission-patch", "job crds-upgrade"),
    ),
    "grafana": Bundle(
        source="grafana-community/helm-charts at grafana-12.11.1",
        workloads=(_grafana("", sidecars=False),),
        passing=("pod test",),
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
                _one(part, f"{part}.resources", kind="statefulset", replicas=f"{part}.replicas", count=3)
                for part in ("read", "write", "backend")
            ),
            _one("gateway", "gateway.resources", replicas="gateway.replicas", switch="gateway.enabled"),
            _one("canary", "lokiCanary.resources", kind="daemonset", switch="lokiCanary.enabled"),
            _cache("chunksCache", "9830Mi"),
            _cache("resultsCache", "1229Mi"),
        ),
        passing=("pod helm-test",),
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
    "kyverno": Bundle(
        source="kyverno/kyverno at v1.19.0, charts/kyverno 3.9.0; requests by its README",
        workloads=(
            Workload(
                name="admissionController",
                replicas="admissionController.replicas",
                containers=(Container("kyverno", ("admissionController.container.resources",), ("100m", "128Mi")),),
                inits=(Container("kyverno-pre", ("admissionController.initContainer.resources",), ("10m", "64Mi")),),
            ),
            *(
                _one(
                    name,
                    f"{name}.resources",
                    ("100m", "64Mi"),
                    replicas=f"{name}.replicas",
                    switch=f"{name}.enabled",
                )
                for name in ("backgroundController", "cleanupController", "reportsController")
            ),
        ),
        passing=("job migrate-resources", "job rm-webhooks", "job scale-to-zero", "5 test pods"),
    ),
    "velero": Bundle(
        source="vmware-tanzu/helm-charts at velero-12.1.0",
        workloads=(
            Workload(
                name="velero",
                containers=(Container("velero", ("resources",)),),
                inits=(Container("plugin", ("initContainers.0.resources",), switch="initContainers.0", on=False),),
            ),
            _one("node-agent", "nodeAgent.resources", kind="daemonset", switch="deployNodeAgent", on=False),
        ),
        passing=("job upgrade-crds", "maintenance jobs of kopia"),
    ),
    "aws-load-balancer-controller": Bundle(
        source="aws/eks-charts at 52396092",
        workloads=(_one("aws-load-balancer-controller", replicas="replicaCount", count=2),),
    ),
    "fluent-bit": Bundle(
        source="fluent/helm-charts at 5b81bf7a",
        workloads=(_one("fluent-bit", kind="daemonset"),),
        passing=("pod test",),
    ),
    "airflow": Bundle(
        source="the published archive airflow-1.22.0.tgz; as KubernetesExecutor, without Celery's workers and broker",
        workloads=(
            _airflow("api-server", "apiServer", groomed=False, switch="apiServer.enabled"),
            _airflow("scheduler", "scheduler", switch="scheduler.enabled"),
            _airflow("dag-processor", "dagProcessor"),
            _airflow("triggerer", "triggerer", switch="triggerer.enabled"),
            _one("statsd", "statsd.resources", switch="statsd.enabled"),
            Workload(
                name="task",
                count=TASKS,
                containers=(Container("base", ("workers.kubernetes.resources", "workers.resources")),),
            ),
            _one("postgresql", "postgresql.primary.resources", kind="statefulset", switch="postgresql.enabled"),
            _one("flower", "flower.resources", switch="flower.enabled", on=False),
            _one("pgbouncer", "pgbouncer.resources", switch="pgbouncer.enabled", on=False),
        ),
        passing=("job run-airflow-migrations", "job create-user", "cron job database-cleanup"),
    ),
    "base": Bundle(source="istio/istio at 1.30.3: CRDs only, no pods"),
    "istiod": Bundle(
        source="istio/istio at 1.30.3, manifests/charts/istio-control/istio-discovery",
        workloads=(_one("discovery", default=("500m", "2048Mi"), replicas="replicaCount"),),
    ),
    "cni": Bundle(
        source="istio/istio at 1.30.3, manifests/charts/istio-cni",
        workloads=(_one("install-cni", default=("100m", "100Mi"), kind="daemonset"),),
    ),
    "ztunnel": Bundle(
        source="istio/istio at 1.30.3, manifests/charts/ztunnel",
        workloads=(_one("ztunnel", default=("200m", "512Mi"), kind="daemonset"),),
    ),
    "gateway": Bundle(
        source="istio/istio at 1.30.3, manifests/charts/gateway",
        workloads=(_one("gateway", default=("100m", "128Mi"), replicas="replicaCount"),),
    ),
}
