"""What a preview refuses the cluster refuses too: one table of cases, judged by the packs' rules and by the CEL."""

import re
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.admission import (
    PRIVILEGED_NAMESPACES,
    exceptions,
    general_policies,
    image_pattern,
    kept_out,
    ledger_policies,
)
from policy.choices import choices
from policy.decisions import rules
from policy.ledger import ROWS
from policy.matching import image_is
from policy.resource import Resource
from policy.rule import Context, judge
from policy.validating import POD_CONTROLLERS, SYSTEM_NAMESPACES
from tests.policy.admitting import BrokenExpressionError, Kyverno, compiled, generated
from tests.policy.cases import DIGEST, OURS, PLACES, Asked, lookalikes, pod_maker, table

TODAY = date(2026, 11, 23)
CASES = table()
REGISTRY = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com"
#: Settings that bring every target about, and those that bring about as few as may be.
EVERY_TARGET = {"phases": [1, 2, 3, 4, 5]}
DECIDED = {
    "as in prod": EVERY_TARGET,
    "nothing yet": {"phases": []},
    "at once": {"phases": [1]},
    "much is logged and traced, and the mesh is needed": {"volumes": {}, "needs": {}},
}


@pytest.fixture
def context(settings):
    """A context by the changes that it makes to prod."""

    def make(changes):
        return Context(settings=settings("prod", changes), today=TODAY)

    return make


@pytest.fixture
def judged(context):
    """Both judges: the rows in whose name the pack refuses, and those in whose name the cluster does."""

    def make(changes):
        landing = context(changes)
        kyverno = Kyverno(ledger_policies(landing.decisions, "Deny"))

        def both(asked: Asked):
            return pack_refuses(asked.declared, landing), {refusal.row for refusal in cluster_refuses(kyverno, asked)}

        return both

    return make


def pack_refuses(resource: Resource, landing: Context) -> set[str]:
    findings = [finding for rule in rules.RULES for finding in judge(rule, resource, landing)]
    assert {finding.kind for finding in findings} <= {"violation", "waived"}
    return {finding.row for finding in findings if finding.kind == "violation"}


def cluster_refuses(kyverno: Kyverno, asked: Asked):
    return kyverno.refusals(asked.manifest, asked.operation, asked.subresource)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_pack_and_cluster_say_what_the_table_says(judged, case):
    both = judged(EVERY_TARGET)

    for asked in case.asked():
        assert both(asked) == ({case.row} if case.refused else set(),) * 2, asked


def test_every_row_has_four_cases_each_way_for_every_form_that_a_cluster_sees(context):
    counted = Counter((case.row, case.system, case.form, case.refused) for case in CASES)
    forms = {"image": "images", "kind": "kinds", "provisioner": "provisioners", "class": "storage_classes"}
    wanted = {
        (row.capability, system.slug, form, refused)
        for row, system, _ in kept_out(context(EVERY_TARGET).decisions)
        for form, field in forms.items()
        if getattr(system.forms, field)
        for refused in (True, False)
    }

    assert {key for key, times in counted.items() if times >= 4} == wanted
    assert {row.capability for row in ROWS if row.verdict != "keep"} - {row for row, *_ in wanted} == {"platform"}


@pytest.mark.parametrize("changes", DECIDED.values(), ids=DECIDED)
def test_pack_and_cluster_agree_whatever_was_decided(context, judged, changes):
    both, decisions = judged(changes), context(changes).decisions
    out = {(row.capability, system.slug) for row, system, _ in kept_out(decisions)}

    for case in CASES:
        asked = next(case.asked())
        assert both(asked) == ({case.row} if case.refused and (case.row, case.system) in out else set(),) * 2, case


def test_a_name_alone_refuses_nothing(judged):
    both = judged(EVERY_TARGET)

    for asked in lookalikes():
        assert both(asked) == (set(), set()), asked


NAMES = sorted({name for row in ROWS for system in (row.incumbent, *row.rejected) for name in system.forms.images})
PIECES = st.sampled_from(
    ["/", ":", "@", ".", "-", "_", " ", "\n", "\v", "localhost", "a.b:5000", "sha256:", "latest", "É", "K", "ſ", "X"]
)


@given(
    st.lists(st.one_of(PIECES, st.sampled_from(NAMES), st.sampled_from(NAMES).map(str.upper)), max_size=7).map("".join),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
)
def test_an_image_is_compared_alike_in_python_and_in_cel(image, names):
    cel = compiled(f"object.image.lowerAscii().matches(r'{image_pattern(names)}')")

    found = cel.eval(data={"object": {"image": image}, "variables": {}}).plain_value()

    assert found is any(image_is(image, name) for name in names)


