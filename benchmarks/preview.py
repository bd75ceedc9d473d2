"""How long a preview takes: the program alone, with its packs, and at ten times its width.

    python benchmarks/preview.py [STACK]

Prints seconds of wall clock, the best of three: the whole command, and its parts once everything is imported. Ten times
means ten sets of independent resources of the same types: width is what a landing zone grows in.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pulumi

from model.resource import UNKNOWN
from preview.packs.runner import Packs
from preview.run import PACKS, PROJECT, ROOT
from preview.simulate.recorder import Recording, record
from stacks.load import StackFile, stack_file

FOLDERS = [ROOT / "policy" / name for name in PACKS]


def best(action: Callable[[], object], times: int = 3) -> float:
    """The shortest of some runs: noise only ever adds."""
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def wider(recording: Recording, sets: int) -> Callable[[], None]:
    """A program that declares ``sets`` copies of every custom resource, without dependencies."""

    def program() -> None:
        for number in range(sets):
            for place, made in enumerate(recording.registrations):
                if made.custom and not made.type.startswith("pulumi:"):
                    pulumi.CustomResource(made.type, f"copy-{number}-{place}", _given(made.resource().props))

    return program


def _given(value: Any) -> Any:
    """What a program would hand over: an unknown is an output that nobody knows yet."""
    if value is UNKNOWN:
        return pulumi.Output.from_input(pulumi.runtime.rpc.UNKNOWN)
    if isinstance(value, Mapping):
        return {key: _given(item) for key, item in value.items()}
    return [_given(item) for item in value] if isinstance(value, list) else value


def command(stack: str) -> None:
    """The whole command, interpreter included."""
    subprocess.run([sys.executable, "-m", "preview", stack], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)


def judged(program: Path | Callable[[], object], file: StackFile, stack: str) -> Recording:
    """Record and judge, as a preview does."""
    with Packs(FOLDERS, project=PROJECT, stack=stack, config=file.config) as packs:
        recording = record(program, project=PROJECT, stack=stack, config=file.config, seen=packs.show)
        packs.judge(recording)
    return recording


def main(stack: str) -> None:
    """Measure and print."""
    file = stack_file(stack)
    recording = record(ROOT, project=PROJECT, stack=stack, config=file.config)
    count = len(recording.registrations)
    print(f"{stack}, {count} registrations, {os.cpu_count()} cores")
    print(f"  python -m preview {stack:<6}{best(lambda: command(stack)):6.2f} s")
    alone = best(lambda: record(ROOT, project=PROJECT, stack=stack, config=file.config))
    print(f"  program alone           {alone:6.2f} s")
    both = best(lambda: judged(ROOT, file, stack))
    print(f"  program and packs       {both:6.2f} s")
    wide = wider(recording, 10)
    apart = best(lambda: record(wide, project=PROJECT, stack=stack, config=file.config), 1)
    print(f"  10x alone               {apart:6.2f} s")
    apart_and_judged = best(lambda: judged(wide, file, stack), 1)
    print(f"  10x and packs           {apart_and_judged:6.2f} s")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "prod")
