"""What ``make kube`` builds belongs to what the program installs; read from the files, so that it is always checked."""

import re
from pathlib import Path

import pytest

from components import charts
from tests.golden.target import STACKS

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "tools" / "kube"
ADD_ON = "add-on snapshot-controller"


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
