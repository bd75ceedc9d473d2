"""Every chart's long-running pods, and where its values say what they request.

What a chart asks for by itself was read in its source at the version that ``components.charts`` pins; lists of
containers are those of real renders. Jobs, hooks and tests come and go: the headroom is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.capacity.observability import WATCHING
from policy.capacity.workload import Bundle, Container, Workload, one

#: Airflow's tasks are pods. ``parallelism: 8`` is a ceiling that nothing reaches: the one DAG is weekly and its two
#: tasks run one after the other. Counted are one of them and, beside it, one that was cleared or retried by hand.
TASKS: Final = 2


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


CHARTS: Final[Mapping[str, Bundle]] = {
    **WATCHING,
    "external-secrets": Bundle(
        source="external-secrets/external-secrets at helm-chart-2.9.0",
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
    "prometheus-operator-crds": Bundle(source="prometheus-community/helm-charts: CRDs only, no pods"),
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
    "velero": Bundle(
        source="vmware-tanzu/helm-charts at velero-12.1.0",
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
    "aws-load-balancer-controller": Bundle(
        source="aws/eks-charts at 52396092",
        workloads=(one("aws-load-balancer-controller", replicas="replicaCount", count=2),),
    ),
    "airflow": Bundle(
        source="the published archive airflow-1.22.0.tgz; as KubernetesExecutor, without Celery's workers and broker",
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
    "base": Bundle(source="istio/istio at 1.30.3: CRDs only, no pods"),
    "istiod": Bundle(
        source="istio/istio at 1.30.3, manifests/charts/istio-control/istio-discovery",
        workloads=(one("discovery", default=("500m", "2048Mi"), replicas="replicaCount"),),
        # One a Gateway and one a pod of the namespaces that ask for sidecars: nothing here declares any.
        passing=(
            Container("waypoints", ("global.waypoint.resources",)),
            Container("sidecars", ("global.proxy.resources",)),
        ),
    ),
    "cni": Bundle(
        source="istio/istio at 1.30.3, manifests/charts/istio-cni",
        workloads=(one("install-cni", default=("100m", "100Mi"), kind="daemonset"),),
    ),
    "ztunnel": Bundle(
        source="istio/istio at 1.30.3, manifests/charts/ztunnel",
        workloads=(one("ztunnel", default=("200m", "512Mi"), kind="daemonset"),),
    ),
}
