"""Nothing that a chart makes is refused: by our own admission, by the packs, or by its namespace's pod security."""

from __future__ import annotations

import pytest

from model.resource import Resource
from policy.admission.kyverno import Policy
from policy.admission.pod_security import BASELINE, RESTRICTED
from policy.decisions.rules import RULES as DECISIONS
from policy.engine.rule import Context, judge
from policy.guardrails.rules import RULES as GUARDRAILS
from preview.simulate.wire import show_to_reader
from tests.charts.later import all_objects
from tests.charts.render import VARIATIONS
from tests.conftest import TODAY
from tests.golden.target import recorded, settings
from tests.policy.admission.admitting import Kyverno

EVERYWHERE = {"matchExpressions": []}
#: Levels of the Pod Security Standards as policies of our own, to be asked of any namespace.
LEVELS = {
    level: Kyverno(Policy(name=level, title=level, validations=rules, namespaces=EVERYWHERE, action="Deny").on_pods())
    for level, rules in {"privileged": (), "baseline": BASELINE, "restricted": (*BASELINE, *RESTRICTED)}.items()
    if rules
}


def declared(variation, kind):
    return [show_to_reader(made.inputs) for made in recorded(variation).all if made.inputs.get("kind") == kind]


def named(made):
    return f"{made['kind']} {made['metadata'].get('namespace', '')}/{made['metadata']['name']}"


@pytest.mark.parametrize("variation", VARIATIONS)
def test_our_admission_refuses_no_object_of_a_chart(variation):
    policies, exceptions = declared(variation, "ValidatingPolicy"), declared(variation, "PolicyException")
    assert len(policies) > 20
    kyverno = Kyverno(policies, exceptions, TODAY.isoformat())

    assert [
        f"{named(made)}: {refusal.message}" for _, made in all_objects(variation) for refusal in kyverno.refusals(made)
    ] == []


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_pod_meets_the_level_of_its_namespace(variation):
    label = "pod-security.kubernetes.io/enforce"
    levels = {one["metadata"]["name"]: one["metadata"]["labels"][label] for one in declared(variation, "Namespace")}

    assert [
        f"{named(made)}: {refusal.message}"
        for _, made in all_objects(variation)
        if (level := levels.get(made["metadata"].get("namespace"))) in LEVELS
        for refusal in LEVELS[level].refusals(made)
    ] == []


@pytest.mark.parametrize("variation", VARIATIONS)
def test_the_packs_object_to_no_object_of_a_chart(variation):
    context = Context(settings=settings(variation), today=TODAY)

    assert [
        f"{named(made)}: {rule.name}: {finding.message}"
        for _, made in all_objects(variation)
        for rule in (*DECISIONS, *GUARDRAILS)
        for finding in judge(rule, resource(made), context)
        if finding.kind not in ("advisory", "waived")
    ] == []


def resource(made):
    """An object as if the program had declared it."""
    version = made["apiVersion"] if "/" in made["apiVersion"] else f"core/{made['apiVersion']}"
    token, name = f"kubernetes:{version}:{made['kind']}", made["metadata"]["name"]
    return Resource(urn=f"urn:pulumi:x::x::{token}::{name}", type=token, name=name, props=made)
