"""Usage that is known only within bounds: the bill is made for its base, and both ends are shown beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.sections.measures import Spread
from tests.pricing.billing import HOURS, USAGE, D, billed, resource

NAT = "aws:ec2/natGateway:NatGateway"
SERVERLESS = "aws:elasticache/serverlessCache:ServerlessCache"


def using(**figures):
    return USAGE.model_copy(update={name: Spread.model_construct(**ends) for name, ends in figures.items()})


def ends(bill):
    return bill.usd_per_month_low, bill.usd_per_month, bill.usd_per_month_high


def test_gateway_traffic_between_100_and_400_gigabytes_moves_only_its_own_line():
    none = {"low": D(0), "base": D(0), "high": D(0)}
    usage = using(nat_gb={"low": D(100), "base": D(200), "high": D(400)}, image_pull_gb=none)
    bill = billed(resource(NAT, {"connectivityType": "private"}), usage=usage)
    always = D("0.059") * HOURS

    assert ends(bill) == (always + D("5.9"), always + D("11.8"), always + D("23.6"))


@pytest.mark.parametrize(
    ("low", "base", "high", "billed_for"), [(0, 0, 0, (100,) * 3), (0, 50, 300, (100, 100, 300)), (200, 300, 400, None)]
)
def test_a_serverless_cache_is_never_billed_for_less_than_its_least(low, base, high, billed_for):
    """Valkey's least is 0.1 GB: the figures are in thousandths of a gigabyte."""
    usage = using(
        cache_serverless_gb={"low": D(low) / 1000, "base": D(base) / 1000, "high": D(high) / 1000},
        cache_serverless_million_ecpu={"low": D(0), "base": D(0), "high": D(0)},
    )
    rates = [
        line for line in billed(resource(SERVERLESS, {"engine": "valkey"}), usage=usage).lines if line.item == "data"
    ]
    (line,) = rates

    stored = [D(amount) / 1000 * HOURS * line.usd_per_unit for amount in billed_for or (low, base, high)]
    assert [line.usd_per_month_low, line.usd_per_month, line.usd_per_month_high] == stored


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3).map(sorted))
def test_ends_enclose_the_base_whatever_the_range(amounts):
    low, base, high = map(D, amounts)
    usage = using(nat_gb={"low": low, "base": base, "high": high})
    bill = billed(resource(NAT, {"connectivityType": "private"}), usage=usage)

    assert sorted(ends(bill)) == list(ends(bill))
