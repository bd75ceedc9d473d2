"""The policy packs under the CLI: what blocks, when, and what only speaks."""

import json
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from tests.engine.deployment import PACKS

pytestmark = pytest.mark.engine
ROOT = Path(__file__).parents[2]
FOLDERS = {pack: str(ROOT / "policy" / pack) for pack in PACKS}
#: A line that breaks one pack, and the policy that says so.
SEEDED = {
    "decisions": ('aws.amp.Workspace("seeded")', "rejected-systems-stay-out"),
    "cost": ('aws.kinesis.Stream("seeded", shard_count=1)', "types-are-priced"),
    "guardrails": ('aws.cloudwatch.LogGroup("seeded")', "logs-expire"),
}


def test_every_pack_has_a_seed():
    assert set(SEEDED) == set(PACKS)


@pytest.mark.parametrize("pack", PACKS)
def test_a_violation_blocks_preview_deployment_and_a_look_at_the_state(program, pack):
    line, policy = SEEDED[pack]
    deployment = program(f"import pulumi_aws as aws\n{line}\n")
    packs = [FOLDERS[pack]]

    for run in (deployment.preview(packs), deployment.up(packs)):
        assert not run.succeeded
        assert (policy, "mandatory") in {(finding.policy, finding.level) for finding in run.findings}
    assert not [urn for urn in deployment.resources() if urn.endswith("::seeded")]

    assert deployment.up().succeeded
    judged = analyzed(deployment, pack)

    assert judged.returncode != 0
    assert f"[mandatory]  {policy}" in judged.stdout


def test_the_rules_are_those_of_the_checkout_that_the_pack_lies_in(program, tmp_path):
    checkout = tmp_path / "checkout"
    for room in ("policy", "model", "stacks", "components"):
        shutil.copytree(ROOT / room, checkout / room)
    (checkout / ".venv").symlink_to(sys.prefix)
    rules = checkout / "policy" / "guardrails" / "rules.py"
    rules.write_text(rules.read_text().replace("retentionInDays must be 1 or more", "this checkout wants a retention"))
    line, policy = SEEDED["guardrails"]

    # The program's own environment has another checkout on its path.
    run = program(f"import pulumi_aws as aws\n{line}\n").preview([str(checkout / "policy" / "guardrails")])

    (found,) = [finding for finding in run.findings if finding.policy == policy]
    assert found.message.startswith("this checkout wants a retention")


def test_no_variable_tells_the_engine_s_packs_another_day(deploy):
    # Every waiver has expired by then.
    run = deploy("dev", LANDING_TODAY="2099-01-01", TODAY="2099-01-01").preview(["guardrails"])

    assert run.succeeded, run.complaints
    assert [finding.policy for finding in run.findings if "[waived until" in finding.message] == [
        "cluster-api-is-private"
    ]


def test_an_advisory_finding_blocks_nothing(program):
    deployment = program("")

    for run in (deployment.preview([FOLDERS["cost"]]), deployment.up([FOLDERS["cost"]])):
        assert run.succeeded, run.complaints
        assert {(finding.policy, finding.level) for finding in run.findings} == {("stack-within-budget", "advisory")}


@pytest.mark.parametrize("pack", PACKS)
def test_production_s_exported_state_passes_every_pack(prod, pack):
    assert prod.deployed.succeeded, prod.deployed.complaints

    judged = analyzed(prod.deployment, pack)

    assert judged.returncode == 0, judged.stdout + judged.stderr


def analyzed(deployment, pack):
    """``pulumi policy analyze`` of the exported state."""
    file = deployment.folder / "exported.json"
    file.write_text(json.dumps({"version": 3, "deployment": deployment.export()}))
    return deployment.cli("policy", "analyze", "--policy-pack", FOLDERS[pack], "--file", str(file))


BROKEN = {
    "def (:\n": "SyntaxError: invalid syntax",
    "print('ready')\n": "could not read policy pack port",
}


@pytest.mark.parametrize("line", BROKEN)
def test_a_pack_that_does_not_start_stops_the_preview(program, tmp_path, line):
    folder = tmp_path / "pack"
    folder.mkdir()
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
    (folder / "PulumiPolicy.yaml").write_text(yaml.safe_dump({"version": "0.1.0", "runtime": runtime}))
    (folder / "__main__.py").write_text(line + (ROOT / "policy" / "cost" / "__main__.py").read_text())

    run = program("").preview([str(folder)])

    assert not run.succeeded
    assert BROKEN[line] in run.text
