"""An exception waives what it names, until its day, and no more."""

from datetime import date

import pytest

from policy.decisions.exceptions import exceptions_are_narrow_and_alive
from policy.guardrails.rules import RULES
from policy.resource import Resource
from policy.rule import Context, judge
from tests.conftest import TODAY

LOGS = next(rule for rule in RULES if rule.name == "logs-expire")
WAIVER = {
    "policy": "logs-expire",
    "urn": "*LogGroup::forensics",
    "reason": "a lawyer asked for it",
    "owner": "secops",
    "ticket": "SEC-12",
    "expires": "2026-12-31",
}


def group(name="forensics"):
    token = "aws:cloudwatch/logGroup:LogGroup"
    return Resource(urn=f"urn:pulumi:prod::p::{token}::{name}", type=token, name=name, props={})


@pytest.fixture
def context(settings):
    def make(today=TODAY, **changes):
        return Context(settings=settings("prod", {"exceptions": [{**WAIVER, **changes}]}), today=today)

    return make


def test_an_exception_waives_its_policy_for_its_resource(context):
    (finding,) = judge(LOGS, group(), context())

    assert finding.kind == "waived"
    assert finding.message.endswith("[waived until 2026-12-31 by secops (SEC-12: a lawyer asked for it)]")


@pytest.mark.parametrize(("name", "changes"), [("other", {}), ("forensics", {"policy": "data-is-encrypted"})])
def test_it_waives_nothing_else(context, name, changes):
    assert [finding.kind for finding in judge(LOGS, group(name), context(**changes))] == ["violation"]


@pytest.mark.parametrize(("day", "kind"), [(date(2026, 12, 31), "waived"), (date(2027, 1, 1), "violation")])
def test_it_ends_with_its_last_day(context, day, kind):
    (finding,) = judge(LOGS, group(), context(today=day))

    assert finding.kind == kind
    assert ("its exception SEC-12 expired on 2026-12-31" in finding.message) is (kind == "violation")


def told(context, *resources):
    return [(finding.kind, finding.message) for finding in exceptions_are_narrow_and_alive(resources, context)]


def test_an_exception_in_use_is_not_told(context):
    assert told(context(), group()) == []


def test_an_unused_exception_is_told(context):
    assert told(context()) == [("advisory", "landing:exceptions[0] (SEC-12) waives nothing in this stack; remove it")]


def test_an_expired_exception_is_told(context):
    ((kind, message),) = told(context(today=date(2027, 1, 1)), group())

    assert (kind, "expired on 2026-12-31" in message) == ("advisory", True)


def test_an_exception_for_more_than_five_resources_is_refused(context):
    groups = [group(f"forensics-{number}") for number in range(6)]

    (finding,) = told(context(urn="*LogGroup::forensics-*"), *groups)

    assert finding[0] == "violation"
    assert "covers 6 resources" in finding[1]


def test_an_exception_for_a_policy_that_does_not_exist_is_refused(context):
    ((kind, message),) = told(context(policy="logs-expired"), group())

    assert kind == "violation"
    assert "names no policy: 'logs-expired'; allowed are " in message


def test_an_exception_for_a_row_waives_that_row_s_refusals(settings):
    from policy.decisions.rules import RULES as DECISIONS

    stays_out = next(rule for rule in DECISIONS if rule.name == "replaced-systems-stay-out")
    release = Resource(
        urn="urn:pulumi:prod::p::kubernetes:helm.sh/v3:Release::old",
        type="kubernetes:helm.sh/v3:Release",
        name="old",
        props={"chart": "mongodb"},
    )
    waiver = {**WAIVER, "row": "documents", "urn": "*Release::old"}
    waiver.pop("policy")

    (finding,) = judge(stays_out, release, Context(settings=settings("prod", {"exceptions": [waiver]}), today=TODAY))

    assert finding.kind == "waived"
