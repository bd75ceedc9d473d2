"""What tests of a refresh share: answers of the Price List Query API, and a client that gives them."""

import json
from functools import cache

import boto3
from botocore.stub import Stubber

from pricing.book.queries import QUERIES

PUBLISHED = "2026-11-20T09:00:00Z"


def offer(key, *tiers, sku="GOOD", unit=None, usagetype=None, published=PUBLISHED, **attributes):
    """One entry of PriceList; tiers are (begin, end, USD) in AWS's units."""
    query = QUERIES[key]
    operation = {"operation": query.operation} if query.operation else {}
    dimensions = {
        f"{sku}.T.{place}": {
            "unit": unit or query.units[0].upper(),
            "beginRange": begin,
            "endRange": end,
            "pricePerUnit": {"USD": usd},
        }
        for place, (begin, end, usd) in enumerate(tiers)
    }
    return json.dumps(
        {
            "product": {
                "sku": sku,
                "attributes": {"usagetype": usagetype or query.usagetype, **operation, **attributes},
            },
            "publicationDate": published,
            "terms": {"OnDemand": {f"{sku}.T": {"priceDimensions": dimensions}}, "Reserved": {"other": {}}},
        }
    )


def single(key, usd, **more):
    return offer(key, ("0", "Inf", usd), **more)


@cache
def _client():
    # Reading the service's model takes a third of a second: one client serves every test.
    return boto3.client("pricing", region_name="us-east-1", aws_access_key_id="-", aws_secret_access_key="-")


class Answers:
    """A pricing client that answers what it was told to, in that order, and must be asked for all of it."""

    def __init__(self):
        self._stub = Stubber(_client())

    def __enter__(self):
        self._stub.activate()
        return self

    def __exit__(self, *failed):
        self._stub.deactivate()
        if failed == (None, None, None):
            self._stub.assert_no_pending_responses()

    def get_products(self, **request):
        return _client().get_products(**request)

    def give(self, *offers, token=None, **asked):
        page = {"PriceList": list(offers), "FormatVersion": "aws_v1", **({"NextToken": token} if token else {})}
        self._stub.add_response("get_products", page, asked or None)

    def fail(self, code, message=""):
        self._stub.add_client_error("get_products", code, message)
