"""The labels and ports of the table of flows are those that the charts give their pods and Services."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from model.pods import POD_SPECS
from model.resource import peek
from policy.isolation.flows import existing_flows, existing_workloads, load_table, namespace_of
from policy.isolation.network_policies import selector
from tests.charts.later import all_objects, pod_of
from tests.charts.render import VARIATIONS, Object
from tests.policy.isolation.admits import End, selects
from tests.policy.isolation.charted import called
from tests.policy.isolation.test_flows import present, shut

TABLE = load_table()
#: Pods that no chart of ours makes: AWS' add-ons, and the program's own jobs.
NOT_RENDERED = {"kube-system/dns", "amazon-cloudwatch/all", "airflow/ours"}
#: Helm runs it on request alone.
TESTS = "test"


def pods(variation: str) -> Iterator[tuple[Object, dict[str, Any], dict[str, str]]]:
    """Each pod on a network of its own: what makes it, its spec and its labels."""
    for _, made in all_objects(variation):
        spec = pod_of(made)
        hook = made["metadata"].get("annotations", {}).get("helm.sh/hook")
        if not isinstance(spec, dict) or spec.get("hostNetwork") or hook == TESTS:
            continue
        group = made["apiVersion"].rpartition("/")[0] or "core"
        labels = peek(made, *POD_SPECS[group, made["kind"]][:-1], "metadata", "labels")
        yield made, spec, labels or {}


@cache
def found(variation: str) -> list[tuple[Object, dict[str, Any], dict[str, str]]]:
    return list(pods(variation))


@cache
def services(variation: str) -> list[Object]:
    return [made for _, made in all_objects(variation) if made["kind"] == "Service"]


def of(name: str, variation: str) -> list[tuple[Object, dict[str, Any], dict[str, str]]]:
    """The pods of a workload."""
    return [
        one
        for one in found(variation)
        if one[0]["metadata"]["namespace"] == namespace_of(name) and selects(selector(TABLE.workloads[name]), one[2])
    ]


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_workload_of_the_table_is_there(variation):
    workloads = existing_workloads(TABLE, present(variation))

    assert {name for name in workloads if not of(name, variation)} <= NOT_RENDERED


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_pod_of_a_chart_is_one_of_the_table(variation):
    strangers = {
        (made["metadata"]["namespace"], made["kind"], made["metadata"]["name"])
        for made, _, labels in found(variation)
        if not any(
            namespace_of(name) == made["metadata"]["namespace"] and selects(selector(one), labels)
            for name, one in existing_workloads(TABLE, present(variation)).items()
        )
    }

    assert not strangers


@pytest.mark.parametrize("variation", VARIATIONS)
def test_a_pod_is_of_the_workload_that_it_is_taken_for_without_charts(variation):
    for made, _, labels in found(variation):
        name = called(made["metadata"]["namespace"], made["metadata"]["name"])
        assert selects(selector(TABLE.workloads[name]), labels), (name, made["metadata"]["name"])


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_port_of_the_table_is_one_that_its_pods_declare(variation):
    for pair in existing_flows(TABLE, present(variation)):
        if pair.target not in TABLE.workloads or pair.target in NOT_RENDERED:
            continue
        declared = {
            (port["containerPort"], port.get("protocol", "TCP"))
            for _, spec, _ in of(pair.target, variation)
            for container in spec["containers"]
            for port in container.get("ports", ())
        }
        assert {(one.number, one.protocol) for one in pair.ports} <= declared, pair


@pytest.mark.parametrize("variation", VARIATIONS)
def test_a_workload_s_service_is_selected_with_it(variation):
    """AWS's controller opens a Service's address where its selector bears the labels that a policy names (endpoints.go,
    getMatchingServiceClusterIPs), and the port that leads to the pod's."""
    for pair in existing_flows(TABLE, present(variation)):
        # Scrapes go to pods, and what the control plane calls is no egress of a pod.
        if pair.target not in TABLE.workloads or pair.target in NOT_RENDERED or pair.source == "monitoring/prometheus":
            continue
        if pair.source not in TABLE.workloads or pair.source == pair.target:
            continue
        namespace, chosen = namespace_of(pair.target), selector(TABLE.workloads[pair.target])
        reached = [
            service
            for service in services(variation)
            if service["metadata"]["namespace"] == namespace and selects(chosen, service["spec"].get("selector") or {})
        ]
        numbers = {port.get("targetPort", port["port"]) for service in reached for port in service["spec"]["ports"]}
        named = {
            port.get("name"): port["containerPort"]
            for _, spec, _ in of(pair.target, variation)
            for container in spec["containers"]
            for port in container.get("ports", ())
        }
        assert {one.number for one in pair.ports} <= {named.get(one, one) for one in numbers}, pair


def test_what_is_shut_is_told_from_what_is_open():
    known, other = (
        End(name, "10.0.0.9", "kube-system", labels)
        for name, labels in (
            ("controller", {"app.kubernetes.io/name": "aws-load-balancer-controller"}),
            ("dns", {"k8s-app": "kube-dns"}),
        )
    )

    assert shut(known, "prod/all")
    assert not shut(other, "prod/all")
