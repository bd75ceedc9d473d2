"""The components outside the landing zone: twice in one program, from the wheel and from YAML, and the same either way."""

from __future__ import annotations

import json
import shutil
import sys

import pytest
import yaml

from stacks.offered import REGION
from tests.engine.deployment import ROOT, Deployment
from tests.engine.standins.resources import made_up_name
from tests.provider.test_host import LEAST

pytestmark = pytest.mark.engine
STORES = ("sessions", "pages", "orders", "reviews")
#: What the programs are told, as `pulumi config set --path` would.
GIVEN = {
    "aws:region": REGION,
    "vpcId": "vpc-0a1b2c3d",
    "subnetIds[0]": "subnet-a",
    "subnetIds[1]": "subnet-b",
    "clientSecurityGroupId": "sg-0a1b2c3d",
    "keyArn": f"arn:aws:kms:{REGION}:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
}
#: The YAML example, in Python.
PYTHON = """
import pulumi
from alphacar_components import Cache, CacheArgs, Documents, DocumentsArgs, StoreNetwork

config = pulumi.Config()
common = {
    "network": StoreNetwork(
        vpc_id=config.require("vpcId"),
        subnet_ids=config.require_object("subnetIds"),
        client_security_group_id=config.require("clientSecurityGroupId"),
    ),
    "key_arn": config.require("keyArn"),
    "tags": {"project": "shop", "environment": "prod", "owner": "shop-team", "decision": "platform"},
}
made = {
    "sessions": Cache("sessions", CacheArgs(**common)),
    "pages": Cache("pages", CacheArgs(**common, node_type="cache.r7g.large", replicas=2)),
    "orders": Documents("orders", DocumentsArgs(**common)),
    "reviews": Documents("reviews", DocumentsArgs(**common, instances=3, engine_version="8.0.2")),
}
for name, store in made.items():
    pulumi.export(name, store.uri)
"""
PROJECT = yaml.safe_load((ROOT / "examples" / "yaml" / "Pulumi.yaml").read_text())
RUNTIME = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
IN_YAML = {**PROJECT, "packages": {"alphacar": "../provider"}}
IN_PYTHON = {"name": PROJECT["name"], "runtime": RUNTIME, "config": PROJECT["config"]}


@pytest.fixture(scope="module")
def project(command, home, wheel, languages, tmp_path_factory, _ambient):
    """Makes a stack of one of the two programs; the provider stands in a checkout of its own, beside it."""

    def make(document: dict) -> Deployment:
        root = tmp_path_factory.mktemp("components")
        for room in ("provider", "components"):
            shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
        (root / ".venv").symlink_to(sys.prefix)
        folder = root / "program"
        folder.mkdir()
        write(folder, document)
        made = Deployment(command, home, folder, "prod", {**languages, "PYTHONPATH": str(wheel.folder)})
        made.hurry()
        for path, value in GIVEN.items():
            made.configure(path, value)
        return made

    return make


def write(folder, document):
    # The host takes no aliases, which YAML writes for what stands twice.
    (folder / "Pulumi.yaml").write_text(json.dumps(document))
    (folder / "__main__.py").write_text(PYTHON)


@pytest.fixture(scope="module")
def in_python(project):
    made = project(IN_PYTHON)
    return made, made.preview(), made.up()


@pytest.fixture(scope="module")
def in_yaml(project):
    made = project(IN_YAML)
    return made, made.preview(), made.up()


def declared(run):
    """Inputs of every resource below the components, by its types from the component's child on, and its name.

    What the stand-ins made up follows from the URN, in which the component's type is another.
    """
    made_up = {made_up_name(urn): f"made up for {urn.rpartition('::')[2]}" for urn in run.steps}
    found = {}
    for urn, step in run.steps.items():
        types, name = urn.split("::")[2:]
        if below := types.partition("$")[2]:
            text = json.dumps(step.new.inputs, sort_keys=True)
            for made, instead in made_up.items():
                text = text.replace(made, instead)
            found[below, name] = json.loads(text)
    return found


def complaints(document, project, **changes):
    changed = {**document["resources"]["sessions"]["properties"], **changes}
    made = project(
        {**document, "resources": {"sessions": {"type": "alphacar:Cache", "properties": changed}}, "outputs": {}}
    )
    run = made.preview()
    assert not run.succeeded
    return run.complaints


@pytest.mark.parametrize("language", ["in_python", "in_yaml"])
def test_two_of_each_under_two_names_are_previewed_and_deployed(request, language):
    made, previewed, deployed = request.getfixturevalue(language)

    assert previewed.succeeded, previewed.complaints
    assert deployed.succeeded, deployed.complaints
    assert deployed.changes == previewed.changes
    assert set(deployed.changes.values()) == {"create"}
    assert set(made.outputs()) == set(STORES)
    assert made.up().count == {"same": len(deployed.changes)}


def test_yaml_declares_what_python_declares(in_python, in_yaml):
    (_, previewed, deployed), (_, previewed_there, deployed_there) = in_python, in_yaml

    assert declared(previewed_there) == declared(previewed)
    assert set(declared(deployed_there)) == set(declared(deployed)) == set(declared(previewed))
    assert len(declared(deployed)) == 37


def test_yaml_knows_the_components_by_the_schema_s_names(in_yaml):
    _, _, deployed = in_yaml
    types = sorted(step.type for urn, step in deployed.steps.items() if step.type.startswith("alphacar:index:"))

    assert types == ["alphacar:index:Cache"] * 2 + ["alphacar:index:Documents"] * 2


def test_everything_that_is_offered_is_deployed_from_yaml_and_then_left_alone(project):
    # Namespaces want a provider for Kubernetes, which YAML declares by a schema that no stand-in has.
    resources = {
        name.lower(): {"type": f"alphacar:{name}", **({"properties": given} if given else {})}
        for name, given in LEAST.items()
        if name != "Namespaces"
    }
    outputs = {"kubeconfig": "${cluster.kubeconfig}", "urls": "${registry.urls}", "may": "${cache.clientStatement}"}
    made = project({**IN_YAML, "resources": resources, "variables": {}, "outputs": outputs})

    deployed = made.up()

    assert deployed.succeeded, deployed.complaints
    assert {each.type for each in deployed.steps.values()} >= {f"alphacar:index:{name}" for name in LEAST} - {
        "alphacar:index:Namespaces"
    }
    assert made.up().count == {"same": len(deployed.changes)}
    assert made.outputs()["urls"].keys() == {"web"}
    assert made.outputs()["may"]["Action"] == "elasticache:Connect"
    assert json.loads(made.cli("stack", "output", "--json").stdout)["kubeconfig"] == "[secret]"


def test_a_program_that_moves_to_yaml_replaces_nothing(project):
    made = project(IN_PYTHON)
    assert made.up().succeeded

    write(made.folder, IN_YAML)
    moved = made.up()

    assert moved.succeeded, moved.complaints
    assert {operation for urn, operation in moved.changes.items() if "pulumi:providers" not in urn} == set()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"replicas": 9}, "property replicas with value '{9}' has a problem: must be 0 to 5, not 9"),
        (
            {"replicationGroupId": "Not_A_Name"},
            "must be at most 40 lower-case letters, digits and single hyphens, a letter first",
        ),
        ({"description": {"fn::secret": "hidden words"}}, "description: it must be plain: neither a secret nor"),
    ],
)
def test_a_wrong_argument_is_refused_by_name_without_a_traceback(project, changes, said):
    complaint = complaints(IN_YAML, project, **changes)

    assert said in complaint
    assert "Traceback" not in complaint
    assert "File " not in complaint
    assert "hidden words" not in complaint
