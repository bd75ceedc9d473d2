"""A refresh takes exactly the price that was asked for, or leaves the book as it was."""

import json
import shutil
from datetime import date
from decimal import Decimal

import pytest
from botocore import exceptions

from pricing import aws_client
from pricing.book import Book, refresh
from pricing.book.queries import QUERIES
from tests.pricing.book.offering import Answers, offer, single

D = Decimal
EKS = "eks/cluster-standard"
CACHE = "elasticache/cache.t4g.small:Valkey"


@pytest.fixture
def book(tmp_path):
    """A copy of the real book, so that nothing here can change it."""
    return shutil.copy(Book.load().path, tmp_path / "book.json")


@pytest.fixture
def api():
    with Answers() as answers:
        yield answers


def run(book, api, *keys, pauses=None):
    """A whole refresh of ``keys``, as the command does it."""
    queries = {key: QUERIES[key] for key in keys}
    pause = (pauses if pauses is not None else []).append
    rates = refresh.fetch_rates(queries, api, pause=pause)
    document, changes = refresh.apply_rates(json.loads(book.read_text()), queries, rates)
    refresh.replace(document, book)
    return changes


def test_the_book_s_own_text_is_what_would_be_written(book):
    assert refresh.write_book(json.loads(book.read_text())) == book.read_text()


def test_a_good_run_writes_exactly_the_difference(book, api):
    before = book.read_text().splitlines()
    api.give(single(EKS, "0.1100000000"))

    [change] = run(book, api, EKS)

    differing = [(old, new) for old, new in zip(before, book.read_text().splitlines(), strict=True) if old != new]
    assert str(change) == "eks/cluster-standard: 0.1 -> 0.11 USD a Hrs (+10.0 %)"
    assert [new.strip().partition(": ")[0].strip('"') for _, new in differing] == ["published", EKS]
    assert Book.load(book).published == date(2026, 11, 20)
    found = Book.load(book).prices[EKS]
    assert (found.usd, found.unit, found.confidence) == (D("0.11"), "Hrs", "exact")
    assert (found.as_of, found.source) == ("2026-11-20", "AWS Price List Query API")
    assert found.note.startswith("said of 0.1 (2026-10-01): checked against a Seoul bill")


def test_a_second_run_of_the_same_answer_changes_nothing(book, api):
    for _ in range(2):
        api.give(single(EKS, "0.11"))
    run(book, api, EKS)
    once = book.read_bytes()

    assert run(book, api, EKS) == []
    assert book.read_bytes() == once


def test_the_question_names_its_filters_and_pages_are_followed_past_an_empty_one(book, api):
    filters = [
        {"Type": "TERM_MATCH", "Field": "regionCode", "Value": "ap-northeast-2"},
        {"Type": "TERM_MATCH", "Field": "instanceType", "Value": "cache.t4g.small"},
        {"Type": "TERM_MATCH", "Field": "cacheEngine", "Value": "Valkey"},
    ]
    asked = {"ServiceCode": "AmazonElastiCache", "FormatVersion": "aws_v1", "Filters": filters, "MaxResults": 100}
    api.give(token="one", **asked)
    surcharge = single(CACHE, "0.019", sku="SUR", usagetype="APN2-ExtendedSupportYr1_Yr2-NodeUsage:cache.t4g.small")
    api.give(surcharge, token="two", NextToken="one", **asked)
    api.give(single(CACHE, "0.0400"), NextToken="two", **asked)

    [change] = run(book, api, CACHE)

    assert (change.old["usd"], change.new["usd"]) == ("0.0376", "0.04")


def test_a_service_that_cannot_be_filtered_is_paged_once_for_all_its_prices(book, api):
    keys = ("docdb/db.t4g.medium", "docdb/io-per-million")
    api.give(single(keys[0], "0.1300"), single(keys[1], "0.00000026"))

    instance, requests = run(book, api, *keys)

    assert str(instance) == "docdb/db.t4g.medium: 0.1172 -> 0.13 USD a Hrs (+10.9 %, derived before)"
    assert requests.new["usd"] == "0.26"


def test_a_throttled_question_is_asked_again_and_waits_longer_each_time(book, api):
    for _ in range(3):
        api.fail("ThrottlingException")
    api.give(single(EKS, "0.11"))
    pauses = []

    run(book, api, EKS, pauses=pauses)

    assert pauses == [1, 2, 4]
    assert Book.load(book).prices[EKS].usd == D("0.11")


def throttled_for_ever(api):
    for _ in range(aws_client.ATTEMPTS):
        api.fail("ThrottlingException", "Rate exceeded")


