"""``python -m preview``: exit codes, the JSON contract, and the same bytes every time.

A process that previews takes seconds: two do, and what is said before a preview, or done with its text, is asked without.
"""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from typer import Typer
from typer.testing import CliRunner

from preview import run as run_
from preview.__main__ import main
from preview.questions import answer
from preview.report.render import render
from stacks.environments import stack_names
from stacks.load import stack_file
from stacks.owners import read_owners
from tests.recordings import planned

ROOT = Path(__file__).parent.parent.parent
TODAY = "2026-11-23"
#: The command with an answer that takes no preview.
ANSWERED = """
import runpy
from unittest import mock

from preview.questions.answer import Answered

with mock.patch("preview.questions.answer.answer_question", lambda *_: Answered(*{})):
    runpy.run_module("preview", run_name="__main__", alter_sys=True)
"""


def run(*arguments, **environment):
    return started("-m", "preview", *map(str, arguments), "--today", TODAY, **environment)


def answered(said, *arguments, **environment):
    return started("-c", ANSWERED.format(said), "dev", *map(str, arguments), **environment)


def started(*arguments, **environment):
    bare = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
        env=bare,
        timeout=300,
    )


def ask(*arguments):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(main)
    return CliRunner().invoke(app, [*map(str, arguments), "--today", TODAY])


@pytest.fixture(scope="module")
def document(prod):
    return json.loads(render(prod, "json"))


def test_the_document_satisfies_the_published_schema(document):
    jsonschema.validate(document, json.loads((ROOT / "docs" / "preview.schema.json").read_text()))


def test_the_lines_add_up_to_the_total_to_the_cent(document):
    total = sum(Decimal(str(line["usdPerMonth"])) for line in document["cost"]["lines"])

    assert round(total, 2) == round(Decimal(str(document["cost"]["total"])), 2)
    assert document["cost"]["atLeast"] is False


def test_production_with_its_platform_costs_no_more_than_the_guide_s_1123(document):
    assert document["cost"]["total"] <= 1123
    assert document["cost"]["totalOf31Days"] <= 1123
    # At every price's worst, or twice the usage, it may cost more: that is advisory, and told.
    assert document["cost"]["totalHighByPrice"] > 1123
    over = f"at the high end of usage and prices the stack costs {document['cost']['totalHigh']:.2f} USD a month"
    assert [each["level"] for each in document["findings"] if each["message"].startswith(over)] == ["advisory"]


def test_the_same_stack_gives_the_same_bytes_in_another_process_under_another_hash_seed(document):
    done = run("prod", "--format", "json", PYTHONHASHSEED="12345")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == document
    assert done.stdout == json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_no_secret_and_no_error_text_is_shown(document):
    text = json.dumps(document)

    assert document["outputs"]["kubeconfig"] == "[secret]"
    assert "Calling __str__" not in text
    assert "4dabf18193072939515e22adb298388d" not in text


def test_one_instance_class_moves_the_total_by_exactly_the_price_difference(prod, stack_copy):
    file = stack_file("prod", stack_copy("prod", {"documents.instanceClass": "db.t3.medium"}))

    difference = planned("prod", file).bill.usd_per_month - prod.bill.usd_per_month
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
    done = ask("prod", "--stack-file", stack_copy("prod", changes))

    assert (done.exit_code, done.stdout) == (2, "")
    (told,) = done.stderr.splitlines()
    assert told.startswith(line)


