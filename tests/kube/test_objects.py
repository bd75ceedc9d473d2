"""Every plain object and every custom resource of the program, created in a real API server of the stacks' version."""

from copy import deepcopy

import pytest

from tests.kube.api import RefusedError
from tests.kube.objects import (
    ANSWERED_BY_AWS,
    KINDS,
    NEWER_THAN_THE_MODULE,
    NOT_SENT,
    VARIATIONS,
    misspelt,
    objects,
    refusals,
    registered,
)


@pytest.mark.parametrize("variation", VARIATIONS)
def test_the_api_server_accepts_every_object(api, settings, variation):
    sent = objects(variation)

    assert refusals(lambda each: api.create(each.manifest), sent) == []
    assert len(sent) > 90
    assert {each.manifest["kind"] for each in sent} == KINDS
    version = settings(variation.partition("/")[0]).cluster.version
    assert api.ask("GET", "/version")["gitVersion"].startswith(f"v{version}.")


def test_a_misspelt_key_of_any_kind_is_refused(api):
    manifests = [each.manifest for each in objects("prod/all")]
    for namespace in (each for each in manifests if each["kind"] == "Namespace"):
        api.create(namespace)

    tried = set()
    for kind, manifest in {each["kind"]: each for each in manifests}.items():
        for wrong in misspelt(manifest):
            tried.add(kind)
            with pytest.raises(RefusedError, match="unknown field"):
                api.create(wrong)

    # A namespace of ours is metadata alone.
    assert tried == KINDS - {"Namespace"}


def test_a_kind_that_nobody_serves_is_refused(api):
    with pytest.raises(RefusedError, match="serves no Spelling"):
        api.create({"apiVersion": "v1", "kind": "Spelling", "metadata": {"name": "mistake"}})


def test_no_type_is_left_out_without_a_reason(api):
    unserved = {
        made.type
        for variation in VARIATIONS
        for made in registered(variation)
        if not api.serves(made.inputs.get("apiVersion", "v1"), made.inputs.get("kind", "Release"))
    }

    assert unserved == NOT_SENT.keys()


def test_nothing_is_assumed_of_aws_that_nobody_needs():
    assumed = {entry for variation in VARIATIONS for sent in objects(variation) for entry in sent.assumed}

    assert assumed == ANSWERED_BY_AWS.keys()


def test_what_is_left_out_as_newer_is_what_the_module_s_crd_refuses(api):
    manifests = [each.manifest for each in objects("prod/all")]
    for namespace in (each for each in manifests if each["kind"] == "Namespace"):
        api.create(namespace)

    for entry in NEWER_THAN_THE_MODULE:
        kind, _, path = entry.partition(" ")
        *above, key = path.split(".")
        sent = deepcopy(next(each for each in manifests if each["kind"] == kind))
        parent = sent
        for step in above:
            parent = parent[step]
        parent[key] = "Simple"
        with pytest.raises(RefusedError, match=f'unknown field "{path}"'):
            api.create(sent)
