"""An environment is a stack file, and nothing else lists it."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from preview.report.render import render
from stacks.environments import FOLDER, PRODUCTION, promotion_order, stack_names
from stacks.load import from_mapping
from stacks.messages import SettingsError
from tests.recordings import previewed

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("stacks", "model", "pricing", "policy", "components", "landing", "preview", "migration", "tools")


def test_production_comes_last_and_by_one_name():
    assert PRODUCTION in stack_names()
    assert promotion_order() == [*(name for name in stack_names() if name != PRODUCTION), PRODUCTION]


def test_no_code_names_an_environment():
    for path in (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))):
        said = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
        named = said.intersection(stack_names())

        assert named == ({PRODUCTION} if path.name == "environments.py" else set()), path


def test_an_environment_without_a_stack_file_is_refused_with_those_that_have_one(landing):
    *others, last = map(repr, promotion_order())

    with pytest.raises(SettingsError) as caught:
        from_mapping({**landing("dev"), "environment": "qa"})
    assert str(caught.value) == (f"landing:environment: 'qa' is refused: input should be {', '.join(others)} or {last}")


@pytest.fixture
def copy(checkout):
    """A checkout with one more stack file; what it says when a module is run there."""
    text = (
        (FOLDER / "Pulumi.staging.yaml")
        .read_text()
        .replace("landing:environment: staging", "landing:environment: trial")
    )
    (checkout / "stacks" / "Pulumi.trial.yaml").write_text(text)

    def run(*arguments, program="-m"):
        bare = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
        asked = [sys.executable, program, *arguments]
        return subprocess.run(asked, cwd=checkout, env=bare, capture_output=True, text=True, check=False, timeout=600)

    run.folder = checkout
    return run


#: ``preview.docs`` over one recording: what differs between environments on a page is decided and priced, not recorded.
PAGES = """
from datetime import date
from unittest import mock
from preview.docs import __main__ as docs
from preview.run import plan_stack, priced
from pricing.book import Book
from stacks.load import stack_file

recorded = plan_stack("trial", stack_file("trial"), date(2026, 11, 23)).recording
with mock.patch.object(docs, "plan_stack", lambda _, file, day: priced(recorded, file, day, Book.load())):
    docs.main(today="2026-11-23")
"""


def test_a_copied_stack_file_is_an_environment(copy):
    """It is decided and billed as the one it was copied from; what is generated from stack files is generated anew."""
    names = sorted([*stack_names(), "trial"])
    columns = [*(name for name in names if name != PRODUCTION), PRODUCTION]
    told = copy("preview", "trial", "--today", "2026-11-23", "--format", "json")
    assert (told.returncode, told.stderr) == (0, "")
    staging, new = (
        json.loads(text.replace("staging", "trial")) for text in (render(previewed("staging"), "json"), told.stdout)
    )

    assert new["decisions"] == staging["decisions"]
    assert new["cost"]["total"] == staging["cost"]["total"]
    assert [each["message"] for each in new["findings"] if each not in staging["findings"]] == [
        "baseline.trial.json does not exist; write it with .venv/bin/python -m preview.baseline"
    ]
    assert copy("preview.baseline", "trial", "--today", "2026-11-23").returncode == 0
    assert (
        copy("preview", "trail").stderr == f"error: STACK: 'trail' has no stack file; stacks are {', '.join(names)}\n"
    )

    assert copy("stacks.schema", "--check").stdout == "schema.json: stale, run .venv/bin/python -m stacks.schema\n"
    assert copy("stacks.schema").returncode == 0
    schema = json.loads((copy.folder / "stacks" / "schema.json").read_text())
    assert schema["properties"]["config"]["properties"]["landing:environment"]["enum"] == columns

    assert copy(PAGES, program="-c").returncode == 0
    assert f"| {' | '.join(columns)} |" in (copy.folder / "docs" / "decisions" / "index.md").read_text()
