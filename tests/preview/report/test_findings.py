"""Findings in the forms of forges: what each says of a finding, and by what it is known again."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from preview.packs.finding import Finding
from preview.report.findings import log_lines
from preview.report.render import render
from preview.result import Result

LOGS = "urn:pulumi:prod::alphacar-landing-zone::aws:cloudwatch/logGroup:LogGroup::logs"
FOUND = (
    Finding("guardrails", "logs-expire", "mandatory", LOGS, "logs never expire", "violation"),
    Finding("guardrails", "logs-expire", "mandatory", LOGS, "logs are kept twice", "undetermined"),
    Finding("guardrails", "data-is-private", "advisory", LOGS, "undetermined: is it private?", "undetermined"),
    Finding("cost", "no-waste", "advisory", "", "12 USD <too> much \x00\ufffe", "advisory"),
    Finding("cost", "no-waste", "advisory", LOGS, "it is waived", "waived"),
)


@pytest.fixture
def found(prod):
    return replace(prod, findings=FOUND)


def test_code_quality_has_what_gitlab_asks_for(found):
    told = json.loads(render(found, "codequality"))

    assert [each["severity"] for each in told] == ["blocker", "blocker", "minor", "minor", "info"]
    assert told[0]["location"] == {"path": "stacks/Pulumi.prod.yaml", "lines": {"begin": 1}}
    assert (told[0]["check_name"], told[0]["description"]) == ("guardrails/logs-expire", "logs: logs never expire")
    assert len({each["fingerprint"] for each in told}) == len(FOUND)


def test_a_finding_is_known_again_when_its_words_change_and_not_when_its_resource_does(found):
    def fingerprints(**changes):
        first = replace(FOUND[0], **changes)
        return [each["fingerprint"] for each in json.loads(render(replace(found, findings=(first,)), "codequality"))]

    assert fingerprints() == fingerprints(message="other words")
    assert fingerprints() != fingerprints(urn=f"{LOGS}-2")


def test_sarif_is_of_its_version_and_suppresses_what_is_waived(found):
    told = json.loads(render(found, "sarif"))
    (run,) = told["runs"]

    assert (told["version"], run["tool"]["driver"]["name"]) == ("2.1.0", "alphacar-landing-zone")
    assert [each["level"] for each in run["results"]] == ["error", "error", "warning", "warning", "note"]
    assert ["suppressions" in each for each in run["results"]] == [False] * 4 + [True]
    for each in run["results"]:
        assert run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"]
    assert run["results"][0]["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": LOGS}]


def test_junit_fails_what_blocks_and_skips_what_is_waived(found):
    (suite,) = ET.fromstring(render(found, "junit"))  # noqa: S314 - our own

    assert suite.attrib == {"name": "landing zone, prod", "tests": "6", "failures": "3", "skipped": "1"}
    assert [[child.tag for child in case] for case in suite] == [
        ["failure"],
        ["failure"],
        ["failure"],
        ["system-out"],
        ["system-out"],
        ["skipped"],
    ]
    assert suite[4][0].text == "advisory: 12 USD <too> much \\x00\\ufffe"


def test_a_stack_without_findings_passes_one_case(prod):
    (suite,) = ET.fromstring(render(replace(prod, findings=()), "junit"))  # noqa: S314 - as above

    assert [(case.get("name"), len(case)) for case in suite] == [("verdict", 0)]
    assert json.loads(render(replace(prod, findings=()), "codequality")) == []


def test_a_log_names_what_blocks_and_the_verdict(found, prod):
    assert list(log_lines(found)) == [
        "guardrails/logs-expire logs: logs never expire",
        "guardrails/logs-expire logs: logs are kept twice",
        "prod: BLOCKED",
    ]
    (line,) = log_lines(replace(prod, findings=FOUND[2:4]))
    assert line.startswith("prod: ALLOWED: no mandatory findings")


def test_findings_of_anybody_s_program_stand_at_the_file_that_names_its_project(prod):
    program = Result(today=prod.today, recording=prod.recording, bill=prod.bill, vat=prod.vat, findings=FOUND[:1])

    assert [each["location"]["path"] for each in json.loads(render(program, "codequality"))] == ["Pulumi.yaml"]
