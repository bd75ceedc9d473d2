"""What each row comes to, and why."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.ledger.decide import decide
from policy.ledger.rows import ROWS
from stacks.load import stack_file
from tests.conftest import TODAY

PROD = stack_file("prod").settings
NEED = {"needed": True, "reason": "tail sampling by tenant", "owner": "data", "recordedOn": "2026-11-01"}


def window(value, month="2026-10"):
    return {"window": month, "value": value, "source": "measured", "measuredOn": "2026-11-01"}


@pytest.mark.parametrize(
    ("gigabytes", "choice"), [(0, "cloudwatch-logs"), (100, "cloudwatch-logs"), (100.01, "loki"), (140, "loki")]
)
def test_logs_up_to_and_including_100_gb_go_to_cloudwatch(settings, gigabytes, choice):
    decision = decide(settings("prod", {"volumes.logGbPerMonth": [window(gigabytes)]}), TODAY)["logs"]

    assert decision.choice == choice
    assert str(gigabytes) in decision.reason[0]


@pytest.mark.parametrize(("traces", "choice"), [(100_000, "xray"), (100_001, "tempo")])
def test_traces_up_to_and_including_100_000_go_to_xray(settings, traces, choice):
    decision = decide(settings("prod", {"volumes.tracesPerMonth": [window(traces)]}), TODAY)["traces"]

    assert decision.choice == choice
    assert f"{traces:,}" in decision.reason[0]


def test_a_recorded_need_for_customisation_keeps_tempo_whatever_the_volume(settings):
    decision = decide(settings("prod", {"needs.traceCustomisation": NEED}), TODAY)["traces"]

    assert decision.choice == "tempo"
    assert "tail sampling by tenant (recorded 2026-11-01 by data)" in decision.reason[0]


@pytest.mark.parametrize(("needed", "choice"), [(True, "istio"), (False, "none")])
def test_the_mesh_follows_the_recorded_need(settings, needed, choice):
    decision = decide(settings("prod", {"needs.meshFeatures": {**NEED, "needed": needed}}), TODAY)["mesh"]

    assert decision.choice == choice
    assert decision.reason[0].startswith(f"mesh features are {'needed' if needed else 'not needed'}: ")
    assert any("AWS App Mesh ended on 2026-09-30" in line for line in decision.reason)


@pytest.mark.parametrize(
    ("capability", "missing", "incumbent"),
    [
        ("logs", {"volumes.logGbPerMonth": []}, "loki"),
        ("traces", {"volumes.tracesPerMonth": []}, "tempo"),
        ("mesh", {"needs.meshFeatures": ...}, "istio"),
    ],
)
def test_without_a_measurement_or_a_need_the_incumbent_stays_and_says_so(settings, capability, missing, incumbent):
    decision = decide(settings("prod", missing), TODAY)[capability]

    assert (decision.choice, decision.undecided) == (incumbent, True)
    assert decision.reason[0].startswith("undecided: ")


@pytest.mark.parametrize("phase", [1, 2, 3, 4])
def test_a_phase_that_is_not_active_leaves_its_incumbents_where_they_are(settings, phase):
    # Phase 3 reads its secrets from what phase 1 builds.
    active = [other for other in (1, 2, 3, 4, 5) if other != phase and not (phase == 1 and other == 3)]

    decided = decide(settings("prod", {"phases": active}), TODAY)

    for row in ROWS:
        decision = decided[row.capability]
        assert decision.active is (row.phase is None or row.phase in active)
        if not decision.active:
            assert decision.choice == row.incumbent.slug
            assert not decision.holds_target


def test_the_platform_admission_metrics_and_dashboards_need_no_phase(settings):
    decided = decide(settings("prod", {"phases": []}), TODAY)

    assert {name for name, decision in decided.items() if decision.active} == {
        "platform",
        "admission",
        "metrics",
        "dashboards",
    }


def test_documents_claim_what_fits_the_state_of_the_hardware(settings):
    decision = decide(settings("prod"), TODAY)["documents"]

    assert decision.claimed_before("due").usd_low == 1383
    assert decision.claimed_before("owned").usd_low == 550


@pytest.mark.parametrize(
    ("volumes", "choice"),
    [
        ([101], "loki"),
        ([90, 101], "cloudwatch-logs"),
        ([90, 101, 102], "loki"),
        ([90, 101, 99, 101], "cloudwatch-logs"),
        ([101, 90], "loki"),
        ([101, 90, 90], "cloudwatch-logs"),
        ([90, 101, 102, 90], "loki"),
    ],
)
def test_two_windows_in_a_row_turn_a_choice_and_one_alone_decides_the_first(settings, volumes, choice):
    windows = [window(value, f"2026-{month:02d}") for month, value in enumerate(volumes, 11 - len(volumes))]

    assert decide(settings("prod", {"volumes.logGbPerMonth": windows}), TODAY)["logs"].choice == choice


@pytest.mark.parametrize(
    ("volumes", "rule"),
    [
        ([80, 80], "at most the guide's 100 a month: CloudWatch Logs"),
        ([80, 120], "one window beyond the guide's 100 does not turn a choice, two in a row do: CloudWatch Logs stays"),
        ([120, 80], "one window beyond the guide's 100 does not turn a choice, two in a row do: Loki stays"),
        ([120, 120], "more than the guide's 100 a month: Loki"),
    ],
)
def test_the_reason_says_when_one_window_alone_turns_nothing(settings, volumes, rule):
    windows = [window(value, f"2026-{month:02d}") for month, value in enumerate(volumes, 11 - len(volumes))]

    assert rule in decide(settings("prod", {"volumes.logGbPerMonth": windows}), TODAY)["logs"].reason


@pytest.mark.parametrize(("gigabytes", "near"), [(89.99, False), (90, True), (100, True), (110, True), (110.01, False)])
def test_within_ten_percent_of_the_line_is_flagged(settings, gigabytes, near):
    decision = decide(settings("prod", {"volumes.logGbPerMonth": [window(gigabytes)]}), TODAY)["logs"]

    assert decision.near_threshold is near


@pytest.mark.parametrize(("day", "undecided"), [(date(2027, 2, 28), False), (date(2027, 3, 1), True)])
def test_a_window_that_ended_more_than_120_days_ago_decides_nothing(settings, day, undecided):
    decision = decide(settings("prod", {"volumes.logGbPerMonth": [window(50)]}), day)["logs"]

    assert decision.undecided is undecided
    assert decision.choice == ("loki" if undecided else "cloudwatch-logs")


@given(
    gigabytes=st.decimals(min_value=0, max_value=10**6, places=2),
    day=st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 1, 1)),
)
def test_every_row_is_decided_for_every_volume_on_every_day_and_never_as_app_mesh(gigabytes, day):
    measured = PROD.volumes.log_gb_per_month[0].model_copy(update={"value": gigabytes})
    volumes = PROD.volumes.model_copy(update={"log_gb_per_month": (measured,)})
    settings = PROD.model_copy(update={"volumes": volumes})

    decided = decide(settings, day)

    assert decided == decide(settings, day)
    assert list(decided) == [row.capability for row in ROWS]
    assert all(decision.reason for decision in decided.values())
    assert decided["logs"].undecided or day >= measured.measured_on
    assert decided["mesh"].choice in ("istio", "none")
    if not decided["logs"].undecided:
        assert (decided["logs"].choice == "cloudwatch-logs") is (gigabytes <= Decimal(100))
