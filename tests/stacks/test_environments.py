"""An environment is a stack file, and nothing else lists it."""

import ast
import json
import os
import subprocess
import sys
from ipaddress import IPv4Network
from pathlib import Path

import pytest
import yaml

from preview.report.render import render
from stacks.commands.environment import copied, free_network, renamed_domain
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
        from_mapping({**landing("dev"), "environment": "nowhere"})
    assert str(caught.value) == (
        f"landing:environment: 'nowhere' is refused: input should be {', '.join(others)} or {last}"
    )


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
        "baseline.trial.json does not exist; write it with ./lz baseline"
    ]
    assert copy("preview.baseline", "trial", "--today", "2026-11-23").returncode == 0
    assert (
        copy("preview", "trail").stderr == f"error: STACK: 'trail' has no stack file; stacks are {', '.join(names)}\n"
    )

    assert copy("stacks.schema", "--check").stdout == "schema.json: stale, run .venv/bin/python -m stacks.schema\n"
    assert copy("stacks.schema").returncode == 0
    schema = json.loads((copy.folder / "stacks" / "schema.json").read_text())
    assert schema["properties"]["config"]["properties"]["landing:environment"]["enum"] == columns

    done = copy(PAGES, program="-c")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"| {' | '.join(columns)} |" in (copy.folder / "docs" / "decisions" / "index.md").read_text()


def test_an_environment_is_one_command(copy):
    """What lists environments follows: pipelines, schema and completion; its bill is the one that was agreed to."""
    for path in (".gitlab-ci.yml", ".github/workflows/ci.yml"):
        (copy.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (copy.folder / path).write_bytes((ROOT / path).read_bytes())
    (copy.folder / "stacks" / "Pulumi.trial.yaml").unlink()
    before = {path: (copy.folder / path).read_text() for path in (".gitlab-ci.yml", ".github/workflows/ci.yml")}
    command = "stacks.commands.environment"

    assert copy(command, "derive").stdout == f"environments are {', '.join(promotion_order())}\n"
    (copy.folder / "stacks" / "baseline.gone.json").write_text("{}")
    assert copy(command, "derive").stdout.splitlines()[0] == "stacks/baseline.gone.json: taken away"
    done = copy(command, "new", "qa", "--from", "staging")

    assert (done.returncode, done.stderr) == (0, "")
    assert yaml.safe_load((copy.folder / "bootstrap" / "Pulumi.qa.yaml").read_text())["config"] == {
        **yaml.safe_load((ROOT / "bootstrap" / "Pulumi.staging.yaml").read_text())["config"],
        "bootstrap:environment": "qa",
    }
    assert [line.split()[0] for line in done.stdout.partition("left to do:\n")[2].splitlines()] == [
        "./lz",
        ".venv/bin/python",
        ".venv/bin/python",
        "stacks/Pulumi.qa.yaml:",
        "bootstrap/Pulumi.qa.yaml:",
        "make",
    ]
    assert "bootstrap.generate" in done.stdout
    # What is left to do is asked for by name.
    assert copy("bootstrap.check", "qa").stderr == (
        "error: bootstrap/policies/qa.json does not exist; write it with .venv/bin/python -m bootstrap.generate\n"
    )
    (copy.folder / "bootstrap" / "policies" / "qa.json").write_text("{}")
    assert copy("bootstrap.check", "qa").returncode == 0
    (copy.folder / "bootstrap" / "Pulumi.qa.yaml").unlink()
    assert copy("bootstrap.check", "qa").stderr == (
        "error: bootstrap/Pulumi.qa.yaml does not exist; copy another environment's and rename it inside\n"
    )
    order = [*sorted({"qa", *stack_names()} - {PRODUCTION}), PRODUCTION]
    text = (copy.folder / "stacks" / "Pulumi.qa.yaml").read_text()
    assert "network 10.40.0.0/16, domain qa.alphacar.example" in done.stdout
    assert [line for line in text.splitlines() if "staging" in line] == [
        "# Made from staging by lz environment new: say here what it is for."
    ]
    gitlab = yaml.safe_load((copy.folder / ".gitlab-ci.yml").read_text())
    assert gitlab["offline-preview"]["parallel"]["matrix"] == [{"STACK": order}]
    # Production is deployed from the plan that somebody read, once the environment before it stands.
    steps = [*(f"up-{name}" for name in order[:-1]), f"plan-{PRODUCTION}", f"up-{PRODUCTION}"]
    assert {name: job.get("needs") for name, job in gitlab.items() if name.startswith(("up-", "plan-"))} == {
        step: [before] if before else None for before, step in zip(["", *steps], steps, strict=False)
    }
    assert f"options: [{', '.join(order)}]" in (copy.folder / ".github/workflows/ci.yml").read_text()
    assert copy("stacks.schema", "--check").stdout == "schema.json: fresh\n"
    told = json.loads(copy("preview", "qa", "--today", "2026-11-23", "--format", "json").stdout)
    staging = json.loads(render(previewed("staging"), "json"))
    assert told["cost"]["total"] == staging["cost"]["total"]
    assert len(told["findings"]) == len(staging["findings"])

    # Who starts it follows from its file, and not from its name.
    by_hand = text.replace("landing:promotion: automatic", "landing:promotion: manual")
    (copy.folder / "stacks" / "Pulumi.qa.yaml").write_text(by_hand)
    assert copy(command, "derive").returncode == 0
    gitlab = yaml.safe_load((copy.folder / ".gitlab-ci.yml").read_text())
    assert gitlab["up-qa"] == {**gitlab["up-prod"], "variables": {"STACK": "qa"}, "needs": ["plan-qa"]}

    (copy.folder / "stacks" / "Pulumi.qa.yaml").unlink()
    assert copy(command, "derive").returncode == 0
    assert [path.name for path in (copy.folder / "stacks").glob("*.qa.*")] == []
    assert {path: (copy.folder / path).read_text() for path in before} == before


@pytest.mark.parametrize(
    ("source", "domain", "name", "made"),
    [
        ("staging", "staging.alphacar.example", "qa", "qa.alphacar.example"),
        ("prod", "alphacar.example", "qa", "qa.alphacar.example"),
        ("dev", "shop.dev.alphacar.example", "load", "shop.load.alphacar.example"),
        ("dev", "devices.alphacar.example", "load", "load.devices.alphacar.example"),
    ],
)
def test_a_domain_is_renamed_by_its_label(source, domain, name, made):
    assert renamed_domain(domain, source, name) == made


def test_a_network_that_is_free_overlaps_none(settings):
    elsewhere = settings("prod", {"network.onPremisesCidrs": ["10.40.0.0/14"]})

    assert str(free_network([settings("dev"), settings("staging"), settings("prod")])) == "10.40.0.0/16"
    assert str(free_network([settings("dev"), settings("staging"), elsewhere])) == "10.50.0.0/16"


def test_a_copy_changes_what_is_the_environment_s_own_and_no_branch_of_git(settings):
    text = (FOLDER / "Pulumi.dev.yaml").read_text()
    made = copied(text, settings("dev"), "load", IPv4Network("10.40.0.0/16"), "load.alphacar.example")

    changed = set(made.splitlines()) - set(text.splitlines())
    assert "    dagsReference: dev" in made.splitlines()
    assert changed == {
        "# Made from dev by lz environment new: say here what it is for.",
        "  landing:environment: load",
        "    cidr: 10.40.0.0/16",
        "    domain: load.alphacar.example",
        "        host: www.load.alphacar.example",
        "    # Against stacks/baseline.load.json, which ./lz baseline writes.",
        "    cost-centre: alphacar-load",
    }
