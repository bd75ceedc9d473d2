"""``python -m pricing FILE``: exit codes, one line for bad input, and reports that are written whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from preview.report.render import render
from pricing.book import Book
from tests.commands import give
from tests.pricing.declared.files import INSTANCE, NAT, QUIET, SEOUL, UNKNOWN, digest, provider, resource, state, step
from tests.recordings import previewed

ROOT = Path(__file__).parents[2]
TODAY = "2026-11-23"
WEB = resource(INSTANCE, "www", {"instanceType": "t3.micro", **QUIET})
PRICED = state(provider(), WEB)
SHORT = state(provider(), resource(NAT, "nat"))


def run(*arguments, stdin="", today=TODAY):
    done = give("pricing", *arguments, "--today", today, stdin=stdin, COLUMNS="200")
    return done.returncode, done.stdout, done.stderr


def started(*arguments, stdin="", program=("-m", "pricing")):
    """The same in a process of its own."""
    bare = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "COLUMNS": "200"}
    command = [sys.executable, *program, *arguments, "--today", TODAY]
    done = subprocess.run(
        command, input=stdin.encode(), capture_output=True, check=False, cwd=ROOT, env=bare, timeout=60
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def file(tmp_path):
    def write(text, name="file.json"):
        made = tmp_path / name
        made.write_text(text)
        return made

    return write


def test_a_file_and_standard_input_are_priced_alike(file):
    path = file(PRICED)

    assert run(path, "--format", "json") == run("-", "--format", "json", stdin=PRICED)
    code, out, err = run("-", stdin=PRICED)
    assert (code, err) == (0, "")
    assert out.startswith("standard input: state of stack dev, project web\n")
    assert out.endswith("\n11.31 USD (high 11.31) a month, 2 resources, no gaps\n")


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (PRICED, (), 0),
        (PRICED, ("--fail-on-gaps",), 0),
        (SHORT, (), 0),
        (SHORT, ("--fail-on-gaps",), 1),
    ],
)
def test_a_gap_fails_only_where_that_is_asked_for(text, options, code):
    assert run("-", *options, stdin=text)[0] == code


def test_usage_closes_a_gap(file):
    usage = file("natGb: 100\n", "usage.yaml")

    code, out, _ = run("-", "--usage", usage, "--format", "json", "--fail-on-gaps", stdin=SHORT)

    assert (code, json.loads(out)["cost"]["total"]) == (0, 0.059 * 730 + 5.9)


def test_another_region_is_a_gap_until_it_is_asked_to_be_none():
    there = state(provider("eu-west-1"), WEB)

    assert run("-", "--fail-on-gaps", stdin=there)[0] == 1
    code, out, _ = run("-", "--fail-on-gaps", "--any-region", stdin=there)
    assert code == 0
    assert f"  1 resource in eu-west-1 priced as if in {SEOUL}, as asked\n" in out


@pytest.mark.parametrize(
    ("arguments", "stdin", "line"),
    [
        (("-",), "", "error: standard input: line 1, column 1: is empty; allowed is what pulumi stack export, "),
        (("-",), PRICED[:-9], "error: standard input: line 28, column 9: is cut or malformed"),
        (("nowhere.json",), "", "error: nowhere.json: cannot be read (No such file or directory); allowed is "),
        (("/",), "", "error: /: cannot be read (Is a directory); allowed is "),
        (("\x1b[31m.json",), "", "error: \\x1b[31m.json: cannot be read (No such file or directory); allowed is "),
        (("-", "--usage", "nowhere.yaml"), PRICED, "error: --usage: nowhere.yaml: cannot be read"),
        (("-", "--format", "pdf"), PRICED, "error: --format: 'pdf' is refused; allowed are text, markdown, json"),
        (("-", "--output", "-"), PRICED, "error: --output: - is refused; allowed is a file that is not read"),
        (("-", "--output", "/nowhere/x"), PRICED, "error: --output: /nowhere/x cannot be written"),
    ],
)
def test_bad_input_ends_with_2_and_one_line(arguments, stdin, line):
    code, out, err = run(*arguments, stdin=stdin)

    assert (code, out) == (2, "")
    (told,) = err.splitlines()
    assert told.startswith(line)


def test_a_day_that_is_none_is_refused():
    assert run("-", stdin=PRICED, today="tomorrow") == (
        *(2, ""),
        "error: --today: 'tomorrow' is refused; allowed is a date such as 2026-11-23\n",
    )


def test_a_mistake_of_the_program_itself_ends_in_one_line_too():
    broken = "import runpy, pricing.meter; pricing.meter.compute_bill = lambda *_, **__: 1 / 0; runpy.run_module('pricing', run_name='__main__')"

    code, out, err = started("-", stdin=PRICED, program=("-c", broken))

    assert (code, out) == (2, "")
    assert err.startswith("error: pricing itself failed: ZeroDivisionError at ")
    assert len(err.splitlines()) == 1


def test_a_report_is_written_whole_and_replaces_what_was_there(file, tmp_path):
    target = file("before", "bill.md")
    target.chmod(0o600)

    assert run("-", "--format", "markdown", "--output", target, stdin=PRICED) == (0, "", "")
    assert target.read_text().startswith("## Bill of the state of `dev` in `web`\n")
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_name_in_any_script_is_written_whatever_the_locale():
    code, out, _ = started(
        "-", stdin=state(provider(), resource(INSTANCE, "웹서버", {"instanceType": "t3.micro", **QUIET}))
    )

    assert code == 0
    assert "웹서버 (aws:ec2/instance:Instance)" in out


def test_what_is_not_known_before_the_deployment_is_a_gap():
    code, out, _ = run("-", stdin=digest(step("create", resource(INSTANCE, "www", {"instanceType": UNKNOWN}))))

    assert code == 0
    assert "  www (aws:ec2/instance:Instance): instanceType is not known before the deployment\n" in out


def test_our_own_preview_s_resources_come_to_the_preview_s_own_bill():
    document = render(previewed("prod"), "json")

    code, out, _ = run("-", "--format", "json", "--usage", "stacks/Pulumi.prod.yaml", stdin=document)

    theirs, ours = json.loads(document)["cost"], json.loads(out)["cost"]
    assert code == 0
    assert (ours["lines"], ours["unpriced"]) == (theirs["lines"], theirs["unpriced"])


def test_what_is_read_is_not_written_over(file):
    read = file(PRICED, "state.json")
    before = Path(read).read_text()

    code, _, err = run(read, "--output", read)

    assert (code, Path(read).read_text()) == (2, before)
    assert err.startswith("error: --output: ")


def test_a_book_of_another_region_prices_what_stands_there(tmp_path):
    book = tmp_path / "us-east-1.json"
    written = (
        Book.load().path.read_text(encoding="utf-8").replace('"region": "ap-northeast-2"', '"region": "us-east-1"')
    )
    book.write_text(written, encoding="utf-8")
    there = state(provider(region="us-east-1"), WEB)

    code, out, _ = run("-", "--book", str(book), stdin=there)
    seoul = run("-", stdin=there)

    assert (code, "prices of us-east-1" in out) == (0, True)
    assert "is in us-east-1, and the price book is of ap-northeast-2" in seoul[1]
    assert run("-", "--book", str(tmp_path / "none.json"), stdin=there)[0] == 2
