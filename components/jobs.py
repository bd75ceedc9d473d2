"""Jobs and CronJobs of ours: what they may be called, which images they run, and how their pods are held.

Pods meet the restricted level, and write nowhere but into what is mounted (source: Kubernetes, Pod Security Standards).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from .arguments import SUBDOMAIN

#: A CronJob's name stands before what tells its runs apart (source: Kubernetes, CronJob).
JOB_NAME: Final = re.compile(rf"(?=.{{1,52}}$){SUBDOMAIN.pattern}")
JOB_NAMES: Final = "at most 52 lower-case letters, digits, dots and hyphens"
#: A tag, which says what it is, with a digest or without.
IMAGE: Final = re.compile(r"[a-z0-9.-]+(:\d+)?(/[a-z0-9._-]+)*:[\w.-]{1,128}(@sha256:[0-9a-f]{64})?")
IMAGES: Final = "an image with its tag, such as apache/airflow:3.2.2"
#: Of every container.
CONTAINER_SECURITY: Final[Mapping[str, Any]] = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def pod_security(user: int, **groups: int) -> dict[str, Any]:
    """A pod of ``user``, which is not root; ``groups`` are ``runAsGroup`` and ``fsGroup``."""
    return {"runAsNonRoot": True, "runAsUser": user, **groups, "seccompProfile": {"type": "RuntimeDefault"}}


def program(folder: Path, plan: Mapping[str, Any]) -> dict[str, pulumi.Input[str]]:
    """What a ConfigMap holds of a program of ours: the modules of ``folder``, and the plan that it reads."""
    modules = {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.py"))}
    return {**modules, "plan.json": pulumi.Output.json_dumps(plan, sort_keys=True)}


def runs(
    folder: Path,
    image: str,
    *argv: str,
    environment: Mapping[str, pulumi.Input[str]],
    resources: Mapping[str, Any],
    mounts: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The container that runs such a program, from the volume ``program``; ``mounts`` are others."""
    place = f"/opt/{folder.name}"
    known = {"PYTHONPATH": "/opt", "PYTHONDONTWRITEBYTECODE": "1", **environment}
    return {
        "name": folder.name,
        "image": image,
        "command": ["python", "-m", f"{folder.name}.run", f"{place}/plan.json", *argv],
        "env": [{"name": key, "value": value} for key, value in known.items()],
        "resources": resources,
        "securityContext": CONTAINER_SECURITY,
        "volumeMounts": [{"name": "program", "mountPath": place, "readOnly": True}, *mounts],
    }


def job_spec(labels: Mapping[str, str], pod: Mapping[str, Any], *, retries: int, seconds: int | None = None) -> Any:
    """A Job's specification: ``pod`` with ``labels``, again after so many failures, ended after so many ``seconds``.

    Any, here and below: the SDK types each level as a union, and a type checker that tries them all on a pod needs
    17 GB.
    """
    deadline = {} if seconds is None else {"activeDeadlineSeconds": seconds}
    return {"backoffLimit": retries, **deadline, "template": {"metadata": {"labels": labels}, "spec": pod}}


def job(name: str, metadata: ObjectMetaArgs, spec: Any, opts: pulumi.ResourceOptions) -> kubernetes.batch.v1.Job:
    """A Job of a :func:`job_spec`. A Job's template is never changed: what another one says is another Job's."""
    anew = pulumi.ResourceOptions(
        replace_on_changes=["spec"],
        delete_before_replace=True,
        custom_timeouts=pulumi.CustomTimeouts(create="30m"),
    )
    return kubernetes.batch.v1.Job(name, metadata=metadata, spec=spec, opts=pulumi.ResourceOptions.merge(opts, anew))


def cron_job(
    name: str,
    metadata: ObjectMetaArgs,
    schedule: str,
    spec: Any,
    opts: pulumi.ResourceOptions,
    *,
    failed: int,
) -> kubernetes.batch.v1.CronJob:
    """Jobs of a :func:`job_spec` by ``schedule`` (UTC), one at a time; the last ``failed`` ones are kept to be read."""
    every: Any = {
        "schedule": schedule,
        "timeZone": "Etc/UTC",
        "concurrencyPolicy": "Forbid",
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": failed,
        "jobTemplate": {"spec": spec},
    }
    return kubernetes.batch.v1.CronJob(name, metadata=metadata, spec=every, opts=opts)
