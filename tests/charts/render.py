"""What the real charts make of our values: every Release that the program declares, rendered by helm, once each."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from preview.simulate.registration import Registration
from preview.simulate.wire import show_to_reader
from tests.golden.target import STACKS, recorded, settings

ROOT: Final = Path(__file__).parents[2]
HELM: Final = ROOT / ".engine" / "helm" / "helm"
RELEASE: Final = "kubernetes:helm.sh/v3:Release"
#: Every stack in full, as its measurements decide and with the other branch of each choice: Loki, Tempo and Istio.
VARIATIONS: Final = tuple(f"{stack}/all{branch}" for stack in STACKS for branch in ("", "/incumbents"))
#: A variation with every chart there is.
INCUMBENTS: Final = "prod/all/incumbents"
#: What a chart may ask the cluster for before it brings its monitors.
SERVED: Final = ("monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor")

Object = Mapping[str, Any]


class HelmError(Exception):
    """What helm said when it could not."""


class Loader(yaml.CSafeLoader):
    """YAML as Kubernetes reads it: an equals sign is text."""


Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: loader.construct_scalar(node))


def folder() -> Path:
    """Where charts are: ``CHARTS_DIR``, or what ``python -m tests.charts.pull`` brought."""
    return Path(os.environ.get("CHARTS_DIR") or ROOT / ".engine" / "charts")


def pinned() -> list[tuple[str, str, str]]:
    """Name, version and repository of the chart of every Release of every variation."""
    found = [made.inputs for variation in VARIATIONS for made in recorded(variation).of(RELEASE)]
    return sorted({(one["chart"], one["version"], one["repositoryOpts"]["repo"]) for one in found})


def absent() -> list[str]:
    """Charts that are not there in their pinned version, by name and version."""
    return [f"{name} {version}" for name, version, _ in pinned() if not archive(name, version)]


@cache
def archive(name: str, version: str) -> Path | None:
    """A packed chart, or an unpacked one whose own version is the pinned one."""
    packed, unpacked = folder() / f"{name}-{version}.tgz", folder() / name
    if packed.is_file():
        return packed
    declared = unpacked / "Chart.yaml"
    if not declared.is_file():
        return None
    return unpacked if str(yaml.safe_load(declared.read_text(encoding="utf-8"))["version"]) == version else None


@cache
def helm(*words: str | Path, given: str | None = None) -> str:
    """What helm says; the same is asked once, because stacks share most values."""
    run = subprocess.run([HELM, *map(str, words)], capture_output=True, text=True, check=False, input=given)
    if run.returncode:
        raise HelmError(f"helm {words[0]} {words[1]}: {run.stderr[-2000:]}")
    return run.stdout


@dataclass(frozen=True)
class Released:
    """A Release of a variation."""

    made: Registration
    #: The stack's version of Kubernetes.
    kubernetes: str

    @property
    def chart(self) -> str:
        """The chart's name."""
        return str(self.made.inputs["chart"])

    @property
    def version(self) -> str:
        """The chart's pinned version."""
        return str(self.made.inputs["version"])

    @property
    def namespace(self) -> str:
        """Where its objects go that name no namespace."""
        return str(show_to_reader(self.made.inputs["namespace"]))

    @cached_property
    def values(self) -> dict[str, Any]:
        """Our values, as the program declares them."""
        found: dict[str, Any] = show_to_reader(self.made.inputs["values"])
        return found

    @cached_property
    def objects(self) -> list[Object]:
        """What it makes: CRDs and hooks as well, each with the namespace it lands in."""
        return self._read(self.text(self.values, "--include-crds"))

    @cached_property
    def uninstalled(self) -> list[Object]:
        """What goes with the release: all but the CRDs of a chart's ``crds`` folder, which Helm never deletes."""
        return self._read(self.text(self.values))

    def told(self, template: str, chart: Path) -> list[Object]:
        """What one template makes in a changed copy of the chart."""
        return self._read(self.text(self.values, "--show-only", template, chart=chart))

    def text(
        self, values: Mapping[str, Any], *more: str, served: Sequence[str] = SERVED, chart: Path | None = None
    ) -> str:
        """What helm makes of any values, for a cluster that serves ``served`` beside its own kinds."""
        path = chart or archive(self.chart, self.version)
        assert path, f"{self.chart} {self.version} is not in {folder()}"
        words = ["template", str(self.made.inputs["name"]), path, "--namespace", self.namespace, "--values", "-"]
        words += ["--kube-version", self.kubernetes, *(word for api in served for word in ("--api-versions", api))]
        return helm(*words, *more, given=json.dumps(values, sort_keys=True))

    def _read(self, text: str) -> list[Object]:
        documents = [document for document in yaml.load_all(text, Loader=Loader) if document]
        return [_placed(made, self.namespace) for document in documents for made in document.get("items", [document])]


#: Kinds that have no namespace, of those that charts make.
CLUSTER_WIDE: Final = frozenset(
    {
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "IngressClass",
        "IngressClassParams",
        "MutatingWebhookConfiguration",
        "ValidatingWebhookConfiguration",
    }
)


def _placed(made: Object, namespace: str) -> Object:
    """An object as admission sees it."""
    kept: dict[str, Any] = without_nulls(made)
    if kept["kind"] not in CLUSTER_WIDE:
        kept["metadata"] = {"namespace": namespace, **kept["metadata"]}
    return kept


def without_nulls(value: Any) -> Any:
    """A value without what is null, which the API server takes for left out."""
    if isinstance(value, Mapping):
        return {key: without_nulls(below) for key, below in value.items() if below is not None}
    return [without_nulls(below) for below in value] if isinstance(value, list) else value


@cache
def released(variation: str) -> tuple[Released, ...]:
    """Every Release of a variation, rendered: two at a time, because helm is one process each."""
    version = settings(variation).cluster.version
    found = tuple(Released(made, version) for made in recorded(variation).of(RELEASE))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda one: one.objects, found))
    return found


def everything(variation: str) -> Iterator[tuple[Released, Object]]:
    """Each rendered object of a variation with the Release that makes it."""
    for one in released(variation):
        for made in one.objects:
            yield one, made
