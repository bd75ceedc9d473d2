"""The account's lines by hand: what it adds to a stack's bill, and what it takes off."""

import pytest

from pricing.account_level import SUPPORT, account_lines
from stacks.sections.account import Account
from tests.conftest import TODAY
from tests.pricing.billing import HOURS, D, billed, resource

NAT = "aws:ec2/natGateway:NatGateway"
CLUSTER = "aws:eks/cluster:Cluster"


def lines(bill, **account):
    return {line.item: line.usd_per_month for line in account_lines(bill, Account.model_validate(account), TODAY)}


@pytest.fixture
def bill():
    return billed(resource(CLUSTER, {"version": "1.35", "upgradePolicy": {"supportType": "STANDARD"}}))


def test_an_account_that_says_nothing_adds_nothing(bill):
    assert lines(bill) == {}


@pytest.mark.parametrize(
    ("spent", "price"),
    [(0, 29), (322, 29), (1000, 90), (10_000, 900), (20_000, 900 + 700), (90_000, 900 + 4_900 + 300)],
)
def test_support_is_a_share_of_what_is_spent_and_never_less_than_its_least(spent, price):
    assert SUPPORT["business-support-plus"].usd_per_month(D(spent)) == price


def test_a_discount_takes_its_share_of_everything_or_of_one_service(bill):
    whole = lines(bill, discounts={"agreed": {"percent": 10, "source": "a contract"}})
    of_one = lines(bill, discounts={"eks": {"percent": 10, "source": "a contract", "service": "ec2"}})

    assert whole == {"discount agreed": -bill.usd_per_month / 10}
    assert of_one == {"discount eks": 0}


@pytest.mark.parametrize(("ends", "saves"), [("2026-11-23", {"commitment plan": D(-40)}), ("2026-11-22", {})])
def test_a_commitment_saves_until_its_last_day(bill, ends, saves):
    plan = {"usdPerMonth": 60, "coversUsdPerMonth": 100, "source": "a purchase", "ends": ends}

    assert lines(bill, commitments={"plan": plan}) == saves


def test_support_is_reckoned_on_what_discounts_leave(bill):
    found = lines(
        bill, supportPlan="business-support-plus", discounts={"agreed": {"percent": 50, "source": "a contract"}}
    )

    assert found["AWS Business Support+"] == max(D(29), bill.usd_per_month / 2 * D("0.09"))
    assert HOURS * D("0.1") <= bill.usd_per_month
