"""``python -m preview``: exit codes, the JSON contract, and the same bytes every time."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from stacks.environments import stack_names

ROOT = Path(__file__).parent.parent.parent
TODAY = "2026-11-23"


def run(*arguments, seed="0"):
    bare = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": seed, "HOME": "/nonexistent"}
    command = [sys.executable, "-m", "preview", *map(str, arguments), "--today", TODAY]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=bare, timeout=300)


@pytest.fixture(scope="module")
def prod():
    done = run("prod", "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_document_satisfies_the_published_schema(prod):
    jsonschema.validate(prod, json.loads((ROOT / "docs" / "preview.schema.json").read_text()))


def test_the_lines_add_up_to_the_total_to_the_cent(prod):
    total = sum(Decimal(str(line["usdPerMonth"])) for line in prod["cost"]["lines"])

    assert round(total, 2) == round(Decimal(str(prod["cost"]["total"])), 2)
    assert prod["cost"]["atLeast"] is False


def test_production_with_its_platform_costs_no_more_than_the_guide_s_1123(prod):
    assert prod["cost"]["total"] <= 1123
    assert prod["cost"]["totalHigh"] <= 1300


def test_the_same_stack_gives_the_same_bytes_under_other_hash_seeds(prod):
    again = run("prod", "--format", "json", seed="12345")

    assert json.loads(again.stdout) == prod
    assert again.stdout == json.dumps(prod, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_no_secret_and_no_error_text_is_shown(prod):
    text = json.dumps(prod)

    assert prod["outputs"]["kubeconfig"] == "[secret]"
    assert "Calling __str__" not in text
    assert "4dabf18193072939515e22adb298388d" not in text


def test_one_instance_class_moves_the_total_by_exactly_the_price_difference(prod, stack_copy):
    file = stack_copy("prod", {"documents.instanceClass": "db.t3.medium"})

    changed = json.loads(run("prod", "--stack-file", file, "--format", "json").stdout)

    difference = Decimal(str(changed["cost"]["total"])) - Decimal(str(prod["cost"]["total"]))
    assert round(difference, 6) == 2 * 730 * (Decimal("0.1207") - Decimal("0.1172"))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"natGateways": 2}, "error: landing:natGateways: unknown key; allowed are "),
        ({"network.natGateways": "two"}, "error: landing:network.natGateways: 'two' is refused"),
        ({"network.natGateways": 7}, "error: landing:network.natGateways: 7 is refused"),
        (
            {"documents.instanceClass": "db.t3.small"},
            "error: landing:documents.instanceClass: 'db.t3.small' is refused",
        ),
    ],
)
def test_bad_input_ends_with_2_and_one_line(stack_copy, changes, line):
    done = run("prod", "--stack-file", stack_copy("prod", changes))

    assert (done.returncode, done.stdout) == (2, "")
    (told,) = done.stderr.splitlines()
    assert told.startswith(line)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("nowhere",), f"error: STACK: 'nowhere' has no stack file; stacks are {', '.join(stack_names())}"),
        (("../dev", "--stack-file", "stacks/Pulumi.dev.yaml"), "error: STACK: '../dev' is refused"),
        (("prod", "--format", "pdf"), "error: --format: 'pdf' is refused; allowed are "),
        (("prod", "--stack-file", "/nowhere.yaml"), "error: /nowhere.yaml: cannot be read"),
        (("prod", "--output", "/nowhere/x.json"), "error: --output: /nowhere/x.json cannot be written"),
    ],
)
def test_a_wrong_argument_ends_with_2_and_one_line(arguments, line):
    done = run(*arguments)

    assert done.returncode == 2
    (told,) = done.stderr.splitlines()
    assert told.startswith(line)


def test_a_mistake_of_the_preview_itself_is_no_finding_about_the_stack(tmp_path):
    broken = "import runpy, sys, preview.questions.answer; preview.questions.answer.answer = lambda *_: 1 / 0; sys.argv[1:] = ['dev']; "
    command = [sys.executable, "-c", f"{broken}runpy.run_module('preview', run_name='__main__')"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: the preview itself failed: ZeroDivisionError at ")


def test_what_is_no_file_is_written_to_and_stays_what_it_is(tmp_path):
    link, target = tmp_path / "link", tmp_path / "target"
    target.write_text("before")
    target.chmod(0o600)
    link.symlink_to(target)

    assert run("dev", "--output", link).returncode == 0
    assert run("dev", "--output", "/dev/stderr").stderr == target.read_text()
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_report_is_written_whatever_the_locale():
    bare = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    command = [sys.executable, "-m", "preview", "dev", "--today", TODAY]

    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT, env=bare)

    assert done.returncode == 0, done.stderr
    assert "└──" in done.stdout.decode()


def test_production_without_deletion_protection_is_blocked_with_1(stack_copy):
    done = run("prod", "--stack-file", stack_copy("prod", {"deletionProtection": False}), "--format", "json")

    told = [finding for finding in json.loads(done.stdout)["findings"] if finding["level"] == "mandatory"]
    assert done.returncode == 1
    assert {finding["policy"] for finding in told} == {"stateful-is-protected-in-prod"}


def test_a_report_is_written_whole_or_not_at_all(tmp_path):
    target = tmp_path / "report.md"

    done = run("dev", "--format", "markdown", "--output", target)

    assert (done.returncode, done.stdout) == (0, "")
    assert target.read_text().startswith("## Landing zone, dev: ")
    assert list(tmp_path.iterdir()) == [target]
