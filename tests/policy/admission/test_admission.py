"""What a preview refuses the cluster refuses too: one table of cases, judged by the packs' rules and by the CEL."""

import re
from collections import Counter
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model.resource import Resource
from policy.admission.kyverno import POD_CONTROLLERS, SYSTEM_NAMESPACES
from policy.admission.node_agents import NODE_AGENTS
from policy.admission.policies import general_policies, image_pattern, kept_out, ledger_policies
from policy.decisions import rules
from policy.engine.rule import Context, judge
from policy.ledger.matching import image_is
from policy.ledger.row import REJECTED, REPLACED
from policy.ledger.rows import ROWS
from tests.policy.admission.admitting import Kyverno, compiled, generated
from tests.policy.admission.cases import DIGEST, OURS, PLACES, Asked, lookalikes, pod_maker, table

TODAY = date(2026, 11, 23)
HOMES = sorted({namespace for namespace, _ in NODE_AGENTS})
CASES = table()
REGISTRY = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com"
EVERY_TARGET = "every target"
DECIDED = {
    EVERY_TARGET: {"phases": [1, 2, 3, 4, 5]},
    "nothing yet": {"phases": []},
    "the first phase": {"phases": [1]},
    "nothing measured, no need recorded": {"volumes": {}, "needs": {}},
}
_JUDGES = {}


@pytest.fixture
def context(settings):
    """What the packs know, by the name of what was decided."""
    return lambda decided: Context(settings=settings("prod", DECIDED[decided]), today=TODAY)


@pytest.fixture
def judged(context):
    """Both judges: the rows in whose name the pack refuses, and those in whose name the cluster does."""

    def make(decided):
        if decided not in _JUDGES:
            landing = context(decided)
            _JUDGES[decided] = landing, Kyverno(ledger_policies(landing.decisions, "Deny"))
        landing, kyverno = _JUDGES[decided]
        return lambda asked: (pack_refuses(asked.declared, landing), cluster_refuses(kyverno, asked))

    return make


@pytest.fixture
def policies(context):
    """Every policy of an environment in which every target holds."""
    decisions = context(EVERY_TARGET).decisions
    return [*ledger_policies(decisions, "Deny"), *general_policies(REGISTRY, ["shop"], "Deny")]


#: The rules that keep systems out; what has ended is no matter of a row.
STAYS_OUT = [rule for rule in rules.RULES if rule.name in (REJECTED, REPLACED)]


def pack_refuses(resource: Resource, landing: Context) -> set[str]:
    findings = [finding for rule in STAYS_OUT for finding in judge(rule, resource, landing)]
    assert {finding.kind for finding in findings} <= {"violation", "waived", "advisory"}
    return {finding.row for finding in findings if finding.kind == "violation"}


def cluster_refuses(kyverno: Kyverno, asked: Asked):
    return {refusal.row for refusal in kyverno.refusals(asked.manifest, asked.operation, asked.subresource)}


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


def test_what_is_kept_is_never_kept_out(context):
    assert not [row for row, system, _ in kept_out(context(EVERY_TARGET).decisions) if system.slug == row.target.slug]


@pytest.mark.parametrize("decided", DECIDED)
def test_pack_and_cluster_agree_whatever_was_decided(context, judged, decided):
    both, decisions = judged(decided), context(decided).decisions
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
    [
        "/",
        ":",
        "@",
        ".",
        "-",
        "_",
        " ",
        "\n",
        "\v",
        "localhost",
        "a.b:5000",
        "sha256:",
        "latest",
        "\u00c9",
        "\u212a",
        "\u017f",
        "X",
    ]
)


@given(
    st.lists(st.one_of(PIECES, st.sampled_from(NAMES), st.sampled_from(NAMES).map(str.upper)), max_size=7).map("".join),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
)
@example("mirror@sha256:0/redis", ["redis"])
@example("mirror/redis@sha256:0/7", ["redis"])
@example("redis:7/app", ["redis"])
@example("grafana/agent", ["grafana/agent"])
@example("grafana:5000/agent", ["grafana/agent"])
def test_an_image_is_compared_alike_in_python_and_in_cel(image, names):
    cel = compiled(f"object.image.lowerAscii().matches(r'{image_pattern(names)}')")

    found = cel.eval(data={"object": {"image": image}, "variables": {}}).plain_value()

    assert found is any(image_is(image, name) for name in names)


