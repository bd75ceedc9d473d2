"""Schedules of a week, as EventBridge and Kubernetes write them."""

import pytest

from model.schedule import hours_of_week, longest_gap


@pytest.mark.parametrize(
    ("expression", "times"),
    [
        ("0 18 * * 6", (6 * 24 + 18,)),
        ("0 18 * * SAT", (6 * 24 + 18,)),
        ("30 1 * * 1-3", (25.5, 49.5, 73.5)),
        ("0 0 * * 0,7", (0,)),
        ("cron(0 20 ? * SAT *)", (6 * 24 + 20,)),
        ("cron(0 20 ? * 7 *)", (6 * 24 + 20,)),
        ("cron(0 20 ? * 1 *)", (20,)),
        ("cron(0 20 ? * SAT-SUN *)", (20, 6 * 24 + 20)),
        ("0 */12 * * 0", (0, 12)),
        ("15,45 3 * * 0", (3.25, 3.75)),
        *((text, None) for text in ("0 18 1 * *", "0 18 * 2 *", "cron(0 20 1 * ? *)", "rate(1 day)", "0 25 * * *", "")),
        *((text, None) for text in ("0 18 * * FUN", "0 18/0 * * *", "cron(0 20 ? * 0 *)", "x y z * *")),
    ],
)
def test_a_schedule_fires_at_these_hours_of_a_week(expression, times):
    assert hours_of_week(expression) == times


@pytest.mark.parametrize(
    ("expression", "hours"),
    [
        ("0 18 * * *", 24),
        ("0 1 * * 1-5", 72),
        ("0 1 * * 1-6", 48),
        ("0 1 * * 2", 168),
        ("cron(0 20 ? * WED,SAT *)", 96),
    ],
)
def test_the_longest_wait_goes_over_the_end_of_the_week(expression, hours):
    assert longest_gap(hours_of_week(expression)) == hours


def test_nothing_that_fires_has_no_wait():
    assert longest_gap(()) is None
