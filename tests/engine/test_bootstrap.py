"""The bootstrap under the real engine: previewed and made with all packs, and left alone by a second run."""

import shutil

import pytest

from stacks.environments import promotion_order
from tests.engine.deployment import ROOT, Deployment

pytestmark = pytest.mark.engine


@pytest.fixture(params=promotion_order())
def bootstrap(request, command, home, tmp_path, _ambient):
    project = tmp_path / "project"
    for room in ("bootstrap", "components", "model", "policy", "pricing", "stacks"):
        shutil.copytree(ROOT / room, project / room, ignore=shutil.ignore_patterns("__pycache__"))
    # As pulumi runs it: its virtual environment is named from the project's folder.
    (project / ".venv").symlink_to(ROOT / ".venv")
    made = Deployment(command, home, project / "bootstrap", request.param, {})
    made.hurry()
    return made


def test_a_second_run_changes_nothing(bootstrap):
    packs = [str(bootstrap.folder.parent / "policy" / pack) for pack in ("decisions", "cost", "guardrails")]
    previewed = bootstrap.preview(packs)
    assert previewed.succeeded, previewed.complaints

    made = bootstrap.up(packs)
    assert made.succeeded, made.complaints
    assert set(made.changes.values()) == {"create"}
    assert made.changes.keys() == previewed.changes.keys()

    again = bootstrap.up(packs)
    assert again.succeeded, again.complaints
    assert again.changes == {}
    assert bootstrap.outputs().keys() == {"backendUrl", "secretsProvider", "deployRole", "previewRole", "boundary"}


@pytest.mark.parametrize("bootstrap", ["prod"], indirect=True)
def test_another_branch_changes_both_roles_and_nothing_else(bootstrap):
    assert bootstrap.up().succeeded
    bootstrap.configure("bootstrap:gitlab.branch", "release")

    assert bootstrap.up().names_changed == {
        "aws:iam/role:Role::deploy": "update",
        "aws:iam/role:Role::preview": "update",
    }
