import pytest

from components.cluster.namespaces import Namespaces, NamespacesArgs, security_labels

NAMESPACE = "kubernetes:core/v1:Namespace"


def test_what_it_makes(makes):
    assert makes("Namespaces") == {
        "kubernetes:core/v1:Namespace": 1,
    }


@pytest.mark.parametrize("level", ["privileged", "baseline", "restricted"])
def test_a_level_is_enforced_and_the_strictest_is_warned_about(level):
    assert security_labels(level) == {
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
    }


def test_every_namespace_has_its_level_and_the_common_labels(declare):
    levels = {"shop": "restricted", "monitoring": "privileged"}
    by_name = {}

    def program():
        by_name.update(Namespaces("namespaces", NamespacesArgs(levels=levels, labels={"environment": "test"})).by_name)

    made = declare(program)
    found = {one["metadata"]["name"]: one["metadata"]["labels"] for one in made.all(NAMESPACE).values()}

    assert found == {name: {"environment": "test", **security_labels(level)} for name, level in levels.items()}
    assert {name: one.name for name, one in by_name.items()} == {name: name for name in levels}
