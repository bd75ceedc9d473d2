"""What a Helm release's values say that will be billed; its objects themselves are invisible to a preview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from policy.meters.values import UnreadableError, gibibytes, switch, whole
from policy.resource import MISSING, UNKNOWN, Resource, peek

Path = tuple[str, ...]
#: Volumes that a chart makes when its values say nothing (source: the charts' own values; airflow's recalled).
DEFAULT_VOLUMES: Final[Mapping[str, tuple[tuple[Path, str], ...]]] = {
    "airflow": ((("triggerer", "persistence"), "100Gi"),),
    "loki": ((("singleBinary", "persistence"), "10Gi"),),
}
#: Charts whose Service is a load balancer unless the values say otherwise.
LOAD_BALANCED: Final = frozenset({"gateway", "ingress-nginx", "traefik"})
_PERSISTENT: Final = frozenset({"persistence", "persistentVolume"})
_CLAIMS: Final = _PERSISTENT | {"volumeClaimTemplate", "volumeClaimTemplates"}


def name_of(release: Resource) -> str:
    """The chart's own name, without repository: ``oci://host/path/loki`` is ``loki``."""
    chart = release.get("chart")
    return chart.rstrip("/").rpartition("/")[2] if isinstance(chart, str) else ""


def values_of(release: Resource) -> Mapping[str, Any]:
    """The values, with the chart's default volumes beneath. Raises :class:`UnreadableError` when unseen."""
    for key in ("values", "chart", "valueYamlFiles"):
        if release.get(key) is UNKNOWN:
            raise UnreadableError(f"{key} is not known before the deployment, so neither are the chart's volumes")
    if release.get("valueYamlFiles") is not MISSING:
        raise UnreadableError("valueYamlFiles hides what the chart will make; write its values as values")
    if not name_of(release):
        raise UnreadableError("chart is not the name of a chart")
    values = release.get("values")
    if values is not MISSING and not isinstance(values, Mapping):
        raise UnreadableError("values is not a mapping")
    merged: Mapping[str, Any] = values or {}
    for path, size in DEFAULT_VOLUMES.get(name_of(release), ()):
        merged = _beneath(merged, path, {"enabled": True, "size": size})
    return merged


def _beneath(values: Any, path: Path, default: Mapping[str, Any]) -> Any:
    given: Any = {} if values is MISSING or values is None else values
    if not isinstance(given, Mapping):
        return given
    if not path:
        return {**default, **given}
    return {**given, path[0]: _beneath(given.get(path[0], MISSING), path[1:], default)}


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
        yield from active(item, (*path, str(key)), replicas)


def volumes(release: Resource) -> Iterator[tuple[str, Decimal, Any, Decimal] | UnreadableError]:
    """Each volume the values ask for: where, GiB, storage class and how many; or why it cannot be read."""
    for path, mapping, replicas in active(values_of(release)):
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
    if place not in _PERSISTENT or peek(mapping, "existingClaim") not in (MISSING, ""):
        return None
    # A size without a switch is counted: some charts persist by default.
    if not switch(mapping, "enabled", default="size" in mapping):
        return None
    storage_class = peek(mapping, "storageClassName")
    return gibibytes(mapping, "size"), peek(mapping, "storageClass") if storage_class is MISSING else storage_class


def load_balancers(release: Resource) -> int:
    """How many Services of type LoadBalancer the values ask for, or the chart makes by itself."""
    kinds = [
        peek(mapping, "type")
        for path, mapping, _ in active(values_of(release))
        if path and path[-1].lower().endswith("service")
    ]
    asked = sum(kind == "LoadBalancer" for kind in kinds)
    by_itself = name_of(release) in LOAD_BALANCED and not any(isinstance(kind, str) for kind in kinds)
    return asked or int(by_itself)
