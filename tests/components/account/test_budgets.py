import json
from decimal import Decimal

import pytest

from components.account.budgets import Budgets, BudgetsArgs, topic_policy
from components.account.keys import key_policy
from tests.components.given import ACCOUNT, KEY, PLACE

BUDGET = "aws:budgets/budget:Budget"
SUBSCRIPTION = "aws:costexplorer/anomalySubscription:AnomalySubscription"
TOPIC = "aws:sns/topic:Topic"
MONITOR_ARN = f"arn:aws:ce::{ACCOUNT}:anomalymonitor/first"


def args(**changes):
    given = {
        "place": PLACE,
        "total": Decimal(1123),
        "tag_key": "decision",
        "per_tag": {"documents": Decimal("356.5")},
        "emails": ["a@example.com", "b@example.com"],
        "key_arn": KEY,
        "monitor_arn": MONITOR_ARN,
    }
    return BudgetsArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Budgets("budgets", args()))


def test_what_it_makes(makes):
    assert makes("Budgets") == {
        "aws:budgets/budget:Budget": 2,
        "aws:costexplorer/anomalySubscription:AnomalySubscription": 1,
        "aws:sns/topic:Topic": 1,
        "aws:sns/topicPolicy:TopicPolicy": 1,
        "aws:sns/topicSubscription:TopicSubscription": 1,
    }


def test_the_whole_and_each_value_of_the_tag_have_a_limit_in_dollars_and_cents(made):
    limits = {name: budget["limitAmount"] for name, budget in made.all(BUDGET).items()}

    assert limits == {"budgets-total": "1123.00", "budgets-documents": "356.50"}


def test_a_value_s_budget_counts_what_carries_the_tag(declare, made):
    budgets = made.all(BUDGET)
    other = declare(lambda: Budgets("budgets", args(tag_key="team"))).all(BUDGET)

    assert budgets["budgets-documents"]["costFilters"] == [
        {"name": "TagKeyValue", "values": ["user:decision$documents"]}
    ]
    assert other["budgets-documents"]["costFilters"][0]["values"] == ["user:team$documents"]
    assert "costFilters" not in budgets["budgets-total"]


def test_somebody_is_told_when_it_will_be_spent_when_it_is_and_when_it_is_by_a_fifth_more(made):
    told = [(one["notificationType"], one["threshold"]) for one in made.all(BUDGET)["budgets-total"]["notifications"]]

    assert told == [("FORECASTED", 100), ("ACTUAL", 100), ("ACTUAL", 120)]
    assert {one["endpoint"] for one in made.all("aws:sns/topicSubscription:TopicSubscription").values()} == {
        "a@example.com",
        "b@example.com",
    }


def test_a_budget_waits_until_it_may_speak(made):
    assert "aws:sns/topicPolicy:TopicPolicy budgets" in made.waits(BUDGET, "budgets-total")


def test_no_budget_waits_for_the_monitor_and_anomalies_are_told_by_the_same_topic(made):
    anomalies = made.only(SUBSCRIPTION)

    assert anomalies["monitorArnLists"] == [MONITOR_ARN]
    assert anomalies["frequency"] == "IMMEDIATE"
    assert "aws:sns/topicPolicy:TopicPolicy budgets" in made.waits(SUBSCRIPTION, "budgets")
    assert made.waits(BUDGET, "budgets-documents") == {
        f"{TOPIC} budgets",
        "aws:sns/topicPolicy:TopicPolicy budgets",
    }


def test_everything_is_called_after_the_component_or_as_told(declare, made):
    told = declare(
        lambda: Budgets("budgets", args(budget_prefix="shop", topic_name="shop-spend", subscription_name="shop-odd"))
    )

    def names(of):
        return {one["name"] for type_ in (BUDGET, TOPIC, SUBSCRIPTION) for one in of.all(type_).values()}

    assert names(made) == {"budgets-total", "budgets-documents", "budgets"}
    assert names(told) == {"shop-total", "shop-documents", "shop-spend", "shop-odd"}


def test_only_services_of_this_account_speak_on_the_topic():
    (services, rules) = topic_policy("arn:topic", PLACE)["Statement"]

    assert services["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert rules["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:events:{PLACE.region}:{ACCOUNT}:rule/*"}}
    assert "*" not in json.dumps([services["Principal"], rules["Principal"]])


def test_messages_rest_under_a_key_that_the_speakers_may_use(made):
    topic = made.only(TOPIC)
    services, rules = (
        next(one for one in key_policy(PLACE)["Statement"] if one["Principal"] == speaks["Principal"])
        for speaks in topic_policy("arn:topic", PLACE)["Statement"]
    )

    assert topic["kmsMasterKeyId"] == KEY
    assert services["Action"] == rules["Action"] == ["kms:GenerateDataKey*", "kms:Decrypt"]
    assert services["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    # EventBridge names no source when it uses a topic's key: a condition on one would silence it.
    assert rules["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": f"arn:aws:sns:{PLACE.region}:{ACCOUNT}:*"}
    }
