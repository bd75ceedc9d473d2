"""What is counted is what is rendered: requests against the table of capacity, disks and balancers against the meter."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from model.charts import CHARTS, TASKS
from model.resource import peek
from policy.capacity.amount import Amount, add_amounts, cpu_millis, largest, memory_mib
from policy.capacity.demand import LASTING
from policy.capacity.workload import needs
from pricing import meter
from pricing.book import Book
from tests.charts.later import TASK, all_objects, claims_of, pod_of
from tests.charts.render import VARIATIONS, released
from tests.conftest import TODAY
from tests.golden.target import recorded, settings


@pytest.mark.parametrize("variation", VARIATIONS)
def test_capacity_counts_the_pods_that_charts_render(variation):
    counted, rendered = Counter(), Counter()
    for one in released(variation):
        for need in needs(one.chart, CHARTS[one.chart].pods, one.values):
            counted[one.chart, need.kind, need.count, need.each] += 1
    for one, made in all_objects(variation):
        if made["kind"] in LASTING and not hooked(made):
            rendered[one.chart, LASTING[made["kind"]], replicas(made), asked(pod_of(made))] += 1

    assert rendered
    assert counted == rendered


def hooked(made):
    """Whether Helm makes it for a test or a step of an install, and takes it away."""
    return "helm.sh/hook" in made["metadata"].get("annotations", {})


def replicas(made):
    if made["kind"] == "Pod" and made["metadata"]["name"] == TASK:
        return TASKS
    return 1 if made["kind"] == "DaemonSet" else made["spec"].get("replicas", 1)


def asked(pod):
    """What the scheduler reserves: the sum of what runs together, or one initial container that asks for more."""
    aside = [item for item in pod.get("initContainers", ()) if item.get("restartPolicy") == "Always"]
    together = add_amounts(of(item) for item in (*pod["containers"], *aside))
    return largest([together, *(of(item) for item in pod.get("initContainers", ()))]) + Amount(pods=1)


def of(container):
    # Kubernetes requests what is limited where nothing is requested.
    said = {**peek(container, "resources", "limits"), **peek(container, "resources", "requests")}
    return Amount(cpu_millis(said["cpu"]), memory_mib(said["memory"]))


@pytest.mark.parametrize("variation", VARIATIONS)
def test_the_bill_holds_the_disks_that_charts_claim(variation):
    claimed, billed = Counter(), Counter()
    names = {one.made.urn: one.chart for one in released(variation)}
    for one, made in all_objects(variation):
        for claim in claims_of(made):
            count = made["spec"].get("replicas", 1)
            claimed[one.chart] += count * Fraction(memory_mib(claim["resources"]["requests"]["storage"]), 1024)
    for line in lines(variation):
        if line.urn in names and line.item.startswith("volume "):
            billed[names[line.urn]] += Fraction(line.quantity)

    assert claimed
    assert claimed == billed


@pytest.mark.parametrize("variation", VARIATIONS)
def test_no_chart_asks_for_a_balancer_that_nobody_counts(variation):
    asking = [
        (made["kind"], made["metadata"]["name"])
        for _, made in all_objects(variation)
        if made["kind"] in ("Ingress", "Gateway") or peek(made, "spec", "type") in ("LoadBalancer", "NodePort")
    ]
    names = {one.made.urn for one in released(variation)}

    assert asking == []
    assert not [line for line in lines(variation) if line.urn in names and "balancer" in line.item]


def lines(variation):
    resources = [made.resource() for made in recorded(variation).all]
    return meter.compute_bill(resources, settings(variation).usage, Book.load(), today=TODAY).lines
