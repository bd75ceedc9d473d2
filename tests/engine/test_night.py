"""The nightly report reads what the real CLI leaves: the events of a preview after a refresh, and an exported state."""

import subprocess

import pytest
import yaml

from preview.night.engine import drift, state
from tests.engine.deployment import ROOT
from tests.preview.night.nights import dev

pytestmark = pytest.mark.engine
PULUMI = "pulumi"


@pytest.fixture(scope="module")
def deployed(deploy):
    """Development, deployed."""
    deployment = deploy("dev")
    deployment.hurry()
    done = deployment.up()
    assert done.succeeded, done.complaints
    return deployment


@pytest.fixture
def night(deployed, tmp_path, command):
    """What ``.ci/drift`` leaves of the stack, as it is run in a pipeline."""
    folder = deployed.folder

    def of():
        subprocess.run(
            [folder / ".ci" / "drift", "dev", tmp_path], env=known, cwd=folder, capture_output=True, check=True
        )
        return dev(drift=tmp_path / "drift.jsonl", state=tmp_path / "state.json")

    (folder / ".ci").mkdir(exist_ok=True)
    (folder / ".ci" / "drift").write_bytes((ROOT / ".ci" / "drift").read_bytes())
    (folder / ".ci" / "drift").chmod(0o755)
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs" / PULUMI).symlink_to(command.command)
    known = deployed.ambient(tmp_path / "programs")
    return of


def test_what_was_deployed_has_not_drifted_and_its_state_breaks_no_rule(night):
    found = night()

    assert drift(found).rows == ()
    assert state(found).rows == ()


def test_a_setting_that_nobody_deployed_and_a_program_that_breaks_are_told(night, deployed):
    stack, program = deployed.folder / "stacks" / "Pulumi.dev.yaml", deployed.folder / "__main__.py"
    settings, source = stack.read_text(), program.read_text()
    (types,) = (each["instanceTypes"] for each in yaml.safe_load(settings)["config"]["landing:nodeGroups"].values())
    before, turned = (f"[{', '.join(each)}]" for each in (types, types[::-1]))
    try:
        stack.write_text(settings.replace(before, turned, 1))
        changed = drift(night())
        stack.write_text(settings)
        program.write_text(f"{source}\nraise RuntimeError('the password is hunter2')\n")
        broken = drift(night())
    finally:
        stack.write_text(settings)
        program.write_text(source)

    assert changed.weight == 1
    # The schedules name the Auto Scaling group that belongs to the node group; EKS's component has both below it.
    assert {row.partition(" (")[2] for row in changed.rows} == {
        "`aws:eks/nodeGroup:NodeGroup`): `instanceTypes`",
        "`aws:autoscaling/schedule:Schedule`): `autoscalingGroupName`",
        "`eks:index:ManagedNodeGroup`)",
    }
    assert broken.weight == 2
    assert "did not get to its end" in broken.rows[0]
    assert "hunter2" not in str(broken.rows)
