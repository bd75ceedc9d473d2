"""The program that takes snapshots, between a real OpenSearch and a folder in the bucket's place."""

import shutil
from datetime import date, timedelta

import pytest
from botocore.credentials import Credentials

from components.stores.snapshotter.domain import Domain
from components.stores.snapshotter.run import work

TODAY = date(2026, 11, 29)


@pytest.fixture
def plan(pair, shared):
    folder = shared / "scheduled"
    yield {
        "repository": "scheduled",
        "type": "fs",
        "settings": {"location": str(folder), "compress": "true"},
        "keepDays": 14,
    }
    domain(pair).ask("DELETE", "_snapshot/scheduled")
    shutil.rmtree(folder, ignore_errors=True)


def domain(pair):
    return Domain(pair.target, "ap-northeast-2", Credentials("AKIDEXAMPLE", "example"))


def names(pair):
    return {
        each["snapshot"]: each["state"] for each in domain(pair).ask("GET", "_snapshot/scheduled/_all")["snapshots"]
    }


def test_a_snapshot_a_day_is_taken_expires_and_brings_the_index_back(pair, plan, capsys):
    pair.restore(pair.snapshot())
    old = TODAY - timedelta(days=15)

    assert work(plan, domain(pair), old) == 0
    assert work(plan, domain(pair), TODAY) == 0
    assert names(pair) == {f"daily-{TODAY}": "SUCCESS"}
    assert capsys.readouterr().out.splitlines() == [
        "registered now", f"daily-{old}: taken", "registered", f"daily-{TODAY}: taken", f"daily-{old}: deleted",
    ]  # fmt: skip
    count = pair.ask("GET", f"{pair.target}/vehicles/_count")["count"]
    pair.ask("DELETE", f"{pair.target}/vehicles")
    body = {"indices": "vehicles", "include_global_state": False}
    pair.ask("POST", f"{pair.target}/_snapshot/scheduled/daily-{TODAY}/_restore?wait_for_completion=true", body)
    assert pair.ask("GET", f"{pair.target}/vehicles/_count")["count"] == count > 0


def test_a_second_run_of_a_day_leaves_its_snapshot_alone(pair, plan, capsys):
    work(plan, domain(pair), TODAY)

    assert work(plan, domain(pair), TODAY) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"daily-{TODAY}: is there"


def test_a_missing_primary_makes_a_partial_or_failed_snapshot_red_and_the_next_run_whole(pair, plan, capsys):
    # No node may hold it: its primary is nowhere, as in a red domain.
    lost = {"settings": {"number_of_replicas": 0, "index.routing.allocation.require._name": "nobody"}}
    pair.ask("PUT", f"{pair.target}/lost?wait_for_active_shards=0&timeout=1s", lost)
    try:
        assert work(plan, domain(pair), TODAY) == 1
    finally:
        pair.ask("DELETE", f"{pair.target}/lost")
    assert "FAILED" in capsys.readouterr().out

    assert work(plan, domain(pair), TODAY) == 0
    assert names(pair) == {f"daily-{TODAY}": "SUCCESS"}


def test_a_folder_that_is_not_allowed_is_red_with_the_server_s_own_word(pair, plan, capsys):
    outside = {**plan, "settings": {"location": "/nowhere"}}

    assert work(outside, domain(pair), TODAY) == 1
    assert "repository_exception" in capsys.readouterr().out
    assert work(plan, domain(pair), TODAY) == 0
