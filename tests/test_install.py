"""``.ci/install`` with a Python that only plays one: what is half made is made anew, and what works is left alone."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: Writes down what it is asked, and answers as the files beside it say.
PYTHON = """#!/bin/sh
echo "$(basename "$(dirname "$(dirname "$0")")") $*" >> "$STATE/asked"
case "$*" in
    "-c import sys; sys.exit("*) ;;
    "-c import sys; print("*) if [ -e "$(dirname "$0")/version" ]; then cat "$(dirname "$0")/version"; else echo 3.11.2; fi ;;
    "-m venv .venv")
        mkdir -p .venv/bin; cp "$0" .venv/bin/python
        [ -e "$(dirname "$0")/version" ] && cp "$(dirname "$0")/version" .venv/bin/
        if [ -e "$STATE/no-ensurepip" ]; then echo "ensurepip is not available"; exit 1; fi
        touch .venv/bin/pip ;;
    "-m pip --version") [ -e .venv/bin/pip ] ;;
    "-m pip install"*) echo "Collecting typer==1"; [ ! -e "$STATE/interrupted" ] || exit 130 ;;
esac
"""


@pytest.fixture
def place(tmp_path):
    """A checkout with nothing but the script and a lock, and how it is started."""
    for name in ("checkout/.ci", "state", "tools/bin", "newer/bin"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "checkout/.ci/install").write_bytes((ROOT / ".ci/install").read_bytes())
    (tmp_path / "checkout/lock").write_text("typer==1 \\\n    --hash=sha256:0\n")
    for name in ("tools/bin/python3", "newer/bin/python3.12"):
        (tmp_path / name).write_text(PYTHON)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "newer/bin/version").write_text("3.12.1\n")

    def run(*python):
        (tmp_path / "state/asked").write_text("")
        environment = {"PATH": f"{tmp_path}/tools/bin:{os.environ['PATH']}", "STATE": str(tmp_path / "state")}
        done = subprocess.run(
            ["/usr/bin/env", "bash", tmp_path / "checkout/.ci/install", "lock", ".venv/.runtime", *map(str, python)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        asked = (tmp_path / "state/asked").read_text()
        return done.returncode, "-m venv" in asked, "pip install" in asked, done.stderr

    run.folder = tmp_path
    run.venv = tmp_path / "checkout" / ".venv"
    return run


def test_it_is_made_once_and_then_left_alone(place):
    code, made, installed, told = place()

    assert (code, made, installed) == (0, True, True)
    assert told == "installing lock (once; about 30 seconds) ...\n"
    assert (place.venv / ".runtime").exists()
    assert place()[:3] == (0, False, False)


def test_a_lock_that_has_changed_is_installed_into_what_is_there(place):
    place()
    os.utime(place.venv / ".runtime", (1, 1))

    assert place()[:3] == (0, False, True)


@pytest.mark.parametrize("half", ["no pip", "no interpreter", "interrupted", "nothing in it"])
def test_what_is_half_made_is_made_anew(place, half):
    place()
    if half == "no pip":
        (place.venv / "bin/pip").unlink()
    elif half == "no interpreter":
        (place.venv / "bin/python").unlink()
        (place.venv / "bin/python").symlink_to("/nowhere/python3")
    elif half == "interrupted":
        (place.venv / ".unfinished").touch()
    else:
        (place.venv / "bin/python").unlink()
        (place.venv / "bin/pip").unlink()

    code, made, installed, told = place()

    assert (code, made, installed) == (0, True, True)
    assert told.startswith(".venv is half made, or of another Python: it is made anew\n")
    assert not (place.venv / ".unfinished").exists()


def test_an_interrupted_install_leaves_no_stamp_and_is_begun_anew(place):
    (place.folder / "state/interrupted").touch()
    assert place()[0] != 0
    assert not (place.venv / ".runtime").exists()

    (place.folder / "state/interrupted").unlink()
    assert place()[:3] == (0, True, True)


def test_a_python_without_venv_is_told_so_and_leaves_nothing(place):
    (place.folder / "state/no-ensurepip").touch()

    code, _, installed, told = place()

    assert (code, installed) == (2, False)
    assert told.splitlines()[-1] == (
        "error: python3 makes no virtual environment; on Debian and Ubuntu: apt-get install python3-venv"
    )
    assert not place.venv.exists()


def test_the_python_that_is_given_is_the_one_that_is_used(place):
    newer = place.folder / "newer/bin/python3.12"
    place()

    assert place(newer)[:3] == (0, True, True)
    assert (place.venv / "bin/version").read_text() == "3.12.1\n"
    assert place(newer)[:3] == (0, False, False)
    # Without one, what works is kept.
    assert place()[:3] == (0, False, False)


def test_make_asks_again_for_what_does_not_start_or_is_another_python(tmp_path):
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    for name in ("requirements.lock", ".ci/install", ".venv/bin/python", ".venv/.runtime"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS", "PYTHON"))}

    def planned(*arguments):
        words = ["make", "--dry-run", "preview", *arguments]
        return subprocess.run(words, cwd=tmp_path, env=plain, capture_output=True, text=True, check=True).stdout

    assert ".ci/install" not in planned()
    assert ".ci/install requirements.lock .venv/.runtime python3.12\n" in planned("PYTHON=python3.12")
    (tmp_path / ".venv/bin/python").unlink()
    assert ".ci/install requirements.lock .venv/.runtime" in planned()
