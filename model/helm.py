"""Which chart a resource installs, from where and with what values: by Pulumi, or by a controller in the cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from model import type_tokens
from model.kubernetes import group_and_kind, is_custom
from model.orders.controllers import CONTROLLED, NO_ORDER, PULUMI, Place
from model.orders.paths import found
from model.resource import MISSING, UNKNOWN, Resource, peek, walk

CHART_TYPES: Final = (type_tokens.HELM_V3_RELEASE, type_tokens.HELM_V3_CHART, type_tokens.HELM_V4_CHART)
APPLICATION_SET: Final = ("argoproj.io", "ApplicationSet")
#: The group of Pulumi's own charts and releases.
_PULUMI_S: Final = "helm.sh"
#: Words in a repository's address, or in a folder's, by which a folder is a chart's and no configuration of its own.
_CHARTED: Final = frozenset({"chart", "charts", "helm"})
#: What a chart's folder is called where its repository has the name.
_NAMELESS: Final = frozenset({"", ".", "chart", "charts", "helm", "helm-chart", "helm-charts", "deploy"})
_AFFIXES: Final = re.compile(r"\.git$|^helm-(charts?-)?|^charts?-|-(helm|helm-charts?|charts?)(?=(\.git)?$)")
#: Where charts name an image, below a key that ends in ``image``.
_REPOSITORY: Final = ("repository", "repo", "name")
_FILLED_IN: Final = re.compile(r"\{\{-?\s*\.?([\w.-]+)\s*-?\}\}")
_KEY_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class ChartSource:
    """A chart's name, and every whole word of its repository's address: labels of the host, segments of the path."""

    name: str
    repository: frozenset[str]


@dataclass(frozen=True, slots=True)
class Order:
    """A chart that is ordered, with the values it gets.

    ``sources`` are empty where nobody can say which chart it is; ``guesses`` are folders, or objects, that may be one
    and may be somebody's own. ``unread`` names the places of values, or of the chart's name, that are not read here.
    ``images`` are those that replace others.
    """

    sources: tuple[ChartSource, ...]
    guesses: tuple[str, ...] = ()
    values: tuple[Mapping[str, Any], ...] = ()
    images: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def orders(resource: Resource) -> Iterator[Order]:
    """Every chart that ``resource`` orders, as far as its kind is known to order any."""
    group, kind = group_and_kind(resource.type)
    places: tuple[Place, ...] = CONTROLLED.get((group, kind), ()) if group else ()
    if resource.type in (*CHART_TYPES, type_tokens.HELM_V2_CHART):
        places = PULUMI
    fillings = list(_fillings(resource)) if (group, kind) == APPLICATION_SET else [{}]
    for place in places:
        for at in found(resource.props, place.root):
            if isinstance(at, Mapping):
                yield from (_order(place, _filled(at, filling)) for filling in fillings or [{}])


def chart_sources(resource: Resource) -> Iterator[ChartSource]:
    """Every known chart that ``resource`` installs."""
    for order in orders(resource):
        yield from order.sources


def chart_images(resource: Resource) -> Iterator[str]:
    """Every image that the values of a chart name, as one text or as repository and registry."""
    for order in orders(resource):
        yield from images_of(order)


def images_of(order: Order) -> Iterator[str]:
    """Every image that an order names, as one text or as registry, repository and tag."""
    yield from order.images
    for values in order.values:
        yield from _images(values)


def ordered_unread(resource: Resource) -> str | None:
    """The property by which a custom resource of a kind that nobody has read orders a chart; ``None`` for none."""
    group, kind = group_and_kind(resource.type)
    if group is None or not is_custom(group) or group == _PULUMI_S:
        return None
    if (group, kind) in CONTROLLED or (group, kind) in NO_ORDER:
        return None
    for path, value in walk({key: value for key, value in resource.props.items() if key not in _NOT_SAID}):
        key = path[-1] if path else None
        if isinstance(key, str) and _is_chart(key, value):
            return key
    return None


#: How the name of a property ends that says which chart, or where it is: ``chart``, ``chartName``, ``helmChartUrl``.
_SAYING: Final = frozenset({"chart", "name", "url", "uri", "ref", "path", "repo", "repository", "source"})
#: Parts of an object that say nothing of what it orders.
_NOT_SAID: Final = ("apiVersion", "kind", "metadata", "status")


def _is_chart(key: str, value: Any) -> bool:
    """Whether a property says a chart's name or address, by how it is called and by what it holds."""
    # Rancher's former App names a template of a catalogue.
    if isinstance(value, str) and value.startswith(("oci://", "catalog://")):
        return True
    words = [word.lower() for word in _KEY_WORDS.findall(key)]
    if not words or words[0] not in ("chart", "helm") or "chart" not in words or words[-1] not in _SAYING:
        return False
    return (isinstance(value, str) and value != "") or (
        isinstance(value, Mapping) and any(isinstance(peek(value, name), str) for name in ("name", "chart", "url"))
    )


def _order(place: Place, at: Any) -> Order:
    sources, guesses, unread = _sources(place, at)
    values: list[Mapping[str, Any]] = []
    for path in place.values:
        for given in found(at, path):
            if isinstance(read := _read(given), Mapping):
                values.append(read)
            elif read is UNKNOWN:
                unread.append(".".join(path))
    for path in place.parameters:
        if (given := peek(at, *path)) is UNKNOWN:
            unread.append(".".join(path))
        elif flat := _flat(given):
            values.append(flat)
    unread += [".".join(path) for path in place.unread if peek(at, *path) not in (MISSING, [], {}, "")]
    images = [name for path in place.images for given in found(at, path) if (name := _replacing(given))]
    places = tuple(".".join((*place.root, each)) for each in unread)
    return Order(tuple(sources), tuple(guesses), tuple(values), tuple(images), places)


