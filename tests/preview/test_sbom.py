"""The bill of materials: valid by CycloneDX's own schema, whole, the same twice, and plain about what it cannot know."""

import json
import re
from pathlib import Path

import pytest
from cyclonedx.schema import _res
from jsonschema import Draft7Validator
from referencing import Registry
from referencing import Resource as Schema

from components import charts
from model.resource import UNKNOWN, Resource
from preview.sbom import LOCK, document, unknown_images
from tests.conftest import landing_of
from tests.golden.target import STACKS
from tests.recordings import of_settings

SCHEMAS = Path(_res.__path__[0])
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
DIGEST = "sha256:" + "a" * 64


def schema(name):
    return json.loads((SCHEMAS / f"{name}.SNAPSHOT.schema.json").read_text())


@pytest.fixture(scope="module")
def validator():
    others = {name: Schema.from_contents(schema(name)) for name in ("spdx", "jsf-0.82")}
    named = {f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json": each for name, each in others.items()}
    return Draft7Validator(schema("bom-1.6"), registry=Registry().with_resources(named.items()))


def of_stack(stack):
    return [made.resource() for made in of_settings(stack, landing_of(stack)).registrations]


def urls(text):
    return {each["purl"] for each in json.loads(text).get("components", [])}


def pod(image, name="web"):
    spec = {"template": {"spec": {"containers": [{"name": "app", "image": image}]}}}
    return Resource(urn=f"urn:{name}", type=DEPLOYMENT, name=name, props={"spec": spec})


@pytest.mark.parametrize("stack", STACKS)
def test_cyclonedx_takes_it_and_it_is_the_same_twice(validator, stack):
    text = document(stack, of_stack(stack), LOCK.read_text())

    assert [error.message for error in validator.iter_errors(json.loads(text))] == []
    assert document(stack, of_stack(stack), LOCK.read_text()) == text
    references = [each["bom-ref"] for each in json.loads(text)["components"]]
    assert len(references) == len({*references})


def test_the_schema_refuses_what_is_no_bill_of_materials(validator):
    made = json.loads(document("dev", [], ""))
    made["components"] = [{"name": "x", "type": "spaceship"}]

    assert [error.message for error in validator.iter_errors(made)] != []


def test_every_package_chart_and_add_on_is_in_it():
    found = urls(document("prod", of_stack("prod"), LOCK.read_text()))
    pinned = dict(re.findall(r"^(\S+)==(\S+) ", LOCK.read_text(), re.MULTILINE))

    assert {f"pkg:pypi/{name}@{version}" for name, version in pinned.items()} <= found
    assert {f"pkg:generic/eks-addon/{name}@{version}" for name, version in charts.ADDON_VERSIONS.items()} <= found
    assert f"pkg:helm/velero@{charts.VELERO.version}?repository_url={charts.VELERO.repository}" in found


@pytest.mark.parametrize(
    ("image", "url"),
    [
        (
            f"registry.k8s.io/kubectl:v1@{DIGEST}",
            f"pkg:oci/kubectl@{DIGEST}?repository_url=registry.k8s.io/kubectl&tag=v1",
        ),
        (f"quay.io/a/b@{DIGEST}", f"pkg:oci/b@{DIGEST}?repository_url=quay.io/a/b"),
        ("redis:7.4", "pkg:docker/library/redis@7.4?repository_url=docker.io"),
        ("localhost:5000/shop/web:2", "pkg:docker/shop/web@2?repository_url=localhost:5000"),
    ],
)
def test_an_image_is_named_by_its_digest_where_it_has_one(image, url):
    assert urls(document("dev", [pod(image)], "")) == {url}


@pytest.mark.parametrize("image", ["shop", "UPPER:1", "a b:1", "", ":1"])
def test_what_names_no_version_is_not_made_up(image):
    assert urls(document("dev", [pod(image)], "")) == set()


def test_an_image_that_two_pods_run_is_listed_once_and_an_unknown_one_is_told():
    made = [pod("redis:7.4"), pod("redis:7.4", "cache"), pod(UNKNOWN, "late")]

    assert len(urls(document("dev", made, ""))) == 1
    assert [name for name, _ in unknown_images(made)] == ["late"]
