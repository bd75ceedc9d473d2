"""`.ci/bootstrap` with stand-ins for the CLIs: when it begins anew, when it goes on, and when it does neither."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUCKET = "alphacar-state-111122223333-ap-northeast-2"
NOT_THERE = "An error occurred (404) when calling the HeadObject operation: Not Found"
NO_BUCKET = "An error occurred (NoSuchBucket) when calling the HeadObject operation: The bucket does not exist"
FORBIDDEN = "An error occurred (403) when calling the HeadObject operation: Forbidden"
NO_NETWORK = 'Could not connect to the endpoint URL: "https://s3.ap-northeast-2.amazonaws.com/"'


@pytest.fixture
def run(tmp_path):
    """The script in a checkout of nothing else, where S3 answers ``said`` or, without it, has the state."""
    for folder in (".ci", "bootstrap", ".venv/bin", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "bootstrap", tmp_path / ".ci")
    log = tmp_path / "log"
    programs = {
        ".venv/bin/python": "exit 0",
        "bin/pulumi": f'echo "$1 $2 $PULUMI_BACKEND_URL" >>{log}',
        "bin/aws": 'case "$1" in sts) echo 111122223333 ;; *) [ -z "$SAID" ] || { echo "$SAID" >&2; exit 254; } ;; esac',
    }
    for name, text in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)

    def start(said=""):
        done = subprocess.run(
            [tmp_path / ".ci" / "bootstrap", "dev", "--yes"],
            env={"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "SAID": said},
            capture_output=True,
            text=True,
            check=False,
        )
        return done, log.read_text().splitlines() if log.exists() else []

    return start


@pytest.mark.parametrize("said", [NOT_THERE, NO_BUCKET])
def test_a_first_run_makes_it_and_moves_its_state(run, tmp_path, said):
    done, asked = run(said)
    local, remote = f"file://{tmp_path}/bootstrap/.state", f"s3://{BUCKET}?region=ap-northeast-2&awssdk=v2"

    assert done.returncode == 0, done.stderr
    assert asked == [
        f"stack select {local}",
        f"preview --stack {local}",
        f"up --stack {local}",
        f"stack export {local}",
        f"stack select {remote}",
        f"stack import {remote}",
    ]
    assert not (tmp_path / "bootstrap" / ".state").exists()


def test_a_second_run_goes_on_in_the_bucket(run):
    done, asked = run()
    remote = f"s3://{BUCKET}?region=ap-northeast-2&awssdk=v2"

    assert (done.returncode, asked) == (0, [f"preview --stack {remote}", f"up --stack {remote}"])


@pytest.mark.parametrize("said", [FORBIDDEN, NO_NETWORK])
def test_nothing_is_begun_anew_where_nobody_knows_what_is_there(run, said):
    done, asked = run(said)

    assert (done.returncode, asked) == (2, [])
    assert done.stderr == f"error: whether the state is in {BUCKET} is not known: {said}\n"
