"""The same through the real Kubernetes provider: what the engine would have it do with each of our resources."""

from dataclasses import replace

import pytest

from preview.simulate.wire import is_secret
from tests.golden.target import recorded
from tests.kube.objects import VARIATIONS, misspelt, objects, refusals
from tests.kube.provider import provider


@pytest.fixture
def through(built, api, tmp_path, _ambient):
    """The provider as the program configures it, but for the cluster."""
    if not (built / ".provider").exists():
        pytest.skip("no provider in .engine/kube: make kube says what stopped it")
    made = next(made for made in recorded("prod/all").of("pulumi:providers:kubernetes") if made.name == "cluster")
    options = {key: value for key, value in made.inputs.items() if key != "kubeconfig"}
    assert is_secret(made.inputs["kubeconfig"])
    with provider(built, tmp_path, api, options) as configured:
        yield configured


@pytest.mark.parametrize("variation", VARIATIONS)
def test_the_provider_creates_every_object(through, api, variation):
    sent = objects(variation)

    assert refusals(through.create, sent) == []
    for each in sent:
        kept = api.read(each.manifest)["metadata"]
        assert kept["name"] == each.manifest["metadata"]["name"]
        assert [entry["manager"].rpartition("-")[0] for entry in kept["managedFields"]] == ["pulumi-kubernetes"], str(
            each
        )


@pytest.mark.parametrize("kind", ["ClusterSecretStore", "ValidatingPolicy"])
def test_a_misspelt_key_of_a_custom_resource_is_refused(through, kind):
    sent = next(each for each in objects("prod/all") if each.manifest["kind"] == kind)
    wrong = [replace(sent, manifest=manifest) for manifest in misspelt(sent.manifest)]

    refused = refusals(through.create, wrong)

    assert len(refused) == len(wrong) > 1
    assert all("field not declared in schema" in each for each in refused), refused
