"""The cost pack's stack policy: completeness, ceilings, worst case, growth, and what idles."""

import json
from datetime import date
from decimal import Decimal

import pytest

from model.resource import Resource
from policy.cost import baseline
from policy.cost.rules import stack_within_budget
from policy.engine.rule import Context
from tests.conftest import TODAY

CLUSTER = "aws:eks/cluster:Cluster"


def resource(token, name="one", dependencies=(), **props):
    urn = f"urn:pulumi:prod::p::{token}::{name}"
    return Resource(urn=urn, type=token, name=name, props=props, dependencies=dependencies)


@pytest.fixture
def told(settings):
    def ask(*resources, today=TODAY, **changes):
        budget = {"usdPerMonth": 1123, **changes}
        context = Context(settings=settings("prod", {"budget": budget}), today=today)
        return [(finding.kind, finding.message) for finding in stack_within_budget(resources, context)]

    return ask


def test_a_stack_within_its_budget_is_quiet(told):
    assert told(resource(CLUSTER, version="1.35")) == []


def test_a_control_plane_is_73_dollars_and_so_one_over_a_budget_of_72(told):
    (finding,) = told(resource(CLUSTER, version="1.35"), usdPerMonth=72)

    assert finding == ("violation", "the stack costs 73.00 USD a month, 1.00 over landing:budget.usdPerMonth 72")


def test_a_capability_has_a_ceiling_of_its_own(told):
    (finding,) = told(resource(CLUSTER, version="1.35"), perCapability={"platform": 70})

    assert finding[1] == "platform costs 73.00 USD a month, 3.00 over landing:budget.perCapability.platform 70"


def test_an_unheard_type_blocks_and_makes_the_total_a_lower_bound(told):
    findings = told(resource(CLUSTER, version="1.35"), resource("aws:quantum/cat:Cat"), usdPerMonth=72)

    assert [kind for kind, _ in findings] == ["violation", "violation"]
    assert findings[0][1].startswith("aws:quantum/cat:Cat has no price: ")
    assert findings[1][1].startswith("the stack costs at least 73.00")


def test_the_worst_case_is_judged_at_the_groups_maximum(told):
    sizes = {"minSize": 1, "desiredSize": 1, "maxSize": 4}
    group = resource(
        "aws:eks/nodeGroup:NodeGroup", instanceTypes=["m6g.large"], diskSize=20, scalingConfig=sizes, tags={}
    )
    at_most = 4 * (Decimal("0.094") * 730 + 20 * Decimal("0.114"))

    (finding,) = told(group, worstCaseUsdPerMonth=float(at_most) - 1)

    assert f"at its maximum the stack costs {at_most:.2f}" in finding[1]


GROWTH = {"warnUsd": 5, "blockUsd": 20, "warnPercent": 10, "blockPercent": 50}


@pytest.mark.parametrize(
    ("agreed", "kinds"),
    [("73", []), ("69", []), ("67", ["advisory"]), ("53", ["advisory"]), ("52", ["violation"]), ("48", ["violation"])],
)
def test_growth_is_told_and_then_refused(told, monkeypatch, tmp_path, agreed, kinds):
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps({"agreedOn": "2026-11-01", "usdPerMonth": agreed, "byCapability": {"platform": agreed}}))
    monkeypatch.setattr(baseline, "path", lambda environment: file)

    assert [kind for kind, _ in told(resource(CLUSTER, version="1.35"), growth=GROWTH)] == kinds


@pytest.mark.parametrize(("stack", "kind"), [("prod", "violation"), ("dev", "advisory")])
def test_a_baseline_that_is_missing_blocks_production(settings, monkeypatch, tmp_path, stack, kind):
    monkeypatch.setattr(baseline, "path", lambda environment: tmp_path / "baseline.json")
    context = Context(settings=settings(stack, {"budget": {"usdPerMonth": 1123, "growth": GROWTH}}), today=TODAY)
    (finding,) = stack_within_budget([resource(CLUSTER, version="1.35")], context)

    assert (finding.kind, finding.message.startswith("baseline.json does not exist")) == (kind, True)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"usdPerMonth": "x", "agreedOn": "", "byCapability": {}}'])
def test_a_broken_baseline_is_told_in_one_line(told, monkeypatch, tmp_path, text):
    file = tmp_path / "baseline.json"
    file.write_text(text)
    monkeypatch.setattr(baseline, "path", lambda environment: file)

    (finding,) = told(resource(CLUSTER, version="1.35"), growth=GROWTH)

    assert finding == (
        "violation",
        "baseline.json is not a baseline; write it anew with ./lz baseline",
    )


@pytest.mark.parametrize(("day", "tells"), [(date(2027, 3, 30), False), (date(2027, 3, 31), True)])
def test_a_price_book_is_old_after_180_days(told, day, tells):
    findings = told(resource(CLUSTER, version="1.36"), today=day)

    assert any("the price book is 181 days old" in message for _, message in findings) is tells


def test_a_price_in_use_that_is_old_is_told_once_however_young_the_book(told):
    sizes = {"minSize": 1, "desiredSize": 1, "maxSize": 1}
    types = {"a": "r6g.large", "b": "m6g.large"}
    groups = [
        resource("aws:eks/nodeGroup:NodeGroup", name, instanceTypes=[kind], diskSize=20, scalingConfig=sizes)
        for name, kind in types.items()
    ]
    findings = told(resource(CLUSTER, version="1.35"), *groups)

    assert [(kind, message.partition(";")[0]) for kind, message in findings] == [
        ("advisory", "1 of 4 dated prices in use were read over 180 days ago, the oldest (instances) on 2025-03-02")
    ]
