"""How long a newcomer waits for the first preview beyond pip's own time: a fresh clone, an empty HOME, no bytecode.

    .venv/bin/python benchmarks/first_preview.py [STACK]

Clones this repository's HEAD into a folder that is thrown away and runs there what ``make preview STACK=...`` runs: the
installation, whose pip tells by its own log how long it took, and then the preview, the first that these libraries see.
The peer, on the same machine with the same libraries and as little compiled: a Python that imports the Pulumi SDKs of
the landing zone and declares nothing, which any Pulumi program in Python waits for. Prints seconds of wall clock and of
processor, and the ratio of processors, which other work on the machine hardly moves. Exit code 1 at 20 s or more.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
#: Seconds of wall clock beyond pip's own, on a machine that does nothing else.
AIM = 20
PEER = "import pulumi, pulumi_aws, pulumi_kubernetes, pulumi_eks"
#: What pip writes at the head of each line of PIP_LOG.
STAMP = re.compile(r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2},\d{3}) ", re.MULTILINE)
#: How a machine reaches its package index; a newcomer has that too.
KEPT = ("PATH", "LANG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "http_proxy", "https_proxy", "no_proxy")


class Taken(NamedTuple):
    """Seconds of a command and all processes that it waits for."""

    wall: float
    processor: float


def take(command: list[str], folder: Path, environment: dict[str, str]) -> Taken:
    """Run ``command``; what it says goes nowhere unless it fails."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{command} ended with {process.returncode}:\n{said.read().decode(errors='replace')[-2000:]}")
    return Taken(time.perf_counter() - begin, used.ru_utime + used.ru_stime)


def pip_seconds(log: Path) -> float:
    """From the first line of pip's log to its last."""
    found = [datetime.fromisoformat(each.replace(",", ".")) for each in STAMP.findall(log.read_text(errors="replace"))]
    return (max(found) - min(found)).total_seconds()


def main(stack: str) -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as made:
        home, clone, log = Path(made) / "home", Path(made) / "clone", Path(made) / "pip.log"
        home.mkdir()
        kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("PIP_")}
        bare = {**kept, "HOME": str(home)}
        clean = ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)]
        take(clean, ROOT, bare)
        # Before anything is compiled where the preview will look for it: the peer compiles elsewhere.
        installed = take(["make", ".venv/.runtime"], clone, {**bare, "PIP_LOG": str(log)})
        ours = take(["make", "preview", f"STACK={stack}"], clone, bare)
        cold = {**bare, "PYTHONPYCACHEPREFIX": str(Path(made) / "cache")}
        peer = take([".venv/bin/python", "-c", PEER], clone, cold)
        again = take(["make", "preview", f"STACK={stack}"], clone, bare)
        pip = pip_seconds(log)
    beyond = installed.wall - pip + ours.wall
    print(f"installation                {installed.wall:6.1f} s, of which pip {pip:.1f}")
    print(f"first make preview          {ours.wall:6.1f} s, processor {ours.processor:.1f}")
    print(f"beyond pip's own time       {beyond:6.1f} s; the aim is under {AIM}")
    print(f"second make preview         {again.wall:6.1f} s, processor {again.processor:.1f}")
    print(f"importing the SDKs, cold    {peer.wall:6.1f} s, processor {peer.processor:.1f}")
    ratio, wall = ours.processor / peer.processor, ours.wall / peer.wall
    print(f"first preview to that       {ratio:6.2f} of processor, {wall:.2f} of wall")
    return int(beyond >= AIM)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else "prod"))
