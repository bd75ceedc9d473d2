"""A month that comes out as expected tells nobody anything: every line of every AWS budget lies above it."""

import pytest

from preview.breakdown import by_tag
from pricing.month import longest_month
from stacks.environments import promotion_order
from stacks.load import stack_file
from tests.recordings import planned

BUDGET = "aws:budgets/budget:Budget"


@pytest.mark.parametrize("stack", promotion_order())
def test_a_month_at_expected_spend_raises_no_alert(stack):
    preview = planned(stack, stack_file(stack))
    # Hours of the longest month, for each capability as for the whole.
    longest = longest_month(preview.bill) / preview.bill.usd_per_month
    tagged = {share.name: share.amount.usd_per_month for share in by_tag(preview)["decision"]}
    budgets = [made.resource().props for made in preview.recording.registrations if made.type == BUDGET]

    assert {one["name"] for one in budgets} >= {"alphacar-total", "alphacar-platform"}
    for budget in budgets:
        name = budget["name"].removeprefix("alphacar-")
        spent = longest_month(preview.bill) if name == "total" else tagged.get(name, 0) * longest
        lines = [float(budget["limitAmount"]) * one["threshold"] / 100 for one in budget["notifications"]]
        assert min(lines) > float(spent), budget["name"]


@pytest.mark.parametrize("stack", promotion_order())
def test_a_budget_counts_what_the_bill_counts(stack):
    preview = planned(stack, stack_file(stack))

    for made in preview.recording.registrations:
        if made.type == BUDGET:
            counted = made.resource().props["costTypes"]
            assert counted == dict.fromkeys(("includeTax", "includeSupport", "includeCredit", "includeRefund"), False)
