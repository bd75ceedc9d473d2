"""Every control has a row, every row leads to what holds it, and what holds it is shown to fire by itself."""

import ast
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policy.engine.rule import Context, judge_stack
from policy.guardrails.controls.current import CURRENT, current_rule
from policy.guardrails.controls.price import monthly_price
from policy.guardrails.controls.row import Control, Excepted, load_table
from policy.guardrails.controls.table import held_by
from policy.guardrails.demand import Demand
from policy.guardrails.rules import GUARDRAILS, STACK_GUARDRAILS, STACK_RULES
from policy.packs import PACKS
from pricing.book import Book
from stacks.load import stack_file
from stacks.messages import SettingsError
from tests.conftest import TODAY
from tests.demands import planted, refuses, stops
from tests.policy.guardrails.cases import by_file
from tests.recordings import recording

ROOT = Path(__file__).parents[4]
TABLE = load_table()
#: What must have a row (source: turbot/steampipe-mod-aws-compliance a1d0b446; EKS.3 from the user guide of Security Hub).
FSBP = {
    "EKS": (1, 2, 3, 8),
    "EC2": (
        *(1, 2, 3, 4, 6, 7, 8, 9, 10, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 51),
        *(55, 56, 57, 58, 60, 170, 171, 172, 173, 180, 181),
    ),
    "DocumentDB": range(1, 7),
    "ElastiCache": range(1, 8),
    "Opensearch": (*range(1, 9), 10),
    "ECR": range(1, 4),
    "SecretsManager": range(1, 5),
    "S3": (1, 2, 3, 5, 6, 8, 9, 10, 11, 12, 13, 19, 24, 25),
    "KMS": (1, 2, 3, 5),
    "IAM": (*range(1, 9), 21, 28),
    "Backup": (1,),
    "CloudTrail": (1, 2, 4, 5),
    "Config": (1,),
    "GuardDuty": (1, 5, 10),
}
#: How many recommendations each section has (source: aquasecurity/kube-bench a73ce378, cfg/eks-1.8.0).
CIS_EKS = {
    "2.1": 2, "3.1": 4, "3.2": 9, "4.1": 12, "4.2": 5, "4.3": 2, "4.4": 2, "4.5": 2, "5.1": 4, "5.2": 1, "5.3": 1,
    "5.4": 5, "5.5": 1,
}  # fmt: skip
ROWS = [(name, control) for framework in TABLE.frameworks for name, control in framework.controls.items()]
HELD = [(name, held) for name, control in ROWS for held in held_by(name, control)]
GUARDRAIL = {guardrail.name: guardrail for guardrail in (*GUARDRAILS, *STACK_GUARDRAILS)}


def test_each_of_the_101_controls_and_of_the_50_recommendations_has_a_row():
    fsbp = [f"{service}.{number}" for service, numbers in FSBP.items() for number in numbers]
    cis = [f"{section}.{number}" for section, most in CIS_EKS.items() for number in range(1, most + 1)]

    assert (len(fsbp), sorted(TABLE.fsbp.controls)) == (101, sorted(fsbp))
    assert (len(cis), sorted(TABLE.cis_eks.controls)) == (50, sorted(cis))
    assert {name for name, control in TABLE.cis_eks.controls.items() if control.nodes} == {
        name for name in cis if name.startswith("3.")
    }


@pytest.mark.parametrize(
    ("name", "held"), [each for each in HELD if each[1].demand], ids=lambda each: getattr(each, "policy", each)
)
def test_each_demand_refuses_a_case_of_its_file_by_itself_and_lets_another_be(name, held):
    alone = replace(GUARDRAIL[held.policy], demands=(held.demand,))
    judged = refuses if isinstance(held.demand, Demand) else stops
    cases = [
        case
        for case in (*by_file()[held.cases], *planted())
        if case.policy == held.policy
        and (not isinstance(held.demand, Demand) or case.given[-1][0].startswith(held.demand.types))
    ]

    assert any(judged(alone, case) for case in cases if case.refused), (name, held.demand.name)
    assert not any(judged(alone, case) for case in cases if not case.refused), (name, held.demand.name)


