"""The platform's own admission rules: pod security, whose images, which version, what a container asks for."""

import pytest

from policy.admission.kyverno import SYSTEM_NAMESPACES
from policy.admission.policies import PRIVILEGED_NAMESPACES, general_policies
from tests.policy.admission.admitting import Kyverno
from tests.policy.admission.cases import PLACES, pod_maker
from tests.policy.admission.general_cases import (
    ASKS,
    BAD,
    BASELINE,
    CHANGES,
    GOOD,
    OUR_IMAGES,
    REGISTRY,
    RESTRICTED,
    VERSION,
    changed,
)

KYVERNO = Kyverno(general_policies(REGISTRY, ["shop"], "Deny"))


def refusals(manifest, subresource=""):
    found = KYVERNO.refusals(manifest, "UPDATE" if subresource else "CREATE", subresource)
    return {refusal.policy.removesuffix("-elsewhere") for refusal in found}


@pytest.mark.parametrize(("path", "value", "refused"), CHANGES, ids=[f"{path}={value}" for path, value, _ in CHANGES])
def test_a_change_is_refused_by_the_rules_it_breaks_in_every_pod_maker(path, value, refused):
    for kind in sorted({kind for kind, _ in PLACES}):
        assert refusals(pod_maker(kind, changed(path, value), "app")) == refused, kind


@pytest.mark.parametrize("containers", ["initContainers", "ephemeralContainers"])
def test_every_container_is_judged(containers):
    for path, value, refused in CHANGES:
        if path.startswith("c.") and not path.startswith("c.resources"):
            changed_container = changed(path, value)["containers"][0]
            pod = pod_maker("Pod", {**GOOD, containers: [changed_container]}, "app")
            assert refusals(pod, "ephemeralcontainers" if containers == "ephemeralContainers" else "") == refused


def test_an_ephemeral_container_need_ask_for_nothing():
    ephemeral = changed("c.resources", ...)["containers"]

    assert refusals(pod_maker("Pod", {**GOOD, "ephemeralContainers": ephemeral}, "app"), "ephemeralcontainers") == set()
    assert refusals(pod_maker("Pod", {**GOOD, "initContainers": ephemeral}, "app")) == {ASKS}


@pytest.mark.parametrize(
    ("namespace", "refused"),
    [
        ("shop", {BASELINE, RESTRICTED, OUR_IMAGES, VERSION, ASKS}),
        ("airflow", {BASELINE, VERSION}),
        ("default", {BASELINE, VERSION}),
        *((namespace, {VERSION}) for namespace in PRIVILEGED_NAMESPACES),
        *((namespace, set()) for namespace in SYSTEM_NAMESPACES),
    ],
)
def test_each_namespace_is_held_to_its_own_rules(namespace, refused):
    assert refusals(pod_maker("DaemonSet", BAD, "x", namespace)) == refused


def test_without_applications_there_are_no_rules_for_them():
    names = {policy["metadata"]["name"] for policy in general_policies(REGISTRY, [], "Deny")}

    assert names == {BASELINE, f"{BASELINE}-elsewhere", VERSION, f"{VERSION}-elsewhere"}


def test_a_rollout_of_another_object_s_template_is_admitted():
    rollout = pod_maker("Rollout", {}, "web")
    pointing = {**rollout, "spec": {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}}

    assert refusals(pointing) == set()
