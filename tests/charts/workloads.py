"""The charts' workloads as admission sees them, in a table that is committed: charts are not, and cannot be.

``python -m tests.charts.workloads`` writes it from the renders; a test holds it against them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tests.charts.later import all_objects, claims_of, pod_of
from tests.charts.render import VARIATIONS, Object

TABLE: Final = Path(__file__).parents[1] / "policy" / "admission" / "chart_workloads.yaml"
HEADER: Final = """\
# What the charts make of our values, as far as admission looks at it: pods, claims, and one object of each custom kind.
# Written by `.venv/bin/python -m tests.charts.workloads` from the charts themselves, at the versions that stand beside each.
"""
#: What of a pod and of a container a policy reads.
POD: Final = ("serviceAccountName", "securityContext", "hostNetwork", "hostPID", "hostIPC")
CONTAINER: Final = ("name", "image", "securityContext", "resources")
CONTAINERS: Final = ("initContainers", "containers")
ORDER: Final = ("chart", "kind", "namespace", "name")


class Plain(yaml.SafeDumper):
    """YAML without anchors: each entry can be read by itself."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Never refer to something said before."""
        return True


def table() -> list[dict[str, Any]]:
    """Every different workload, with the variations that have it exactly so."""
    found: dict[str, dict[str, Any]] = {}
    for variation in VARIATIONS:
        for entry in entries(variation):
            key = json.dumps(entry, sort_keys=True)
            found.setdefault(key, {**entry, "variations": []})["variations"].append(variation)
    return sorted(found.values(), key=lambda entry: json.dumps([*(entry[key] for key in ORDER), entry]))


def entries(variation: str) -> Iterator[dict[str, Any]]:
    """Every workload of a variation, once; of a custom kind the first object of each chart."""
    objects = list(all_objects(variation))
    custom = {made["spec"]["group"] for _, made in objects if made["kind"] == "CustomResourceDefinition"}
    shown = set()
    for one, made in objects:
        seen = _seen(made)
        if not seen:
            if made["apiVersion"].rpartition("/")[0] not in custom or (one.chart, made["kind"]) in shown:
                continue
            shown.add((one.chart, made["kind"]))
        yield {
            "chart": one.chart,
            "version": one.version,
            "apiVersion": made["apiVersion"],
            "kind": made["kind"],
            "namespace": made["metadata"].get("namespace"),
            "name": made["metadata"]["name"],
            **seen,
        }


def _seen(made: Object) -> dict[str, Any]:
    """What a policy reads of pods and of claims."""
    pod, claims = pod_of(made), [claim.get("storageClassName") for claim in claims_of(made)]
    found: dict[str, Any] = {"pod": reduced(pod)} if pod else {}
    return {**found, "storageClassNames": claims} if claims else found


def reduced(pod: Mapping[str, Any]) -> dict[str, Any]:
    """A pod's spec without what no policy reads."""
    kept = {key: pod[key] for key in POD if pod.get(key)}
    for key in CONTAINERS:
        if pod.get(key):
            kept[key] = [_container(item) for item in pod[key]]
    if paths := [volume for volume in pod.get("volumes") or () if "hostPath" in volume]:
        kept["volumes"] = paths
    return kept


def _container(item: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: item[key] for key in CONTAINER if item.get(key)}
    if ports := [port for port in item.get("ports") or () if port.get("hostPort")]:
        kept["ports"] = ports
    return kept


def written() -> str:
    """The table as its file holds it."""
    return HEADER + yaml.dump(table(), Dumper=Plain, sort_keys=False, width=120, default_flow_style=None)


if __name__ == "__main__":
    TABLE.write_text(written(), encoding="utf-8")
