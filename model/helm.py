"""Which chart a resource installs, and from where: by Pulumi itself, or by a controller in the cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from model import type_tokens
from model.kubernetes import group_and_kind
from model.resource import MISSING, Resource, peek

CHART_TYPES: Final = (type_tokens.HELM_V3_RELEASE, type_tokens.HELM_V3_CHART, type_tokens.HELM_V4_CHART)
_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a resource a chart, or a list of charts, is written, and below it its name and its repository."""

    root: _Path = ()
    chart: _Path = ("chart",)
    repositories: tuple[_Path, ...] = ()


_PULUMI: Final = (_Place(repositories=(("repositoryOpts", "repo"), ("fetchOpts", "repo"), ("repo",))),)
#: Objects that make a controller install a chart: Flux, Argo CD, k3s and RKE2.
_CONTROLLED: Final[Mapping[tuple[str | None, str], tuple[_Place, ...]]] = {
    ("helm.toolkit.fluxcd.io", "HelmRelease"): (
        _Place(("spec", "chart", "spec"), repositories=(("sourceRef", "name"),)),
    ),
    ("source.toolkit.fluxcd.io", "HelmChart"): (_Place(("spec",), repositories=(("sourceRef", "name"),)),),
    ("argoproj.io", "Application"): (
        _Place(("spec", "source"), repositories=(("repoURL",),)),
        _Place(("spec", "sources"), repositories=(("repoURL",),)),
    ),
    ("argoproj.io", "ApplicationSet"): (
        _Place(("spec", "template", "spec", "source"), repositories=(("repoURL",),)),
        _Place(("spec", "template", "spec", "sources"), repositories=(("repoURL",),)),
    ),
    ("source.toolkit.fluxcd.io", "OCIRepository"): (_Place(("spec",), chart=("url",)),),
    ("helm.cattle.io", "HelmChart"): (_Place(("spec",), repositories=(("repo",),)),),
}


@dataclass(frozen=True, slots=True)
class ChartSource:
    """A chart's name, and every whole word of its repository's address: labels of the host, segments of the path."""

    name: str
    repository: frozenset[str]


def chart_sources(resource: Resource) -> Iterator[ChartSource]:
    """Every known chart that ``resource`` installs."""
    places = _PULUMI if resource.type in CHART_TYPES else _CONTROLLED.get(group_and_kind(resource.type), ())
    for place in places:
        found = resource.get(*place.root)
        for source in found if isinstance(found, list) else [found]:
            chart = peek(source, *place.chart)
            if chart is MISSING and str(address := peek(source, "repoURL")).startswith("oci://"):
                # Argo CD takes a chart from a registry by its whole address as well.
                chart = address
            if name := chart_name(chart):
                words = {word for path in place.repositories for word in _words(peek(source, *path))}
                yield ChartSource(name, frozenset(words.union(_words(_address(chart).rpartition("/")[0]))))


def chart_images(resource: Resource) -> Iterator[str]:
    """Every image that the values of a chart name, as one text or as repository and registry."""
    if resource.type in CHART_TYPES:
        yield from _images(resource.get("values"))


def bundled_charts(resource: Resource) -> Iterator[str]:
    """Every chart within the chart that its values switch on by name."""
    values = resource.get("values") if resource.type in CHART_TYPES else None
    for name, below in values.items() if isinstance(values, Mapping) else ():
        if peek(below, "enabled") is True:
            yield str(name).lower()


def _images(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _images(item)
    for key, below in value.items() if isinstance(value, Mapping) else ():
        name = str(key).lower()
        if name.endswith("images") and isinstance(below, Mapping):
            yield from _images({f"{each} image": image for each, image in below.items()})
        elif not name.endswith("image"):
            yield from _images(below)
        elif isinstance(below, str):
            yield below
        elif isinstance(repository := peek(below, "repository"), str):
            registry = peek(below, "registry")
            yield f"{registry}/{repository}" if isinstance(registry, str) and registry else repository


def chart_name(chart: Any) -> str:
    """``mongodb`` of ``bitnami/mongodb``, ``oci://host/path/mongodb``, ``./mongodb`` and ``…/mongodb-16.1.tgz?a=b``."""
    if not isinstance(chart, str):
        return ""
    last = _address(chart).rpartition("/")[2]
    if last.endswith((".tgz", ".tar.gz")):
        # A version has a dot; without one only a number at the very end is one ("helm-3-chart-1.1.0", "redis-20").
        last = re.sub(r"\.t(ar\.)?gz$", "", last)
        last = re.sub(r"-v?\d+(\.\d+)+([-+.][0-9a-z.+-]+)?$|-v?\d+$", "", last)
    return last.partition(":")[0].partition("@")[0]


def _address(text: str) -> str:
    return text.strip().partition("?")[0].partition("#")[0].rstrip("/").lower()


def _words(repository: Any) -> set[str]:
    if not isinstance(repository, str):
        return set()
    host, *path = _address(repository).rpartition("://")[2].split("/")
    host = host.rpartition("@")[2].partition(":")[0]
    return {*host.split("."), *path} - {""}
