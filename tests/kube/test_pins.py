"""What ``make kube`` builds belongs to what the program installs; read from the files, so that it is always checked."""

import re
from pathlib import Path

import pytest

from components import charts
from tests.golden.target import STACKS
from tests.kube.objects import DRILLS, KINDS, VARIATIONS, objects

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "tools" / "kube"
ADD_ON = "add-on snapshot-controller"
#: Kinds of Kubernetes itself whose group has a dot.
BUILT_IN = {"Ingress", "NetworkPolicy", "Role", "RoleBinding", "StorageClass"}


def pins(piece):
    """Module, version and comment of each requirement of our own."""
    text = (TOOLS / piece / "go.mod").read_text()
    return {
        found[1]: found for found in re.finditer(r"^(?:require|\t?)\s*(\S+) (v\S+)(?: // (.+))?$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("stack", STACKS)
def test_the_api_server_is_of_the_stacks_kubernetes(settings, stack):
    assert pins("apiserver")["k8s.io/kubernetes"][2].startswith(f"v{settings(stack).cluster.version}.")


def test_crds_are_pinned_for_the_charts_that_the_program_installs():
    known = {
        f"chart {chart.name} {chart.version}" for chart in vars(charts).values() if isinstance(chart, charts.Chart)
    }
    known.add(ADD_ON)

    assert {pin[3] for pin in pins("crds").values()} <= known


def test_every_pinned_module_gives_a_crd_and_no_other_is_asked():
    asked = {line.split()[0] for line in (TOOLS / "crds" / "files").read_text().splitlines()}

    assert asked == pins("crds").keys()


@pytest.mark.parametrize("variation", VARIATIONS)
def test_the_kinds_that_an_api_server_is_asked_about_are_those_that_the_program_sends(variation):
    # Drills alone have a role of the whole cluster.
    drilled = {"ClusterRole", "ClusterRoleBinding"} if variation == DRILLS else set()
    assert {each.manifest["kind"] for each in objects(variation)} == KINDS | drilled


def test_every_custom_kind_of_ours_has_a_crd_to_be_tried_against():
    served = (TOOLS / "crds" / "files").read_text().replace("\n", " ")
    custom = {
        each.manifest["kind"]
        for each in objects("prod/all")
        if "." in each.manifest["apiVersion"] and each.manifest["kind"] not in BUILT_IN
    }

    # A file is named by the plural, which a last y does not survive.
    assert {kind for kind in custom if f"_{kind.lower()[:-1]}" not in served} == set()
    assert custom == {
        "ExternalSecret",
        "PolicyException",
        "PrometheusRule",
        "SecretStore",
        "ServiceMonitor",
        "ValidatingPolicy",
        "VolumeSnapshotClass",
    }
