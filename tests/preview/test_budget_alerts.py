"""A month that comes out as expected tells nobody anything: every line of every AWS budget lies above it."""

import pytest

from pricing.month import longest_month
from stacks.environments import promotion_order
from stacks.load import stack_file
from tests.recordings import planned

BUDGET = "aws:budgets/budget:Budget"


@pytest.mark.parametrize("stack", promotion_order())
def test_a_month_at_expected_spend_raises_no_alert(stack):
    preview = planned(stack, stack_file(stack))
    budgets = [made.resource().props for made in preview.recording.registrations if made.type == BUDGET]

    assert {one["name"] for one in budgets} >= {"alphacar-total", "alphacar-platform"}
    for budget in budgets:
        name = budget["name"].removeprefix("alphacar-")
        spent = longest_month(preview.bill, None if name == "total" else name)
        lines = [float(budget["limitAmount"]) * one["threshold"] / 100 for one in budget["notifications"]]
        assert min(lines) > float(spent), budget["name"]


@pytest.mark.parametrize("stack", promotion_order())
def test_a_budget_counts_what_the_bill_counts(stack):
    preview = planned(stack, stack_file(stack))

    for made in preview.recording.registrations:
        if made.type == BUDGET:
            counted = made.resource().props["costTypes"]
            assert counted == dict.fromkeys(("includeTax", "includeSupport", "includeCredit", "includeRefund"), False)
