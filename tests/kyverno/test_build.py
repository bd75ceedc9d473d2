"""What the build says where it cannot work; no Go is needed to see it."""

import os
import subprocess
from pathlib import Path

import pytest

PLACES = [Path(each) for each in os.environ["PATH"].split(os.pathsep)]
BUILD = Path(__file__).parents[2] / "tools" / "kyverno" / "build.sh"


@pytest.mark.parametrize(
    ("go", "memory", "disk", "said"),
    [
        ("go1.25.0", "24", "50", "error: Kyverno's CLI v1.19.0 is built with Go 1.26.5 or newer; found: 1.25.0"),
        (None, "24", "50", "error: Kyverno's CLI v1.19.0 is built with Go 1.26.5 or newer; found: none"),
        ("go1.26.8", "4", "50", "error: building Kyverno's CLI v1.19.0 takes 6 GB of memory; this machine has 4"),
        ("go1.26.8", "24", "3", "error: building Kyverno's CLI v1.19.0 takes 5 GB of disk; {folder} has 3 free"),
    ],
)
def test_where_it_cannot_be_built_one_line_says_why(tmp_path, go, memory, disk, said):
    programs, folder = tmp_path / "programs", tmp_path / "built"
    programs.mkdir()
    for name in ("bash", "dirname", "mkdir", "awk", "cat", "sha256sum", "sed", "sort", "head", "df"):
        (programs / name).symlink_to(next(each / name for each in PLACES if (each / name).exists()))
    if go:
        (programs / "go").write_text(f"#!/bin/sh\necho {go}\n")
        (programs / "go").chmod(0o755)
    surroundings = {"PATH": str(programs), "LANDING_MEMORY_GB": memory, "LANDING_DISK_GB": disk}

    ran = subprocess.run(
        [programs / "bash", BUILD, folder], env=surroundings, capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", said.format(folder=folder) + "\n")
    assert list(folder.iterdir()) == []
