"""The newest copy is killed: each alarm on a copy's age rings in time, and is quiet before and after.

Metrics as documented: AWS Backup reports jobs of an hour only where there are some, a copy job under its destination
vault (AWS Backup developer guide); ``SaveInProgress`` is 0 or 1 at each minute (ElastiCache user guide);
Data Lifecycle Manager counts snapshots under its policy as they are made (EBS user guide); S3 counts operations that
failed, 0 for one that did not, only while it replicates, where the source is (S3 user guide, repl-metrics);
``AutomatedSnapshotFailure`` is 1 once no automated snapshot was taken for 36 hours (OpenSearch Service developer guide).
"""

import pytest

from landing.observability import keep_promise
from tests.conftest import changed, landing_of
from tests.observability.cloudwatch import state, states
from tests.policy.recovery.test_promises import ELSEWHERE
from tests.recordings import of_settings

DAYS, DAY = 16, 24
#: Hours after which a killed copy must be told, beyond the promise: until its hour is over, and one look more.
DELAY = 2
#: The same where the metric itself tells so late.
SEARCH_TELLS = 36


@pytest.fixture(scope="module")
def alarms():
    recording = of_settings("prod", changed(landing_of("prod"), dict(ELSEWHERE)))
    return {
        made.name.removeprefix("alarms-"): made.inputs
        for made in recording.registrations
        if made.type == "aws:cloudwatch/metricAlarm:MetricAlarm" and "-age" in made.name
    }


def table(rows, evaluated, wanted):
    for row, breaching, not_breaching in rows:
        points = [{"0": 0, "X": 2, "-": None}[each] for each in row.split()]
        for silence, expected in (("breaching", breaching), ("notBreaching", not_breaching)):
            alarm = {"evaluationPeriods": evaluated, "datapointsToAlarm": wanted, "treatMissingData": silence}
            alarm |= {"threshold": 1, "comparisonOperator": "GreaterThanThreshold", "statistic": "Maximum"}
            yield row, silence, state(alarm, points), expected


def test_the_guide_s_own_tables_come_out():
    three = [
        ("0 - X - X", "OK", "OK"), ("0 - - - -", "OK", "OK"), ("- - - - -", "ALARM", "OK"),
        ("0 X X - X", "ALARM", "ALARM"), ("- - - - X", "ALARM", "OK"), ("X - - - -", "ALARM", "OK"),
    ]  # fmt: skip
    two = [
        ("0 - X - X", "ALARM", "ALARM"), ("0 0 X 0 X", "ALARM", "ALARM"), ("0 - X - -", "ALARM", "OK"),
        ("- - - - 0", "ALARM", "OK"), ("- - - - X", "ALARM", "OK"),
    ]  # fmt: skip

    for row, silence, found, expected in [*table(three, 3, 3), *table(two, 3, 2)]:
        assert found == expected, (row, silence)


def test_each_alarm_on_an_age_is_among_those_that_are_tried(alarms):
    assert sorted(alarms) == [
        "cache-copy-age-002", "copy-age-documents", "copy-age-elsewhere-documents", "copy-age-elsewhere-workflow",
        "copy-age-workflow", "replica-age-cluster", "search-copy-age", "volumes-copy-age",
    ]  # fmt: skip


def backups(good):
    """Hours in which AWS Backup counts a job that it completed: nothing else is reported."""
    return [[1] if hour in good else [] for hour in range(DAYS * DAY)]


def arrivals(good):
    """Hours in which S3 counts operations, none of which failed."""
    return [[0] if hour in good else [] for hour in range(DAYS * DAY)]


def saves(good):
    """A minute's samples of a node that saves for three minutes of an hour."""
    return [[1] * 3 + [0] * 57 if hour in good else [0] * 60 for hour in range(DAYS * DAY)]


def replicated(good):
    """Operations that arrived; those of a killed copy failed, in the hour in which it should have been made."""
    wanted = {day * DAY + 20 for day in range(DAYS)}
    return [[0] * 9 if hour in good else [0, 1, 1] if hour in wanted else [] for hour in range(DAYS * DAY)]


@pytest.mark.parametrize("late", [0, 1, 2])
@pytest.mark.parametrize(
    ("name", "every", "promise", "played"),
    [
        ("copy-age-documents", DAY, 26, backups),
        ("copy-age-workflow", DAY, 26, backups),
        ("cache-copy-age-002", DAY, 26, saves),
        ("volumes-copy-age", DAY, 26, backups),
        # As it is when S3 sends nothing, and when what it sends fails.
        ("replica-age-cluster", DAY, 27, arrivals),
        ("replica-age-cluster", DAY, 27, replicated),
        # Of Wednesday and Saturday.
        ("copy-age-elsewhere-documents", None, 100, backups),
        ("copy-age-elsewhere-workflow", None, 100, backups),
    ],
)
def test_it_is_quiet_with_good_copies_rings_when_the_newest_is_killed_and_is_quiet_after_the_next(  # noqa: PLR0917
    alarms, name, every, promise, played, late
):
    days = range(DAYS) if every else [day for day in range(DAYS) if day % 7 in (3, 6)]
    # One that is done ``late`` hours after the one before it is no trouble: a job may take as long.
    good = [day * DAY + 20 + (late if place % 2 else 0) for place, day in enumerate(days)]
    begin = good[0]
    assert set(states(alarms[name], played(good))[begin:]) == {"OK"}

    place = len(good) // 2
    newest, after = good[place - 1], good[place + 1]
    killed = states(alarms[name], played([*good[:place], *good[place + 1 :]]))
    rings = next(hour for hour in range(begin, len(killed)) if killed[hour] == "ALARM")
    assert newest + promise <= rings <= newest + promise + DELAY
    assert set(killed[rings:after]) == {"ALARM"}
    assert set(killed[after:]) == {"OK"}


def test_the_service_s_own_snapshots_of_opensearch_are_told_as_soon_as_their_metric_tells(alarms):
    last, again = 100, 200
    hours = [[int(last + SEARCH_TELLS <= hour < again)] * 60 for hour in range(DAYS * DAY)]
    found = states(alarms["search-copy-age"], hours)

    rings = found.index("ALARM")
    assert last + SEARCH_TELLS <= rings <= last + SEARCH_TELLS + 2
    assert set(found[rings:again]) == {"ALARM"}
    assert set(found[:rings] + found[again:]) == {"OK"}


def test_a_promise_moves_both_alerts_of_velero_and_of_opensearch_and_no_other():
    from yaml import safe_load

    from tests.observability.conftest import FOLDER

    for name in ("backup", "search"):
        before = safe_load((FOLDER / "rules" / f"{name}.yaml").read_text())
        rules = safe_load((FOLDER / "rules" / f"{name}.yaml").read_text())
        keep_promise(rules, 74)
        moved = {
            rule["alert"]
            for rule, was in zip(rules["groups"][0]["rules"], before["groups"][0]["rules"], strict=True)
            if rule != was
        }

        assert {alert.removeprefix("Search").removeprefix("Backup").removeprefix("Snapshot") for alert in moved} == {
            "Stale", "NeverSucceeded",
        }  # fmt: skip
        assert "74 * 3600" in str(rules)
        assert "26 * 3600" not in str(rules)
        # What is pending for longer than an hour is forgotten each night where nodes sleep.
        assert {rule["for"] for rule in rules["groups"][0]["rules"] if rule["alert"] in moved} == {"5m", "15m"}
