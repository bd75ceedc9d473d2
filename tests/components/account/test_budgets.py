import json
from decimal import Decimal

import pytest

from components.account.budgets import Budgets, BudgetsArgs, topic_policy
from components.account.keys import key_policy
from tests.components.given import ACCOUNT, KEY, PLACE

BUDGET = "aws:budgets/budget:Budget"
TAG = "aws:costexplorer/costAllocationTag:CostAllocationTag"
MONITOR = "aws:costexplorer/anomalyMonitor:AnomalyMonitor"


def args(**changes):
    given = {
        "place": PLACE,
        "total": Decimal(1123),
        "per_decision": {"documents": Decimal("356.5")},
        "emails": ["a@example.com", "b@example.com"],
        "key_arn": KEY,
    }
    return BudgetsArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Budgets("budgets", args()))


def test_the_whole_and_each_decision_have_a_limit_in_dollars_and_cents(made):
    limits = {name: budget["limitAmount"] for name, budget in made.all(BUDGET).items()}

    assert limits == {"budgets-total": "1123.00", "budgets-documents": "356.50"}


def test_a_decision_s_budget_counts_what_carries_its_tag(made):
    budgets = made.all(BUDGET)

    assert budgets["budgets-documents"]["costFilters"] == [
        {"name": "TagKeyValue", "values": ["user:decision$documents"]}
    ]
    assert "costFilters" not in budgets["budgets-total"]


def test_somebody_is_told_before_it_is_spent_when_it_is_and_when_it_will_be(made):
    told = [(one["notificationType"], one["threshold"]) for one in made.all(BUDGET)["budgets-total"]["notifications"]]

    assert told == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
    assert {one["endpoint"] for one in made.all("aws:sns/topicSubscription:TopicSubscription").values()} == {
        "a@example.com",
        "b@example.com",
    }


def test_a_budget_waits_until_it_may_speak(made):
    assert "aws:sns/topicPolicy:TopicPolicy budgets" in made.waits(BUDGET, "budgets-total")


def test_the_tag_is_activated_once_a_bill_has_shown_it_and_no_budget_waits_for_it(declare, made):
    billed = declare(lambda: Budgets("budgets", args(tag_billed=True)))

    assert not made.all(TAG)
    assert billed.only(TAG) == {"tagKey": "decision", "status": "Active"}
    assert billed.waits(BUDGET, "budgets-documents") == made.waits(BUDGET, "budgets-documents")


def test_an_account_that_has_a_monitor_of_services_gets_no_second(declare, made):
    arn = f"arn:aws:ce::{ACCOUNT}:anomalymonitor/first"
    with_one = declare(lambda: Budgets("budgets", args(monitor_arn=arn)))

    assert made.only(MONITOR)["monitorDimension"] == "SERVICE"
    assert not with_one.all(MONITOR)
    assert with_one.only("aws:costexplorer/anomalySubscription:AnomalySubscription")["monitorArnLists"] == [arn]


def test_only_services_of_this_account_speak_on_the_topic():
    (statement, *others) = topic_policy("arn:topic", ACCOUNT)["Statement"]

    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert not [one for one in others if one["Principal"] == "*"]
    assert "*" not in json.dumps(statement["Principal"])


def test_messages_rest_under_a_key_that_the_speakers_may_use(made):
    topic = made.only("aws:sns/topic:Topic")
    speakers = topic_policy("arn:topic", ACCOUNT)["Statement"][0]["Principal"]
    (lent,) = (one for one in key_policy(ACCOUNT, PLACE.region)["Statement"] if one["Principal"] == speakers)

    assert topic["kmsMasterKeyId"] == KEY
    assert lent["Action"] == ["kms:GenerateDataKey*", "kms:Decrypt"]
    assert lent["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
