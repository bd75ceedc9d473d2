"""A pod that a program declares is refused by what the cluster would refuse it by, in every kind that makes pods."""

import copy
from dataclasses import replace

import pytest

from model.resource import UNKNOWN
from policy.admission.node_agents import NODE_AGENTS
from policy.admission.pod_security import BASELINE as BASELINE_RULES
from policy.admission.pod_security import RESTRICTED as RESTRICTED_RULES
from policy.admission.policies import asks_for_resources, names_a_version
from policy.engine.rule import Context, judge
from policy.guardrails.rules import RULES
from tests.conftest import TODAY
from tests.policy.admission.cases import PLACES, Asked, pod_maker
from tests.policy.admission.general_cases import ASKS, BAD, BASELINE, CHANGES, GOOD, RESTRICTED, VERSION, changed

PROD = Context(settings=None, today=TODAY)
RULE = next(rule for rule in RULES if rule.name == "pods-are-restricted")
SAID = {
    **{rule.message: BASELINE for rule in BASELINE_RULES},
    **{rule.message: RESTRICTED for rule in RESTRICTED_RULES},
    names_a_version().message: VERSION,
    asks_for_resources().message: ASKS,
}


def told(pod, kind="Deployment", namespace="shop", name="web", **changes):
    declared = Asked(pod_maker(kind, {"automountServiceAccountToken": False, **pod}, name, namespace)).declared
    found = judge(RULE, replace(declared, **changes), PROD)
    return {(SAID.get(finding.message, finding.message), finding.kind) for finding in found}


@pytest.mark.parametrize(("path", "value", "refused"), CHANGES, ids=[f"{path}={value}" for path, value, _ in CHANGES])
def test_the_pack_refuses_what_the_cluster_refuses(path, value, refused):
    for kind in sorted({kind for kind, _ in PLACES}):
        assert told(changed(path, value), kind) == {(name, "violation") for name in refused if name in SAID.values()}


def test_pods_that_read_their_node_are_held_to_the_rest():
    for (namespace, kind), names in NODE_AGENTS.items():
        for name in names:
            found = {rule for rule, _ in told(BAD, kind, namespace, name)}
            assert found >= {VERSION, ASKS}
            assert not {BASELINE, RESTRICTED} & found
            assert {rule for rule, _ in told(BAD, kind, namespace, f"{name}-2")} >= {BASELINE, RESTRICTED}
            assert {rule for rule, _ in told(BAD, "Job", namespace, name)} >= {BASELINE, RESTRICTED}


def test_a_namespace_and_a_name_that_are_no_texts_break_nothing():
    assert BASELINE in {rule for rule, _ in told(BAD, "DaemonSet", {"a": ["b"]}, ["fluent-bit"])}


def test_what_a_chart_renders_is_held_to_what_everybody_is():
    urn = "urn:pulumi:prod::shop::kubernetes:helm.sh/v3:Chart$kubernetes:apps/v1:Deployment::web"

    assert told(BAD, urn=urn) == {(BASELINE, "violation"), (VERSION, "violation")}


def test_an_image_that_nobody_knows_yet_is_told_and_the_rest_refused():
    pod = copy.deepcopy(GOOD)
    pod["containers"][0]["image"] = UNKNOWN
    ((said, kind),) = told(pod)
    assert kind == "undetermined"
    assert "an image must name a tag" in said

    pod = {**GOOD, "hostNetwork": UNKNOWN}
    ((said, kind),) = told(pod)
    assert kind == "violation"
    assert said.startswith("undetermined: ")


def test_a_pod_that_is_no_pod_is_refused_and_breaks_nothing():
    for spec in ({"containers": "x"}, {"containers": [7]}, {"volumes": {"a": 1}, "containers": [[]]}):
        assert all(kind == "violation" for _, kind in told(spec))
    assert told({**GOOD, "containers": "x"})