def _sources(place: Place, at: Any) -> tuple[list[ChartSource], list[str], list[str]]:
    """The chart that is ordered, folders and objects that may be one, and where a name is that cannot be read."""
    repositories = [given for path in place.repositories for given in found(at, path) if isinstance(given, str)]
    words = {word for given in repositories for word in _words(given)}
    sources: list[ChartSource] = []
    guesses: list[str] = []
    unread: list[str] = []
    for path in place.chart:
        given = next(found(at, path), MISSING)
        if given is UNKNOWN or _templated(given):
            unread.append(".".join(path))
        elif name := chart_name(given):
            return [_source(name, str(given), words)], guesses, unread
    for path in () if unread else place.folders:
        for folder in found(at, path):
            if folder is UNKNOWN or _templated(folder):
                unread.append(".".join(path))
            elif isinstance(folder, str) and (name := _of_folder(folder, repositories)):
                if _is_charted(folder, repositories) or isinstance(peek(at, "helm"), Mapping):
                    sources.append(ChartSource(name, frozenset(words)))
                else:
                    # A folder of the makers' own repository may be what installs it without a chart.
                    guesses += dict.fromkeys((name, *(_of_folder("", repositories) for _ in repositories[:1])))
    if not sources and not unread:
        # Argo CD takes a chart from a registry by its whole address as well.
        sources = [_source(chart_name(given), given, words) for given in repositories if given.startswith("oci://")][:1]
        guesses += [chart_name(given) for path in place.guesses for given in found(at, path) if chart_name(given)]
    return sources, guesses, unread


def _source(name: str, given: str, words: set[str]) -> ChartSource:
    return ChartSource(name, frozenset(words.union(_words(_address(given).rpartition("/")[0]))))


def _of_folder(folder: str, repositories: list[str]) -> str:
    name = chart_name(folder)
    if name not in _NAMELESS:
        return name
    return _AFFIXES.sub("", chart_name(repositories[0])) if repositories else ""


def _is_charted(folder: str, repositories: list[str]) -> bool:
    return any(_CHARTED & set(re.split(r"[-_./]", _address(each))) for each in (folder, *repositories))


def _templated(given: Any) -> bool:
    return isinstance(given, str) and "{{" in given


def _fillings(resource: Resource) -> Iterator[Mapping[str, str]]:
    """What the lists of a set's generators fill its template with, an item at a time."""
    for path, elements in walk(resource.get("spec", "generators")):
        if path[-1:] == ("elements",) and isinstance(elements, list):
            for element in elements:
                yield {".".join(map(str, at)): text for at, text in walk(element) if isinstance(text, str)}


def _filled(value: Any, filling: Mapping[str, str]) -> Any:
    if not filling:
        return value
    if isinstance(value, str) and "{{" in value:
        return _FILLED_IN.sub(lambda match: filling.get(match[1], match[0]), value)
    if isinstance(value, Mapping):
        return {key: _filled(below, filling) for key, below in value.items()}
    return [_filled(item, filling) for item in value] if isinstance(value, list) else value


def _read(given: Any) -> Any:
    """Values as they stand, or in YAML; ``UNKNOWN`` where they cannot be read."""
    return read_yaml(given) if isinstance(given, str) else given


def read_yaml(given: str) -> Any:
    """What a text holds as YAML; ``UNKNOWN`` where it is none."""
    # The parser takes a while to import, and hardly any program has such text.
    import yaml

    try:
        return yaml.safe_load(given)
    except (yaml.YAMLError, ValueError, RecursionError):
        return UNKNOWN


def _flat(given: Any) -> Mapping[str, Any]:
    """Values from parameters: ``{"redis": {"enabled": "true"}}`` of ``redis.enabled``."""
    if isinstance(given, Mapping):
        pairs = list(given.items())
    else:
        pairs = [(peek(item, "name"), peek(item, "value")) for item in given] if isinstance(given, list) else []
    nested: dict[str, Any] = {}
    for name, value in pairs:
        *above, last = re.split(r"(?<!\\)\.", name) if isinstance(name, str) else [""]
        below = nested
        for step in above:
            deeper = below.setdefault(step, {})
            if not isinstance(deeper, dict):
                break
            below = deeper
        else:
            below[last] = value
    return nested


def _replacing(given: Any) -> str:
    """The image that takes another's place: Argo CD writes ``old=new:tag``, Flux ``newName``."""
    if isinstance(given, str):
        return given.rpartition("=")[2]
    name, tag = peek(given, "newName"), peek(given, "newTag")
    return (f"{name}:{tag}" if isinstance(tag, str) else name) if isinstance(name, str) else ""


def _images(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _images(item)
    for key, below in value.items() if isinstance(value, Mapping) else ():
        name = str(key).lower()
        if name.endswith("images") and isinstance(below, Mapping):
            yield from _images({f"{each} image": image for each, image in below.items()})
        elif name.endswith(("imagename", "imagerepository", "imageuri")) and isinstance(below, str):
            yield below
        elif not name.endswith("image"):
            yield from _images(below)
        elif isinstance(below, str):
            yield below
        else:
            yield from _image(below)


def _image(below: Any) -> Iterator[str]:
    repository = next((given for key in _REPOSITORY if isinstance(given := peek(below, key), str)), "")
    if repository:
        registry, tag = peek(below, "registry"), peek(below, "tag")
        named = f"{registry}/{repository}" if isinstance(registry, str) and registry else repository
        yield f"{named}:{tag}" if isinstance(tag, str) and tag and ":" not in repository.rpartition("/")[2] else named


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
