"""The component alone; what this repository watches, and at which line, is held in tests/observability."""

from dataclasses import replace

import pytest

from components.observability.alarms import Alarms, AlarmsArgs, ReplicatedBucket
from tests.components.catalogue import TOPIC, WATCH
from tests.components.given import ACCOUNT, PLACE

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def args(**changes):
    given = {
        "place": PLACE,
        "topic_arn": TOPIC,
        "watches": [WATCH],
        "runbook": "runbook.md",
        "documents": "docs",
        "documents_instances": 2,
    }
    return AlarmsArgs(**{**given, **changes})


def alarms(declare, **changes):
    return declare(lambda: Alarms("alarms", args(**changes))).all(ALARM)


def test_what_it_makes(makes):
    assert makes("Alarms") == {"aws:cloudwatch/metricAlarm:MetricAlarm": 1}


def test_a_row_is_an_alarm_that_tells_the_topic_and_where_to_read(declare):
    (alarm,) = alarms(declare).values()

    assert {key: alarm[key] for key in ("namespace", "metricName", "period", "evaluationPeriods", "threshold")} == {
        "namespace": "AWS/DocDB",
        "metricName": "CPUUtilization",
        "period": 300,
        "evaluationPeriods": 3,
        "threshold": 80,
    }
    assert alarm["alarmActions"] == alarm["okActions"] == [TOPIC]
    assert alarm["alarmDescription"] == "Queries wait. See runbook.md#cpu"
    assert alarm["dimensions"] == {"DBClusterIdentifier": "docs"}


def test_nothing_is_watched_that_is_not_there(declare):
    assert alarms(declare, documents=None) == {}


@pytest.mark.parametrize(
    ("target", "given", "names"),
    [
        ("replicas", {"documents_instances": 1}, []),
        ("replicas", {}, ["alarms-cpu"]),
        ("cache-nodes", {"cache": "c", "cache_nodes": 2}, ["alarms-cpu-001", "alarms-cpu-002"]),
        ("cache", {"cache": "c", "cache_nodes": 2}, ["alarms-cpu-001"]),
        ("search", {"search": "s", "search_volume_gb": 10}, ["alarms-cpu"]),
        ("database", {"database": "d", "database_storage_gb": 20}, ["alarms-cpu"]),
        ("nat", {"nat_gateway_ids": ["nat-a", "nat-b"]}, ["alarms-cpu-0", "alarms-cpu-1"]),
        ("vault", {"vaults": {"documents": "v", "workflow": "w"}}, ["alarms-cpu-documents", "alarms-cpu-workflow"]),
        ("volumes", {"volumes_policy_id": "policy-0123456789abcdef0"}, ["alarms-cpu"]),
        (
            "replicated",
            {"replicated": {"cluster": ReplicatedBucket(bucket="from", copy="copied")}},
            ["alarms-cpu-cluster"],
        ),
        ("traces", {"trace_group": "Default", "traces_per_month": 1000}, ["alarms-cpu"]),
    ],
)
def test_a_row_is_an_alarm_for_each_thing_that_it_watches(declare, target, given, names):
    assert list(alarms(declare, watches=[replace(WATCH, target=target)], **given)) == names


def test_a_domain_is_found_by_its_account(declare):
    given = {"search": "s", "search_volume_gb": 10, "watches": [replace(WATCH, target="search")]}
    (alarm,) = alarms(declare, **given).values()

    assert alarm["dimensions"] == {"DomainName": "s", "ClientId": ACCOUNT}


def test_a_line_is_the_row_s_or_a_share_of_what_is_there(declare):
    low = replace(WATCH, over=None, under=0.25, sized=True, target="search")
    (alarm,) = alarms(declare, watches=[low], search="s", search_volume_gb=20).values()

    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("LessThanThreshold", 5 * 1024)


def test_tags_follow_what_is_watched(declare):
    (alarm,) = alarms(declare, tags=lambda capability: {"row": capability}).values()

    assert alarm["tags"] == {"row": "documents"}


@pytest.mark.parametrize(("hours", "periods"), [(26, 24), (168, 166), (2, 1)])
def test_a_promise_is_broken_as_the_newest_copy_leaves_what_cloudwatch_looks_back_on(declare, hours, periods):
    age = replace(WATCH, target="vault", over=None, under=1, promised=True, minutes=60, periods=0)
    (alarm,) = alarms(
        declare, watches=[age], vaults={"documents": "v"}, newest_copy_hours={"documents": hours}
    ).values()

    assert (alarm["period"], alarm["evaluationPeriods"], alarm["treatMissingData"]) == (3600, periods, "breaching")
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("LessThanThreshold", 1)
    assert "datapointsToAlarm" not in alarm


def test_what_nothing_is_promised_of_has_no_such_alarm(declare):
    age = replace(WATCH, target="elsewhere", promised=True, minutes=60, periods=0)

    assert alarms(declare, watches=[age], vaults={"documents": "v"}, newest_copy_hours={"documents": 26}) == {}