def test_a_forbidden_image_s_name_has_no_registry():
    assert all(re.fullmatch(r"[a-z0-9_-]+(/[a-z0-9._-]+)*", name) for name in NAMES)
    assert not any(name.startswith("localhost/") for name in NAMES)


def test_a_system_s_namespace_is_the_preview_s_alone(judged):
    both = judged(EVERY_TARGET)

    for namespace in SYSTEM_NAMESPACES:
        redis = pod_maker("Deployment", {"containers": [{"name": "x", "image": "redis"}]}, "x", namespace)
        assert both(Asked(redis)) == ({"cache"}, set())


def test_a_platform_namespace_that_is_privileged_is_not_exempt_from_the_ledger(judged):
    both = judged(EVERY_TARGET)

    for namespace in (*PRIVILEGED_NAMESPACES, "airflow", "default", "kyverno-exceptions"):
        redis = pod_maker("Pod", {"containers": [{"name": "x", "image": "redis"}]}, "x", namespace)
        assert both(Asked(redis)) == ({"cache"}, {"cache"})


def test_what_is_on_its_way_out_is_let_go(context):
    kyverno = Kyverno(ledger_policies(context(EVERY_TARGET).decisions, "Deny"))

    for asked in (asked for case in CASES if case.refused for asked in case.asked()):
        leaving = {**asked.manifest["metadata"], "deletionTimestamp": "2026-11-23T00:00:00Z"}
        assert not kyverno.refusals({**asked.manifest, "metadata": leaving}, "UPDATE", asked.subresource)


def test_autogen_says_of_a_template_what_the_policy_says_of_its_pod(context):
    policies = ledger_policies(context(EVERY_TARGET).decisions, "Deny")
    kyverno = Kyverno([*policies, *general_policies(REGISTRY, ["shop"], "Deny")])
    names = lambda found: {refusal.policy.removesuffix("-elsewhere") for refusal in found}  # noqa: E731

    for image in ("redis:7", OURS, "grafana/agent@digest", "mongo-express"):
        for kind, containers in PLACES:
            if kind != "Pod":
                spec = {"containers": [{"name": "a", "image": OURS}], containers: [{"name": "b", "image": image}]}
                template, pod = pod_maker(kind, spec, "a"), pod_maker("Pod", spec, "a")
                assert names(kyverno.refusals(template)) == names(kyverno.refusals(pod))


def test_a_policy_on_pods_reaches_every_controller_that_kyverno_rewrites_it_for(context):
    policies = [*ledger_policies(context(EVERY_TARGET).decisions, "Deny"), *general_policies(REGISTRY, ["a"], "Deny")]
    reached = Counter()
    for policy in policies:
        for spec in generated(policy["spec"]):
            reached.update(spec["matchConstraints"]["resourceRules"][0]["resources"])
            reached.update(spec["matchConstraints"]["resourceRules"][-1]["resources"])
    on_pods = [p for p in policies if p["spec"]["matchConstraints"]["resourceRules"][0]["resources"] == ["pods"]]

    assert {*reached} == {*POD_CONTROLLERS}
    assert len(on_pods) * 3 == len(policies) - sum("-image" not in p["metadata"]["name"] for p in policies) or on_pods


@pytest.mark.parametrize("action", ["Audit", "Deny"])
def test_an_audit_never_stands_in_the_way(context, action):
    policies = [*ledger_policies(context(EVERY_TARGET).decisions, action), *general_policies(REGISTRY, ["a"], action)]

    for policy in policies:
        assert policy["spec"]["validationActions"] == [action]
        assert policy["spec"]["failurePolicy"] == ("Fail" if action == "Deny" else "Ignore")


def test_policies_share_webhooks(context):
    """A match condition would make a webhook of each policy; selectors would, too, were there many."""
    policies = [*ledger_policies(context(EVERY_TARGET).decisions, "Deny"), *general_policies(REGISTRY, ["a"], "Deny")]
    names = [policy["metadata"]["name"] for policy in policies]

    assert len({*names}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]{1,63}", name) for name in names)
    assert not any("matchConditions" in policy["spec"] for policy in policies)
    assert len({str(policy["spec"]["matchConstraints"]["namespaceSelector"]) for policy in policies}) == 3
