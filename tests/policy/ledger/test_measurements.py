"""How far a measurement is trusted: from the day it was counted until it is stale, and how windows in a row turn a choice."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.ledger.decide import decide
from stacks.load import stack_file
from tests.conftest import TODAY

PROD = stack_file("prod").settings
#: Up to the last one that is over today.
MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)][:22]


def logs(windows, day=TODAY, stale_after_days=120):
    """What logs come to by ``windows``, pairs of a month and its gigabytes, whatever the loader would say of them."""
    template = PROD.volumes.log_gb_per_month[0]
    volumes = PROD.volumes.model_copy(
        update={
            "log_gb_per_month": tuple(
                template.model_copy(update={"window": month, "value": Decimal(value), **(more[0] if more else {})})
                for month, value, *more in windows
            ),
            "stale_after_days": stale_after_days,
        }
    )
    return decide(PROD.model_copy(update={"volumes": volumes}), day)["logs"]


def test_an_old_window_is_no_newer_for_having_been_counted_late():
    decision = logs([("2024-01", 50, {"measured_on": date(2026, 11, 20)})])

    assert (decision.choice, decision.undecided) == ("loki", True)
    assert "the newest count of GB of logs is 1027 days old, older than 120" in decision.reason[0]


def test_a_count_older_than_its_own_window_is_as_old_as_the_count():
    assert logs([("2026-10", 50, {"measured_on": date(2026, 7, 1)})]).undecided


@pytest.mark.parametrize(
    ("windows", "reason"),
    [
        (
            [("2026-10", 50, {"measured_on": date(2030, 1, 1)})],
            "GB of logs in 2026-10 are said to be measured on 2030-01-01, which is after 2026-11-23",
        ),
        (
            [("2026-09", 50, {"measured_on": date(2030, 1, 1)}), ("2026-10", 50)],
            "GB of logs in 2026-09 are said to be measured on 2030-01-01, which is after 2026-11-23",
        ),
        (
            [("2027-10", 50, {"measured_on": date(2027, 11, 1)})],
            "GB of logs are recorded for 2027-10, a month that is not over on 2026-11-23",
        ),
        ([("2026-11", 50)], "GB of logs are recorded for 2026-11, a month that is not over on 2026-11-23"),
    ],
)
def test_what_lies_in_the_future_decides_nothing(windows, reason):
    decision = logs(windows)

    assert (decision.choice, decision.undecided) == ("loki", True)
    assert decision.reason[0] == f"undecided: {reason}, so Loki is built as before"


def test_the_last_day_of_a_window_is_the_first_on_which_it_decides():
    measured = [("2026-10", 50, {"measured_on": date(2026, 10, 31)})]

    assert logs(measured, date(2026, 10, 30)).undecided
    assert logs(measured, date(2026, 10, 31)).choice == "cloudwatch-logs"


@pytest.mark.parametrize(
    ("windows", "choice"),
    [
        ([("2026-07", 50), ("2026-08", 101), ("2026-10", 101)], "loki"),
        ([("2026-02", 50), ("2026-04", 101), ("2026-06", 90), ("2026-10", 101)], "cloudwatch-logs"),
        ([("2026-02", 101), ("2026-10", 90)], "loki"),
    ],
)
def test_windows_are_in_a_row_as_they_are_recorded_whatever_months_are_missing(windows, choice):
    assert logs(windows).choice == choice


@given(st.lists(st.integers(0, 200), min_size=2, max_size=22))
def test_the_last_two_windows_on_one_side_decide_for_it(amounts):
    *_, before, last = amounts

    if (before <= 100) is (last <= 100):
        chosen = logs(list(zip(MONTHS, amounts, strict=False)), stale_after_days=730).choice
        assert chosen == ("cloudwatch-logs" if last <= 100 else "loki")


@given(
    st.lists(
        st.tuples(st.sampled_from(MONTHS), st.integers(0, 200)), min_size=1, max_size=8, unique_by=lambda each: each[0]
    ),
    st.integers(0, 100),
)
def test_more_logs_never_turn_a_choice_towards_cloudwatch(windows, more):
    def chosen(amounts):
        return logs(amounts, stale_after_days=730).choice

    if chosen(sorted(windows)) == "loki":
        assert chosen([(month, value + more) for month, value in sorted(windows)]) == "loki"


@given(
    month=st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 1, 1)),
    late=st.integers(0, 800),
    day=st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 1, 1)),
    stale=st.integers(1, 730),
)
def test_a_window_decides_from_its_count_until_it_is_stale_and_on_no_other_day(month, late, day, stale):
    end = month.replace(day=monthrange(month.year, month.month)[1])
    counted = end + timedelta(days=late)

    decision = logs([(f"{month:%Y-%m}", 50, {"measured_on": counted})], day, stale)

    assert decision.undecided is not (counted <= day <= end + timedelta(days=stale))


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        ([100], "within 10 % of the line of 100: two windows in a row beyond it would turn it"),
        ([90, 105], "within 10 % of the line of 100: one more window beyond it turns it"),
    ],
)
def test_near_the_line_the_reason_says_what_would_turn_it(amounts, told):
    assert told in logs(list(zip(MONTHS[-len(amounts) :], amounts, strict=True))).reason


def test_a_need_recorded_in_the_future_decides_nothing(settings):
    need = {"needed": True, "reason": "later", "owner": "data", "recordedOn": "2027-01-01"}
    decided = decide(settings("prod", {"needs.traceCustomisation": need, "needs.meshFeatures": need}), TODAY)

    assert [(decided[row].choice, decided[row].undecided) for row in ("traces", "mesh")] == [
        ("tempo", True),
        ("istio", True),
    ]
