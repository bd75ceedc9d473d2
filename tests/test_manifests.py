"""Every plain Kubernetes object of ours, against the schemas of the pinned Kubernetes version and the next.

Opt-in, because the schemas are 108 MB: ``pip install kubernetes-validate==1.37.0`` into the virtual environment.
Custom resources have no schema there: see tests/charts, and the tests of the components that make them.
"""

from __future__ import annotations

import pytest

from preview.simulate.wire import show_to_reader
from tests.golden.target import recorded

VERSIONS = ("1.35", "1.36")
#: API groups that Kubernetes itself serves; any other kind is a custom resource.
CORE = "kubernetes:core/v1:"
GROUPS = (CORE, "kubernetes:storage.k8s.io/", "kubernetes:networking.k8s.io/", "kubernetes:apps/", "kubernetes:batch/")
BUILT_IN = (*GROUPS, "kubernetes:policy/", "kubernetes:rbac.authorization.k8s.io/", "kubernetes:autoscaling/")


@pytest.fixture
def validate():
    return pytest.importorskip(
        "kubernetes_validate", reason="needs kubernetes-validate==1.37.0, which is not installed"
    ).validate


def objects(variation):
    """Plain objects by name, as they go to the API server; what only a deployment knows is some text."""
    for made in recorded(variation).all:
        if made.type.startswith(BUILT_IN):
            yield made.name, show_to_reader(made.inputs)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("variation", ["prod/all", "prod/all/incumbents", "dev/all"])
def test_every_plain_object_is_valid_to_the_letter(validate, variation, version):
    found = list(objects(variation))

    assert len(found) > 20
    for name, manifest in found:
        assert {"apiVersion", "kind"} <= manifest.keys(), name
        validate(manifest, version, strict=True)


def test_no_object_of_ours_is_left_out():
    others = {made.type for made in recorded("prod/all/incumbents").all if made.type.startswith("kubernetes:")}
    custom = {kind for kind in others if not kind.startswith(BUILT_IN)}

    assert {kind.split(":")[1].rpartition("/")[0] for kind in custom} <= {
        "external-secrets.io",
        "helm.sh",
        "monitoring.coreos.com",
        "policies.kyverno.io",
        "snapshot.storage.k8s.io",
    }


def test_a_mistyped_field_would_be_refused(validate):
    with pytest.raises(Exception, match="dataa"):
        validate({"apiVersion": "v1", "kind": "ConfigMap", "dataa": {}}, VERSIONS[0], strict=True)
