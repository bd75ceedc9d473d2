"""What is ahead, what it costs, and what blocks it: worked out by hand for a bill of round figures."""

import shutil
from decimal import Decimal

import pytest

from migration.moves.catalog import MOVES
from migration.outlook import plan, status
from migration.outlook.cost import read_bill, weekly
from model import type_tokens
from model.resource import Resource
from policy.engine.rule import Context
from policy.gates.inputs import ROOT
from policy.ledger.decide import decide
from pricing.usage.effect import PreviewError
from stacks.sections.moves import STATES
from tests.conftest import TODAY
from tests.policy.gates.made import entered, write

#: 730 USD a month are 168 a week.
BILL = {"documents": Decimal(730), "cache": Decimal("73.00"), "volumes": Decimal(365), "backup": Decimal(365)}


def planned(settings, changes=None):
    judged = settings("prod", changes)
    return plan.make_plan(judged, decide(judged, TODAY), BILL, TODAY)


def test_a_week_of_both_sides(settings):
    judged = settings("prod")
    decisions = decide(judged, TODAY)

    documents = weekly("documents", BILL, decisions, "owned")
    # 550 a month, operating only: 550 * 168 / 730.
    assert (documents.target, documents.incumbent, documents.both) == (
        Decimal("168.00"),
        Decimal("126.58"),
        Decimal("294.58"),
    )
    # New hardware: 1,383.
    assert weekly("documents", BILL, decisions, "due").incumbent == Decimal("318.28")
    volumes = weekly("volumes", BILL, decisions, "owned")
    assert (volumes.target, volumes.incumbent, volumes.both) == (Decimal("168.00"), None, Decimal("168.00"))


def test_a_plan_has_every_move_in_order_with_its_steps(settings):
    made = planned(settings)

    assert [each.move.capability for each in made.ahead] == list(MOVES)
    assert all(list(each.steps) == list(each.move.steps) for each in made.ahead)
    documents = next(each for each in made.ahead if each.move.capability == "documents")
    assert (documents.days, documents.minutes) == (70, sum(step.minutes for step in MOVES["documents"].steps))
    # Ten weeks of 294.58.
    assert plan.as_json(made)["moves"][3]["usdWhileBothRun"] == 2945.8


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ("planned", ["precheck", "copy", "verify", "cut-over", "soak", "decommission"]),
        ("copying", ["copy", "verify", "cut-over", "soak", "decommission"]),
        ("verified", ["cut-over", "soak", "decommission"]),
        ("live", ["soak", "decommission"]),
        ("soaked", ["decommission"]),
    ],
)
def test_what_is_over_is_not_planned_again(settings, state, kinds):
    made = planned(settings, {"moves": {"documents": entered(state)}})
    (documents,) = [each for each in made.ahead if each.move.capability == "documents"]

    assert list(dict.fromkeys(step.kind for step in documents.steps)) == kinds
    assert documents.state == state


def test_a_move_that_is_over_or_has_no_target_is_not_ahead(settings):
    over = planned(settings, {"moves": {"documents": entered("gone")}})
    without = planned(settings, {"phases": [1]})

    assert "documents" not in [each.move.capability for each in over.ahead]
    assert [each.move.capability for each in without.ahead] == ["registry", "secrets", "agent"]
    assert "phase 2 is not active" in without.without["documents"]
    assert "documents: no target here: phase 2 is not active" in plan.as_text(without)


def test_the_text_says_steps_owners_minutes_and_dollars(settings):
    text = plan.as_text(planned(settings))

    assert (
        "documents: MongoDB to Amazon DocumentDB (not begun)\n  both run for 70 days: 294.58 USD a week, 168.00 of the target"
        in text
    )
    assert "   1 precheck     scan-application         application    60 min\n" in text
    assert "the incumbent's, which the guide does not say" in text


@pytest.fixture
def root(tmp_path):
    shutil.copytree(ROOT / "migration" / "moves", tmp_path / "migration" / "moves")
    return tmp_path


