"""The arithmetic of the comparison with Checkov, and what it refuses to compare."""

import dataclasses
import json
import re
import sys

import pytest

from benchmarks import checkov
from benchmarks.checkov import LOCK, Comparison, Scanned, Seconds, main, median, read, timed

COMPARISON = Comparison(
    stack="prod",
    date="2026-11-28",
    machine="2 cores",
    commit="1b594989",
    checkov="3.3.30",
    runs=3,
    load=0.5,
    others=0.02,
    resources=358,
    scanned=Scanned(234, 153, 423, 47),
    ours=Seconds(2.0, 3.0),
    theirs=Seconds(4.0, 2.0),
)
REPORT = {
    "results": {
        "passed_checks": [{"resource": "aws_kms_key.keys"}, {"resource": "aws.default"}],
        "failed_checks": [{"resource": "aws_kms_key.keys"}, {"resource": "aws_vpc.main"}],
    },
    "summary": {"passed": 2, "failed": 2, "resource_count": 3},
}


def test_the_median_of_wall_clock_and_processor_is_each_its_own():
    assert median([Seconds(1.0, 9.0), Seconds(3.0, 8.0), Seconds(2.0, 4.0)]) == Seconds(2.0, 8.0)
    assert median([Seconds(1.0, 4.0), Seconds(2.0, 6.0)]) == Seconds(1.5, 5.0)


def test_a_ratio_is_ours_over_theirs():
    assert (COMPARISON.wall, COMPARISON.cpu) == (0.5, 1.5)


@pytest.mark.parametrize(
    ("wall", "cpu", "over"),
    [
        (0.51, 1.51, []),
        (0.5, 1.51, ["wall clock: 0.500 of Checkov's; the limit is 0.5"]),
        (0.51, 1.3, ["processor: 1.500 of Checkov's; the limit is 1.3"]),
        (
            0.4,
            1.5,
            ["wall clock: 0.500 of Checkov's; the limit is 0.4", "processor: 1.500 of Checkov's; the limit is 1.5"],
        ),
    ],
)
def test_a_ratio_at_its_limit_is_over_it(wall, cpu, over):
    assert COMPARISON.over(wall, cpu) == over


def test_only_the_plan_s_own_resources_count_as_judged():
    assert read(REPORT, {"aws_kms_key.keys", "aws_vpc.main", "aws_eip.nat"}) == Scanned(3, 2, 2, 2)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"resource_count": 2},
            "Checkov read 2 resources of 3 and has a verdict on 2; wanted are all of them and at least 2",
        ),
        ({"resource_count": None}, "Checkov read None resources of 3"),
        (None, "Checkov's report is not the one that its lock's version writes"),
    ],
)
def test_a_checkov_that_reads_less_is_no_measure(tmp_path, monkeypatch, capsys, changed, said):
    monkeypatch.setattr(checkov, "FOLDER", tmp_path)
    (tmp_path / "run").mkdir()
    report = REPORT | {"summary": REPORT["summary"] | changed} if changed else []
    scan = [sys.executable, "-c", f"print({json.dumps(report)!r})"]

    with pytest.raises(SystemExit) as left:
        checkov._scanned(scan, {}, {"aws_kms_key.keys", "aws_vpc.main", "aws_eip.nat"})

    assert left.value.code == 2
    assert capsys.readouterr().err.startswith(f"error: {said}")


def test_processes_that_a_run_starts_count_as_its_own(tmp_path):
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    starts = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"

    assert timed([sys.executable, "-c", starts], tmp_path, {}).cpu >= 0.3


def test_a_run_that_breaks_is_no_measure(tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        timed([sys.executable, "-c", "raise SystemExit(2)"], tmp_path, {})

    assert left.value.code == 2
    assert re.fullmatch(r"error: exit code 2, and allowed are 0 and 1: .*\n", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["live"], "error: argument STACK: invalid choice: 'live' (choose from "),
        (["--runs", "0"], "error: argument --runs: '0' is refused; allowed are whole numbers from 1 to 1000\n"),
        (["--limit-wall", "nan"], "error: argument --limit-wall: 'nan' is refused; allowed are numbers over 0\n"),
        (["--limit-cpu", "-1"], "error: argument --limit-cpu: '-1' is refused; allowed are numbers over 0\n"),
    ],
)
def test_bad_input_is_told_in_one_line(capsys, arguments, said):
    with pytest.raises(SystemExit) as left:
        main(arguments)

    assert left.value.code == 2
    assert capsys.readouterr().err.startswith(said)


def test_the_table_says_what_was_measured_on_what():
    head, _, row = (line.strip("| ").split(" | ") for line in checkov._table(COMPARISON).splitlines())

    assert dict(zip(head, row, strict=True)) == {
        "stack": "prod",
        "machine": "2 cores",
        "date": "2026-11-28",
        "load": "0.50",
        "others": "2%",
        "runs": "3",
        "ours": "1b594989: 358 resources",
        "Checkov": "3.3.30: 234 resources, 153 judged in 470 checks",
        "wall, s": "2.00 : 4.00",
        "CPU, s": "3.00 : 2.00",
        "wall ratio": "0.50",
        "CPU ratio": "1.50",
    }
    assert "| ? |" in checkov._table(dataclasses.replace(COMPARISON, others=None))


def test_the_lock_pins_checkov_with_hashes_and_no_address():
    lines = LOCK.read_text().splitlines()

    assert [line for line in lines if line.startswith("checkov==")] == ["checkov==3.3.30 \\"]
    assert [line for line in lines if not re.match(r"[a-z0-9-]+==|    --hash=sha256:", line)] == []