def second_page_missing(api):
    api.give(single(EKS, "0.11"), token="one")
    for _ in range(aws_client.ATTEMPTS):
        api.fail("InternalErrorException", "try later")


def endless(api):
    api.give(single(EKS, "0.11"), token="one")
    api.give(token="one")


FAILURES = {
    "two SKUs": (
        lambda api: api.give(single(EKS, "0.1"), single(EKS, "0.2", sku="OTHER")),
        "eks/cluster-standard: APN2-AmazonEKS-Hours:perCluster: exactly one SKU is needed, found are GOOD, OTHER",
    ),
    "nothing found": (Answers.give, "exactly one SKU is needed, found are none"),
    "only a surcharge": (
        lambda api: api.give(single(EKS, "0.5", usagetype="APN2-AmazonEKS-Hours:extendedSupport")),
        "found are none among GOOD (APN2-AmazonEKS-Hours:extendedSupport)",
    ),
    "another region": (lambda api: api.give(single(EKS, "0.1", regionCode="us-east-1")), "exactly one SKU"),
    "corrupt text": (lambda api: api.give('{"product": '), "AWS answered with no offer (JSONDecodeError)"),
    "no offer": (lambda api: api.give("[]"), "AWS answered with no offer (TypeError): '[]'"),
    "wrong unit": (
        lambda api: api.give(single(EKS, "0.1", unit="Seconds")),
        "SKU GOOD is sold by 'Seconds'; known are hrs, hours, hour",
    ),
    "no terms": (
        lambda api: api.give(json.dumps({**json.loads(single(EKS, "1")), "terms": {}})),
        "SKU GOOD has 0 on-demand terms; one is needed",
    ),
    "no price": (lambda api: api.give(offer(EKS)), "do not join from 0 to Inf: none"),
    "a price that is no number": (lambda api: api.give(single(EKS, "NaN")), "has a price that cannot be read"),
    "a hole between tiers": (
        lambda api: api.give(offer(EKS, ("0", "10", "1"), ("20", "Inf", "2"))),
        "do not join from 0 to Inf: 0 to 10, 20 to Inf",
    ),
    "throttled for ever": (throttled_for_ever, "gave up after 5 attempts (ThrottlingException: Rate exceeded)"),
    "partial pages": (second_page_missing, "gave up after 5 attempts (InternalErrorException: try later)"),
    "the same page for ever": (endless, "AWS gives the same page again and again"),
    "an expired page": (lambda api: api.fail("ExpiredNextTokenException", "expired"), "AWS refuses the question"),
    "access denied": (lambda api: api.fail("AccessDeniedException", "no"), "AWS refuses access (AccessDeniedException"),
}


@pytest.mark.parametrize("fault", FAILURES)
def test_any_failure_is_one_line_and_leaves_the_book_untouched(book, api, fault):
    arrange, told = FAILURES[fault]
    before = book.read_bytes()
    arrange(api)

    with pytest.raises((refresh.RefreshError, aws_client.AskingError)) as failed:
        run(book, api, EKS)

    assert told in str(failed.value)
    assert len(str(failed.value).splitlines()) == 1
    assert book.read_bytes() == before
    assert [file.name for file in book.parent.iterdir()] == ["book.json"]


def test_every_price_that_cannot_be_had_is_named_at_once(book, api):
    api.give()
    api.give()

    with pytest.raises(refresh.RefreshError) as failed:
        run(book, api, EKS, "ecr/storage")

    assert [line.partition(": ")[0] for line in str(failed.value).splitlines()] == [EKS, "ecr/storage"]


def test_a_book_that_would_not_load_is_never_put_in_place(book, api):
    document = json.loads(book.read_text())
    before = book.read_bytes()

    with pytest.raises(refresh.RefreshError, match="the new book would not load: currency: 'KRW' is refused"):
        refresh.replace({**document, "currency": "KRW"}, book)

    assert book.read_bytes() == before


@pytest.mark.parametrize(
    ("error", "kind", "told"),
    [
        (exceptions.NoCredentialsError(), aws_client.AccessError, "Unable to locate credentials"),
        (exceptions.NoRegionError(), aws_client.AccessError, "You must specify a region"),
        (exceptions.EndpointConnectionError(endpoint_url="x"), aws_client.AskingError, "gave up after 5 attempts"),
    ],
)
def test_who_cannot_ask_is_told_at_once_and_who_is_not_heard_in_the_end(error, kind, told):
    def ask(**_request):
        raise error

    with pytest.raises(kind, match=told):
        aws_client.asked("prices", ask, pause=lambda _seconds: None)
