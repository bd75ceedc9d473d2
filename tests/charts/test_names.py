"""What is named is there: service accounts of pod identities, and the Secrets and ConfigMaps that pods cannot start
without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from model.resource import peek
from preview.simulate.wire import show_to_reader
from tests.charts.later import all_objects, pod_of
from tests.charts.render import INCUMBENTS, VARIATIONS, Object
from tests.golden.target import recorded

ASSOCIATION: Final = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
#: Service accounts that pods of EKS' add-ons run under; the add-on makes them (source: EKS user guide, each add-on).
OF_ADDONS: Final = {
    ("kube-system", "ebs-csi-controller-sa"),
    ("amazon-cloudwatch", "cloudwatch-agent"),
}
#: What a controller makes once it runs, by namespace and name, with who does.
MADE_LATER: Final = {
    ("monitoring", "kps-admission"): "the job kps-admission-create, a hook that comes before the operator",
    ("istio-system", "istio-ca-root-cert"): "istiod, in every namespace",
}


def declared(variation: str, kind: str) -> list[Any]:
    return [show_to_reader(made.inputs) for made in recorded(variation).all if made.inputs.get("kind") == kind]


def key(made: Object) -> tuple[str, str]:
    return made["metadata"]["namespace"], made["metadata"]["name"]


@pytest.mark.parametrize("variation", VARIATIONS)
def test_the_service_accounts_with_an_identity_are_there_and_pods_run_under_them(variation):
    objects = [*(made for _, made in all_objects(variation)), *declared(variation, "ServiceAccount")]
    made = {key(one) for one in objects if one["kind"] == "ServiceAccount"}
    used = {(one["metadata"]["namespace"], peek(pod, "serviceAccountName")) for one in objects if (pod := pod_of(one))}
    # An application's own pods are not part of this program.
    used |= {key(one) for one in declared(variation, "ServiceAccount")}
    given = {
        (one.inputs["namespace"], one.inputs["serviceAccount"]) for one in recorded(variation).of(ASSOCIATION)
    } - OF_ADDONS

    assert given
    assert given - made == set()
    assert given - used == set()


@pytest.mark.parametrize("kind", ["Secret", "ConfigMap"])
@pytest.mark.parametrize("variation", VARIATIONS)
def test_what_a_pod_cannot_start_without_is_made(variation, kind):
    objects = [made for _, made in all_objects(variation)]
    made = {key(one) for one in (*objects, *declared(variation, kind)) if one["kind"] == kind}
    if kind == "Secret":
        made |= {
            (one["metadata"]["namespace"], one["spec"].get("target", {}).get("name", one["metadata"]["name"]))
            for one in declared(variation, "ExternalSecret")
        }
    asked = {
        (one["metadata"]["namespace"], name)
        for one in objects
        if (pod := pod_of(one))
        for found, name in named(pod)
        if found == kind
    }

    assert asked
    assert asked - made <= MADE_LATER.keys()
    assert not made & MADE_LATER.keys()


def test_every_exception_is_still_one():
    pods = [(one["metadata"]["namespace"], pod) for _, one in all_objects(INCUMBENTS) if (pod := pod_of(one))]

    assert MADE_LATER.keys() <= {(namespace, name) for namespace, pod in pods for _, name in named(pod)}


def named(pod: Any) -> Iterator[tuple[str, str]]:
    """Kind and name of all that a pod reads and that is not optional."""
    for container in (*pod.get("containers", ()), *pod.get("initContainers", ())):
        for variable in container.get("env", ()):
            yield from _references(variable.get("valueFrom", {}), ("secretKeyRef", "configMapKeyRef"))
        for source in container.get("envFrom", ()):
            yield from _references(source, ("secretRef", "configMapRef"))
    for volume in pod.get("volumes", ()):
        for source in (volume, *volume.get("projected", {}).get("sources", ())):
            yield from _references(source, ("secret", "configMap"))
    for secret in pod.get("imagePullSecrets", ()):
        yield "Secret", secret["name"]


def _references(source: Any, fields: tuple[str, str]) -> Iterator[tuple[str, str]]:
    for kind, field in zip(("Secret", "ConfigMap"), fields, strict=True):
        found = source.get(field)
        if found is not None and not found.get("optional"):
            yield kind, found.get("name") or found["secretName"]
