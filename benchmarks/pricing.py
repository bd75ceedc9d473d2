"""Times and weighs ``python -m pricing`` on files of 50 MB: ``python benchmarks/pricing.py [MB]``.

Targets: under 20 s and 500 MB of resident memory in each form that Pulumi writes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
MEGABYTES: Final = 50
STACK: Final = "urn:pulumi:prod::wide"
PROVIDER: Final = f"{STACK}::pulumi:providers:aws::seoul"
#: Resources as real states have them: a few inputs, and answers of AWS that are several times as long.
KINDS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("aws:ec2/instance:Instance", {"instanceType": "t3.medium", "rootBlockDevice": {"volumeSize": 30}}),
    ("aws:ec2/securityGroup:SecurityGroup", {"ingress": [{"fromPort": 443, "toPort": 443, "protocol": "tcp"}] * 6}),
    ("aws:ebs/volume:Volume", {"size": 100, "type": "gp3"}),
    ("aws:iam/role:Role", {"assumeRolePolicy": json.dumps({"Statement": [{"Action": "sts:AssumeRole"}] * 4})}),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"metricName": "CPUUtilization", "period": 300, "threshold": 80}),
    (
        "kubernetes:apps/v1:Deployment",
        {
            "spec": {
                "template": {
                    "spec": {
                        "containers": [{"image": "nginx", "env": [{"name": f"E{n}", "value": n} for n in range(20)]}]
                    }
                }
            }
        },
    ),
    ("aws:lambda/function:Function", {"memorySize": 512, "runtime": "python3.13", "timeout": 30}),
    ("aws:eks/nodeGroup:NodeGroup", {"instanceTypes": ["m6g.large"], "scalingConfig": {"desiredSize": 2}}),
)


def resources() -> Iterator[dict[str, Any]]:
    """A provider in Seoul, and then resources without an end."""
    yield {"urn": PROVIDER, "custom": True, "type": "pulumi:providers:aws", "inputs": {"region": "ap-northeast-2"}}
    number = 0
    while True:
        token, inputs = KINDS[number % len(KINDS)]
        name = f"thing-{number}"
        tags = {f"tag-{place}": f"value {place} of {name}" for place in range(8)}
        yield {
            "urn": f"{STACK}::{token}::{name}",
            "custom": True,
            "id": f"id-{number}",
            "type": token,
            "inputs": {"__defaults": ["name"], "name": name, "tags": tags, **inputs},
            "outputs": {
                "arn": f"arn:aws:x:ap-northeast-2:123456789012:{name}",
                "tagsAll": tags,
                "tags": tags,
                **inputs,
                "answers": {f"answer-{place}": "x" * 40 for place in range(12)},
            },
            "parent": f"{STACK}::pulumi:pulumi:Stack::wide-prod",
            "dependencies": [f"{STACK}::aws:iam/role:Role::thing-{number - number % 8 + 3}"],
            "provider": f"{PROVIDER}::3d0b8a2e-9f0b-4d5e-8f57-0a5f1d6a8a11",
            "propertyDependencies": {"role": [f"{STACK}::aws:iam/role:Role::thing-{number - number % 8 + 3}"]},
            "created": "2026-11-01T00:00:00Z",
            "modified": "2026-11-01T00:00:00Z",
        }
        number += 1


def as_state(megabytes: int) -> Iterator[str]:
    """What ``pulumi stack export`` writes."""
    yield '{"version": 3, "deployment": {"resources": ['
    yield from _until(megabytes, lambda each: json.dumps(each, indent=4), ",\n")
    yield "]}}"


def as_preview(megabytes: int) -> Iterator[str]:
    """What ``pulumi preview --json`` writes."""
    yield '{"steps": ['
    yield from _until(megabytes, lambda each: json.dumps({"op": "create", "urn": each["urn"], "newState": each}), ",\n")
    yield "]}"


def as_events(megabytes: int) -> Iterator[str]:
    """The same as a stream of events."""

    def event(each: dict[str, Any]) -> str:
        metadata = {"op": "create", "urn": each["urn"], "old": None, "new": each}
        return json.dumps({"sequence": 1, "timestamp": 1, "resourcePreEvent": {"metadata": metadata}})

    yield from _until(megabytes, event, "\n")
    yield '\n{"sequence": 2, "timestamp": 2, "summaryEvent": {"resourceChanges": {}}}\n'


def _until(megabytes: int, write: Callable[[dict[str, Any]], str], between: str) -> Iterator[str]:
    size, wanted = 0, megabytes * 10**6
    for each in resources():
        text = write(each)
        yield between + text if size else text
        size += len(text)
        if size >= wanted:
            return


def measured(file: Path, form: str) -> tuple[float, int]:
    """Seconds, and the most memory in bytes, of one run in a process of its own."""
    command = [sys.executable, "-m", "pricing", str(file), "--format", form, "--output", os.devnull]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{file.name}: ended with {child.returncode}")
    # Linux counts in KiB.
    return time.perf_counter() - start, used.ru_maxrss * 1024


def main(megabytes: int) -> None:
    """Print time and memory for each form of file and report."""
    print(f"{'file':<10} {'MB':>6} {'report':<10} {'seconds':>8} {'MB resident':>12}")
    with tempfile.TemporaryDirectory() as folder:
        for written in (as_state, as_preview, as_events):
            file = Path(folder) / f"{written.__name__}.json"
            with file.open("w", encoding="utf-8") as stream:
                stream.writelines(written(megabytes))
            for form in ("text", "json"):
                seconds, memory = measured(file, form)
                size = file.stat().st_size / 10**6
                print(f"{written.__name__[3:]:<10} {size:>6.0f} {form:<10} {seconds:>8.1f} {memory / 10**6:>12.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES)
