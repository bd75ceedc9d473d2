"""One record a chart: its pods and what they request, and what it makes that is billed when its values say nothing.

Where a chart comes from and in which version is its pin's to say (:mod:`components.charts`), so no version stands here.
All of it was read in the chart's own source at the version that the pin calls ``read_at``, airflow's bundled services
recalled; lists of containers are those of real renders. Jobs, hooks and tests come and go: the headroom is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from components import charts
from model.resource import peek
from model.workloads import Bundle, Container, Workload, one

#: Airflow's tasks are pods. ``parallelism: 8`` is a ceiling that nothing reaches: the one DAG is weekly and its two
#: tasks run one after the other. Counted are one of them and, beside it, one that was cleared or retried by hand.
TASKS: Final = 2


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
class KnownChart:
    """What somebody has read of a chart.

    ``pin`` is the chart as it is installed here, ``None`` for one that is not. ``homes`` are words of its repository's
    address. ``pods`` are ``None`` where nobody has counted them. ``defaults`` are billed unless the values say
    otherwise, and so is the load balancer of one that is ``balanced``.
    """

    name: str
    homes: tuple[str, ...]
    pin: charts.Chart | None = None
    pods: Bundle | None = None
    defaults: tuple[Default, ...] = ()
    balanced: bool = False


def _installed(pin: charts.Chart, *homes: str, pods: Bundle, defaults: tuple[Default, ...] = ()) -> KnownChart:
    return KnownChart(name=pin.name, homes=homes, pin=pin, pods=pods, defaults=defaults)


def _volume(size: str) -> Mapping[str, Any]:
    return {"persistence": {"enabled": True, "size": size}}


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


def _memcached(name: str, memory: str) -> Workload:
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


_GRAFANA: Final = ("grafana-community", "grafana")
_ISTIO: Final = ("istio-release", "istio")
_SCALABLE: Final = {"replicas": 3, **_volume("10Gi")}

_INSTALLED: Final = (
    _installed(
        charts.EXTERNAL_SECRETS,
        "external-secrets",
        pods=Bundle(
            source="external-secrets/external-secrets, deploy/charts/external-secrets",
            workloads=(
                one("external-secrets", replicas="replicaCount"),
                one("webhook", "webhook.resources", replicas="webhook.replicaCount", switch="webhook.create"),
                one(
                    "cert-controller",
                    "certController.resources",
                    replicas="certController.replicaCount",
                    switch="certController.create",
                ),
            ),
        ),
    ),
    _installed(
        charts.PROMETHEUS_OPERATOR_CRDS,
        "prometheus-community",
        pods=Bundle(source="prometheus-community/helm-charts: CRDs only, no pods"),
    ),
    _installed(
        charts.KYVERNO,
        "kyverno",
        pods=Bundle(
            source="kyverno/kyverno, charts/kyverno; requests by its README",
            workloads=(
                Workload(
                    name="admissionController",
                    replicas="admissionController.replicas",
                    containers=(Container("kyverno", ("admissionController.container.resources",), ("100m", "128Mi")),),
                    inits=(
                        Container("kyverno-pre", ("admissionController.initContainer.resources",), ("10m", "64Mi")),
                    ),
                ),
                *(
                    one(
                        name,
                        f"{name}.resources",
                        ("100m", "64Mi"),
                        replicas=f"{name}.replicas",
                        switch=f"{name}.enabled",
                    )
                    for name in ("backgroundController", "cleanupController", "reportsController")
                ),
            ),
            passing=(
                Container("job migrate-resources", ("crds.migration.podResources",)),
                Container("jobs rm-webhooks and scale-to-zero", ("webhooksCleanup.resources",)),
                Container("five test pods", ("test.resources",)),
            ),
        ),
    ),
    _installed(
        charts.VELERO,
        "vmware-tanzu",
        pods=Bundle(
            source="vmware-tanzu/helm-charts, charts/velero",
            workloads=(
                Workload(
                    name="velero",
                    containers=(Container("velero", ("resources",)),),
                    inits=(Container("plugin", ("initContainers.0.resources",), switch="initContainers.0", on=False),),
                ),
                one("node-agent", "nodeAgent.resources", kind="daemonset", switch="deployNodeAgent", on=False),
            ),
            passing=(Container("job upgrade-crds", ("upgradeJobResources",)),),
        ),
    ),
    _installed(
        charts.LOAD_BALANCER_CONTROLLER,
        *("eks-charts", "eks"),
        pods=Bundle(
            source="aws/eks-charts, stable/aws-load-balancer-controller",
            workloads=(one("aws-load-balancer-controller", replicas="replicaCount", count=2),),
        ),
    ),
    _installed(
        charts.AIRFLOW,
        *("airflow", "apache-airflow"),
        pods=Bundle(
            source="the published archive; as KubernetesExecutor, without Celery's workers and broker",
            workloads=(
                _airflow("api-server", "apiServer", groomed=False, switch="apiServer.enabled"),
                _airflow("scheduler", "scheduler", switch="scheduler.enabled"),
                _airflow("dag-processor", "dagProcessor"),
                _airflow("triggerer", "triggerer", switch="triggerer.enabled"),
                one("statsd", "statsd.resources", switch="statsd.enabled"),
                Workload(
                    name="task",
                    count=TASKS,
                    containers=(Container("base", ("workers.kubernetes.resources", "workers.resources")),),
                ),
                one("postgresql", "postgresql.primary.resources", kind="statefulset", switch="postgresql.enabled"),
                one("flower", "flower.resources", switch="flower.enabled", on=False),
                one("pgbouncer", "pgbouncer.resources", switch="pgbouncer.enabled", on=False),
            ),
            passing=(
                Container("job run-airflow-migrations", ("migrateDatabaseJob.resources",)),
                Container("job create-user", ("createUserJob.resources",)),
                Container("cron job database-cleanup", ("databaseCleanup.resources",)),
                Container("cron job cleanup", ("cleanup.resources",)),
            ),
        ),
        defaults=(
            Default(values={"triggerer": _volume("100Gi")}),
            Default(values={"postgresql": {"enabled": True, "primary": _volume("8Gi")}}),
            Default(values={"workers": _volume("100Gi"), "redis": _volume("1Gi")}, when="executor", word="Celery"),
        ),
    ),
    _installed(charts.ISTIO_BASE, *_ISTIO, pods=Bundle(source="istio/istio: CRDs only, no pods")),
    _installed(
        charts.ISTIOD,
        *_ISTIO,
        pods=Bundle(
            source="istio/istio, manifests/charts/istio-control/istio-discovery",
            workloads=(one("discovery", default=("500m", "2048Mi"), replicas="replicaCount"),),
            # One a Gateway and one a pod of the namespaces that ask for sidecars: nothing here declares any.
            passing=(
                Container("waypoints", ("global.waypoint.resources",)),
                Container("sidecars", ("global.proxy.resources",)),
            ),
        ),
    ),
    _installed(
        charts.ISTIO_CNI,
        *_ISTIO,
        pods=Bundle(
            source="istio/istio, manifests/charts/istio-cni",
            workloads=(one("install-cni", default=("100m", "100Mi"), kind="daemonset"),),
        ),
    ),
    _installed(
        charts.ZTUNNEL,
        *_ISTIO,
        pods=Bundle(
            source="istio/istio, manifests/charts/ztunnel",
            workloads=(one("ztunnel", default=("200m", "512Mi"), kind="daemonset"),),
        ),
    ),
    _installed(
        charts.KUBE_PROMETHEUS_STACK,
        "prometheus-community",
        pods=Bundle(
            source="prometheus-community/helm-charts, charts/kube-prometheus-stack",
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
                    "jobs admission-create and admission-patch",
                    ("prometheusOperator.admissionWebhooks.patch.resources",),
                ),
                Container("job crds-upgrade", ("crds.upgradeJob.resources",)),
            ),
        ),
    ),
    _installed(
        charts.GRAFANA,
        *_GRAFANA,
        pods=Bundle(
            source="grafana-community/helm-charts, charts/grafana",
            workloads=(_grafana("", sidecars=False),),
            passing=(Container("test pod", ("testFramework.resources",)),),
        ),
    ),
    _installed(
        charts.LOKI,
        *_GRAFANA,
        pods=Bundle(
            source="grafana-community/helm-charts, charts/loki",
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
                _memcached("chunksCache", "9830Mi"),
                _memcached("resultsCache", "1229Mi"),
            ),
            passing=(Container("test pod", ()),),
        ),
        defaults=(
            Default(values={"singleBinary": _volume("10Gi")}),
            Default(values={"write": _SCALABLE, "backend": _SCALABLE}, when="deploymentMode", word="Scalable"),
        ),
    ),
    _installed(
        charts.TEMPO,
        *_GRAFANA,
        pods=Bundle(
            source="grafana-community/helm-charts, charts/tempo",
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
    ),
    _installed(
        charts.FLUENT_BIT,
        "fluent",
        pods=Bundle(
            source="fluent/helm-charts, charts/fluent-bit",
            workloads=(one("fluent-bit", kind="daemonset"),),
            passing=(Container("test pod", ()),),
        ),
    ),
)
#: Not installed here: refused elsewhere, or the first that somebody would add. Their pods are not counted.
_OTHERS: Final = (
    KnownChart(name="amazon-cloudwatch-observability", homes=("aws-observability",)),
    KnownChart(name="cert-manager", homes=("jetstack", "cert-manager")),
    KnownChart(name="gateway", homes=_ISTIO, balanced=True),
    KnownChart(name="ingress-nginx", homes=("ingress-nginx",), balanced=True),
    KnownChart(name="metrics-server", homes=("metrics-server",)),
    KnownChart(name="traefik", homes=("traefik",), balanced=True),
)
CHARTS: Final[Mapping[str, KnownChart]] = {chart.name: chart for chart in (*_INSTALLED, *_OTHERS)}
