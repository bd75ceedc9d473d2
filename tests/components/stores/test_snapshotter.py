"""The program that takes OpenSearch's snapshots, asked over HTTP: what it does, what it ends with, and beginning anew."""

import json
from datetime import date

import pytest
from botocore.credentials import Credentials

from components.stores.snapshotter.domain import Domain, RefusedError
from components.stores.snapshotter.run import MAPPING, PATIENCE, PAUSE, main, map_roles, work
from tests.components.stores.searching import Played, error, served

TODAY = date(2026, 11, 29)
NAME = "daily-2026-11-29"
ROLE = "arn:aws:iam::111122223333:role/snapshots"
PLAN = {
    "repository": "scheduled",
    "type": "s3",
    "settings": {"bucket": "b", "region": "ap-northeast-2", "role_arn": ROLE, "base_path": "blue"},
    "keepDays": 14,
}
SIGNS = Credentials("AKIDEXAMPLE", "example")


class Clock:
    """Seconds that pass by sleeping alone."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def domain():
    played = Played()
    with served(played) as address:
        played.address = address
        yield played


def run(domain, today=TODAY, clock=None):
    clock = clock or Clock()
    asked = Domain(domain.address, "ap-northeast-2", SIGNS, seconds=5)
    return work(PLAN, asked, today, clock=clock, sleep=clock.sleep)


def test_a_first_run_registers_and_takes_by_signed_requests_and_a_second_one_leaves_both_alone(domain, capsys):
    assert run(domain) == 0
    assert domain.repositories == {"scheduled": {"type": "s3", "settings": PLAN["settings"]}}
    assert domain.snapshots == {NAME: "SUCCESS"}
    assert domain.signed == {"AWS4-HMAC-SHA256"}
    domain.asked.clear()

    assert run(domain) == 0
    assert {method for method, _ in domain.asked} == {"GET"}
    assert capsys.readouterr().out.splitlines() == [
        "registered now", f"{NAME}: taken", "registered", f"{NAME}: is there",
    ]  # fmt: skip


def test_a_repository_that_says_something_else_is_registered_anew(domain):
    domain.repositories["scheduled"] = {"type": "s3", "settings": {**PLAN["settings"], "bucket": "other"}}

    assert run(domain) == 0
    assert domain.repositories["scheduled"]["settings"]["bucket"] == "b"


def test_what_a_killed_run_began_is_waited_for_and_not_begun_twice(domain):
    domain.repositories["scheduled"] = {"type": "s3", "settings": PLAN["settings"]}
    domain.snapshots[NAME] = "IN_PROGRESS"
    domain._left[NAME] = ["IN_PROGRESS", "SUCCESS"]

    assert run(domain) == 0
    assert ("PUT", f"_snapshot/scheduled/{NAME}") not in domain.asked


def test_only_ours_past_its_days_is_deleted(domain):
    run(domain)
    domain.snapshots |= dict.fromkeys(
        ["daily-2026-11-15", "daily-2026-11-14", "daily-2025-01-01", "by-hand"], "SUCCESS"
    )

    assert run(domain) == 0
    assert set(domain.snapshots) == {NAME, "daily-2026-11-15", "by-hand"}


def test_the_service_s_own_snapshot_under_way_is_waited_for(domain):
    domain.faults["PUT", f"_snapshot/scheduled/{NAME}"] = [error("concurrent_snapshot_execution_exception", 503)] * 3
    clock = Clock()

    assert run(domain, clock=clock) == 0
    assert clock.now >= 3 * PAUSE


@pytest.mark.parametrize(
    ("asked", "answer", "said"),
    [
        (
            ("GET", "_snapshot/scheduled"),
            (403, {"Message": "User: x is not authorized"}),
            "403 User: x is not authorized",
        ),
        (
            ("PUT", "_snapshot/scheduled"),
            error("security_exception", 403, "no permissions for"),
            "security_exception no",
        ),
        (("PUT", "_snapshot/scheduled"), (500, "<html>\n\x1b[31m</html>"), "500 <html>"),
        (("PUT", f"_snapshot/scheduled/{NAME}"), error("repository_missing_exception", 404), "repository_missing"),
        (("GET", f"_snapshot/scheduled/{NAME}"), error("repository_missing_exception", 404), "repository_missing"),
        (("GET", "_snapshot/scheduled/_all"), error("repository_exception", 500), "500 repository_exception"),
    ],
)
def test_whatever_the_domain_refuses_ends_the_run_with_one_line_that_says_it(domain, capsys, asked, answer, said):
    domain.faults[asked] = [answer]

    assert run(domain) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"FAILED: {asked[0]} {asked[1]}: ")
    assert said in last
    assert "\x1b" not in last


@pytest.mark.parametrize("state", ["PARTIAL", "FAILED"])
def test_a_snapshot_that_is_not_whole_is_red_deletes_nothing_and_is_taken_anew_by_the_next_run(domain, capsys, state):
    domain.ends_as = ["IN_PROGRESS", state]
    domain.snapshots["daily-2026-01-01"] = "SUCCESS"

    assert run(domain) == 1
    assert f"FAILED: {NAME}: ended as {state}, {int(state == 'PARTIAL')} shards" in capsys.readouterr().out
    assert "daily-2026-01-01" in domain.snapshots

    domain.ends_as = ["IN_PROGRESS", "SUCCESS"]
    assert run(domain) == 0
    assert domain.snapshots == {NAME: "SUCCESS"}


def test_one_that_never_ends_is_red_after_its_time_and_stays(domain, capsys):
    domain.ends_as = ["IN_PROGRESS"]
    clock = Clock()

    assert run(domain, clock=clock) == 1
    assert PATIENCE - PAUSE <= clock.now <= PATIENCE
    assert "IN_PROGRESS after 3000 seconds" in capsys.readouterr().out
    assert domain.snapshots == {NAME: "IN_PROGRESS"}


def test_a_deletion_that_fails_is_red_after_the_others_were_tried(domain, capsys):
    run(domain)
    domain.snapshots |= {"daily-2026-01-01": "SUCCESS", "daily-2026-01-02": "SUCCESS"}
    domain.faults["DELETE", "_snapshot/scheduled/daily-2026-01-01"] = [error("repository_exception", 500)]

    assert run(domain) == 1
    assert set(domain.snapshots) == {NAME, "daily-2026-01-01"}
    assert "daily-2026-01-02: deleted; DELETE _snapshot/scheduled/daily-2026-01-01: 500" in capsys.readouterr().out


def test_a_domain_that_does_not_answer_is_red(domain, capsys, monkeypatch):
    gone = Domain("http://127.0.0.1:1", "ap-northeast-2", SIGNS, seconds=1)
    clock = Clock()

    assert work(PLAN, gone, TODAY, clock=clock, sleep=clock.sleep) == 1
    assert capsys.readouterr().out.startswith("FAILED: GET _snapshot/scheduled: no answer: ")


def test_roles_are_mapped_beside_whom_somebody_else_mapped_and_once(domain):
    domain.mapping = {"backend_roles": ["theirs"], "users": ["somebody"]}
    asked = Domain(domain.address, "ap-northeast-2", SIGNS)

    assert map_roles(asked, [ROLE]) == "manage_snapshots: mapped now"
    assert domain.mapping == {"backend_roles": [ROLE, "theirs"], "users": ["somebody"]}
    assert map_roles(asked, [ROLE]) == "manage_snapshots: mapped"
    assert domain.asked.count(("PUT", MAPPING)) == 1


def test_roles_are_mapped_where_nobody_was(domain):
    map_roles(Domain(domain.address, "ap-northeast-2", SIGNS), [ROLE])

    assert domain.mapping == {"backend_roles": [ROLE]}


def test_a_mapping_that_is_refused_is_raised(domain):
    domain.faults["PUT", MAPPING] = [(403, {"status": "FORBIDDEN", "message": "No permission"})]

    with pytest.raises(RefusedError, match="403 No permission"):
        map_roles(Domain(domain.address, "ap-northeast-2", SIGNS), [ROLE])


def test_without_credentials_the_program_ends_with_one_and_a_line(tmp_path, capsys, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({**PLAN, "address": "http://127.0.0.1:1", "region": "ap-northeast-2"}))

    assert main([str(file)]) == 1
    assert capsys.readouterr().out == "FAILED: Unable to locate credentials\n"
