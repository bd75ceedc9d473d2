"""Promises of recovery: kept by what the program declares, and told by the real pack, over the engine's protocol."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from model.resource import UNKNOWN
from policy.recovery.promises import broken, recoveries
from preview.packs.runner import OURS, Packs
from preview.run import PROJECT
from pricing.book import Book
from stacks.load import from_mapping
from tests.conftest import TODAY, changed, landing_of
from tests.golden.target import ELSEWHERE
from tests.recordings import flat, of_settings

PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
POLICY = "recovery-promises-are-kept"


def resources(stack, changes, without=(), altered=None):
    """What is declared with ``changes``, but for whose names ``without`` has, and with other properties."""
    recording = of_settings(stack, changed(landing_of(stack), dict(changes)))
    kept = [made.resource() for made in recording.registrations if (made.type, made.name) not in without]
    return [replace(each, props={**each.props, **(altered or {}).get((each.type, each.name), {})}) for each in kept]


def rows(stack="prod", changes=None, **told):
    settings = from_mapping(changed(landing_of(stack), dict(changes or {})))
    found = recoveries(settings, resources(stack, changes or {}, **told), Book.load())
    return {row.store: row for row in found}


def said(row, today=TODAY):
    return [message for message, _ in broken(row, today)]


def test_every_store_of_production_is_promised_and_kept():
    found = rows()

    assert {name: (row.here.hours, row.promise.rpo_hours) for name, row in found.items()} == {
        "documents": (26, 26),
        "workflow": (26, 26),
        "cache": (26, 26),
        "search": (26, 26),
        "volumes": (25, 26),
        "cluster": (26, 26),
        "secrets": (0, 1),
        "audit": (0, 1),
    }
    assert [message for row in found.values() for message in said(row)] == []


@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_what_sleeps_at_the_weekend_is_promised_less(stack):
    found = rows(stack)

    assert found["cluster"].here.hours == {"dev": 74, "staging": 50}[stack]
    assert [message for row in found.values() for message in said(row)] == []


@pytest.mark.parametrize(
    ("changes", "store", "why"),
    [
        ({"backup.vault.dailyDays": 0}, "documents", "reach 170: 168 hours between two recovery points"),
        ({"backup.schedule": "0 18 * * 1-5"}, "cluster", "reach 74: 72 hours between two backups"),
        ({"recovery.search.rpoHours": 25}, "search", "promises 25, and its copies reach 26"),
        ({"recovery.documents.rtoHours": 1}, "documents", "promises 1, and a restore takes 1.75"),
        ({"usage.documentsStorageGb": {"low": 100, "base": 200, "high": 1000}}, "documents", "a restore takes 10.75"),
        ({"usage.documentsStorageGb": ...}, "documents", "the store's size is not known"),
    ],
)
def test_a_schedule_or_a_size_that_cannot_keep_a_promise_is_told_with_its_hours(changes, store, why):
    assert any(why in message for message in said(rows(changes=changes)[store])), said(rows(changes=changes)[store])


@pytest.mark.parametrize(
    ("lost", "store"),
    [
        ((SELECTION, "vaults-documents"), "documents"),
        ((PLAN, "vaults-workflow"), "workflow"),
    ],
)
def test_a_store_whose_newest_copy_is_never_made_is_told(lost, store):
    assert f"landing:recovery.{store}.rpoHours promises 26, and nothing of it is copied" in said(
        rows(without={lost})[store]
    )


@pytest.mark.parametrize(
    ("altered", "store", "certain"),
    [
        (
            {("aws:elasticache/replicationGroup:ReplicationGroup", "cache"): {"snapshotRetentionLimit": 0}},
            "cache",
            True,
        ),
        (
            {("aws:elasticache/replicationGroup:ReplicationGroup", "cache"): {"snapshotRetentionLimit": UNKNOWN}},
            "cache",
            False,
        ),
        ({("aws:dlm/lifecyclePolicy:LifecyclePolicy", "volumes"): {"state": "DISABLED"}}, "volumes", True),
        (
            {
                ("aws:s3/bucketVersioning:BucketVersioning", "audit"): {
                    "versioningConfiguration": {"status": "Suspended"}
                }
            },
            "audit",
            True,
        ),
        ({("kubernetes:helm.sh/v3:Release", "backup"): {"values": {"schedules": {}}}}, "cluster", True),
        (
            {("kubernetes:helm.sh/v3:Release", "backup"): {"values": {"schedules": {"a": {"schedule": "@daily"}}}}},
            "cluster",
            False,
        ),
        ({(PLAN, "vaults-documents"): {"rules": [{"schedule": UNKNOWN}]}}, "documents", False),
        (
            {
                (PLAN, "vaults-documents"): {
                    "rules": [{"schedule": "cron(0 20 ? * SAT *)", "lifecycle": {"deleteAfter": 3}}]
                }
            },
            "documents",
            True,
        ),
    ],
)
def test_a_copy_that_is_switched_off_is_told_and_one_that_cannot_be_read_is_undetermined(altered, store, certain):
    row = rows(altered=altered)[store]

    assert row.here.hours is None
    assert [sure for message, sure in broken(row, TODAY) if "rpoHours" in message] == [certain]


def test_copies_in_the_second_region_reach_what_their_days_and_the_size_allow():
    found = rows(changes=ELSEWHERE)

    # Saturday 20:00 to Wednesday 20:00, two hours until it is done, and 100 GB at 50 an hour.
    assert found["documents"].elsewhere.hours == 96 + 2 + 2
    assert found["cluster"].elsewhere.hours == 26.25
    assert found["documents"].usd_elsewhere is None
    assert [message for row in found.values() for message in said(row)] == []
    weekly = rows(changes={**ELSEWHERE, "backup.elsewhere": {"days": ["SAT"]}})["documents"]
    assert "elsewhereRpoHours promises 100, and its copies reach 172" in said(weekly)[0]
    unsent = rows(changes={**ELSEWHERE, "backup.elsewhere": {"cluster": False}})["cluster"]
    assert said(unsent) == ["landing:recovery.cluster.elsewhereRpoHours promises 27, and nothing of it is copied"]


def test_an_exception_past_its_day_is_told_with_the_price_of_what_it_spares():
    row = rows()["documents"]

    # Two copies a week of 50 GB, kept for 14 days, and sent 730 / 168 times a month.
    assert row.usd_elsewhere == 50 * (4 * Decimal("0.023") + 2 * Decimal(730) / 168 * Decimal("0.08"))
    assert said(row, row.excepted.until) == []
    (message,) = said(row, date(2027, 6, 1))
    assert "platform from that ended on 2027-05-31; it would cost" in message


@pytest.mark.parametrize(
    ("stack", "changes", "expected"),
    [
        ("prod", {}, []),
        (
            "prod",
            {"recovery.workflow.rtoHours": 1, "usage.databaseGb": {"low": 1, "base": 1, "high": 200}},
            ["mandatory"],
        ),
        ("dev", {"backup.vault.dailyDays": 0}, ["advisory", "advisory"]),
        (
            "prod",
            {
                "recovery.notElsewhere": [
                    {
                        **ELSEWHERE["recovery.notElsewhere"][0],
                        "owner": "nobody",
                        "stores": [
                            "documents",
                            "workflow",
                            "cluster",
                            "cache",
                            "search",
                            "volumes",
                            "secrets",
                            "audit",
                        ],
                    }
                ]
            },
            ["mandatory"] * 8,
        ),
    ],
)
def test_the_pack_blocks_where_data_refuses_to_be_deleted_and_tells_elsewhere(stack, changes, expected):
    landing = changed(landing_of(stack), dict(changes))
    recording = of_settings(stack, landing)
    with Packs(list(OURS), project=PROJECT, stack=stack, config=flat(landing), today=TODAY) as packs:
        told = [finding for finding in packs.judge(recording) if finding.policy == POLICY]

    assert [finding.level for finding in told] == expected, json.dumps([finding.message for finding in told])


CRON_JOB = "kubernetes:batch/v1:CronJob"
TAKER = (CRON_JOB, "search-snapshot-run")


def test_without_what_takes_snapshots_search_has_those_that_go_with_the_domain():
    row = rows(changes={"search.snapshots": ..., "recovery.search.rpoHours": 36})["search"]

    assert (row.here.hours, row.here.outlives) == (2, False)
    assert "it goes with the domain" in row.here.why
    assert said(row) == []
    (first, _) = said(row, date(2027, 6, 1))
    assert first.startswith("search has no copy that outlives it: OpenSearch Service's own snapshot an hour")


def test_a_promise_is_told_that_is_shorter_than_the_one_metric_on_it_can_tell():
    (message,) = said(rows(changes={"search.snapshots": ..., "recovery.search.rpoHours": 35})["search"])

    assert message.startswith("landing:recovery.search.rpoHours promises 35; allowed is 36 or more, for no alarm")


def test_what_is_not_bought_is_priced_by_its_size_its_days_and_what_is_sent():
    usd = {name: row.usd_elsewhere for name, row in rows().items()}
    month = Decimal(730) / 24

    # Snapshots of seven days, exported and replicated; three disks of 20 GB; snapshots of disks of fourteen days.
    assert usd["cache"] == 10 * (Decimal("0.05") + month / 7 * Decimal("0.08"))
    assert usd["search"] == 60 * (Decimal("0.025") + Decimal("0.08"))
    assert usd["volumes"] == 100 * (Decimal("0.05") + month / 14 * Decimal("0.08"))
    # Velero's bucket with the four metrics of its replication, eleven secrets, ten gigabytes of the trail.
    assert usd["cluster"] == 50 * (Decimal("0.025") + Decimal("0.08")) + 4 * Decimal("0.3")
    assert usd["secrets"] == 11 * Decimal("0.4")
    assert usd["audit"] == 10 * (Decimal("0.025") + Decimal("0.08"))


def test_a_bucket_that_no_snapshot_is_taken_into_is_paid_here_as_well():
    assert rows("staging")["search"].usd_elsewhere == 20 * (2 * Decimal("0.025") + Decimal("0.08"))


def test_what_no_setting_buys_is_told_so_with_its_price():
    found = rows()

    assert {name for name, row in found.items() if row.bought_by} == {"documents", "workflow", "cluster"}
    assert "6.30 USD a month, and no setting buys it" in said(found["search"], date(2027, 6, 1))[-1]
    assert "no setting" not in said(found["cluster"], date(2027, 6, 1))[-1]


def test_a_cache_s_snapshots_are_told_to_go_with_it_once_nobody_excepts_that():
    row = rows()["cache"]

    assert (row.here.hours, row.here.outlives) == (26, False)
    assert said(row) == []
    assert said(row, date(2027, 6, 1))[0].startswith("cache has no copy that outlives it: a snapshot a day")


def test_snapshots_in_our_bucket_outlive_the_domain_by_their_schedule_and_their_deadline():
    row = rows(changes={"search.snapshots": {"hourUtc": 3}})["search"]

    assert (row.here.hours, row.here.outlives) == (26, True)
    assert row.here.why == "24 hours between two snapshots, 2 until one is done"


@pytest.mark.parametrize(
    ("spec", "hours", "known"),
    [
        ({"suspend": True}, None, True),
        ({"schedule": UNKNOWN}, None, False),
        ({"schedule": "0 19 * * SAT"}, 170, True),
    ],
)
def test_what_takes_snapshots_less_often_or_never_counts_as_often_as_it_does(spec, hours, known):
    (job,) = (each for each in resources("prod", {}) if (each.type, each.urn.rpartition("::")[2]) == TAKER)
    row = rows(altered={TAKER: {"spec": {**job.props["spec"], **spec}}})["search"]

    assert (row.here.hours, row.here.known) == (hours, known)
