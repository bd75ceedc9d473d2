"""``python -m pricing.book``: what would change is shown first, and a check says how far the book can be trusted."""

import shutil
from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from pricing import aws_client
from pricing.book import Book, __main__
from pricing.book.audit import age, coverage, used
from tests.pricing.book.offering import Answers, single

D = Decimal
EKS = "eks/cluster-standard"


@pytest.fixture
def book(tmp_path):
    """A copy of the real book, so that nothing here can change it."""
    return shutil.copy(Book.load().path, tmp_path / "book.json")


@pytest.fixture
def api():
    with Answers() as answers:
        yield answers


@pytest.fixture
def command(book, api, monkeypatch):
    """The command line, on the copied book and the stubbed client."""
    monkeypatch.setattr(__main__, "DEFAULT", book)
    monkeypatch.setattr(
        aws_client, "make_client", lambda service, region: {("pricing", "us-east-1"): api}[service, region]
    )
    return lambda *arguments: CliRunner().invoke(__main__.app, ["refresh", *arguments])


def test_the_difference_is_shown_before_anything_is_written(command, api, book):
    before = book.read_bytes()
    api.give(single("ecr/storage", "0.2"))

    shown = command("--only", "ecr/", "--dry-run")

    assert (shown.exit_code, book.read_bytes()) == (0, before)
    assert shown.stdout.splitlines() == [
        "ecr/storage: 0.1 -> 0.2 USD a GB-Mo (+100.0 %)",
        "ecr/storage-archive: kept, no query known",
        "ecr/data-transfer-in-region: kept, no query known",
        "1 prices read, 1 entries change, 2 kept without a query",
    ]


def test_a_book_can_be_written_beside_the_old_one(command, api, book):
    api.give(single("ecr/storage", "0.2"))
    beside = book.with_name("new.json")

    assert command("--only", "ecr/", "--output", str(beside)).exit_code == 0
    assert (Book.load(book).prices["ecr/storage"].usd, Book.load(beside).prices["ecr/storage"].usd) == (
        D("0.1"),
        D("0.2"),
    )


@pytest.mark.parametrize(
    ("usd", "large"), [("0", True), ("0.31", True), ("0.03", True), ("0.3", False), ("0.04", False)]
)
def test_a_price_that_became_nothing_or_another_one_is_taken_only_when_asked_for(command, api, book, usd, large):
    before = book.read_bytes()
    api.give(single("ecr/storage", usd))
    refused = command("--only", "ecr/")

    assert (refused.exit_code, book.read_bytes() == before) == ((1, True) if large else (0, False))
    assert ("run again with --accept-large-changes" in refused.stderr) is large
    if large:
        api.give(single("ecr/storage", usd))
        assert command("--only", "ecr/", "--accept-large-changes").exit_code == 0
        assert Book.load(book).prices["ecr/storage"].usd == D(usd)


@pytest.mark.parametrize(
    ("asked", "arrange", "outcome"),
    [
        (["--only", "moon/"], None, (2, "error: --only: 'moon/' begins no price that can be refreshed; keys")),
        (["--output", "/nowhere/book.json"], None, (2, "error: --output: /nowhere/book.json cannot be written")),
        (
            ["--only", EKS],
            lambda api: api.fail("AccessDeniedException", "no"),
            (2, f"error: {EKS}: AWS refuses access"),
        ),
        (
            ["--only", EKS],
            Answers.give,
            (1, f"error: {EKS}: APN2-AmazonEKS-Hours:perCluster: exactly one SKU is needed"),
        ),
    ],
)
def test_a_command_that_cannot_be_done_says_why_in_a_line(command, api, asked, arrange, outcome):
    if arrange:
        arrange(api)

    done = command(*asked)

    assert done.exit_code == outcome[0]
    assert done.stderr.startswith(outcome[1])


def test_the_check_fails_for_an_old_book_and_for_a_price_in_use_that_nobody_knows():
    book = Book.load()
    bill = {
        "lines": [
            {"confidence": "exact", "usdPerMonth": 70, "asOf": "2026-10-01"},
            {"confidence": "exact", "usdPerMonth": 3, "asOf": "2022-09"},
            {"confidence": "recalled", "usdPerMonth": 1.5, "asOf": None},
        ],
        "unpriced": [
            {"urn": "urn:pulumi:dev::a::t::air", "type": "t", "reason": "nobody found it", "kind": "price"},
            {"urn": "urn:pulumi:dev::a::t::new", "type": "t", "reason": "never heard of", "kind": "type"},
        ],
    }

    assert [found.grave for found in age(book, date(2027, 3, 30))] == [False] * 3
    assert [found.grave for found in age(book, date(2027, 3, 31))] == [True, False, False]
    assert [(found.text, found.grave) for found in used("dev", bill, date(2026, 11, 23))] == [
        ("dev: 74.50 USD a month, of which 73.00 exact, 1.50 recalled", False),
        ("dev: 1 lines of 3.00 USD at prices read over 730 days ago, 1 lines of 1.50 USD at undated ones", False),
        ("dev: air (t) has no price: nobody found it", True),
        ("dev: new (t) has no price: never heard of", False),
    ]


def test_the_coverage_counts_every_price_once():
    found = coverage(Book.load())

    assert sum(sum(counts.values()) for counts in found.values()) == len(Book.load().prices)
    assert found["mwaa"] == {"null": 5}
    assert (found["opensearch"]["null, bounded"], found["opensearch"]["null"]) == (1, 1)
