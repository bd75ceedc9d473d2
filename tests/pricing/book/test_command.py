"""``python -m pricing.book``: what would change is shown first, and a check says how far the book can be trusted."""

import shutil
from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from pricing import aws_client, meter
from pricing.book import Book, __main__
from pricing.book.audit import age, coverage, used
from tests.pricing.billing import USAGE, resource
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
        "ecr/storage-tokyo: kept, no query known",
        "ecr/storage-archive: kept, no query known",
        "ecr/data-transfer-in-region: kept, no query known",
        "1 prices read, 1 entries change, 3 kept without a query",
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


ECR = "TimedStorage-ByteHrs"


def test_a_book_of_another_region_is_written_beside_seoul_s_and_prices_what_stands_there(command, api, book):
    before = book.read_bytes()
    # Older services write no prefix for Virginia, later ones do: the first question has no answer.
    api.give()
    api.give(single("ecr/storage", "0.11", usagetype=f"USE1-{ECR}", regionCode="us-east-1"))

    done = command("--only", "ecr/", "--region", "us-east-1")

    assert (done.exit_code, book.read_bytes()) == (0, before)
    assert done.stdout.splitlines()[0] == "ecr/storage: unknown -> 0.11 USD a GB-Mo (new, recalled before)"
    there = Book.load(book.with_name("us-east-1.json"))
    assert (there.region, there.published, there.prices.keys()) == (
        "us-east-1",
        date(2026, 11, 20),
        Book.load().prices.keys(),
    )
    assert (there.prices["ecr/storage"].usd, there.prices["ecr/storage"].usagetype) == (D("0.11"), f"USE1-{ECR}")
    # What nobody read is unknown there, but for what is free everywhere.
    known = {key for key, price in there.prices.items() if price.usd is not None}
    assert known - {"ecr/storage"} == {key for key, price in Book.load().prices.items() if price.usd == 0}

    declared = [resource("aws:ecr/repository:Repository"), resource("aws:ec2/eip:Eip")]
    bill = meter.compute_bill(declared, USAGE, there)
    assert [(line.item, line.usd_per_month) for line in bill.lines] == [("images", 100 * D("0.11"))]
    assert [gap.reason for gap in bill.unpriced] == ["public IPv4: nobody has found the price of vpc/public-ipv4-idle"]


def test_what_another_region_does_not_sell_is_told_and_stays_unknown(command, api, book):
    api.give(single("kms/key", "1", usagetype="eu-north-1-KMS-Keys", regionCode="eu-north-1"))

    done = command("--only", "kms/", "--region", "eu-north-1")

    assert done.exit_code == 0
    assert "kms/requests-10k: unknown in eu-north-1: eu-north-1-KMS-Requests: exactly one SKU is needed" in done.stdout
    assert (
        done.stdout.splitlines()[-2]
        == "1 prices read, 1 unknown in eu-north-1, 1 entries change, 0 kept without a query"
    )
    assert Book.load(book.with_name("eu-north-1.json")).prices["kms/requests-10k"].usd is None


def test_a_second_refresh_of_another_region_renews_its_book(command, api, book):
    for usd in ("0.11", "0.12"):
        api.give(single("ecr/storage", usd, usagetype=f"APN1-{ECR}", regionCode="ap-northeast-1"))
        done = command("--only", "ecr/", "--region", "ap-northeast-1")

    assert done.stdout.splitlines()[0] == "ecr/storage: 0.11 -> 0.12 USD a GB-Mo (+9.1 %)"


@pytest.mark.parametrize(
    ("asked", "unsold", "outcome"),
    [
        (
            ["--region", "ap-northeast-9"],
            None,
            (2, "error: --region: 'ap-northeast-9' is unknown; did you mean ap-north"),
        ),
        (["--region", "moon"], False, (2, "error: --region: 'moon' is unknown; allowed are af-south-1, ")),
        (
            ["--region", "eu-north-1", "--only", EKS],
            True,
            (1, "error: eu-north-1: AWS gives none of the 1 prices that were asked for"),
        ),
    ],
)
def test_a_region_that_cannot_be_read_says_why(command, api, asked, unsold, outcome):
    if unsold:
        api.give()
    done = command(*asked)

    assert (done.exit_code, done.stderr[: len(outcome[1])]) == outcome


def test_a_book_of_yet_another_region_is_not_overwritten(command, api, book):
    other = book.with_name("other.json")
    other.write_text(book.read_text().replace('"region": "ap-northeast-2"', '"region": "eu-west-3"'))
    before = other.read_bytes()

    done = command("--region", "eu-north-1", "--only", EKS, "--output", str(other))

    assert (done.exit_code, other.read_bytes()) == (1, before)
    assert "is the book of eu-west-3, and not of eu-north-1" in done.stderr


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
