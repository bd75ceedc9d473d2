"""Both pipelines call only what exists."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PIPELINES = {"gitlab": ROOT / ".gitlab-ci.yml", "github": ROOT / ".github" / "workflows" / "ci.yml"}


def scripts(name: str) -> list[str]:
    document = yaml.safe_load(PIPELINES[name].read_text())
    if name == "github":
        return [step["run"] for job in document["jobs"].values() for step in job["steps"] if "run" in step]
    return [
        line
        for job in document.values()
        if isinstance(job, dict)
        for key in ("script", "before_script")
        for line in job.get(key, ())
    ]


def targets() -> set[str]:
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    return set(phony[1].split()) | {".venv/.runtime", ".venv/.dev"}


@pytest.mark.parametrize("name", PIPELINES)
def test_every_make_target_that_a_pipeline_calls_exists(name):
    called = {match for line in scripts(name) for match in re.findall(r"\bmake (\S+)", line)}

    assert called
    assert called <= targets()


@pytest.mark.parametrize("name", PIPELINES)
def test_every_script_and_pack_that_a_pipeline_names_exists(name):
    named = {match for line in scripts(name) for match in re.findall(r"(?:^|\s)(\.ci/\w+|policy/\w+)", line)}

    assert named
    for path in named:
        assert (ROOT / path).exists(), path
        if path.startswith(".ci/"):
            assert os.access(ROOT / path, os.X_OK), path


def test_every_engine_run_of_the_pipelines_has_all_three_packs():
    lines = [line for name in PIPELINES for line in scripts(name) if "pulumi preview" in line or "pulumi up" in line]

    assert lines
    for line in lines:
        assert re.findall(r"--policy-pack policy/(\w+)", line) == ["decisions", "cost", "guardrails"]


def test_production_is_deployed_by_hand():
    document = yaml.safe_load(PIPELINES["gitlab"].read_text())

    assert document["up-prod"]["rules"][0]["when"] == "manual"
    assert "workflow_dispatch" in yaml.safe_load(PIPELINES["github"].read_text())[True]


@pytest.mark.parametrize("argument", ["--skip-preview", "-f", "--policy-pack-config=x", "--policy-pack=other"])
def test_a_deployment_cannot_leave_out_its_preview_or_a_pack(argument):
    run = subprocess.run([ROOT / ".ci" / "up", "dev", argument], capture_output=True, text=True, check=False)

    assert run.returncode == 2
    assert run.stderr.startswith(f"error: {argument} is refused")


def test_the_makefile_is_short():
    assert len((ROOT / "Makefile").read_text().splitlines()) < 40


def test_locks_have_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE)

        assert "://" not in text
        assert text.count("--hash=sha256:") >= len(pins) > 40
        assert "setuptools" in pins
        assert re.search(r"^protobuf==5\.29\.", text, re.MULTILINE)
