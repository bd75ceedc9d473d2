"""The account's lines by hand: what it adds to a stack's bill, and what it takes off."""

from typing import get_args

import pytest
from pydantic import ValidationError

from pricing.account_level import SUPPORT, account_lines
from stacks.sections.account import Account, Service
from tests.conftest import TODAY
from tests.pricing.billing import BOOK, HOURS, D, billed, resource

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


@pytest.mark.parametrize(
    ("ends", "saves"),
    [("2026-11-23", {"commitment plan": D(-20)}), ("2026-11-22", {"commitment plan, ended 2026-11-22": 0})],
)
def test_a_commitment_saves_until_its_last_day(bill, ends, saves):
    plan = {"usdPerMonth": 30, "coversUsdPerMonth": 50, "source": "a purchase", "ends": ends}

    assert lines(bill, commitments={"plan": plan}) == saves


def test_a_commitment_covers_no_more_than_is_billed(bill):
    plan = {"usdPerMonth": 100, "coversUsdPerMonth": 5000, "source": "a purchase", "ends": "2027-01-01"}

    assert lines(bill, commitments={"plan": plan}) == {"commitment plan": 100 - bill.usd_per_month}


def test_discounts_never_take_more_than_is_left(bill):
    each = {"percent": 60, "source": "a contract"}
    found = lines(bill, discounts={"a": each, "b": each})

    assert found == {"discount a": -bill.usd_per_month * 6 / 10, "discount b": -bill.usd_per_month * 4 / 10}


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ({"discounts": {"a": {"percent": 10, "source": "x", "service": "ecc2"}}}, "ec2"),
        ({"discounts": {"a": {"percent": 101, "source": "x"}}}, "100"),
        (
            {"commitments": {"a": {"usdPerMonth": 9, "coversUsdPerMonth": 8, "source": "x", "ends": "2027-01-01"}}},
            "9 > 8",
        ),
        ({"exchange": {"currency": "USD", "perUsd": 1, "asOf": "2026-11-23", "source": "x"}}, "another currency"),
        ({"exchange": {"currency": "KRW", "perUsd": 0, "asOf": "2026-11-23", "source": "x"}}, "greater than 0"),
    ],
)
def test_what_would_reckon_wrongly_is_refused(account, said):
    with pytest.raises(ValidationError, match=said):
        Account.model_validate(account)


def test_the_services_are_those_of_the_price_book():
    assert set(get_args(Service)) == {key.partition("/")[0] for key in BOOK.prices}


def test_support_is_reckoned_on_what_discounts_leave(bill):
    found = lines(
        bill, supportPlan="business-support-plus", discounts={"agreed": {"percent": 50, "source": "a contract"}}
    )

    assert found["AWS Business Support+"] == max(D(29), bill.usd_per_month / 2 * D("0.09"))
    assert HOURS * D("0.1") <= bill.usd_per_month
