"""Every metric that a rule names comes from a monitor that finds something: a Service, its port, and its pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
import yaml

from model.resource import peek
from preview.simulate.wire import show_to_reader
from tests.charts.later import all_objects
from tests.charts.render import INCUMBENTS, ROOT, VARIATIONS, Object
from tests.golden.target import recorded
from tests.observability.conftest import names

EXPORTERS: Final = yaml.safe_load((ROOT / "observability" / "exporters.yaml").read_text())["prometheus"]
#: Monitors whose Service, or its pods, are no chart's, with whose they are.
BESIDE: Final = {
    "monitoring/kps-apiserver": "the API server's own Service, default/kubernetes",
    "monitoring/kps-coredns": "the chart's Service, of the pods of EKS' add-on",
    "monitoring/kps-kubelet": "a Service that Prometheus' operator makes and keeps, kube-system/kps-kubelet",
}


def monitors(variation: str) -> dict[str, Object]:
    """Every ServiceMonitor of charts and of the program, by namespace and name."""
    ours = [
        show_to_reader(made.inputs) for made in recorded(variation).all if made.inputs.get("kind") == "ServiceMonitor"
    ]
    charts = [made for _, made in all_objects(variation) if made["kind"] == "ServiceMonitor"]
    return {f"{one['metadata']['namespace']}/{one['metadata']['name']}": one for one in (*charts, *ours)}


def unanswered(variation: str) -> Iterator[str]:
    """The monitors, and ports of theirs, behind which is no pod."""
    objects = [made for _, made in all_objects(variation)]
    for name, monitor in monitors(variation).items():
        for endpoint in monitor["spec"]["endpoints"]:
            if not any(answers(service, endpoint["port"], objects) for service in selected(monitor, objects)):
                yield name


def selected(monitor: Object, objects: list[Object]) -> list[Object]:
    """The Services that a monitor finds."""
    spec, own = monitor["spec"], monitor["metadata"]["namespace"]
    places = spec.get("namespaceSelector", {}).get("matchNames", [own])
    return [
        made
        for made in objects
        if made["kind"] == "Service" and made["metadata"]["namespace"] in places and fits(spec["selector"], made)
    ]


def fits(selector: Mapping[str, Any], made: Object) -> bool:
    """Whether a label selector is met."""
    labels = made["metadata"].get("labels", {})
    assert all(one["operator"] == "NotIn" for one in selector.get("matchExpressions", ()))
    return selector.get("matchLabels", {}).items() <= labels.items() and all(
        labels.get(one["key"]) not in one["values"] for one in selector.get("matchExpressions", ())
    )


def answers(service: Object, port: str, objects: list[Object]) -> bool:
    """Whether a Service's port is one of a pod that it selects."""
    wanted = {item.get("targetPort", item["port"]) for item in service["spec"]["ports"] if item.get("name") == port}
    return any(
        wanted & {item.get(key) for container in containers for item in container.get("ports", ()) for key in PORT}
        for made in objects
        if made["metadata"].get("namespace") == service["metadata"]["namespace"]
        if service["spec"]["selector"].items() <= (peek(made, "spec", "template", "metadata", "labels") or {}).items()
        for containers in [made["spec"]["template"]["spec"]["containers"]]
    )


PORT: Final = ("name", "containerPort")


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_monitor_leads_to_a_pod(variation):
    assert set(unanswered(variation)) == BESIDE.keys()


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_metric_that_a_rule_names_is_scraped(variation):
    rules = [
        show_to_reader(made.inputs) for made in recorded(variation).all if made.inputs.get("kind") == "PrometheusRule"
    ]
    expressions = [rule["expr"] for one in rules for group in one["spec"]["groups"] for rule in group["rules"]]
    read = set().union(*(names(expression) for expression in expressions))
    wanted = {entry["monitor"] for entry in EXPORTERS.values() if read & set(entry["metrics"])}

    assert len(wanted) > 5
    assert wanted <= monitors(variation).keys()


def test_every_exporter_has_a_monitor_somewhere():
    assert {entry["monitor"] for entry in EXPORTERS.values()} <= monitors(INCUMBENTS).keys()


@pytest.mark.parametrize("variation", VARIATIONS)
def test_prometheus_takes_every_monitor_and_no_other_than_it_is_told(variation):
    (prometheus,) = (made["spec"] for _, made in all_objects(variation) if made["kind"] == "Prometheus")

    assert prometheus["serviceMonitorSelector"] == prometheus["serviceMonitorNamespaceSelector"] == {}


@pytest.mark.parametrize("variation", VARIATIONS)
def test_the_operator_is_told_to_keep_kubelets_service(variation):
    arguments = [
        argument
        for _, made in all_objects(variation)
        if made["kind"] == "Deployment"
        for argument in made["spec"]["template"]["spec"]["containers"][0].get("args", ())
    ]

    assert "--kubelet-service=kube-system/kps-kubelet" in arguments
