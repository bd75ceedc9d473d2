"""What AWS sells is asked for by name, and told in the book's own units."""

from decimal import Decimal

import pytest

from pricing.book import Book
from pricing.book.price_list import OfferError, rate, read
from pricing.book.queries import QUERIES
from tests.pricing.book.offering import offer

D = Decimal


def test_every_question_is_about_a_price_of_the_book_and_of_its_service():
    book = Book.load()

    assert {key for key in QUERIES if key not in book.prices} == set()
    assert all(book.services[key.partition("/")[0]] == query.service for key, query in QUERIES.items())
    assert all(unit == unit.lower() for query in QUERIES.values() for unit in query.units)


@pytest.mark.parametrize(
    ("key", "tiers", "usd", "up_to"),
    [
        # Tiers come in no order, and in GB as in the book.
        (
            "s3/standard",
            [("512000", "Inf", "0.023"), ("0", "51200", "0.025"), ("51200", "512000", "0.024")],
            D("0.025"),
            [(D(51200), D("0.025")), (D(512000), D("0.024")), (None, D("0.023"))],
        ),
        # A GiB/s is 1,024 MiB/s; the first 125 of a volume are included, which no SKU says.
        (
            "ec2/ebs-gp3-throughput",
            [("0", "Inf", "46.6944")],
            D("0.0456"),
            [(D(125), D(0)), (None, D("0.0456"))],
        ),
        # Per single request in the API, per 10,000 in the book.
        ("secretsmanager/api-10k", [("0", "Inf", "0.0000050000")], D("0.05"), []),
        # A billion queries are a thousand of the book's millions.
        (
            "route53/standard-queries-1M",
            [("0", "1000000000", "0.0000004"), ("1000000000", "Inf", "0.0000002")],
            D("0.4"),
            [(D(1000), D("0.4")), (None, D("0.2"))],
        ),
        # What the first tier gives away is no price: the usual tier is.
        ("xray/trace-recorded", [("0", "100000", "0"), ("100000", "Inf", "0.000005")], D("0.000005"), None),
    ],
)
def test_prices_are_told_in_the_book_s_unit_and_tiers_in_rising_order(key, tiers, usd, up_to):
    found = rate(QUERIES[key], [read(offer(key, *tiers))])

    assert found.usd == usd
    if up_to is not None:
        assert list(found.tiers) == up_to


def test_tiers_that_are_sold_as_usage_types_of_their_own_are_one_price():
    key = "ec2/ebs-io2-iops"
    sold = {"": "0.0666", ".tier2": "0.0467", ".tier3": "0.0327"}
    offers = [
        read(offer(key, ("0", "Inf", usd), sku=f"SKU{tier}", usagetype=f"APN2-EBS:VolumeP-IOPS.io2{tier}"))
        for tier, usd in sold.items()
    ]
    found = rate(QUERIES[key], offers)

    assert found.usd == D("0.0666")
    assert found.tiers == ((D(32_000), D("0.0666")), (D(64_000), D("0.0467")), (None, D("0.0327")))
    with pytest.raises(OfferError, match=r"io2\.tier3: exactly one SKU is needed"):
        rate(QUERIES[key], offers[:2])
