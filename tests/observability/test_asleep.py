"""Where nodes sleep, Prometheus does: alerts on Velero's backups are quiet while its schedule is kept, and ring once it is not.

Played by promtool on the rules as staging and dev declare them. While nodes sleep nothing is scraped, so that what was
pending is forgotten, as a Prometheus that was down for longer than an hour forgets it.
"""

from __future__ import annotations

import json

import pytest

from preview.simulate.wire import show_to_reader
from stacks.load import from_mapping
from tests.conftest import landing_of
from tests.observability.test_rules import needs_promtool, promtool
from tests.recordings import of_settings

#: Seconds; a play begins on a Monday at midnight in Seoul.
STEP, HOUR, DAY = 300, 3600, 86_400
WEEKS, DAYS = 3, ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
#: Both stacks begin at 01:00 UTC.
BACKUP = 10 * HOUR
#: A backup is done after a quarter of an hour; pods that were started with the nodes are scraped after half an hour.
DONE, READY = 900, 1800
VELERO = 'schedule="velero-daily"'


class Week:
    """When nodes of a stack are awake, and when its backups begin."""

    def __init__(self, stack):
        settings = from_mapping(landing_of(stack))
        hours = settings.off_hours
        first, last = (DAYS.index(day) for day in hours.days.split("-"))
        self.days = [day for day in range(7 * WEEKS) if first <= day % 7 <= last]
        self.wake, self.sleep = (
            int(text[:2]) * HOUR + int(text[3:]) * 60 for text in (hours.wake, hours.sleep)
        )  # fmt: skip
        # Days of cron count from Sunday.
        begin, end = settings.backup.schedule.split()[4].split("-")
        assert settings.backup.schedule.startswith("0 1 ")
        self.backups = [day * DAY + BACKUP for day in self.days if int(begin) <= day % 7 + 1 <= int(end)]
        self.promise = settings.recovery.cluster.rpo_hours * HOUR

    def awake(self, time):
        return time // DAY in self.days and self.wake <= time % DAY < self.sleep

    def looks(self):
        return [time for time in range(0, 7 * WEEKS * DAY, HOUR // 2) if self.awake(time) and self.awake(time - READY)]


def series(week, name, value):
    times = range(0, 7 * WEEKS * DAY, STEP)
    found = [value(time) if week.awake(time) else None for time in times]
    return {"series": name, "values": " ".join("_" if each is None else str(each) for each in found)}


def scraped(week, good):
    """What Prometheus has of Velero, whose good backups began at ``good``."""
    kept = [
        series(week, f"velero_backup_{name}{{{VELERO}}}", lambda _: 0)
        for name in ("attempt_total", "failure_total", "partial_failure_total", "validation_failure_total")
    ]
    kept.append(series(week, "velero_backup_total", lambda _: len(good)))
    # Velero begins on the first day as the nodes do.
    created = 'kube_deployment_created{namespace="velero", deployment="velero"}'
    kept.append(series(week, created, lambda _: week.wake))
    last = f"velero_backup_last_successful_timestamp{{{VELERO}}}"
    kept.append(
        series(week, last, lambda time: max((each + DONE for each in good if each + DONE <= time), default=None))
    )
    return kept


def play(tmp_path, stack, week, good, expected):
    """Whether at each look those alerts ring that are ``expected``, a function of the time."""
    recording = of_settings(stack, landing_of(stack))
    (rules,) = (
        show_to_reader(made.inputs)["spec"] for made in recording.registrations if made.name == "metrics-backup"
    )
    looks = [
        {
            "expr": 'ALERTS{alertstate="firing"}',
            "eval_time": f"{time}s",
            "exp_samples": [
                {
                    "labels": f'ALERTS{{alertname="{alert}", alertstate="firing", {VELERO}, severity="critical"}}',
                    "value": 1,
                }
                for alert in expected(time)
            ],
        }
        for time in week.looks()
    ]
    (tmp_path / "rules.yaml").write_text(json.dumps(rules))
    test = {"interval": "5m", "input_series": scraped(week, good), "promql_expr_test": looks}
    (tmp_path / "test.yaml").write_text(
        json.dumps({"rule_files": ["rules.yaml"], "evaluation_interval": "5m", "tests": [test]})
    )
    done = promtool("test", "rules", tmp_path / "test.yaml")
    assert done.returncode == 0, (done.stdout + done.stderr)[:2000]


@needs_promtool
@pytest.mark.parametrize("stack", ["staging", "dev"])
def test_nothing_rings_over_nights_and_weekends_while_the_schedule_is_kept(tmp_path, stack):
    week = Week(stack)
    play(tmp_path, stack, week, week.backups, lambda _: [])


@needs_promtool
@pytest.mark.parametrize("stack", ["staging", "dev"])
@pytest.mark.parametrize("killed", [3, 5])
def test_once_the_newest_is_older_than_promised_it_rings_as_soon_as_somebody_is_awake(tmp_path, stack, killed):
    """All from the ``killed`` one on, but for those of the last week."""
    week = Week(stack)
    again = next(time for time in week.backups if time >= 14 * DAY)
    good = [*week.backups[:killed], *(time for time in week.backups if time >= again)]
    stale = good[killed - 1] + DONE + week.promise

    def expected(time):
        # Five minutes, and a scrape; on the morning after, as soon as anything is read.
        return ["BackupStale"] if stale + 2 * STEP <= time < again + DONE else []

    assert any(expected(time) for time in week.looks())
    play(tmp_path, stack, week, good, expected)


@needs_promtool
@pytest.mark.parametrize("stack", ["staging", "dev"])
def test_a_schedule_that_never_worked_rings_although_no_alert_is_pending_for_as_long(tmp_path, stack):
    week = Week(stack)
    play(
        tmp_path,
        stack,
        week,
        [],
        lambda time: ["BackupNeverSucceeded"] if time >= week.wake + week.promise + 900 + STEP else [],
    )