@pytest.fixture
def standing(settings, root):
    """How documents stand in a state, with the evidence of the states up to ``evidence``."""

    def ask(state, evidence=None):
        moves = {"documents": entered(state)} if state else {}
        judged = settings("prod", {"moves": moves})
        if evidence:
            write(root, judged, "documents", evidence)
        found = status.standings(judged, Context(settings=judged, today=TODAY), BILL, root=root)
        return next(each for each in found if each.capability == "documents"), status.as_text(judged, TODAY, found)

    return ask


@pytest.mark.parametrize(
    ("state", "waiting"),
    [
        (None, 0),
        ("planned", "168.00"),
        ("copying", "168.00"),
        ("verified", "168.00"),
        ("live", "126.58"),
        ("soaked", "126.58"),
        ("gone", 0),
    ],
)
def test_waiting_costs_the_side_that_nobody_uses(standing, state, waiting):
    found, _ = standing(state, evidence=state if state != "planned" else None)

    assert found.waiting == Decimal(waiting)
    assert not found.blocked


def test_what_the_next_state_lacks_is_said(standing):
    found, text = standing("copying", evidence="copying")

    assert [problem.text for problem in found.ahead] == [
        "documents.verified: gates/prod/documents/verify.json is missing; verify leaves it, and without it the state is not entered"
    ]
    assert (
        "documents, before verified:\n  refused: documents.verified: gates/prod/documents/verify.json is missing"
        in text
    )
    assert f"  evidence names inputs {found.inputs}\n" in text


def test_evidence_that_is_too_old_by_now_does_not_open_the_next_state(standing):
    found, _ = standing("copying", evidence="verified")

    # The approval was for the day on which it was given.
    assert [each.text.partition("verify.json ")[2] for each in found.ahead] == [
        "was 54 days old when the state was entered on 2026-11-23; allowed are 7"
    ]


def test_evidence_of_another_target_than_the_stack_s_is_refused(settings, root):
    judged = settings("prod", {"moves": {"documents": entered("copying")}})
    write(root, judged, "documents", "copying")
    renamed = Resource(
        urn="urn:1", type=type_tokens.DOCDB_CLUSTER, name="documents", props={"clusterIdentifier": "another"}
    )
    found = status.standings(judged, Context(settings=judged, today=TODAY), BILL, [renamed], root)

    (documents,) = [each for each in found if each.capability == "documents"]
    assert documents.blocked
    assert "is of another target" in documents.problems[0].text


def test_evidence_of_one_move_says_nothing_of_another(settings, root):
    judged = settings("prod", {"moves": {"documents": entered("copying"), "cache": entered("planned")}})
    write(root, judged, "documents", "copying")
    found = status.standings(judged, Context(settings=judged, today=TODAY), BILL, root=root)

    assert [each.capability for each in found if each.problems] == []


def test_evidence_without_a_move_is_refused(settings, root):
    judged = settings("prod", {"moves": {"documents": entered("copying")}})
    write(root, judged, "documents", "copying")
    forgotten = settings("prod")
    found = status.standings(forgotten, Context(settings=forgotten, today=TODAY), BILL, root=root)

    assert [each.capability for each in found if each.blocked] == ["documents"]


def test_a_state_without_its_evidence_is_refused(standing):
    found, text = standing("copying")

    assert found.blocked
    assert "documents, copying:\n  refused: documents.copying: gates/prod/documents/precheck.json is missing" in text


def test_every_capability_is_told_in_order(settings, root):
    judged = settings("prod")
    found = status.standings(judged, Context(settings=judged, today=TODAY), BILL, root=root)

    assert [(each.capability, each.state, each.next_state) for each in found] == [
        (name, "not begun", STATES[0]) for name in MOVES
    ]
    told = status.as_json(judged, TODAY, found)["moves"][0]
    assert (told["capability"], told["evidence"], told["usdPerWeekWaiting"]) == ("registry", None, 0)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cost": {"byCapability": [{}]}}'])
def test_a_bill_that_cannot_be_read_is_refused(text):
    with pytest.raises(PreviewError, match="the preview's answer cannot be read"):
        read_bill(text)