def functions(path):
    return {node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(
    "test",
    sorted(
        {
            *(held.cases for _, held in HELD if not held.demand),
            *(control.satisfied.test for _, control in ROWS if control.satisfied),
        }
    ),
)
def test_a_test_that_a_row_names_is_there(test):
    path, _, function = test.partition("::")

    assert function in functions(path)


def test_a_policy_that_a_row_names_is_one_of_a_pack():
    policies = {rule.name for pack in PACKS for rule in (*pack.rules, *pack.stack_rules)}

    assert {held.policy for _, held in HELD} <= policies


def test_what_is_said_to_satisfy_a_control_is_declared_in_production():
    file = stack_file("prod")
    declared = {each.type for each in recording("prod", file.config, file.secret_keys).registrations}

    assert {type_ for _, control in ROWS if control.satisfied for type_ in control.satisfied.types} <= declared


def test_only_known_requirements_of_isms_p_are_named():
    named = {number for _, control in ROWS for number in control.isms_p}

    assert named == set(TABLE.isms_p.requirements)


EXCEPTED = {"reason": "a reason that somebody can check", "owner": "platform", "since": "2026-11-23"}


def control(**way):
    return Control.model_validate_json(json.dumps({"title": "a control", **way}))


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ({}, "not none"),
        ({"account": "a", "runtime": "b"}, "not account, runtime"),
        ({"exception": {**EXCEPTED, "until": "2027-12-01", "free": "f"}}, "at most 366 days"),
        ({"exception": {**EXCEPTED, "until": "2026-11-23", "free": "f"}}, "must be after since"),
        ({"exception": {**EXCEPTED, "until": "2027-06-30"}}, "exactly one of price and free"),
        (
            {
                "exception": {
                    **EXCEPTED,
                    "until": "2027-06-30",
                    "free": "f",
                    "price": [{"rate": "s3/standard", "times": []}],
                }
            },
            "exactly one of price and free",
        ),
    ],
)
def test_a_row_is_one_thing_and_an_exception_is_dated_and_priced(way, says):
    with pytest.raises(ValueError, match=says):
        control(**way)


@pytest.mark.parametrize(
    ("name", "row", "says"),
    [
        ("EC2.999", {"enforced": []}, "no demand names it"),
        ("EC2.2", {"runtime": "why"}, "held by data-is-private, and its row says runtime"),
        ("EC2.999", {"enforced": [{"policy": "no-open-ingress", "demand": "Moat"}]}, "that there is not: 'Moat'"),
        ("EC2.999", {"enforced": [{"policy": "no-such-policy"}]}, "a demand of no-such-policy"),
        (
            "DocumentDB.5",
            {"enforced": [{"policy": "stateful-is-protected-in-prod", "demand": "Cluster", "type": "aws:x/y:Z"}]},
            "that there is not",
        ),
    ],
)
def test_a_row_that_leads_nowhere_is_refused(name, row, says):
    with pytest.raises(ValueError, match=says):
        held_by(name, control(**row))


def test_a_file_that_cannot_be_read_is_named_with_the_row(tmp_path):
    rows = "name: a\nsource: b\ncontrols:\n  EC2.2: {title: t, enforce: []}\n"
    (tmp_path / "fsbp.yaml").write_text(rows)

    with pytest.raises(SettingsError, match=r"fsbp\.yaml: controls\.EC2\.2\.enforce: Extra inputs"):
        load_table(tmp_path)


def test_an_endpoint_costs_its_hours_in_every_zone():
    exception = TABLE.fsbp.controls["EC2.55"].exception

    # Three zones, 730 hours, 0.013 an hour.
    assert f"{monthly_price(exception, stack_file('prod').settings, Book.load()):.2f}" == "28.47"


def told(rule, settings, today):
    return [
        (finding.kind, finding.message) for finding in judge_stack(rule, [], Context(settings=settings, today=today))
    ]


def test_no_exception_is_past_its_day_on_the_day_that_checks_ask_for(settings):
    assert CURRENT in STACK_RULES
    assert told(CURRENT, settings("prod"), TODAY) == []


@pytest.mark.parametrize(("stack", "kind"), [("prod", "violation"), ("staging", "advisory")])
def test_an_exception_is_told_from_the_day_after_its_last(settings, stack, kind):
    row = TABLE.fsbp.controls["EC2.172"]
    excepted = Excepted.model_validate_json(row.exception.model_dump_json(by_alias=True))
    one = {"EC2.172": row.model_copy(update={"exception": excepted})}
    table = replace(
        TABLE,
        fsbp=TABLE.fsbp.model_copy(update={"controls": one}),
        cis_eks=TABLE.cis_eks.model_copy(update={"controls": {}}),
    )
    rule = current_rule(table)

    assert told(rule, settings(stack), date(2027, 6, 30)) == []
    ((found, message),) = told(rule, settings(stack), date(2027, 7, 1))
    assert (found, "EC2.172 ended on 2027-06-30: secops renews it" in message) == (kind, True)
    assert told(rule, None, date(2027, 7, 1)) == []