def test_a_file_of_owners_that_is_none_ends_with_2_and_one_line(tmp_path, monkeypatch):
    path = tmp_path / "waiver-owners.yaml"
    path.write_text("owners: [Platform]")
    monkeypatch.setattr(run_, "waiver_owners", lambda: read_owners(path))

    done = ask("prod")

    assert (done.exit_code, done.stdout) == (2, "")
    (told,) = done.stderr.splitlines()
    assert told.startswith(
        f"error: {path}: owners[0]: 'Platform' is refused; allowed are 2 to 40 of a-z, 0-9 and hyphens"
    )


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
    done = ask(*arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    (told,) = done.stderr.splitlines()
    assert told.startswith(line)


def test_several_forms_of_one_answer_are_written_and_the_log_says_what_the_file_does(monkeypatch, tmp_path):
    asked = []

    def answer_question(question, *_):
        asked.append(question)
        return answer.Answered(True, "text", ("json", "xml"), ("p/q a: it blocks\x1b", "prod: BLOCKED"))

    monkeypatch.setattr(answer, "answer_question", answer_question)
    files = [tmp_path / name for name in ("report.md", "a.json", "b.xml")]

    done = ask("prod", "--output", files[0], "--also", f"json={files[1]}", "--also", f"junit={files[2]}")

    assert done.stdout == ""
    assert done.stderr == "p/q a: it blocks\\x1b\nprod: BLOCKED\n"
    assert [file.read_text() for file in files] == ["text", "json", "xml"]
    assert asked[0].also == ("json", "junit")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--also", "pdf=x"), "--also: 'pdf=x' is refused; allowed is FORMAT=FILE, and FORMAT is one of text, "),
        (("--also", "json"), "--also: 'json' is refused; allowed is FORMAT=FILE"),
        (("--also", "json=/nowhere/x"), "--also: /nowhere/x cannot be written; its folder does not exist"),
        (("--explain", "logs", "--also", "json=x"), "--also is refused; it is about the report, and about --against"),
        (("--against", "x", "--also", "html=x"), "--also: 'html=x' is refused; allowed is FORMAT=FILE, and "),
        (("--against", "x", "--format", "html"), "--format: 'html' is refused; allowed are text, markdown, json, code"),
    ],
)
def test_a_further_form_that_makes_no_sense_is_refused(arguments, line):
    done = ask("prod", *arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {line}")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "missing argument 'stack' (see --help)"),
        (("dev", "--program", "."), "--program and STACK exclude each other: STACK is about one of this project's own"),
        (("--program", ".", "--stack-file", "x"), "--program and --stack-file exclude each other: "),
        (("--program", ".", "--what-if", "a=1"), "--program and --what-if exclude each other: "),
        (("--program", ".", "--against", "x.json"), "--program and --against exclude each other: "),
        (("dev", "--look-ups", "x.yaml"), "--look-ups belongs to --program, which is not given"),
        (("dev", "--stack", "prod"), "--stack belongs to --program, which is not given"),
        (("--program", ".", "--stack", "a/b"), "--stack: 'a/b' is refused; allowed are letters, digits, hyphens"),
        (("--program", ".", "--python", "/nowhere"), "--python: /nowhere does not exist; allowed is a Python such as "),
        (("--program", "/nowhere"), "--program: /nowhere does not exist; allowed are a folder with a program"),
    ],
)
def test_what_makes_no_sense_together_is_refused_in_one_line(arguments, line):
    done = ask(*arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    (told,) = done.stderr.splitlines()
    assert told.startswith(f"error: {line}")


def test_a_program_ends_with_0_without_a_mandatory_finding_and_prints_nothing_of_its_own(tmp_path):
    (tmp_path / "__main__.py").write_text("import pulumi\nprint('noise')\npulumi.export('a', 1)\n")

    done = run("--program", tmp_path, "--stack", "test")

    assert (done.returncode, done.stderr) == (0, "")
    told = " ".join(done.stdout.split())
    assert f"{tmp_path.name}/test: 0 resources, 0.00 USD (high 0.00) a month, 0 mandatory, " in told
    assert told.endswith("ALLOWED: no mandatory findings")
    assert "noise" not in done.stdout


def test_a_program_that_looks_something_up_ends_with_2_and_an_entry_to_copy(tmp_path):
    (tmp_path / "__main__.py").write_text("import pulumi\npulumi.runtime.invoke('a:b:c', {'d': [1]})\n")

    done = ask("--program", tmp_path)

    assert (done.exit_code, done.stdout) == (2, "")
    first, *entry = done.stderr.splitlines()
    assert first.startswith("error: the program looks up a:b:c, which nothing offline can answer; ")
    assert entry == ["- token: a:b:c", "  args:", "    d:", "    - 1", "  result: {}"]


def test_the_process_ends_like_the_command():
    done = run("nowhere")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: STACK: 'nowhere' has no stack file; stacks are {', '.join(stack_names())}\n"


def test_a_mistake_of_the_preview_itself_is_no_finding_about_the_stack():
    done = answered("1 / 0")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: the preview itself failed: ZeroDivisionError at ")


@pytest.fixture
def report(prod, monkeypatch):
    """The text of a report that the command is answered with."""
    text = render(prod, "markdown")
    monkeypatch.setattr(answer, "answer_question", lambda *_: answer.Answered(False, text))
    return text


def test_a_report_is_written_whole_or_not_at_all(report, tmp_path):
    target = tmp_path / "report.md"

    done = ask("prod", "--format", "markdown", "--output", target)

    assert (done.exit_code, done.stdout) == (0, "")
    assert report.startswith("## Landing zone, prod: ")
    assert target.read_text() == report
    assert list(tmp_path.iterdir()) == [target]


def test_a_report_that_cannot_be_written_is_told_in_one_line(report, tmp_path):
    done = ask("prod", "--output", tmp_path)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"error: --output: {tmp_path} cannot be written: Is a directory\n"


def test_a_link_and_the_rights_of_its_target_stay_what_they_are(report, tmp_path):
    link, target = tmp_path / "link", tmp_path / "target"
    target.write_text("before")
    target.chmod(0o600)
    link.symlink_to(target)

    assert ask("prod", "--output", link).exit_code == 0
    assert target.read_text() == report
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o600


def test_what_is_no_file_is_written_to():
    done = answered(r"(False, 'a report\n')", "--output", "/dev/stderr")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "a report\n")


def test_a_report_is_written_whatever_the_locale():
    done = answered(r"(False, '\u2514\u2500\u2500\n')", PYTHONIOENCODING="ascii", LC_ALL="C")

    assert (done.returncode, done.stdout, done.stderr) == (0, "\u2514\u2500\u2500\n", "")


def test_production_without_deletion_protection_is_blocked_with_1(stack_copy, tmp_path):
    target = tmp_path / "report.json"
    unprotected = stack_copy("prod", {"deletionProtection": False, "backup.vault.lock": "governance"})

    done = run("prod", "--stack-file", unprotected, "--format", "json", "--output", target)

    told = [finding for finding in json.loads(target.read_text())["findings"] if finding["level"] == "mandatory"]
    assert (done.returncode, done.stdout) == (1, "")
    assert {finding["policy"] for finding in told} == {"stateful-is-protected-in-prod"}
