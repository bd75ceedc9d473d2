"""Each build that takes long refuses a machine that is too small, in one line; tried without building anything."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.aws.provider import stamp

TOOLS = Path(__file__).parents[2] / "tools"
BUILDS = {
    "pulumi": "Pulumi v3.",
    "yaml": "Pulumi's YAML host v1.",
    "kube": "etcd apiserver crds provider",
    "aws": "the AWS provider",
}


@pytest.fixture
def run(tmp_path):
    """Runs a script where there is a Go of this version, or none, and nothing else that it looks for."""

    def start(script, *, go="1.99.0", **environment):
        bin_ = tmp_path / "bin"
        bin_.mkdir()
        for tool in (
            "awk",
            "bash",
            "cat",
            "cut",
            "df",
            "dirname",
            "head",
            "mkdir",
            "rm",
            "sed",
            "sha256sum",
            "sort",
            "tail",
        ):
            (bin_ / tool).symlink_to(shutil.which(tool))
        if go:
            (bin_ / "go").write_text(f'#!/bin/bash\n[[ "$*" == "env GOVERSION" ]] && echo "go{go}" || exit 9\n')
            (bin_ / "go").chmod(0o755)
        environment = {"PATH": str(bin_), "HOME": str(tmp_path), **environment}
        return subprocess.run(script, capture_output=True, text=True, check=False, env=environment)

    return start


@pytest.mark.parametrize("tool", BUILDS)
@pytest.mark.parametrize(
    ("machine", "told"),
    [
        ({"LANDING_MEMORY_GB": "4"}, "building {} takes 6 GB of memory; this machine has 4"),
        ({"LANDING_DISK_GB": "1"}, "building {} takes 5 GB of disk; {} has 1 free"),
        ({"LANDING_MEMORY_GB": "6.5"}, "LANDING_MEMORY_GB: '6.5' is refused; allowed is a whole number of GB"),
        ({"LANDING_DISK_GB": "10GB"}, "LANDING_DISK_GB: '10GB' is refused; allowed is a whole number of GB"),
        ({"go": "1.20"}, "{} is built with Go 1.26"),
        ({"go": None}, "found: none"),
    ],
)
def test_a_machine_that_is_too_small_is_told_in_one_line(run, tmp_path, tool, machine, told):
    done = run([TOOLS / tool / "build.sh", tmp_path / "built"], **machine)

    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert BUILDS[tool] in done.stderr or "is refused" in told
    assert told.split("{}")[-1] in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_built_is_used_on_any_machine(run, tmp_path):
    built = tmp_path / "built"
    built.mkdir()
    (built / "aws-provider").write_text("#!/bin/bash\n")
    (built / "aws-provider").chmod(0o755)
    (built / ".inputs").write_text(stamp())

    done = run([TOOLS / "aws" / "build.sh", built], go=None, LANDING_MEMORY_GB="1")

    assert (done.returncode, done.stderr) == (0, "")
    assert "is already in" in done.stdout


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"meminfo": "MemTotal: 16000000 kB\n"}, "16"),
        ({"meminfo": "MemTotal: 16000000 kB\n", "memory.max": "max\n"}, "16"),
        ({"meminfo": "MemTotal: 16000000 kB\n", "memory.max": "4294967296\n"}, "4"),
        ({"meminfo": "MemTotal: 16000000 kB\n", "memory/memory.limit_in_bytes": "2147483648\n"}, "2"),
        ({"meminfo": "MemTotal: 16000000 kB\n", "memory/memory.limit_in_bytes": "9223372036854771712\n"}, "16"),
        ({}, ""),
    ],
    ids=[
        "a machine",
        "a container without a limit",
        "version 2",
        "version 1",
        "version 1 without a limit",
        "neither is said",
    ],
)
def test_a_container_has_the_memory_that_it_may_use(tmp_path, files, said):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    ask = f'set -euo pipefail; source "{TOOLS}/enough.sh"; MEMINFO="$1/meminfo" CGROUPS=$1; memory_gb'

    done = subprocess.run([shutil.which("bash"), "-c", ask, "-", tmp_path], capture_output=True, text=True, check=True)

    assert done.stdout == said
