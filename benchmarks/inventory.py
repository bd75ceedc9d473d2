"""Times ``python -m migration inventory`` on a generated dump of a cluster, and measures its memory.

    python benchmarks/inventory.py [--megabytes 50] [--format yaml] [--limit-seconds 20] [--limit-megabytes 500]

Exit code 0 below both limits, 1 at or above one.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent
#: Pods of a deployment, and replica sets that its earlier versions left behind.
PODS, FORMER = 12, 4
_STATUS: Final = {
    "conditions": [
        {"lastProbeTime": None, "lastTransitionTime": "2024-05-01T02:03:04Z", "status": "True", "type": kind}
        for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    ],
    "phase": "Running",
    "startTime": "2024-05-01T02:03:04Z",
}


def objects() -> Iterator[dict[str, Any]]:
    """Deployments with what hangs on them, without end; each speaks to one MongoDB."""
    number = 0
    while True:
        name, namespace = f"backend-{number}", f"team-{number % 40}"
        yield _object("apps/v1", "Deployment", name, namespace, _template(name))
        for former in range(FORMER):
            owner = ("apps/v1", "Deployment", name)
            yield _object("apps/v1", "ReplicaSet", f"{name}-{former}", namespace, _template(name), owner=owner)
        for pod in range(PODS):
            owner = ("apps/v1", "ReplicaSet", f"{name}-0")
            made = _object("v1", "Pod", f"{name}-0-{pod}", namespace, _template(name)["template"]["spec"], owner=owner)
            yield {**made, "status": _STATUS}
        number += 1


def write(path: Path, size: int, form: str) -> int:
    """A dump of at least ``size`` bytes at ``path``, as kubectl writes it; how many objects it holds."""
    count = 0
    with path.open("w", encoding="utf-8") as stream:
        stream.write("apiVersion: v1\nitems:\n" if form == "yaml" else '{"apiVersion": "v1", "items": [')
        for made in objects():
            if form == "yaml":
                stream.write(yaml.dump([made], Dumper=_Dumper))
            else:
                stream.write(f"{',' if count else ''}{json.dumps(made, indent=4)}")
            count += 1
            if stream.tell() >= size:
                break
        stream.write("kind: List\n" if form == "yaml" else '], "kind": "List"}\n')
    return count


def main() -> int:
    """Write, run, and say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml")
    parser.add_argument("--limit-seconds", type=float, default=20)
    parser.add_argument("--limit-megabytes", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"dump.{asked.format}"
        count = write(path, asked.megabytes * 1_000_000, asked.format)
        started = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "migration", "inventory", str(path), "--output", os.devnull], cwd=ROOT, check=True
        )
        seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    megabytes = used.ru_maxrss / 1024
    cpu = used.ru_utime + used.ru_stime
    told = f"{seconds:.1f} s ({cpu:.1f} s of CPU), {megabytes:.0f} MB"
    print(f"{asked.megabytes} MB of {asked.format}, {count} objects: {told}")
    return int(seconds >= asked.limit_seconds or megabytes >= asked.limit_megabytes)


def _object(
    version: str, kind: str, name: str, namespace: str, spec: Any, *, owner: tuple[str, str, str] | None = None
) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "labels": {"app": name},
        "name": name,
        "namespace": namespace,
        "resourceVersion": "123456",
    }
    if owner:
        api, of, called = owner
        metadata["ownerReferences"] = [{"apiVersion": api, "controller": True, "kind": of, "name": called}]
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def _template(name: str) -> dict[str, Any]:
    container = {
        "env": [
            {"name": "MONGODB_URI", "value": f"mongodb://{name}:not-a-password@mongodb.data.svc:27017/{name}"},
            {"name": "LOG_LEVEL", "value": "info"},
        ],
        "image": f"registry.example.com/apps/{name}:1.2.3",
        "livenessProbe": {"httpGet": {"path": "/health", "port": 3000, "scheme": "HTTP"}, "periodSeconds": 10},
        "name": "app",
        "ports": [{"containerPort": 3000, "protocol": "TCP"}],
        "resources": {"limits": {"cpu": "500m", "memory": "512Mi"}, "requests": {"cpu": "100m", "memory": "256Mi"}},
        "volumeMounts": [{"mountPath": "/tmp", "name": "tmp"}],  # noqa: S108 - a path within a container
    }
    pod = {"containers": [container], "dnsPolicy": "ClusterFirst", "volumes": [{"emptyDir": {}, "name": "tmp"}]}
    return {"replicas": 12, "template": {"metadata": {"labels": {"app": name}}, "spec": pod}}


class _Dumper(yaml.CSafeDumper):
    """Writes the same value twice in full, as kubectl does."""

    def ignore_aliases(self, data: Any) -> bool:
        """Nothing is an alias."""
        del data
        return True


if __name__ == "__main__":
    sys.exit(main())
