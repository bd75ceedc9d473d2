"""The charts' workloads as admission sees them, in a table that is committed: charts are not, and cannot be.

``python -m tests.charts.workloads`` writes it from the renders; a test holds it against them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from policy.podspec import POD_SPECS
from policy.resource import MISSING, peek
from tests.charts.render import VARIATIONS, Object, Released, everything

TABLE: Final = Path(__file__).parents[1] / "policy" / "chart_workloads.yaml"
HEADER: Final = """\
# What the charts make of our values, as far as admission looks at it: pods, claims, and one object of each custom kind.
# Written by `python -m tests.charts.workloads` from the charts themselves, at the versions that stand beside each.
"""
#: What of a pod and of a container a policy reads.
POD: Final = ("serviceAccountName", "securityContext", "hostNetwork", "hostPID", "hostIPC")
CONTAINER: Final = ("name", "image", "securityContext", "resources")
CONTAINERS: Final = ("initContainers", "containers")
TASK_TEMPLATE: Final = "pod_template_file.yaml"
#: What Prometheus' operator makes StatefulSets of, and where it says what their disk is.
OPERATED: Final[Mapping[str, tuple[str, ...]]] = {"Prometheus": ("storage",), "Alertmanager": ("storage",)}
#: What the operator asks of each of its containers (source: prometheus-operator v0.93.1, config_reloader.go and the
#: statefulset.go of both).
HARDENED: Final = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


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
            known = found.setdefault(json.dumps(entry, sort_keys=True), {**entry, "variations": []})
            if variation not in known["variations"]:
                known["variations"].append(variation)
    return sorted(found.values(), key=lambda entry: json.dumps([*(entry[key] for key in ORDER), entry]))


ORDER: Final = ("chart", "kind", "namespace", "name")


def entries(variation: str) -> Iterator[dict[str, Any]]:
    """Every workload of a variation."""
    shown: set[tuple[str, str]] = set()
    custom = {made["spec"]["group"] for _, made in everything(variation) if made["kind"] == "CustomResourceDefinition"}
    for one, made in everything(variation):
        for version, kind, name, more in _seen(one, made, custom):
            if not more and (one.chart, kind) in shown:
                continue
            shown.add((one.chart, kind))
            yield {
                "chart": one.chart,
                "version": one.version,
                "apiVersion": version,
                "kind": kind,
                "namespace": made["metadata"].get("namespace"),
                "name": name,
                **more,
            }


def _seen(one: Released, made: Object, custom: Collection[str]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Version, kind, name and what a policy reads of whatever of an object it looks at."""
    version, kind, name = made["apiVersion"], made["kind"], made["metadata"]["name"]
    if pod := pod_of(made):
        yield version, kind, name, {"pod": reduced(pod), **_claims(made["spec"].get("volumeClaimTemplates", []))}
    elif kind == "PersistentVolumeClaim":
        yield version, kind, name, {"storageClassName": made["spec"].get("storageClassName")}
    elif kind == "ConfigMap" and TASK_TEMPLATE in made.get("data", {}):
        yield "v1", "Pod", "task", {"pod": reduced(task(made))}
    elif kind in OPERATED:
        claims = [peek(made, "spec", *OPERATED[kind], "volumeClaimTemplate")]
        yield (
            "apps/v1",
            "StatefulSet",
            f"{kind.lower()}-{name}",
            {"pod": reduced(operated(one, made)), **_claims(claims)},
        )
    if version.rpartition("/")[0] in custom:
        yield version, kind, name, {}


def pod_of(made: Object) -> Any:
    """The pod's spec that an object holds, or ``MISSING``."""
    group = made["apiVersion"].rpartition("/")[0] or "core"
    place = POD_SPECS.get((group, made["kind"]))
    return peek(made, *place) if place else MISSING


def task(made: Object) -> Any:
    """The pod of a task, which Airflow makes by the template in its ConfigMap."""
    return yaml.safe_load(made["data"][TASK_TEMPLATE])["spec"]


def operated(one: Released, made: Object) -> dict[str, Any]:
    """The pod that Prometheus' operator makes of a resource: the program, and the reloader that its own flags name."""
    spec = made["spec"]
    operator = next(item for item in one.objects if item["kind"] == "Deployment" and "operator" in _image(item))
    flags = dict(flag[2:].split("=", 1) for flag in peek(_containers(operator)[0], "args") if "=" in flag)
    reloader = {
        "image": flags["prometheus-config-reloader"],
        "securityContext": HARDENED,
        "resources": {
            "requests": {key: flags[f"config-reloader-{key}-request"] for key in ("cpu", "memory")},
            "limits": {"memory": flags["config-reloader-memory-limit"]},
        },
    }
    program = {"name": made["kind"].lower(), "image": spec["image"], "securityContext": HARDENED}
    return {
        **{key: spec[key] for key in POD if key in spec},
        "initContainers": [{"name": "init-config-reloader", **reloader}],
        "containers": [{**program, "resources": spec["resources"]}, {"name": "config-reloader", **reloader}],
    }


def _containers(made: Object) -> list[dict[str, Any]]:
    return list(peek(pod_of(made), "containers"))


def _image(made: Object) -> str:
    return str(_containers(made)[0]["image"])


def _claims(templates: Sequence[Object]) -> dict[str, Any]:
    return {"volumeClaimTemplates": [claim["spec"].get("storageClassName") for claim in templates]} if templates else {}


def reduced(pod: Mapping[str, Any]) -> dict[str, Any]:
    """A pod's spec without what no policy reads."""
    kept = {key: pod[key] for key in POD if pod.get(key)}
    for key in CONTAINERS:
        if pod.get(key):
            kept[key] = [_container(item) for item in pod[key]]
    if paths := [
        {"name": item["name"], "hostPath": item["hostPath"]} for item in pod.get("volumes") or () if "hostPath" in item
    ]:
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
