from itertools import pairwise

import pytest

from components.charts import ISTIOD
from components.cluster.mesh import Mesh, MeshArgs, control_plane
from tests.components.given import RELEASE, Before, cluster, namespace


@pytest.fixture
def made(declare):
    return declare(
        lambda: Mesh(
            "mesh",
            MeshArgs(
                replicas=2,
                cluster=cluster(),
                namespace=namespace("istio-system"),
                after=[Before("nodes")],
            ),
        )
    )


def test_what_it_makes(makes):
    assert makes("Mesh") == {
        "kubernetes:helm.sh/v3:Release": 4,
    }


def test_the_four_releases_come_one_after_the_other(made):
    order = ["mesh-base", "mesh-istiod", "mesh-cni", "mesh-ztunnel"]

    assert "test:index:Before nodes" in made.waits(RELEASE, order[0])
    for before, after in pairwise(order):
        assert f"{RELEASE} {before}" in made.waits(RELEASE, after)


def test_it_is_ambient_and_of_one_version(made):
    releases = made.all(RELEASE).values()

    assert {release["version"] for release in releases} == {ISTIOD.version}
    # The CRDs come without an image.
    assert [one["values"]["global"].get("tag") for one in releases] == [None, *[ISTIOD.version] * 3]
    assert {one["values"].get("profile") for one in releases} == {"ambient"}


def test_nothing_is_installed_that_no_traffic_reaches(made):
    assert {one["chart"] for one in made.all(RELEASE).values()} == {"base", "istiod", "cni", "ztunnel"}
    assert {one["namespace"] for one in made.all(RELEASE).values()} == {"istio-system"}


@pytest.mark.parametrize(("replicas", "budget"), [(1, False), (2, True)])
def test_a_lone_control_plane_does_not_stop_a_drain(replicas, budget):
    values = control_plane(replicas)

    assert values["replicaCount"] == replicas
    assert values["global"]["defaultPodDisruptionBudget"]["enabled"] is budget
