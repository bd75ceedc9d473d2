"""Our values, rendered with the real charts: they render, they validate, and nothing of ours is about to go.

With kubernetes-validate==1.37.0 installed, built-in kinds are validated too; custom resources are validated against
the CRDs that the charts bring.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from preview.simulate.wire import show_to_reader
from tests.charts.render import INCUMBENTS, VARIATIONS, Object, archive, everything, released
from tests.golden.target import recorded

#: A chart's farewell, made an object, because helm shows it after an install only.
NOTES: Final = """
---
apiVersion: v1
kind: ConfigMap
metadata: {name: notes}
data: {said: {{ include "shown.notes" . | toJson }}}
"""


#: What a chart says of deprecated things whatever the values, with why it is no matter of ours.
SAID_ANYWAY: Final = {
    ("airflow", "`dags.gitSync.recommendedProbeSetting`"): "of a sidecar that is switched off",
    ("kyverno", "legacy kyverno.io policy types"): "our policies are of policies.kyverno.io",
}


@cache
def schemas(variation: str) -> dict[tuple[str, str], Any]:
    """The schemas of every custom kind, with all that a schema does not name forbidden."""
    return {
        (f"{crd['spec']['group']}/{version['name']}", crd["spec"]["names"]["kind"]): closed(
            version["schema"]["openAPIV3Schema"]
        )
        for _, crd in everything(variation)
        if crd["kind"] == "CustomResourceDefinition"
        for version in crd["spec"]["versions"]
        if version["served"]
    }


def closed(schema: Mapping[str, Any]) -> dict[str, Any]:
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


def faults(manifest: Object, schema: Mapping[str, Any]) -> Iterator[str]:
    # Kubernetes itself knows these three, whatever a schema says of them.
    body = {key: value for key, value in manifest.items() if key not in ("apiVersion", "kind", "metadata")}
    properties = {key: value for key, value in schema["properties"].items() if key in body}
    for error in jsonschema.Draft7Validator({**schema, "properties": properties, "required": []}).iter_errors(body):
        yield f"{manifest['kind']} {manifest['metadata']['name']}: {error.json_path}: {error.message[:200]}"


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_release_renders_something(variation):
    assert [one.chart for one in released(variation) if not one.objects] == []


@pytest.mark.parametrize("variation", VARIATIONS)
def test_what_charts_render_fits_their_crds(variation):
    known = schemas(variation)
    custom = [made for _, made in everything(variation) if (made["apiVersion"], made["kind"]) in known]

    assert custom
    assert [fault for made in custom for fault in faults(made, known[made["apiVersion"], made["kind"]])] == []


@pytest.mark.parametrize("variation", VARIATIONS)
def test_our_custom_resources_fit_the_charts_crds(variation):
    known = schemas(variation)
    ours = [show_to_reader(made.inputs) for made in recorded(variation).all if made.type.startswith("kubernetes:")]
    custom = [made for made in ours if (made.get("apiVersion"), made.get("kind")) in known]

    assert custom
    assert [fault for made in custom for fault in faults(made, known[made["apiVersion"], made["kind"]])] == []


@pytest.mark.parametrize("variation", VARIATIONS)
def test_built_in_kinds_are_valid_to_the_letter(variation):
    validator = pytest.importorskip("kubernetes_validate", reason="needs kubernetes-validate==1.37.0")
    known = schemas(variation)
    wrong = []
    for one, made in everything(variation):
        if (made["apiVersion"], made["kind"]) in known or made["kind"] == "CustomResourceDefinition":
            continue
        try:
            validator.validate(made, one.kubernetes, strict=True)
        except validator.SchemaNotFoundError:
            wrong.append(f"{one.chart}: nobody knows {made['apiVersion']} {made['kind']}")
        except validator.ValidationError as error:
            wrong.append(f"{one.chart}: {made['kind']} {made['metadata']['name']}: {error.message[:200]}")

    assert wrong == []


def test_no_chart_says_that_a_value_of_ours_is_about_to_go(tmp_path):
    said = {}
    for variation in (INCUMBENTS, "prod/all"):
        for one in released(variation):
            if notes := farewell(one, tmp_path / variation / one.chart):
                paragraphs = [" ".join(part.split()) for part in notes.split("\n\n")]
                said[one.chart] = [text for text in paragraphs if "deprecat" in text.lower()]

    assert len(said) > 8
    assert [
        (chart, text)
        for chart, texts in said.items()
        for text in texts
        if not any(chart == one and words in text for one, words in SAID_ANYWAY)
    ] == []


def farewell(one, folder: Path) -> str | None:
    """What the chart would say after an install."""
    path = archive(one.chart, one.version)
    if path.is_dir():
        shutil.copytree(path, folder)
    else:
        with tarfile.open(path) as packed:
            packed.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            packed.extractall(folder)  # noqa: S202 - by the filter above
        folder /= one.chart
    if not (notes := folder / "templates" / "NOTES.txt").is_file():
        return None
    shown_by = folder / "templates" / "zzz-notes.yaml"
    shown_by.write_text(f'{{{{- define "shown.notes" }}}}\n{notes.read_text()}\n{{{{- end }}}}{NOTES}')
    (made,) = one.told("templates/zzz-notes.yaml", folder)
    return str(made["data"]["said"])
