"""What controllers make later of what charts render, and no render shows: Prometheus' pods, and Airflow's tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from model.pods import POD_SPECS
from model.resource import MISSING, peek
from tests.charts.render import Object, Released, everything, without_nulls

TASK: Final = "task"
TASK_TEMPLATE: Final = "pod_template_file.yaml"
#: Kinds that Prometheus' operator makes a StatefulSet of, and where its pods answer.
PORTS: Final = {"Alertmanager": 9093, "Prometheus": 9090}
#: What the operator asks of each of its containers (source: prometheus-operator v0.93.1, config_reloader.go and the
#: statefulset.go of both kinds).
HARDENED: Final = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


def all_objects(variation: str) -> Iterator[tuple[Released, Object]]:
    """Every rendered object of a variation, and what is made of it later."""
    for one, made in everything(variation):
        yield one, made
        if made["kind"] in PORTS:
            yield one, _stateful_set(one, made)
        elif made["kind"] == "ConfigMap" and TASK_TEMPLATE in made.get("data", {}):
            yield one, _task(made)


def pod_of(made: Object) -> Any:
    """The pod's spec that an object holds, or ``MISSING``."""
    group = made["apiVersion"].rpartition("/")[0] or "core"
    place = POD_SPECS.get((group, made["kind"]))
    return peek(made, *place) if place else MISSING


def claims_of(made: Object) -> list[Object]:
    """The specs of the claims that an object is, or makes."""
    if made["kind"] == "PersistentVolumeClaim":
        return [made["spec"]]
    templates = made["spec"].get("volumeClaimTemplates", ()) if made["kind"] == "StatefulSet" else ()
    return [template["spec"] for template in templates]


def _task(made: Object) -> Object:
    """The pod of a task, by the template in Airflow's ConfigMap."""
    template = without_nulls(yaml.safe_load(made["data"][TASK_TEMPLATE]))
    place = {"name": TASK, "namespace": made["metadata"]["namespace"]}
    return {**template, "metadata": {**template["metadata"], **place}}


def _stateful_set(one: Released, made: Object) -> Object:
    """What the operator makes of a resource: the program, and the reloader that its own flags name."""
    spec = made["spec"]
    operator = next(
        item for item in one.objects if item["kind"] == "Deployment" and "operator" in _first(item)["image"]
    )
    flags = dict(flag[2:].split("=", 1) for flag in _first(operator)["args"] if "=" in flag)
    reloader = {
        "ports": [{"name": "reloader-web", "containerPort": 8080}],
        "image": flags["prometheus-config-reloader"],
        "securityContext": HARDENED,
        "resources": {
            "requests": {key: flags[f"config-reloader-{key}-request"] for key in ("cpu", "memory")},
            "limits": {"memory": flags["config-reloader-memory-limit"]},
        },
    }
    program = {
        "name": made["kind"].lower(),
        "image": spec["image"],
        "securityContext": HARDENED,
        "ports": [{"name": spec["portName"], "containerPort": PORTS[made["kind"]]}],
    }
    pod = {
        "serviceAccountName": spec["serviceAccountName"],
        "securityContext": spec["securityContext"],
        "initContainers": [{"name": "init-config-reloader", **reloader}],
        "containers": [{**program, "resources": spec["resources"]}, {"name": "config-reloader", **reloader}],
        "volumes": [{"name": f"secret-{name}", "secret": {"secretName": name}} for name in spec.get("secrets", ())],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {**made["metadata"], "name": f"{made['kind'].lower()}-{made['metadata']['name']}"},
        "spec": {
            "replicas": spec["replicas"],
            "template": {"metadata": {"labels": _labels(made)}, "spec": pod},
            # Without one the operator takes an emptyDir.
            "volumeClaimTemplates": [spec["storage"]["volumeClaimTemplate"]] if "storage" in spec else [],
        },
    }


def _labels(made: Object) -> Mapping[str, str]:
    """What the operator's own Services and the chart's select its pods by (source: the operator's labels)."""
    kind, name = made["kind"].lower(), made["metadata"]["name"]
    return {
        kind: name,
        "app.kubernetes.io/name": kind,
        "app.kubernetes.io/instance": name,
        "operator.prometheus.io/name": name,
    }


def _first(made: Object) -> dict[str, Any]:
    found: dict[str, Any] = peek(pod_of(made), "containers", 0)
    return found
