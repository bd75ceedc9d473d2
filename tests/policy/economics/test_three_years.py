"""The guide's two scenarios come out as it says, and priced ones by arithmetic that can be done by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.economics.three_years import (
    DUE,
    FORESEEN,
    MONTHS,
    OVERLAPS,
    OWNED,
    SCENARIOS,
    Bills,
    Case,
    break_even,
    claimed,
    dual_running,
    kept,
    vary_assumptions,
    work_out_scenario,
)
from policy.ledger.rows import ROWS

D = Decimal
BILLS = Bills(
    base=D(1000),
    high_price=D(1060),
    high_usage=D(1080),
    high=D(1100),
    less_usage=D(950),
    more_usage=D(1050),
    doubled=D(1200),
    everything=D(1800),
)


def test_the_guide_s_own_figures_give_the_guide_s_own_sums():
    due, owned = claimed(DUE), claimed(OWNED)

    assert (due.staying[MONTHS], due.moving[MONTHS], due.saved) == (312_400, 100_428, 211_972)
    assert (OWNED.staying_per_month, owned.moving[1], OWNED.staying_per_month - owned.moving[1]) == (2400, 1373, 1027)
    assert (due.break_even, owned.break_even) == (0, 0)


def test_moving_is_the_migration_then_bill_labour_and_what_still_runs():
    found = work_out_scenario(OWNED, Case(name="", cloud=D(1000), labour=D(250)))

    # 15,000 at once; then 1,250 a month, and dual running while it lasts.
    assert found.moving[0] == 15_000
    assert found.moving[MONTHS] == 15_000 + 36 * 1250 + dual_running(OWNED)
    assert found.moving[MONTHS] - found.moving[MONTHS - 1] == 1250
    assert found.staying[MONTHS] == 36 * 2400


def test_dual_running_is_each_phase_s_share_of_the_scenario_s_own_operations_and_labour():
    # Phase 1: 190 + 100 + 30 for a month; 2: 550 + 110 + 150 for three; 3: 80 + 175 + 115 for two; 5: 270 + 165 for
    # three: 4,795 of rows that add up to 1,935 a month.
    months = {1: (1, 320), 2: (3, 810), 3: (2, 370), 4: (1, 0), 5: (3, 435)}
    part = D(sum(count * amount for count, amount in months.values())) / 1935

    assert {over.phase: (over.months, over.claimed_per_month) for over in OVERLAPS} == months
    assert sum(sum(kept(OWNED, over)) for over in OVERLAPS) == pytest.approx(OWNED.staying_per_month)
    assert dual_running(OWNED) == pytest.approx((D(1400) + 1000) * part)
    assert dual_running(DUE) == pytest.approx((D(4900) + DUE.labour) * part)


def test_every_row_of_the_guide_but_the_platform_and_admission_is_run_twice_in_some_phase():
    twice = [name for over in OVERLAPS for name in over.capabilities]

    assert len(twice) == len(set(twice))
    assert {row.capability for row in ROWS} - set(twice) == {"platform", "admission"}
    phases = {name: over.phase for over in OVERLAPS for name in over.capabilities}
    assert all(row.phase == phases[row.capability] for row in ROWS if row.phase and row.capability in phases)


@pytest.mark.parametrize(
    ("staying", "moving", "month"),
    [
        ([0, 10, 20, 30], [15, 20, 25, 30], 3),
        ([0, 10, 20, 30], [15, 20, 25, 31], None),
        ([100, 110, 120], [15, 20, 25], 0),
        # Once ahead and then behind again is no break-even.
        ([0, 10, 20, 30], [5, 5, 25, 26], 3),
    ],
)
def test_the_break_even_is_the_month_after_which_moving_is_never_dearer_again(staying, moving, month):
    assert break_even([D(usd) for usd in staying], [D(usd) for usd in moving]) == month


def test_owned_hardware_pays_back_late_and_a_due_refresh_at_once():
    owned, due = next(vary_assumptions(OWNED, BILLS)), next(vary_assumptions(DUE, BILLS))

    # 15,000 + 5,947.29 of dual running, at 2,400 - 1,250 = 1,150 a month: 18.2 months.
    assert (owned.break_even, due.break_even) == (19, 0)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_both_figures_of_labour_are_shown_and_each_assumption_is_turned_alone(scenario):
    found = list(vary_assumptions(scenario, BILLS))
    base = found[0]

    assert {each.case.labour for each in found[:2]} == {D(500), D(250)}
    assert base.case.labour == scenario.claimed_labour
    assert [each.case.cloud for each in found] == [1000, 1000, 950, 1050, 1060, 1080, 1100, 1200, 1800, *[1000] * 4]
    assert [each.case.longer for each in found] == [1] * 9 + [2, 4, 1, 1]
    assert [each.case.migration for each in found] == [15_000] * 11 + [30_000, 15_000]
    assert [each.case.operations for each in found] == [None] * 12 + [1935]
    assert all(each.case.labour == base.case.labour for each in found[2:])


def test_running_both_twice_as_long_costs_twice_as_much_of_it():
    base, longer = (
        work_out_scenario(OWNED, Case(name="", cloud=D(1000), labour=D(250), longer=count)) for count in (1, 2)
    )

    assert longer.moving[MONTHS] - base.moving[MONTHS] == pytest.approx(dual_running(OWNED))


def test_what_never_pays_back_says_so():
    assert work_out_scenario(OWNED, Case(name="", cloud=D(2200), labour=D(250))).break_even is None


@given(st.decimals(0, 5000, places=2), st.decimals(0, 5000, places=2))
def test_a_dearer_bill_never_pays_back_earlier(one, other):
    less, more = sorted((one, other))
    first, second = (work_out_scenario(OWNED, Case(name="", cloud=cloud, labour=D(250))) for cloud in (less, more))

    assert first.saved >= second.saved
    assert (first.break_even or 0) <= (FORESEEN + 1 if second.break_even is None else second.break_even)
