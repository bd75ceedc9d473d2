"""CloudWatch alarms, as the engine would see them."""

from __future__ import annotations

import re

import pytest

from components.observability.alarms import Alarms, AlarmsArgs, ReplicatedBucket
from landing.observability import read_watches
from preview.simulate.recorder import record
from tests.components.given import PLACE

TOPIC = "arn:aws:sns:ap-northeast-2:111122223333:alphacar-spend"
EVERYTHING = {
    "documents": "alphacar-docdb",
    "documents_instances": 2,
    "cache": "alphacar-cache",
    "cache_nodes": 2,
    "search": "alphacar-search-blue",
    "search_volume_gb": 20,
    "database": "alphacar-workflow",
    "database_storage_gb": 20,
    "nat_gateway_ids": ["nat-a", "nat-b"],
    "vaults": {"documents": "alphacar-documents"},
    "volumes_policy_id": "policy-0123456789abcdef0",
    "replicated": {"cluster": ReplicatedBucket(bucket="velero", copy="velero-copy")},
    "newest_copy_hours": {"documents": 26, "cache": 26, "volumes": 26},
    "newest_copy_elsewhere_hours": {"documents": 100, "cluster": 27},
    "trace_group": "Default",
    "traces_per_month": 100_000,
}


def declared(**changes):
    """Inputs of the alarms, by their logical name without the component's."""
    given = {key: value for key, value in {**EVERYTHING, **changes}.items() if value is not ...}
    args = {"watches": read_watches(), "topic_arn": TOPIC, "tags": lambda row: {"decision": row}, **given}
    args |= {"place": PLACE, "runbook": "observability/runbook.md"}
    recording = record(lambda: Alarms("alarms", AlarmsArgs(**args)), project="p", stack="dev", config={})
    return {
        made.name.removeprefix("alarms-"): made.inputs
        for made in recording.registrations
        if made.type == "aws:cloudwatch/metricAlarm:MetricAlarm"
    }


@pytest.fixture(scope="module")
def alarms():
    return declared()


def test_every_row_rings_for_each_thing_that_it_watches_and_for_nothing_else(alarms):
    several = {"cache-nodes": ["-001", "-002"], "nat": ["-0", "-1"], "cache": ["-001"], "cache-copies": ["-002"]}
    several |= {target: ["-documents"] for target in ("vault", "elsewhere")} | {"replicated": ["-cluster"]}

    assert sorted(alarms) == sorted(
        watch.name + which for watch in read_watches() for which in several.get(watch.target, [""])
    )


@pytest.mark.parametrize(
    ("store", "prefix"),
    [
        ("documents", "documents-"),
        ("cache", "cache-"),
        ("search", "search-"),
        ("database", "database-"),
        ("nat_gateway_ids", "nat-"),
        ("vaults", ("backup-", "copy-age")),
        ("trace_group", "traces-"),
        ("volumes_policy_id", "volumes-"),
        ("replicated", "replica-"),
    ],
)
def test_a_store_that_does_not_exist_has_no_alarm(alarms, store, prefix):
    left = declared(**{store: ...})

    assert left == {name: inputs for name, inputs in alarms.items() if not name.startswith(prefix)}


def test_a_store_without_a_replica_has_no_lag_and_one_node():
    alarms = declared(documents_instances=1, cache_nodes=1)

    assert "documents-lag" not in alarms
    assert [name for name in alarms if name.startswith("cache-cpu")] == ["cache-cpu-001"]


def test_every_alarm_tells_the_topic_when_it_rings_and_when_it_is_over(alarms):
    for inputs in alarms.values():
        assert inputs["alarmActions"] == inputs["okActions"] == [TOPIC]


def test_an_alarm_is_billed_to_the_decision_whose_store_it_watches(alarms):
    assert {name: inputs["tags"]["decision"] for name, inputs in alarms.items() if name.endswith(("-cpu", "-0"))} == {
        "documents-cpu": "documents",
        "nat-ports-0": "platform",
    }
    assert alarms["database-storage"]["tags"] == {"decision": "workflow"}


