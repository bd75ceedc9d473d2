"""Which facts a declared resource depends on: each fact beside what recognises its subject."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from model import type_tokens
from model.helm import CHART_TYPES, ChartSource, chart_name, chart_sources
from model.lifecycle import api_versions, engines, services
from model.lifecycle.end_of_life import EndOfLife
from model.lifecycle.retired import RETIRED, Retired
from model.orders.declared import declared_within
from model.pods import image_references
from model.resource import Resource
from policy.ledger import systems
from policy.ledger.matching import Appearance, ImageName, appearances, form_taken, image_is

#: Hosts and paths that served the charts before they moved; ``grafana`` is what their README calls the repository.
OLD_CHART_HOMES: Final = (
    "grafana.github.io/helm-charts",
    "github.com/grafana/helm-charts",
    "ghcr.io/grafana/helm-charts",
)
OLD_CHART_ALIAS: Final = "grafana"
MOVED_CHARTS: Final = ("grafana", "loki", "tempo", "tempo-distributed")
_OLD_CHART_WORDS: Final = tuple(frozenset(home.replace("/", ".").split(".")) for home in OLD_CHART_HOMES)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A fact, and whether a resource depends on its subject."""

    fact: EndOfLife
    concerns: Callable[[Resource], bool]


def _is_app_mesh(resource: Resource) -> bool:
    return form_taken(systems.APP_MESH.forms, appearances(resource)) is not None


def _runs_amazon_linux_2(resource: Resource) -> bool:
    return resource.type == type_tokens.EKS_NODE_GROUP and str(resource.get("amiType")).startswith("AL2_")


def _is_documentdb_3_6(resource: Resource) -> bool:
    version = str(resource.get("engineVersion"))
    return resource.type == type_tokens.DOCDB_CLUSTER and re.match(r"3\.6\b", version) is not None


def _runs_the_xray_daemon(resource: Resource) -> bool:
    return any(image_is(image, "aws-xray-daemon") for image in image_references(resource))


def _takes_a_chart_from_its_old_home(resource: Resource) -> bool:
    chart = resource.get("chart")
    if resource.type not in CHART_TYPES:
        # What a controller is told to install.
        return any(
            source.name in MOVED_CHARTS and any(home <= source.repository for home in _OLD_CHART_WORDS)
            for source in chart_sources(resource)
        )
    if chart_name(chart) not in MOVED_CHARTS:
        return False
    given = (resource.get("repositoryOpts", "repo"), resource.get("fetchOpts", "repo"), resource.get("repo"))
    repositories = [place for place in given if isinstance(place, str)]
    # A chart that is an address of its own needs no repository.
    places = repositories or [chart.rpartition("/")[0]]
    return any(_is_old_home(place) for place in places)


def _is_old_home(place: str) -> bool:
    bare = re.sub(r"^[a-z+]+://(?:[^/@]*@)?(?:www\.)?", "", place.strip().lower())
    host, slash, path = bare.partition("/")
    address = f"{host.partition(':')[0]}{slash}{path.partition('?')[0]}".rstrip("/")
    return address == OLD_CHART_ALIAS or f"{address}/".startswith(tuple(f"{home}/" for home in OLD_CHART_HOMES))


ENDED: Final = (
    Ended(fact=services.APP_MESH, concerns=_is_app_mesh),
    Ended(fact=services.AL2, concerns=_runs_amazon_linux_2),
    Ended(fact=services.DOCUMENTDB_3_6, concerns=_is_documentdb_3_6),
    Ended(fact=services.XRAY_SDK, concerns=_runs_the_xray_daemon),
    Ended(fact=services.GRAFANA_CHARTS, concerns=_takes_a_chart_from_its_old_home),
)
FACTS: Final = (
    *services.SERVICES,
    *(retired.fact for retired in RETIRED),
    *engines.FACTS,
    *api_versions.FACTS,
)


def facts_about(resource: Resource) -> Iterator[EndOfLife]:
    """Every fact that a declared resource, or anything that is declared within it, depends on."""
    yield from dict.fromkeys(fact for each in declared_within(resource) for fact in _facts_about(each))
    seen = appearances(resource)
    yield from (retired.fact for retired in RETIRED if any(_is_retired(retired, each) for each in seen))


def _is_retired(retired: Retired, seen: Appearance) -> bool:
    return any(_is_retired_image(retired, image) for image in seen.images) or any(
        _is_retired_chart(retired, source) for source in seen.sources
    )


def _is_retired_image(retired: Retired, image: ImageName) -> bool:
    if image.registry in retired.registries or image.path[0] in retired.publishers:
        return True
    return any(image.ends_with(name) for name in retired.images)


def _is_retired_chart(retired: Retired, source: ChartSource) -> bool:
    if any(home <= source.repository for home in retired.repositories):
        return True
    at_home = not retired.homes or any(home <= source.repository for home in retired.homes)
    return source.name in retired.charts and at_home


def _facts_about(resource: Resource) -> Iterator[EndOfLife]:
    yield from (ended.fact for ended in ENDED if ended.concerns(resource))
    yield from (fact for prefixes, fact in services.CLOSED.items() if resource.type.startswith(prefixes))
    if (version := kubernetes_version(resource)) and (fact := services.kubernetes(version)):
        yield fact
    yield from engines.engine_facts(resource)
    yield from api_versions.api_facts(resource)


def kubernetes_version(resource: Resource) -> str | None:
    """The Kubernetes version that a cluster or its nodes name."""
    if resource.type not in (type_tokens.EKS_CLUSTER, type_tokens.EKS_NODE_GROUP):
        return None
    version = resource.get("version")
    # An unquoted version in YAML is a number.
    return str(version) if isinstance(version, (str, float)) else None
