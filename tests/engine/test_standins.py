"""What the stand-ins make up: the same every time, of the cloud's own form, and unknown for as long as it would be."""

import pytest

from preview.simulate.wire import UNKNOWN_TEXT
from tests.engine.standins.faults import Fault, InjectedFault
from tests.engine.standins.resources import CloudResources, ClusterObjects
from tools.sdk.shape import Shapes


@pytest.fixture(scope="session")
def shapes(tmp_path_factory):
    return Shapes(tmp_path_factory.mktemp("shapes"))


def urn(type_, name="it"):
    return f"urn:pulumi:dev::sample::{type_}::{name}"


ROLE = urn("aws:iam/role:Role")


def test_a_name_is_made_up_once_and_then_kept(shapes):
    cloud = CloudResources(shapes)

    made_up = cloud.check(ROLE, {}, {}).inputs["name"]

    assert made_up == cloud.check(ROLE, {}, {}).inputs["name"]
    assert cloud.check(ROLE, {}, {"name": "older"}).inputs["name"] == "older"
    assert cloud.check(ROLE, {"name": "given"}, {}).inputs["name"] == "given"
    assert "name" not in cloud.check(ROLE, {"namePrefix": "some-"}, {}).inputs


def test_a_preview_knows_inputs_and_a_deployment_knows_everything(shapes):
    cloud, inputs = CloudResources(shapes), {"name": "role", "assumeRolePolicy": "{}"}

    planned, existing = cloud.planned(ROLE, inputs), cloud.existing(ROLE, inputs)

    assert (planned["name"], planned["arn"]) == ("role", UNKNOWN_TEXT)
    assert "description" not in planned
    assert existing["arn"] == "arn:aws:iam::123456789012:role/role"
    assert existing == cloud.existing(ROLE, inputs)
    assert UNKNOWN_TEXT not in existing.values()


def test_another_name_is_another_thing(shapes):
    cloud, secret = CloudResources(shapes), urn("aws:secretsmanager/secret:Secret")

    assert cloud.id(secret, {"name": "a"}) != cloud.id(secret, {"name": "b"})
    assert cloud.naming("aws:secretsmanager/secret:Secret") == {"name"}


def test_an_update_keeps_what_the_cloud_gave_and_counts_versions(shapes):
    cloud, template = CloudResources(shapes), urn("aws:ec2/launchTemplate:LaunchTemplate")
    first = cloud.existing(template, {"name": "t", "imageId": "ami-1"})

    second = cloud.updated(template, {"name": "t", "imageId": "ami-2"}, first, preview=False)
    planned = cloud.updated(template, {"name": "t", "imageId": "ami-2"}, first, preview=True)

    assert (second["arn"], second["imageId"], second["latestVersion"]) == (first["arn"], "ami-2", 2)
    assert (planned["arn"], planned["latestVersion"]) == (first["arn"], UNKNOWN_TEXT)


@pytest.mark.parametrize(
    ("type_", "inputs", "wrong"),
    [
        ("kubernetes:helm.sh/v3:Release", {"chart": "velero", "version": "1.0"}, ["repositoryOpts.repo"]),
        ("kubernetes:helm.sh/v3:Release", {"chart": "oci://registry/velero"}, ["version"]),
        ("kubernetes:helm.sh/v3:Release", {"version": "1.0"}, ["chart", "chart"]),
        ("kubernetes:kyverno.io/v1:Policy", {"apiVersion": "kyverno.io/v1", "kind": "Policy", "any": 1}, []),
        ("kubernetes:kyverno.io/v1:Policy", {"apiVersion": "kyverno.io/v2", "kind": "Policy"}, ["apiVersion"]),
        ("kubernetes:apps/v1:Deploiment", {}, [""]),
    ],
)
def test_charts_and_custom_resources_are_judged_by_what_they_have_in_common(shapes, type_, inputs, wrong):
    assert [each.path for each in ClusterObjects(shapes).check(urn(type_), inputs, {}).failures] == wrong


def test_an_object_is_known_by_its_namespace_and_name(shapes):
    inside, outside = {"metadata": {"name": "a", "namespace": "b"}}, {"metadata": {"name": "a"}}
    config = urn("kubernetes:core/v1:ConfigMap")

    assert ClusterObjects(shapes).id(config, inside) == "b/a"
    assert ClusterObjects(shapes).id(config, outside) == "a"


def test_a_fault_strikes_once_even_after_a_restart(tmp_path, monkeypatch):
    monkeypatch.setenv("STANDIN_FAULT", "create aws:iam/role once")

    with pytest.raises(InjectedFault, match="told to fail at create of"):
        Fault.from_environment(tmp_path).strike("create", ROLE)
    Fault.from_environment(tmp_path).strike("create", ROLE)
    Fault.from_environment(tmp_path).strike("delete", ROLE)


def test_a_fault_that_cannot_be_meant_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("STANDIN_FAULT", "creation of everything")

    with pytest.raises(
        ValueError, match="STANDIN_FAULT: 'creation of everything' is refused; allowed are an operation"
    ):
        Fault.from_environment(tmp_path)
