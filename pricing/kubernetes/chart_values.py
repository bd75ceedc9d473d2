"""What a Helm release's values say that will be billed; its objects themselves are invisible to a preview.

A chart that :mod:`model.charts` does not name may make anything, and is a gap whatever its values say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from model.charts import CHARTS, KnownChart
from model.helm import chart_name, chart_sources
from model.resource import MISSING, UNKNOWN, Resource, peek
from pricing.properties import UnreadableError, gibibytes, switch, whole

Path = tuple[str, ...]
_PERSISTENT: Final = frozenset({"persistence", "persistentVolume"})
#: What some charts call a volume; one only when it has a size of its own.
_SIZED: Final = frozenset({"storage", "pvc", "volume"})
_SIZES: Final = frozenset({"volumeSize", "storageSize"})
_CLAIMS: Final = _PERSISTENT | {"volumeClaimTemplate", "volumeClaimTemplates"}
#: Where charts take whole objects that they make beside their own.
_OBJECTS: Final = frozenset({"extraObjects", "extraManifests", "extraDeploy", "extraResources"})


def installs(release: Resource, name: str) -> bool:
    """Whether a release is of the chart called ``name``, whatever its address."""
    return chart_name(release.get("chart")) == name


def known(release: Resource) -> KnownChart | None:
    """What is known of a release's chart; nothing of one of the same name from elsewhere."""
    for source in chart_sources(release):
        found = CHARTS.get(source.name)
        if found is not None and (not source.repository or source.repository & set(found.homes)):
            return found
    return None


def values_of(release: Resource) -> Mapping[str, Any]:
    """The values, with what the chart makes by itself beneath. Raises :class:`UnreadableError` when unseen."""
    for key in ("values", "chart", "valueYamlFiles"):
        if release.get(key) is UNKNOWN:
            raise UnreadableError(f"{key} is not known before the deployment, so neither are the chart's volumes")
    if release.get("valueYamlFiles") is not MISSING:
        raise UnreadableError("valueYamlFiles hides what the chart will make; write its values as values")
    if not chart_name(release.get("chart")):
        raise UnreadableError("chart is not the name of a chart")
    values = release.get("values")
    if values is not MISSING and not isinstance(values, Mapping):
        raise UnreadableError("values is not a mapping")
    merged: Mapping[str, Any] = values or {}
    for default in chart.defaults if (chart := known(release)) else ():
        if default.applies(merged):
            merged = _beneath(merged, default.values)
    return merged


def _beneath(given: Any, default: Any) -> Any:
    if given is MISSING or given is None:
        return default
    if not isinstance(given, Mapping) or not isinstance(default, Mapping):
        return given
    return {**given, **{key: _beneath(given.get(key, MISSING), item) for key, item in default.items()}}


def active(values: Any, path: Path = (), replicas: Any = 1) -> Iterator[tuple[Path, Mapping[str, Any], Any]]:
    """Every mapping that is not switched off, its path, and the replicas of the nearest mapping that sets any."""
    if isinstance(values, list):
        for place, item in enumerate(values):
            yield from active(item, (*path, str(place)), replicas)
    if not isinstance(values, Mapping) or values.get("enabled") is False:
        return
    for key in ("replicas", "replicaCount"):
        if values.get(key) is not None:
            replicas = values[key]
    yield path, values, replicas
    for key, item in values.items():
        if key not in _OBJECTS:
            yield from active(item, (*path, str(key)), replicas)


def volumes(values: Any) -> Iterator[tuple[str, Decimal, Any, Decimal] | UnreadableError]:
    """Each volume the values ask for: where, GiB, storage class and how many; or why it cannot be read."""
    for path, mapping, replicas in active(values):
        for key in sorted(_CLAIMS & mapping.keys()):
            if mapping[key] not in (None, False, MISSING) and not isinstance(mapping[key], Mapping | list):
                yield UnreadableError(f"{'.'.join((*path, key))} is not known before the deployment, or not a mapping")
        try:
            found = _volume(path, mapping)
            if found is not None and (count := whole({"replicas": replicas}, "replicas")):
                yield ".".join(path), *found, count
        except UnreadableError as unreadable:
            yield UnreadableError(f"{'.'.join(path)}: {unreadable.reason}", unreadable.kind)


def _volume(path: Path, mapping: Mapping[str, Any]) -> tuple[Decimal, Any] | None:
    place = path[-1] if path else ""
    if place == "volumeClaimTemplate" or "volumeClaimTemplates" in path[-2:-1]:
        return gibibytes(mapping, "spec", "resources", "requests", "storage"), peek(mapping, "spec", "storageClassName")
    storage_class = peek(mapping, "storageClassName")
    if storage_class is MISSING:
        storage_class = peek(mapping, "storageClass")
    for key in sorted(_SIZES & mapping.keys()):
        return gibibytes(mapping, key), storage_class
    volume = place in _PERSISTENT or (place in _SIZED and "size" in mapping)
    if not volume or peek(mapping, "existingClaim") not in (MISSING, ""):
        return None
    # A size without a switch is counted: some charts persist by default.
    if not switch(mapping, "enabled", default="size" in mapping):
        return None
    return gibibytes(mapping, "size"), storage_class


def load_balancers(release: Resource, values: Any) -> int:
    """How many Services of type LoadBalancer the values ask for, or the chart makes by itself."""
    kinds = []
    for path, mapping, _ in active(values):
        service = bool(path) and path[-1].lower().endswith("service")
        for key in ("type", "serviceType"):
            found = peek(mapping, key)
            if found is UNKNOWN and (service or key == "serviceType"):
                raise UnreadableError(f"{'.'.join((*path, key))} is not known before the deployment")
            if service or found == "LoadBalancer":
                kinds.append(found)
    asked = sum(kind == "LoadBalancer" for kind in kinds)
    chart = known(release)
    by_itself = chart is not None and chart.balanced and not any(isinstance(kind, str) for kind in kinds)
    return asked or int(by_itself)


def ingresses(values: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each Ingress that the values switch on: where, and as an Ingress would be written."""
    for path, mapping, _ in active(values):
        for key, item in mapping.items():
            place = ".".join((*path, key))
            # A list under that name is a network policy's.
            if not key.lower().endswith("ingress") or item in (None, False, "") or isinstance(item, list):
                continue
            if not isinstance(item, Mapping):
                raise UnreadableError(f"{place} is not known before the deployment, or not a mapping")
            if item.get("enabled") not in (None, False):
                named = (item[name] for name in ("ingressClassName", "className", "class") if item.get(name))
                annotations = {} if item.get("annotations") is None else item["annotations"]
                spec = {"ingressClassName": next(named, "")}
                yield place, {"metadata": {"annotations": annotations}, "spec": spec}


def objects(values: Any) -> Iterator[tuple[str, Any]]:
    """Each whole object that the values add to the chart's own, and where."""
    for path, mapping, _ in active(values):
        for key in sorted(_OBJECTS & mapping.keys()):
            found = mapping[key]
            items = found if isinstance(found, list) else [] if found is None or found == {} else [found]
            for place, item in enumerate(items):
                yield ".".join((*path, key, str(place))), item
