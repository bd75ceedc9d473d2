"""The steps that run in the cluster as Kubernetes objects: a ConfigMap of scripts a move, and a Job a step.

Beside them what they stand on: the namespace, a claim for dumps, and a service account, to which whoever runs the move
associates a role (EKS Pod Identity) where a step speaks to AWS. Parameters come from the ConfigMap
``move-<capability>-parameters``, what signs in from the Secret ``move-<capability>``, mounted as files below /move:
both are made by whoever runs the move, and neither is here.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

from migration.moves.model import Move, Step
from migration.rendering.shell import file_name, script

#: Where Jobs run: a namespace of the level restricted, made for the move.
NAMESPACE: Final = "migration"
#: Put in by whoever applies them, with its digest; no image of a replaced system is admitted.
IMAGE: Final = "REGISTRY/alphacar/migration-tools:VERSION"
#: Room for dumps, and for what compressing them takes. Assumed: the claim is made larger where the source is.
ROOM: Final = "200Gi"
#: A Job that takes this many times its planned minutes is stopped.
PATIENCE: Final = 4
_LABEL: Final = "app.kubernetes.io/name"


def manifests(move: Move) -> list[dict[str, Any]]:
    """The objects of ``move``; none when no step of it runs in the cluster."""
    inside = [step for step in move.everything if step.place == "cluster"]
    if not inside:
        return []
    return [_namespace(), _account(move), _data(move), _scripts(move, inside), *(_job(move, step) for step in inside)]


def rendered(move: Move) -> str:
    """The same as YAML, a document each."""
    return yaml.safe_dump_all(manifests(move), sort_keys=False, width=120)


def _labels(move: Move) -> dict[str, str]:
    return {_LABEL: f"move-{move.capability}", "decision": move.capability}


def _namespace() -> dict[str, Any]:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}


def _account(move: Move) -> dict[str, Any]:
    metadata = {"name": f"move-{move.capability}", "namespace": NAMESPACE, "labels": _labels(move)}
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata,
        # Pod Identity puts in a token of its own.
        "automountServiceAccountToken": False,
    }


def _data(move: Move) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": f"move-{move.capability}-data", "namespace": NAMESPACE, "labels": _labels(move)},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "gp3",
            "resources": {"requests": {"storage": ROOM}},
        },
    }


def _scripts(move: Move, inside: list[Step]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"move-{move.capability}-scripts", "namespace": NAMESPACE, "labels": _labels(move)},
        "data": {file_name(move, step): script(move, step) for step in inside},
    }


def _job(move: Move, step: Step) -> dict[str, Any]:
    name = f"move-{move.capability}"
    container = {
        "name": "step",
        "image": IMAGE,
        "command": ["bash", f"/scripts/{file_name(move, step)}", "run"],
        "envFrom": [{"configMapRef": {"name": f"{name}-parameters"}}],
        "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"memory": "512Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": [
            {"name": "scripts", "mountPath": "/scripts", "readOnly": True},
            {"name": "move", "mountPath": "/move", "readOnly": True},
            {"name": "data", "mountPath": "/data"},
        ],
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": f"{name}-{step.name}", "namespace": NAMESPACE, "labels": _labels(move)},
        "spec": {
            # A step is begun again by a person who has read why it ended.
            "backoffLimit": 0,
            "activeDeadlineSeconds": step.minutes * 60 * PATIENCE,
            "template": {
                "metadata": {"labels": _labels(move)},
                "spec": {
                    "restartPolicy": "Never",
                    "serviceAccountName": name,
                    "automountServiceAccountToken": False,
                    "nodeSelector": {"kubernetes.io/arch": "arm64"},
                    "securityContext": {
                        "runAsNonRoot": True,
                        "runAsUser": 10001,
                        "fsGroup": 10001,
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                    "containers": [container],
                    "volumes": [
                        {"name": "scripts", "configMap": {"name": f"{name}-scripts"}},
                        {"name": "move", "secret": {"secretName": name, "defaultMode": 0o440}},
                        # Dumps outlive the Job: the next step reads them.
                        {"name": "data", "persistentVolumeClaim": {"claimName": f"{name}-data"}},
                    ],
                },
            },
        },
    }
