"""``python -m migration``, as it is typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stacks.environments import stack_names

ROOT = Path(__file__).parents[2]


def ask(*words):
    return subprocess.run(
        [sys.executable, "-m", "migration", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["plan", "prdo"], f"stacks are {', '.join(stack_names())}"),
        (["plan", "prod", "--format", "yaml"], "--format: 'yaml' is refused; allowed are text, json"),
        (
            ["status", "prod", "--today", "tomorrow"],
            "--today: 'tomorrow' is refused; allowed is a date such as 2026-11-23",
        ),
        (["status", "prod", "--stack-file", "/nowhere"], "/nowhere: cannot be read"),
        (
            ["approve", "prod", "documentz", "verify", "--by", "a", "--ticket", "b"],
            "CAPABILITY: 'documentz' is refused; did you mean documents?",
        ),
        (
            ["approve", "prod", "documents", "verfy", "--by", "a", "--ticket", "b"],
            "STEP: 'verfy' is refused; did you mean verify?",
        ),
        (
            ["approve", "prd", "documents", "verify", "--by", "a", "--ticket", "b"],
            "ENVIRONMENT: 'prd' is refused; did you mean prod?",
        ),
        (
            ["approve", "prod", "documents", "verify", "--by", "a", "--ticket", "b"],
            "gates/prod/documents/verify.json cannot be read",
        ),
        (["sign", "prod", "documents", "verify", "--key", "k"], "gates/prod/documents/verify.json cannot be read"),
        (["render", "--check", "--manifests", "x"], "--check: belongs to pages"),
        (["rendr"], "no such command 'rendr'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_told_in_one_line(words, says):
    done = ask(*words)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert says.lower() in done.stderr.lower()
    assert len(done.stderr.splitlines()) == 1


def test_a_plan_of_the_stack_is_priced_by_its_bill():
    done = ask("plan", "prod", "--today", "2026-11-23", "--format", "json")
    told = json.loads(done.stdout)
    documents = next(each for each in told["moves"] if each["capability"] == "documents")

    assert done.returncode == 0
    # 203.84 USD a month by the bill (tests/golden), times 168 of 730 hours.
    assert documents["usdPerWeekTarget"] == pytest.approx(203.84 * 168 / 730, abs=0.01)
    assert documents["steps"][0]["owner"] == "application"


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_committed_stacks_move_nothing_and_are_not_refused(stack):
    done = ask("status", stack, "--today", "2026-11-23", "--format", "json")

    assert done.returncode == 0
    assert {each["state"] for each in json.loads(done.stdout)["moves"]} == {"not begun"}


def test_a_state_without_evidence_ends_with_1(stack_copy):
    path = stack_copy("dev", {"moves": {"documents": {"planned": "2026-11-01", "copying": "2026-11-02"}}})
    done = ask("status", "dev", "--today", "2026-11-23", "--stack-file", str(path))

    assert done.returncode == 1
    assert "refused: documents.copying: gates/dev/documents/precheck.json is missing" in done.stdout


def test_scripts_are_written_to_be_started(tmp_path):
    done = ask("render", "--manifests", str(tmp_path / "out"))

    assert done.returncode == 0
    assert (tmp_path / "out" / "cache" / "01-read-version.sh").stat().st_mode & 0o111
    assert (tmp_path / "out" / "documents" / "jobs.yaml").read_text().startswith("apiVersion: v1\nkind: Namespace\n")