def test_a_forbidden_image_s_name_has_no_registry():
    assert all(re.fullmatch(r"[a-z0-9#_-]+(/[a-z0-9#._-]+)*(:[a-z0-9*._-]+)?", name) for name in NAMES)
    assert not any(name.startswith("localhost/") for name in NAMES)


def test_a_forbidden_image_s_name_with_numbers_has_none_of_its_own():
    assert not [name for name in NAMES if "#" in name and re.search("[0-9]", name)]


def test_a_system_s_namespace_is_the_preview_s_alone(judged):
    both = judged(EVERY_TARGET)

    for namespace in SYSTEM_NAMESPACES:
        redis = pod_maker("Deployment", {"containers": [{"name": "x", "image": "redis"}]}, "x", namespace)
        assert both(Asked(redis)) == ({"cache"}, set())


def test_a_chart_that_a_controller_is_told_to_install_is_the_preview_s_alone(judged):
    chart = {"spec": {"chart": "redis", "sourceRef": {"kind": "HelmRepository", "name": "bitnami"}}}
    version, metadata = "helm.toolkit.fluxcd.io/v2", {"name": "x", "namespace": "shop"}
    order = {"apiVersion": version, "kind": "HelmRelease", "metadata": metadata, "spec": {"chart": chart}}

    assert judged(EVERY_TARGET)(Asked(order)) == ({"cache"}, set())


def test_a_namespace_of_the_nodes_agents_is_not_exempt_from_the_ledger(judged):
    both = judged(EVERY_TARGET)

    for namespace in (*HOMES, "airflow", "default", "kyverno-exceptions"):
        redis = pod_maker("Pod", {"containers": [{"name": "x", "image": "redis"}]}, "x", namespace)
        assert both(Asked(redis)) == ({"cache"}, {"cache"})


def test_what_is_on_its_way_out_is_let_go(policies):
    kyverno = Kyverno(policies)

    for asked in (asked for case in CASES if case.refused for asked in case.asked()):
        leaving = {**asked.manifest["metadata"], "deletionTimestamp": "2026-11-23T00:00:00Z"}
        assert not kyverno.refusals({**asked.manifest, "metadata": leaving}, "UPDATE", asked.subresource)


@pytest.mark.parametrize("image", ["redis:7", OURS, f"grafana/agent{DIGEST}", "mongo-express"])
def test_autogen_says_of_a_template_what_the_policy_says_of_its_pod(policies, image):
    kyverno = Kyverno(policies)

    def names(manifest):
        return {refusal.policy.removesuffix("-elsewhere") for refusal in kyverno.refusals(manifest)}

    for kind, containers in PLACES:
        if kind != "Pod":
            spec = {"containers": [{"name": "a", "image": OURS}], containers: [{"name": "b", "image": image}]}
            assert names(pod_maker(kind, spec, "a")) == names(pod_maker("Pod", spec, "a"))


def test_a_policy_on_pods_reaches_every_controller_and_has_a_second_for_the_other_forms(policies):
    resources = {}
    for policy in policies:
        specs = [policy["spec"], *generated(policy["spec"])]
        rules_of_all = [rule for spec in specs for rule in spec["matchConstraints"]["resourceRules"]]
        resources[policy["metadata"]["name"]] = {name for rule in rules_of_all for name in rule["resources"]}
    on_pods = {name: found for name, found in resources.items() if "pods" in found}

    assert len(on_pods) == len({(case.system, case.form) for case in CASES if case.form in ("image", "class")}) + 5
    for name, found in on_pods.items():
        assert found == {"pods", *POD_CONTROLLERS}
        assert resources[f"{name}-elsewhere"] == {
            "pods/ephemeralcontainers",
            "podtemplates",
            "replicationcontrollers",
            "rollouts",
        }


@pytest.mark.parametrize("action", ["Audit", "Deny"])
def test_an_audit_never_stands_in_the_way(context, action):
    decisions = context(EVERY_TARGET).decisions

    for policy in [*ledger_policies(decisions, action), *general_policies(REGISTRY, ["shop"], action)]:
        assert policy["spec"]["validationActions"] == [action]
        assert policy["spec"]["failurePolicy"] == ("Fail" if action == "Deny" else "Ignore")


def test_policies_share_webhooks(policies):
    """A match condition would make a webhook of each policy; selectors would, too, were there many."""
    names = [policy["metadata"]["name"] for policy in policies]

    assert len({*names}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]{1,63}", name) for name in names)
    assert not any("matchConditions" in policy["spec"] for policy in policies)
    assert len({str(policy["spec"]["matchConstraints"]["namespaceSelector"]) for policy in policies}) == 2
