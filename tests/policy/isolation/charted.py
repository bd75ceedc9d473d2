"""What is known of the charts without them: who their pods are in the table, and what our values say that they need.

The committed table of their pods is written from their renders (tests/charts/workloads.py), and tests/charts holds who
is called what here.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from model.resource import MISSING, peek
from policy.isolation.flows import load_table
from preview.simulate.wire import show_to_reader
from tests.golden.target import recorded
from tests.policy.admission.own import WORKLOADS

RELEASE = "kubernetes:helm.sh/v3:Release"
CONTROLLER = "kube-system/aws-load-balancer-controller"
TABLE = load_table()
API = ("control-plane", "443/TCP")

#: The table's workload of a chart's pods, where it is not called as they are.
CALLED = {
    "airflow/airflow-cleanup": "airflow/jobs",
    "airflow/airflow-create-user": "airflow/jobs",
    "airflow/airflow-database-cleanup": "airflow/jobs",
    "airflow/airflow-run-airflow-migrations": "airflow/jobs",
    "airflow/task": "airflow/worker",
    "external-secrets/external-secrets": "external-secrets/operator",
    "istio-system/istio-cni-node": "istio-system/cni",
    "monitoring/alertmanager-kps": "monitoring/alertmanager",
    "monitoring/kps-admission-create": "monitoring/operator-hooks",
    "monitoring/kps-admission-patch": "monitoring/operator-hooks",
    "monitoring/kps-operator": "monitoring/operator",
    "monitoring/kube-prometheus-stack-kube-state-metrics": "monitoring/kube-state-metrics",
    "monitoring/prometheus-kps": "monitoring/prometheus",
}
#: Who watches objects of a group or kind at the API server, and whose webhook the API server asks about them.
OPERATORS = {
    "kubernetes:external-secrets.io/": ("external-secrets/operator", "external-secrets/webhook"),
    "kubernetes:monitoring.coreos.com/": ("monitoring/operator", "monitoring/operator"),
    "kubernetes:networking.k8s.io/v1:Ingress": (CONTROLLER, CONTROLLER),
    "kubernetes:policies.kyverno.io/": ("kyverno/all", "kyverno/all"),
}
#: Monitors that find other pods than those that are called like them; some are on their node's network.
MONITORED = {
    "external-secrets/external-secrets-metrics": [
        f"external-secrets/{part}" for part in ("operator", "webhook", "cert-controller")
    ],
    "monitoring/kps-kubelet": ["nodes"],
    "monitoring/kube-prometheus-stack-prometheus-node-exporter": ["nodes"],
}
#: What kube-prometheus-stack scrapes unless its values switch it off, by the switch.
SCRAPED_BY_DEFAULT = {
    "alertmanager": ("monitoring/alertmanager", "9093/TCP"),
    "coreDns": ("kube-system/dns", "9153/TCP"),
    "kubeApiServer": API,
    "kubeStateMetrics": ("monitoring/kube-state-metrics", None),
    "kubelet": ("nodes", "10250/TCP"),
    "nodeExporter": ("nodes", "9100/TCP"),
    "prometheus": ("monitoring/prometheus", "9090/TCP"),
    "prometheusOperator": ("monitoring/operator", None),
}


class Said(NamedTuple):
    """What a value of ours says of flows: where ``path`` of ``chart`` holds ``word``, or anything, they are needed."""

    chart: str
    path: str
    word: str
    needed: tuple[tuple[str, str, str | None], ...]


SAID = [
    # The filter asks for each pod's labels.
    Said("fluent-bit", "config.filters", "Name kubernetes", (("logging/fluent-bit", *API),)),
    # Its sidecar looks for ConfigMaps.
    Said("grafana", "sidecar.dashboards.enabled", "True", (("monitoring/grafana", *API),)),
    # The chart's own data sources, which our Grafana takes.
    Said(
        "kube-prometheus-stack",
        "grafana.forceDeployDatasources",
        "True",
        (
            ("monitoring/grafana", "monitoring/prometheus", "9090/TCP"),
            ("monitoring/grafana", "monitoring/alertmanager", "9093/TCP"),
        ),
    ),
    Said(
        "kube-prometheus-stack",
        "alertmanager.config.receivers",
        "webhook_configs",
        (
            ("monitoring/prometheus", "monitoring/alertmanager", "9093/TCP"),
            ("monitoring/alertmanager", "world", "443/TCP"),
        ),
    ),
    # What a monitor finds is asked of the API server.
    Said(
        "kube-prometheus-stack",
        "prometheus.prometheusSpec.serviceMonitorSelectorNilUsesHelmValues",
        "False",
        (("monitoring/prometheus", *API),),
    ),
    # Jobs that write the webhook's certificate.
    Said(
        "kube-prometheus-stack",
        "prometheusOperator.admissionWebhooks.patch",
        "",
        (("monitoring/operator-hooks", *API),),
    ),
    Said("kube-prometheus-stack", "kube-state-metrics", "", (("monitoring/kube-state-metrics", *API),)),
    Said("external-secrets", "certController.create", "True", (("external-secrets/cert-controller", *API),)),
    Said("external-secrets", "webhook.create", "True", (("external-secrets/webhook", *API),)),
    Said("velero", "schedules", "", (("velero/all", *API),)),
    # One binary's parts find each other, and the compactor by gRPC (source: the chart's reference of values,
    # loki.commonConfig.compactor_grpc_address).
    Said("loki", "memberlist", "", (("loki/loki", "loki/loki", "7946/TCP"),)),
    Said("loki", "loki.compactor", "", (("loki/loki", "loki/loki", "9095/TCP"),)),
    # Tasks are pods, which the scheduler makes, whose lines the API server shows, and which report to it.
    Said(
        "airflow",
        "executor",
        "KubernetesExecutor",
        (
            ("airflow/scheduler", *API),
            ("airflow/api-server", *API),
            ("airflow/worker", "airflow/api-server", None),
        ),
    ),
    Said("airflow", "cleanup.enabled", "True", (("airflow/jobs", *API),)),
    Said(
        "airflow",
        "statsd.enabled",
        "True",
        tuple(
            (f"airflow/{part}", "airflow/statsd", "9125/UDP")
            for part in ("scheduler", "dag-processor", "worker", "api-server")
        ),
    ),
    Said(
        "airflow",
        "dagProcessor.dagBundleConfigList",
        "https://",
        (("airflow/dag-processor", "world", "443/TCP"), ("airflow/worker", "world", "443/TCP")),
    ),
    Said(
        "istiod",
        "env.PILOT_ENABLE_AMBIENT",
        "true",
        (
            ("istio-system/istiod", *API),
            ("control-plane", "istio-system/istiod", None),
            ("istio-system/ztunnel", "istio-system/istiod", None),
        ),
    ),
    # Its agent asks which pods of its node are in the mesh.
    Said("cni", "profile", "ambient", (("istio-system/cni", *API),)),
]


def called(namespace, name):
    """The table's workload of a chart's pods."""
    if f"{namespace}/all" in TABLE.workloads:
        return f"{namespace}/all"
    return CALLED.get(f"{namespace}/{name}", f"{namespace}/{name.removeprefix(f'{namespace}-')}")


@cache
def charted(variation):
    """The charts' pods, each with its workload; those on their node's network are nobody's."""
    like = variation.removesuffix("/drills")
    return [
        (called(each["namespace"], each["name"]), each)
        for each in WORKLOADS
        if "pod" in each and like in each["variations"] and not each["pod"].get("hostNetwork")
    ]


@cache
def values(variation):
    """The values of each chart that is installed."""
    inputs = [show_to_reader(made.inputs) for made in recorded(variation).of(RELEASE)]
    return {one["chart"]: one["values"] for one in inputs}


def met(variation):
    """What our values say of flows."""
    for said in SAID:
        value = peek(values(variation).get(said.chart, {}), *said.path.split("."))
        if value is not MISSING and said.word in str(value):
            yield said
