"""What a stack declares that asks for room: releases of charts, add-ons, pods by their own manifest, and quotas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from model import type_tokens
from model.charts import CHARTS
from model.helm import CHART_TYPES, chart_name
from model.kubernetes import group_and_kind
from model.pods import POD_SPECS
from model.resource import MISSING, UNKNOWN, Resource, peek
from model.workloads import Bundle, Container, Kind, Workload
from policy.capacity.addons import ADDONS
from policy.capacity.amount import Amount, cpu_millis, memory_mib
from policy.capacity.workload import Need, needs

#: What is known of the pods of charts.
PODS: Final[Mapping[str, Bundle]] = {name: chart.pods for name, chart in CHARTS.items() if chart.pods}
#: No chart and no add-on has a longer name; what is longer is cut, because names are told in messages.
LONGEST: Final = 60
#: Kinds whose pods stay; jobs come and go.
LASTING: Final[Mapping[str, Kind]] = {
    "Pod": "deployment",
    "Deployment": "deployment",
    "ReplicaSet": "deployment",
    "ReplicationController": "deployment",
    "StatefulSet": "statefulset",
    "DaemonSet": "daemonset",
}


def requested_pods(resources: Sequence[Resource]) -> Iterator[Need | str]:
    """What every chart, add-on and manifest asks for, or in words what is not known of it."""
    quotas = {_namespace(resource) for resource in resources if is_quota(resource)}
    for resource in resources:
        if resource.type in CHART_TYPES:
            yield from _bundled(_chart(resource), PODS, chart_values(resource))
        elif resource.type == type_tokens.EKS_ADDON:
            yield from _bundled(_addon(resource), ADDONS, configuration(resource))
        # Pods under a quota are part of the reserve already.
        elif _namespace(resource) not in quotas:
            yield from _declared(resource)


def find_unlisted(resources: Iterable[Resource]) -> list[str]:
    """Charts and add-ons whose pods the tables do not know."""
    charts = {_chart(item) for item in resources if item.type in CHART_TYPES}
    addons = {_addon(item) for item in resources if item.type == type_tokens.EKS_ADDON}
    return sorted((charts - PODS.keys()) | (addons - ADDONS.keys()))


def _chart(release: Resource) -> str:
    return (chart_name(release.get("chart")) or release.name)[:LONGEST]


def _addon(addon: Resource) -> str:
    name = addon.get("addonName")
    return name[:LONGEST] if isinstance(name, str) else addon.name


def _bundled(name: str, table: Mapping[str, Bundle], values: Any) -> Iterator[Need | str]:
    bundle = table.get(name)
    if bundle is None:
        yield f"{name} is in neither model/charts.py nor policy/capacity/addons.py: what its pods request is not known"
    elif values is UNKNOWN:
        yield f"{name}: its values are not known, and so are its requests"
    else:
        yield from needs(name, bundle, values)


def _declared(resource: Resource) -> Iterator[Need | str]:
    kind = group_and_kind(resource.type)[1]
    place = POD_SPECS.get(group_and_kind(resource.type))
    if kind not in LASTING or place is None:
        return
    spec = resource.get(*place)
    count = resource.get("spec", "replicas") if kind != "Pod" else 1
    count = 1 if count is MISSING else count
    if spec is UNKNOWN or isinstance(count, bool) or not isinstance(count, int) or count < 0:
        yield f"{resource.name}: its pods are not known yet, and so are their requests"
        return
    containers, inits = (
        tuple(Container(f"{key} {place}", (f"{key}.{place}.resources",)) for place in range(_length(spec, key)))
        for key in ("containers", "initContainers")
    )
    workload = Workload(name=resource.name, kind=LASTING[kind], containers=containers, inits=inits, count=count)
    yield from needs(kind, Bundle(source="the program", workloads=(workload,)), spec)


def _namespace(resource: Resource) -> str:
    found = resource.get("metadata", "namespace")
    return found if isinstance(found, str) else "default"


def _length(spec: Any, key: str) -> int:
    found = peek(spec, key)
    return len(found) if isinstance(found, list) else 0


def chart_values(release: Resource) -> Any:
    """A release's values; ``UNKNOWN`` when they, or files that may hold more of them, cannot be seen."""
    if release.get("valueYamlFiles") is not MISSING:
        return UNKNOWN
    values = release.get("values")
    return {} if values is MISSING else values


def configuration(addon: Resource) -> Any:
    """An add-on's configuration as values; ``UNKNOWN`` when it cannot be read."""
    text = addon.get("configurationValues")
    if text in (MISSING, ""):
        return {}
    try:
        return json.loads(text) if isinstance(text, str) else UNKNOWN
    except ValueError:
        return UNKNOWN


def is_quota(resource: Resource) -> bool:
    """Whether it is a quota that reserves CPU or memory; one that only counts objects reserves nothing."""
    hard = resource.get("spec", "hard")
    if group_and_kind(resource.type) != ("core", "ResourceQuota"):
        return False
    return hard is UNKNOWN or (
        isinstance(hard, Mapping) and any(key in hard for key in ("requests.cpu", "requests.memory"))
    )


def reserved_requests(quota: Resource) -> Amount | str:
    """What a quota lets its namespace ask for, or in words why that is not known."""
    pods = quota.get("spec", "hard", "pods")
    parts = (
        cpu_millis(quota.get("spec", "hard", "requests.cpu")),
        memory_mib(quota.get("spec", "hard", "requests.memory")),
        int(pods) if isinstance(pods, str | int) and str(pods).isdecimal() else None,
    )
    if None in parts:
        return f"{quota.name}: the quota does not say requests.cpu, requests.memory and pods as plain quantities"
    return Amount(*(part or 0 for part in parts))
