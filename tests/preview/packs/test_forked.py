"""Packs forked from one process find what packs started by the engine's own command line find."""

import os
import select
import subprocess
import sys
import tempfile
from contextlib import ExitStack

import pulumi
import pytest

from preview.packs.forked import AVAILABLE, Family
from preview.packs.process import PackError
from preview.packs.runner import OURS, Packs
from preview.run import PROJECT, ROOT
from preview.simulate.recorder import record
from stacks.load import stack_file
from tests.conftest import TODAY
from tests.golden.target import recorded
from tests.policy.pack_cases import CASES
from tests.policy.test_packs import declare

FOLDERS = list(OURS)
pytestmark = pytest.mark.skipif(not AVAILABLE, reason="packs are forked on Linux only")


def found(*recordings, fork):
    file = stack_file("prod")
    with Packs(FOLDERS, project=PROJECT, stack="prod", config=file.config, today=TODAY, fork=fork) as packs:
        return [packs.judge(recording) for recording in recordings]


def test_both_find_the_same_in_production_and_in_resources_that_nobody_made():
    production = recorded("prod/all").recording
    cases = record(lambda: declare(CASES), project=PROJECT, stack="prod", config=stack_file("prod").config)

    assert found(production, cases, fork=True) == found(production, cases, fork=False)


def test_children_end_with_the_one_who_started_them(tmp_path):
    program = (
        "import os, sys, tempfile, pathlib\n"
        "from preview.packs.forked import Family\n"
        f"folder = pathlib.Path({str(FOLDERS[0])!r})\n"
        "family = Family([folder], [tempfile.TemporaryFile()], dict(os.environ))\n"
        "family.children[0].stdout.readline()\n"
        "print(family._process.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )

    # Its standard output, which the children have as well, was read to its end: nobody is left to hold it.
    assert run.stdout.strip().isdigit()


def test_a_pack_that_does_not_start_says_why(tmp_path):
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "__main__.py").write_text("raise RuntimeError('no such rule')\n")

    with (
        Packs([tmp_path], project=PROJECT, stack="dev", config={}, fork=True) as packs,
        pytest.raises(PackError, match=r"ended with exit code 1 before it was ready(.|\n)*no such rule"),
    ):
        packs.judge(record(lambda: pulumi.CustomResource("a:b:C", "c"), project=PROJECT, stack="dev", config={}))


def test_a_parent_that_does_not_start_ends_every_child(tmp_path):
    with (tmp_path / "errors").open("w+b") as errors:
        family = Family([FOLDERS[0]], [errors], {"PYTHONPATH": "/nowhere", "PYTHONHOME": "/nowhere"})

        assert family.children[0].wait(60) == 1
        family.end()


def test_a_pack_that_has_ended_keeps_nobody_waiting_for_its_output():
    with ExitStack() as stop:
        errors = [stop.enter_context(tempfile.TemporaryFile()) for _ in FOLDERS]
        family = Family(FOLDERS, errors, dict(os.environ))
        stop.callback(family.end)
        for child in family.children:
            assert child.stdout.readline().strip().isdigit()
        first, *others = family.children

        first.terminate()

        # Its siblings live on, and hold no end of its pipe.
        assert select.select([first.stdout], [], [], 30)[0] == [first.stdout]
        assert first.stdout.read() == b""
        assert [child.returncode for child in others] == [None, None]