def test_thresholds_follow_the_size_in_the_metric_s_own_unit(alarms):
    assert alarms["search-storage"]["threshold"] == 5 * 1024
    assert alarms["database-storage"]["threshold"] == 2 * 1024**3
    assert declared(search_volume_gb=40)["search-storage"]["threshold"] == 10 * 1024


def test_a_week_of_traces_is_held_against_a_week_of_the_line(alarms):
    assert alarms["traces-volume"]["period"] == 7 * 24 * 3600
    assert alarms["traces-volume"]["threshold"] == 100_000 * 168 // 730


def test_space_rings_when_it_is_under_and_everything_else_when_it_is_over(alarms):
    under = {name for name, inputs in alarms.items() if inputs["comparisonOperator"] == "LessThanThreshold"}

    copies = {"copy-age-documents", "copy-age-elsewhere-documents", "cache-copy-age-002", "volumes-copy-age"}
    assert under == {"search-storage", "database-storage", *copies}


def test_a_metric_is_found_by_the_dimensions_it_is_published_under(alarms):
    assert alarms["documents-cpu"]["dimensions"] == {"DBClusterIdentifier": "alphacar-docdb"}
    assert alarms["cache-cpu-002"]["dimensions"] == {"CacheClusterId": "alphacar-cache-002", "CacheNodeId": "0001"}
    assert alarms["search-red"]["dimensions"] == {"DomainName": "alphacar-search-blue", "ClientId": "111122223333"}
    assert alarms["search-red"]["metricName"] == "ClusterStatus.red"


def test_each_store_that_always_reports_has_one_alarm_on_its_silence(alarms):
    assert {name for name, inputs in alarms.items() if inputs["treatMissingData"] == "breaching"} == {
        "documents-cpu",
        "cache-cpu-001",
        "cache-cpu-002",
        "search-heap",
        "database-storage",
        # Silence is the very thing: no copy was made.
        "copy-age-documents",
        "copy-age-elsewhere-documents",
        "cache-copy-age-002",
        "replica-age-cluster",
        "search-copy-age",
        "volumes-copy-age",
    }


def test_a_promised_age_is_in_hours_of_the_metric_of_its_own_store(alarms):
    ages = {
        name: (inputs["evaluationPeriods"], inputs["dimensions"])
        for name, inputs in alarms.items()
        if "-age" in name and name != "search-copy-age"
    }

    # CloudWatch looks two periods further back than it evaluates, where some are missing.
    assert {name: periods + 2 * (not name.startswith("cache")) for name, (periods, _) in ages.items()} == {
        "copy-age-documents": 26,
        "copy-age-elsewhere-documents": 100,
        "cache-copy-age-002": 26,
        "replica-age-cluster": 27,
        "volumes-copy-age": 26,
    }
    assert ages["copy-age-documents"][1] == {"BackupVaultName": "alphacar-documents"}
    assert ages["volumes-copy-age"][1] == {"DLMPolicyId": "policy-0123456789abcdef0"}
    assert ages["replica-age-cluster"][1] == {
        "SourceBucket": "velero",
        "DestinationBucket": "velero-copy",
        "RuleId": "everything",
    }


def test_no_alarm_is_billed_at_the_rate_of_high_resolution_or_looks_further_than_aws_allows(alarms):
    for name, inputs in alarms.items():
        assert inputs["period"] >= 60, name
        assert inputs["period"] * inputs["evaluationPeriods"] <= (604_800 if inputs["period"] >= 3600 else 86_400), name


def test_every_alarm_leads_to_a_section_of_the_runbook(folder, alarms):
    sections = set(re.findall(r"^### (\S+)$", (folder / "runbook.md").read_text(), re.MULTILINE))

    for watch in read_watches():
        assert watch.name in sections
    for inputs in alarms.values():
        reason, _, anchor = inputs["alarmDescription"].partition(" See observability/runbook.md#")
        assert reason
        assert anchor in sections


@pytest.mark.parametrize("size", ["documents_instances", "cache_nodes", "search_volume_gb", "database_storage_gb"])
def test_a_store_without_a_size_is_refused(size):
    with pytest.raises(ValueError, match=f"{size} must be 1 or more where there is .*, not 0"):
        declared(**{size: 0})
