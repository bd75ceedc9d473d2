"""Alert rules: what promtool says of them, and what it does not look at."""

from __future__ import annotations

import re
import shutil
import subprocess
from decimal import Decimal

import pytest
import yaml

from policy.ledger.decide import LOG_GB_PER_MONTH, TRACES_PER_MONTH

PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is not installed (Debian: apt-get install prometheus)"
)


def promtool(*arguments):
    return subprocess.run([PROMTOOL, *map(str, arguments)], capture_output=True, text=True, check=False)


@needs_promtool
def test_promtool_accepts_every_rule(folder):
    done = promtool("check", "rules", *sorted(folder.glob("rules/*.yaml")))

    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_the_rules_unit_tests_pass(folder):
    done = promtool("test", "rules", *sorted(folder.glob("tests/*.yaml")))

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_file_has_unit_tests_of_its_own(folder):
    for path in folder.glob("rules/*.yaml"):
        tests = yaml.safe_load((folder / "tests" / path.name).read_text())

        assert tests["rule_files"] == [f"../rules/{path.name}"]


def test_every_alert_is_tested_firing_and_quiet(folder, alerts):
    firing, quiet = set(), set()
    for path in folder.glob("tests/*.yaml"):
        for test in yaml.safe_load(path.read_text())["tests"]:
            for case in test["alert_rule_test"]:
                (firing if case["exp_alerts"] else quiet).add(case["alertname"])

    assert firing == set(alerts)
    assert quiet == set(alerts)


def test_every_alert_says_how_bad_it_is_what_happened_and_where_to_look(alerts):
    for name, rule in alerts.items():
        assert rule["labels"].keys() == {"severity"}, name
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}, name
        assert rule["annotations"].keys() == {"summary", "description", "runbook", "exporter"}, name


def test_no_alert_is_named_twice(rules, alerts):
    assert len(alerts) == len([rule for rule in rules if "alert" in rule])


def test_every_alert_has_a_section_in_the_runbook(folder, alerts):
    sections = set(re.findall(r"^### (\S+)$", (folder / "runbook.md").read_text(), re.MULTILINE))

    for name, rule in alerts.items():
        assert rule["annotations"]["runbook"] == f"observability/runbook.md#{name.lower()}"
        assert name in sections


def test_an_alert_names_the_exporters_of_what_it_reads(alerts, metrics, exporters):
    of = {metric: name for name, entry in exporters["prometheus"].items() for metric in entry["metrics"]}

    for name, rule in alerts.items():
        named = rule["annotations"]["exporter"].split(", ")
        assert {of[metric] for metric in metrics(rule["expr"])} == set(named), name


def test_the_lines_are_the_ledger_s(alerts):
    lines = {
        "LogVolumeAboveLine": LOG_GB_PER_MONTH * 10**9,
        "LogVolumeBelowLine": LOG_GB_PER_MONTH * 10**9,
        "TraceVolumeBelowLine": TRACES_PER_MONTH,
    }

    for name, line in lines.items():
        month, limit = re.search(r"\[7d\]\) \* (\d+) (?:>|<=) (\S+)", alerts[name]["expr"]).groups()
        assert Decimal(month) == 730 * 3600
        assert Decimal(limit) == line
