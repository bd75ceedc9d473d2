"""Kyverno comes first, then what is excepted, then what refuses."""

import pytest

from components.cluster.admission import Admission, AdmissionArgs
from components.release import chart_values
from policy.admission.exceptions import NAMESPACE as EXCEPTIONS_NAMESPACE
from policy.admission.exceptions import Stack
from policy.admission.kyverno import SYSTEM_NAMESPACES
from policy.admission.policies import general_policies, generate_exceptions, ledger_policies
from policy.ledger.decide import decide
from preview.simulate.recorder import record
from tests.components.given import cluster, namespace
from tests.conftest import TODAY

WAIVER = {
    "row": "cache",
    "urn": "*::kubernetes:apps/v1:Deployment::shop/old-redis",
    "reason": "moves last",
    "owner": "platform",
    "ticket": "OPS-7",
    "expires": "2026-12-31",
}
POLICY = "kubernetes:policies.kyverno.io/v1:ValidatingPolicy"
EXCEPTION = "kubernetes:policies.kyverno.io/v1:PolicyException"


@pytest.fixture
def declared(settings):
    """Every registration of an admission component by type."""

    def make(**changes):
        chosen = settings("prod", {"exceptions": [WAIVER]})
        decisions = decide(chosen, TODAY)

        def program():
            args = {
                "replicas": 2,
                "policies": [*ledger_policies(decisions, "Deny"), *general_policies("r.example.com", ["shop"], "Deny")],
                "exceptions": generate_exceptions(
                    chosen.exceptions, decisions, TODAY, Stack("prod", "alphacar-landing-zone"), ["platform"]
                ),
                "excluded_namespaces": SYSTEM_NAMESPACES,
                "cluster": cluster(),
                "namespace": namespace("kyverno"),
                "exceptions_namespace": namespace(EXCEPTIONS_NAMESPACE),
            }
            given = {**args, **changes}
            if isinstance(home := given["exceptions_namespace"], str):
                given["exceptions_namespace"] = namespace(home)
            Admission("admission", AdmissionArgs(**given))

        found = {}
        for made in record(program, project="shop", stack="prod", config={}).registrations:
            found.setdefault(made.type, []).append(made)
        return found

    return make


def test_what_it_makes(makes):
    assert makes("Admission") == {
        "kubernetes:helm.sh/v3:Release": 1,
        "kubernetes:policies.kyverno.io/v1:PolicyException": 1,
        "kubernetes:policies.kyverno.io/v1:ValidatingPolicy": 1,
    }


def test_policies_wait_for_exceptions_and_both_for_the_controller(declared):
    made = declared()
    (release,) = made["kubernetes:helm.sh/v3:Release"]
    (exception,) = made[EXCEPTION]

    assert len(made[POLICY]) > 50
    assert release.urn in exception.dependencies
    for policy in made[POLICY]:
        assert {release.urn, exception.urn} <= {*policy.dependencies}
        assert policy.name == f"admission-{policy.inputs['metadata']['name']}"


def test_an_exception_waits_for_the_namespace_in_which_kyverno_looks_for_it(declared):
    made = declared()
    namespaces = {namespace.inputs["metadata"]["name"]: namespace for namespace in made["kubernetes:core/v1:Namespace"]}

    assert {*namespaces} == {"kyverno", EXCEPTIONS_NAMESPACE}
    assert namespaces[EXCEPTIONS_NAMESPACE].urn in made[EXCEPTION][0].dependencies
    assert made[EXCEPTION][0].inputs["metadata"]["namespace"] == EXCEPTIONS_NAMESPACE


TWO = {"minAvailable": 2}


@pytest.mark.parametrize(("replicas", "controllers", "budget"), [(1, 1, None), (2, 3, TWO), (3, 3, TWO)])
def test_more_than_one_replica_means_that_two_of_three_stay(declared, replicas, controllers, budget):
    (release,) = declared(replicas=replicas)["kubernetes:helm.sh/v3:Release"]
    values = release.inputs["values"]

    assert values["admissionController"]["replicas"] == controllers
    assert values["admissionController"].get("podDisruptionBudget") == budget
    assert values["features"]["forceFailurePolicyIgnore"]["enabled"] is (replicas == 1)


def test_every_kind_of_policy_outlives_the_chart_that_brought_it():
    values = chart_values("kyverno")

    for chart in (values["crds"], values["kyverno-api"]):
        assert chart["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_the_webhook_leaves_out_what_the_policies_leave_out(declared):
    (release,) = declared()["kubernetes:helm.sh/v3:Release"]
    values = release.inputs["values"]
    (requirement,) = values["config"]["webhooks"]["namespaceSelector"]["matchExpressions"]

    assert requirement["values"] == sorted(SYSTEM_NAMESPACES)
    assert values["features"]["policyExceptions"] == {"enabled": True, "namespace": EXCEPTIONS_NAMESPACE}


def test_kyverno_looks_for_exceptions_where_its_caller_keeps_them(declared):
    (release,) = declared(exceptions_namespace="elsewhere", exceptions=[])["kubernetes:helm.sh/v3:Release"]

    assert release.inputs["values"]["features"]["policyExceptions"]["namespace"] == "elsewhere"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"replicas": 0}, "replicas must be 1 to 9, not 0"),
        ({"excluded_namespaces": ["kyverno"]}, "kube-system"),
        ({"policies": [{"kind": "ClusterPolicy", "metadata": {"name": "x"}}]}, "ClusterPolicy is refused"),
        ({"exceptions": [{"kind": "PolicyException", "metadata": {"name": "x", "namespace": "shop"}}]}, "not shop"),
    ],
)
def test_what_would_not_work_is_refused_before_anything_is_made(declared, changes, said):
    with pytest.raises(ValueError, match=said):
        declared(**changes)
