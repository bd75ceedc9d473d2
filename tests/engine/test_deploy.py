"""The real deployment under the real CLI: the plan that was read is applied, or nothing is, and no data is lost by it."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from deploy.__main__ import Deployment as Planned
from deploy.engine import Engine
from deploy.saved import PLAN, RECORD
from stacks.environments import promotion_order
from stacks.load import stack_file
from tests.engine.deployment import ROOT
from tests.engine.standins.faults import VARIABLE

pytestmark = pytest.mark.engine
CANARY = "canary-71d20c55"
LOG = "aws:cloudwatch/logGroup:LogGroup"
#: A program small enough to be planned in seconds, under a real stack file and the real packs.
PROGRAM = """
import pulumi
import pulumi_aws as aws

tags = {"project": "alphacar-landing-zone", "environment": "dev", "owner": "platform", "decision": "platform"}
key = aws.kms.Key("key", description="of a test", enable_key_rotation=True, tags=tags, opts=pulumi.ResourceOptions(protect=True))
aws.cloudwatch.LogGroup("log", name="/aws/docdb/sample", retention_in_days=7, kms_key_id=key.arn, tags=tags)
aws.sns.Topic("topic", display_name=pulumi.Output.secret("CANARY"), kms_master_key_id=key.id, tags=tags)
""".replace("CANARY", CANARY)
#: What such a program lacks of a landing zone, waived as a person would.
WAIVERS = """
  landing:exceptions:
    - {policy: companions-are-declared, urn: "*::pulumi:pulumi:Stack::*", WHO}
    - {row: metrics, urn: "*::pulumi:pulumi:Stack::*", WHO}
    - {row: dashboards, urn: "*::pulumi:pulumi:Stack::*", WHO}
    - {row: admission, urn: "*::pulumi:pulumi:Stack::*", WHO}
    - {row: platform, urn: "*::pulumi:pulumi:Stack::*", WHO}
