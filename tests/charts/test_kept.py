"""What is lost with a release: never a CRD, because every object of its kind would go with it."""

from __future__ import annotations

import pytest

from tests.charts.render import VARIATIONS, released


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_crd_outlives_the_release_that_brought_it(variation):
    crds = [
        made for one in released(variation) for made in one.uninstalled if made["kind"] == "CustomResourceDefinition"
    ]

    assert len(crds) > 25
    assert [
        made["metadata"]["name"]
        for made in crds
        if made["metadata"].get("annotations", {}).get("helm.sh/resource-policy") != "keep"
    ] == []
