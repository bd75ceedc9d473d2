"""``--reconcile``: exit codes, what is refused, what every form says, and the band in every report."""

import json
from decimal import Decimal

import jsonschema
import pytest
from typer import Typer
from typer.testing import CliRunner

from preview import run
from preview.__main__ import main
from preview.questions.answer import RefusedError
from preview.questions.reconcile import Asked, answer_reconcile, share
from preview.report.render import render
from pricing.reconcile import history
from stacks.load import stack_file
from tests.conftest import TODAY
from tests.pricing.reconcile.exports import CUR, cur, saved, used
from tests.recordings import planned

D = Decimal
EKS = "APN2-AmazonEKS-Hours:perCluster"
EVIL = "=cmd|' /C calc'!A0\x1b[31m`|<b>@x"


@pytest.fixture(autouse=True)
def _recorded(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "plan_stack", lambda stack, file, _day: planned(stack, file))
    monkeypatch.setattr(history, "DEFAULT", tmp_path / "reconciled.json")


def answered(path, form="text", **more):
    return answer_reconcile(Asked(files=[path], form=form, **more), "dev", stack_file("dev"), TODAY)


def ask(*arguments, **more):
    app = Typer(pretty_exceptions_enable=False)
    app.command()(main)
    return CliRunner().invoke(app, [*map(str, arguments), "--today", TODAY.isoformat()], **more)


def as_foreseen():
    """An export that bills each usage type of dev at what is foreseen, with quantities in AWS's units."""
    from pricing.reconcile.billed import Billed
    from pricing.reconcile.compare import Scope, compare
    from tests.pricing.reconcile.exports import BOOK

    month = Billed(form="", files=(), digests=(), month="2026-10", hours=744, whole=744, sums={})
    found = compare("dev", planned("dev", stack_file("dev")).bill, month, BOOK, Scope(environment="dev", project="x"))
    return found, cur(*(used("", row.name, "", f"{row.foreseen:f}") for row in found.rows))


def test_a_bill_as_foreseen_has_no_error(tmp_path):
    found, text = as_foreseen()
    outside, content = answered(saved(tmp_path, text), "json", within="0")

    told = json.loads(content)
    assert not outside
    assert told["total"] == {"billed": float(found.total.foreseen), "error": 0, "foreseen": float(found.total.foreseen)}
    assert {each["error"] for each in told["byCapability"]} == {0}
    assert {each["status"] for each in told["lines"]} == {"matched"}
    assert round(sum(D(str(each["foreseen"])) for each in told["byCapability"]), 6) == round(found.total.foreseen, 6)


@pytest.mark.parametrize(("within", "code"), [("10%", 1), ("99 %", 1), ("100%", 0), ("200", 0)])
def test_it_ends_with_1_outside_of_the_allowed_error(tmp_path, within, code):
    path = saved(tmp_path, cur(used("AmazonEKS", "x", "1", "0.001")))

    done = ask("dev", "--reconcile", path, "--within", within, standalone_mode=False)

    assert done.return_value == code, done.stderr
    assert f"error -100.0 %, {'outside' if code else 'within'} {float(within.rstrip(' %')):.0f} %" in done.stdout


def test_hostile_names_are_text_in_every_form(tmp_path):
    path = saved(tmp_path, cur(used("AmazonEKS", f'"{EVIL}"', "1", "-3")))

    for form in ("text", "markdown"):
        _, content = answered(path, form)
        assert "\x1b" not in content
        assert "\\x1b[31m" in content
    assert "| `=cmd\\|' /C calc'!A0\\x1b[31m'\\|<b>@x` |" in content
    assert json.loads(answered(path, "json")[1])["lines"][0]["difference"] != 0
    assert EVIL in {each["usageType"] for each in json.loads(answered(path, "json")[1])["lines"]}


def test_a_month_is_kept_when_asked_for_and_then_stands_in_every_report(tmp_path):
    found, text = as_foreseen()
    # One usage type dearer: 5 % of the whole.
    dearer = cur(used("", "x", "", f"{found.total.foreseen / 20:f}")).splitlines()[1]
    path = saved(tmp_path, f"{text}{dearer}\n")

    outside, content = answered(path, write=True)

    assert not outside
    assert "the month is kept among the reconciled ones" in content
    assert "error band: billed +5.0 % in 1 reconciled month (2026-10), against what was foreseen" in content
    with pytest.raises(RefusedError, match="has 2026-10 of dev already"):
        answered(path, write=True)
    preview = planned("dev", stack_file("dev"))
    for form in ("text", "markdown", "html"):
        assert "billed +5.0 % in 1 reconciled month (2026-10)" in render(preview, form)
    document = json.loads(render(preview, "json"))
    assert document["cost"]["errorBand"]["low"] == document["cost"]["errorBand"]["high"] == 0.05
    jsonschema.validate(document, json.loads((run.ROOT / "docs" / "preview.schema.json").read_text()))


def test_a_report_says_that_nothing_is_measured_while_nothing_is():
    for form in ("text", "markdown", "html"):
        assert "rror band: not measured; no month of this stack is reconciled" in render(
            planned("dev", stack_file("dev")), form
        )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--write"], "--write belongs to --reconcile, which is not given"),
        (["--within", "5%"], "--within belongs to --reconcile"),
        (["--month", "2026-10"], "--month belongs to --reconcile"),
        (["--reconcile", "FILE", "--actual"], "--recommend and --reconcile answer different questions"),
        (["--reconcile", "FILE", "--explain", "logs"], "answer different questions; ask one of them"),
        (["--reconcile", "FILE", "--format", "html"], "--format: 'html' is refused; allowed are text, markdown, json"),
        (["--reconcile", "FILE", "--write", "--stack-file", "x.yaml"], "--write and --stack-file exclude each other"),
        (["--reconcile", "FILE", "--within", "much"], "--within: 'much' is refused; allowed is a percentage"),
        (["--reconcile", "FILE", "--within", "-1%"], "--within: '-1%' is refused"),
        (["--reconcile", "FILE", "--month", "2026-09"], "--month: '2026-09' is refused; "),
        (["--reconcile", "none.csv"], "none.csv: cannot be read (No such file or directory)"),
        (["--reconcile", "."], ".: cannot be read (Is a directory)"),
    ],
)
def test_bad_input_ends_with_2_and_one_line(tmp_path, arguments, told):
    path = saved(tmp_path, cur(used("AmazonEKS", EKS, "1", "1")))

    done = ask("dev", *(str(path) if each == "FILE" else each for each in arguments))

    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_broken_file_of_months_is_bad_input(tmp_path):
    (tmp_path / "reconciled.json").write_text("{")

    with pytest.raises(RefusedError, match=r"reconciled\.json: cannot be read as JSON"):
        answered(saved(tmp_path, cur(used("AmazonEKS", EKS, "1", "1"))))


def test_an_export_without_lines_is_bad_input(tmp_path):
    with pytest.raises(RefusedError, match="holds no line that is billed"):
        answered(saved(tmp_path, f"{CUR}\n"))


def test_a_percentage_is_a_share():
    assert [share(text) for text in ("10%", "2.5 %", "0", "100")] == [D("0.1"), D("0.025"), 0, 1]