""".replace("WHO", 'reason: a test, owner: platform, ticket: TEST-1, expires: "2027-06-30"')


def keep(folder, *options):
    """Makes ``folder`` a checkout of what it holds."""

    def git(*arguments):
        identity = ("-c", "user.name=me", "-c", "user.email=me@example.com", "-c", "commit.gpgsign=false")
        words = ["git", "-C", str(folder), *identity, *arguments]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()

    if not (folder / ".git").exists():
        git("init", "-q")
        (folder / ".git" / "info" / "exclude").write_text(".venv\n__pycache__\n/plan-*/\n")
    git("add", "--all")
    git("commit", "-qm", "A change", *options)
    return git


def change(up, before, after):
    program = up.deployment.folder / "__main__.py"
    assert before in program.read_text()
    program.write_text(program.read_text().replace(before, after))


@pytest.fixture(scope="module")
def deployed(deploy, command, tmp_path_factory):
    """A checkout of the small program, deployed, and ``make up`` in it; the CLIs are on ``PATH``."""
    deployment = deploy("dev")
    folder, tools = deployment.folder, tmp_path_factory.mktemp("tools")
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    (folder / "__main__.py").write_text(PROGRAM)
    settings = folder / "stacks" / "Pulumi.dev.yaml"
    text = re.sub(r"  landing:exceptions:\n(    .*\n)*", WAIVERS.lstrip("\n"), settings.read_text())
    settings.write_text(re.sub(r"landing:phases: .*", "landing:phases: []", text))
    keep(folder)
    made = deployment.up()
    assert made.succeeded, made.complaints
    (tools / "aws").write_text("#!/bin/sh\n")
    (tools / "aws").chmod(0o755)
    (tools / "pulumi").symlink_to(shutil.which(command.command))
    path = os.pathsep.join((str(tools), str(Path(shutil.which(command.command)).parent), os.environ["PATH"]))

    def up(*arguments, **environment):
        known = {**deployment.environment, "PATH": path, "HOME": str(tools), **environment}
        words = [folder / ".ci" / "up", "dev", *arguments]
        return subprocess.run(words, env=known, capture_output=True, text=True, check=False, timeout=300)

    up.deployment = deployment
    return up


@pytest.fixture
def small(deployed):
    """The same, committed as it was at first."""
    git = keep(deployed.deployment.folder, "--allow-empty")
    yield deployed
    git("reset", "-q", "--hard", git("rev-list", "--max-parents=0", "HEAD"))


def test_the_plan_that_was_saved_is_applied_and_nothing_else(small):
    folder, before = small.deployment.folder, small.deployment.export()
    change(small, "retention_in_days=7", "retention_in_days=14")
    keep(folder)

    saved = small("--save", "plan-dev")
    assert saved.returncode == 0, saved.stdout + saved.stderr
    assert re.search(r"retentionInDays: 7 => 14", saved.stdout)
    assert small.deployment.export() == before
    kept = {path.name: path.read_text() for path in (folder / "plan-dev").iterdir()}
    assert kept.keys() == {RECORD, PLAN}
    # What is secret in a plan is encrypted by the stack's own key.
    assert "ciphertext" in kept[PLAN]
    assert CANARY not in repr(kept) + saved.stdout + saved.stderr

    applied = small("--plan", "plan-dev", "--yes")
    assert applied.returncode == 0, applied.stdout + applied.stderr
    (log,) = [each for each in small.deployment.export()["resources"] if each["type"] == LOG]
    assert log["inputs"]["retentionInDays"] == 14

    again = small("--plan", "plan-dev", "--yes")
    assert (again.returncode, again.stderr.splitlines()[-1]) == (
        2,
        "error: the state of dev moved since the plan was made; make a new plan and read it",
    )


def test_what_changed_since_the_plan_was_read_is_refused(small):
    saved = small("--save", "plan-dev")
    assert saved.returncode == 0, saved.stderr
    before = small.deployment.export()

    change(small, "retention_in_days=7", "retention_in_days=30")
    changed = small("--plan", "plan-dev", "--yes")
    keep(small.deployment.folder)
    committed = small("--plan", "plan-dev", "--yes")

    assert changed.stderr.splitlines()[-1] == (
        "error: the checkout is not the one that the plan was made from (__main__.py); make a new plan and read it"
    )
    assert re.fullmatch(
        r"error: the plan was made from commit \w{12}, and \w{12} is checked out; make a new plan and read it",
        committed.stderr.splitlines()[-1],
    )
    assert (changed.returncode, committed.returncode) == (2, 2)
    assert small.deployment.export() == before


def test_what_could_turn_the_verdict_is_left_out_and_what_a_pack_refuses_is_not_applied(small, tmp_path):
    (tmp_path / "deploy.py").write_text("raise SystemExit(0)")
    change(small, "retention_in_days=7", "retention_in_days=0")
    before = small.deployment.export()

    blocked = small("--yes", PYTHONPATH=str(tmp_path), LANDING_TODAY="2020-01-01", PULUMI_DEBUG_PROVIDERS="aws:1")

    assert blocked.returncode == 1
    assert "[mandatory]  logs-expire" in blocked.stdout
    assert blocked.stderr.splitlines()[0] == (
        "left out of the deployment's environment: LANDING_TODAY, PULUMI_DEBUG_PROVIDERS, PYTHONPATH"
    )
    assert small.deployment.export() == before


def test_protect_alone_stops_a_bare_up_and_a_plan_says_which_property_forces_it(small):
    change(small, "enable_key_rotation=True", "enable_key_rotation=True, customer_master_key_spec='RSA_2048'")
    before = small.deployment.export()

    bare = small.deployment.cli("up", "--yes")
    planned = small("--yes")

    assert bare.returncode != 0
    assert "currently marked for protection" in bare.stdout
    assert planned.returncode == 1
    assert (
        "warning: aws:kms/key:Key key holds data and will be replaced, because of customerMasterKeySpec"
        in planned.stderr
    )
    assert small.deployment.export() == before


def test_what_was_interrupted_while_it_was_made_is_not_made_a_second_time(small):
    change(small, 'aws.sns.Topic("topic"', 'aws.sns.Topic("second"')
    small.deployment.environment[VARIABLE] = "create Topic::second kill"
    killed = small.deployment.cli("up", "--yes")
    del small.deployment.environment[VARIABLE]
    assert killed.returncode == -signal.SIGKILL
    small.deployment.cli("cancel", "--yes")

    refused = small("--yes")
    small.deployment.cli("refresh", "--yes", "--clear-pending-creates")

    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-2:] == [
        "error: the state of dev has operations that were interrupted; docs/operations.md says how to end them",
        "error: creating urn:pulumi:dev::alphacar-landing-zone::aws:sns/topic:Topic::second",
    ]
    assert "pending_operations" not in small.deployment.export()


@pytest.mark.parametrize("stack", promotion_order())
def test_a_replaced_log_group_is_refused_where_data_is_protected_and_told_where_not(stack, landing_of, tmp_path, capfd):
    landing = landing_of(stack)
    assert landing.deployed.succeeded, landing.deployed.complaints
    folder = landing.deployment.folder
    git = keep(folder)
    source = folder / "components" / "stores" / "documents.py"
    source.write_text(source.read_text().replace('name=f"/aws/docdb/', 'name=f"/aws/other/'))
    keep(folder)
    protected = stack_file(stack, folder / "stacks" / f"Pulumi.{stack}.yaml").settings.deletion_protection
    environment = {**os.environ, **landing.deployment.environment}
    engine = Engine(folder, stack, {**environment, "PATH": path_of(landing.deployment)}, packs=())

    code = Planned(engine, protected=protected).plan(tmp_path / "plan")
    git("reset", "-q", "--hard", "HEAD~1")

    told = [line for line in capfd.readouterr().err.splitlines() if "holds data" in line]
    level, word = ("error", "would") if protected else ("warning", "will")
    assert told == [
        f"{level}: aws:cloudwatch/logGroup:LogGroup documents-{kind} holds data and {word} be replaced, because of name"
        for kind in ("audit", "profiler")
    ]
    assert (code, (tmp_path / "plan" / RECORD).exists()) == ((1, False) if protected else (0, True))


def path_of(deployment):
    return os.pathsep.join((str(Path(deployment._command).parent), os.environ["PATH"]))
