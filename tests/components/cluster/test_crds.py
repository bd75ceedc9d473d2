from components.cluster.crds import Crds, CrdsArgs
from tests.components.given import RELEASE, Before, cluster, namespace


def args(**changes):
    return CrdsArgs(**{"cluster": cluster(), "namespace": namespace("monitoring"), **changes})


def test_what_it_makes(makes):
    assert makes("Crds") == {"kubernetes:helm.sh/v3:Release": 1}


def test_monitors_outlive_the_chart_that_brought_their_kind(declare):
    made = declare(lambda: Crds("crds", args()))

    assert made.only(RELEASE)["values"]["crds"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_it_waits_for_its_namespace_and_for_what_it_is_told(declare):
    made = declare(lambda: Crds("crds", args(after=[Before("nodes")])))

    assert made.waits(RELEASE, "crds") == {"kubernetes:core/v1:Namespace monitoring", "test:index:Before nodes"}
