"""The price book: exact, dated, and refused as a whole when any of it cannot be trusted."""

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.book import Book, PriceBookError, cost, cost_high
from pricing.book.queries import QUERIES, UNASKED

BOOK = Book.load()
KNOWN = sorted(key for key, price in BOOK.prices.items() if price.usd is not None)
QUANTITIES = st.decimals(min_value=0, max_value=10**9, places=4)


def test_the_book_is_seoul_s_and_holds_every_price_ever_collected():
    assert (BOOK.region, BOOK.published.isoformat(), BOOK.vat) == ("ap-northeast-2", "2026-10-01", Decimal("0.10"))
    assert len(BOOK.prices) == 234
    assert all(price.source and price.unit for price in BOOK.prices.values())
    assert {key.partition("/")[0] for key in BOOK.prices} == set(BOOK.services)
    assert UNASKED.keys() | QUERIES.keys() == BOOK.prices.keys()
    assert not UNASKED.keys() & QUERIES.keys()


def test_loading_takes_less_than_50_ms():
    def once():
        start = time.perf_counter()
        Book.load()
        return time.perf_counter() - start

    assert min(once() for _ in range(5)) < 0.05


def test_a_null_price_is_unknown_and_never_zero():
    unknown = [price for price in BOOK.prices.values() if price.usd is None]

    assert len(unknown) == 12
    assert all(price.high == price.high_usd for price in unknown)
    assert [price.key for price in unknown if price.high_usd is not None] == ["opensearch/serverless-storage"]
    with pytest.raises(ValueError, match=r"opensearch/serverless-storage has no price"):
        cost(BOOK.prices["opensearch/serverless-storage"], Decimal(1))
    assert cost_high(BOOK.prices["opensearch/serverless-storage"], Decimal(100)) == Decimal("5.6")
    with pytest.raises(ValueError, match=r"mwaa/environment-mw1.small has no price"):
        cost(BOOK.prices["mwaa/environment-mw1.small"], Decimal(1))


def test_a_key_nobody_wrote_has_no_price():
    assert BOOK.price("eks/moon") is None


@pytest.mark.parametrize(
    ("key", "high"),
    [
        ("eks/cluster-standard", Decimal("0.1")),
        ("docdb/db.t4g.medium", Decimal("0.1172") * Decimal("1.25")),
        ("cloudwatch/dashboard", Decimal(3) * Decimal("1.5")),
        ("opensearch/serverless-storage", Decimal("0.056")),
        ("docdb/cpu-credits-t3-t4g", Decimal("0.09")),
        ("mwaa/environment-mw1.small", None),
    ],
)
def test_the_less_sure_a_price_is_the_higher_its_bound(key, high):
    assert BOOK.prices[key].high == high


@pytest.mark.parametrize(
    ("key", "quantity", "usd", "usd_high"),
    [
        # 10,240 GB at .126 and the rest of the second tier at .122, both exact.
        (
            "transfer/internet-out",
            Decimal(20_000),
            10_240 * Decimal("0.126") + 9_760 * Decimal("0.122"),
            10_240 * Decimal("0.126") + 9_760 * Decimal("0.122"),
        ),
        # The second tier of S3 is recalled, the first is not.
        (
            "s3/standard",
            Decimal(60_000),
            51_200 * Decimal("0.025") + 8_800 * Decimal("0.024"),
            51_200 * Decimal("0.025") + 8_800 * Decimal("0.024") * Decimal("1.5"),
        ),
        # A volume's IOPS: 32,000 at the first tier, which was read, and as many again at .7 of it, which was not.
        (
            "ec2/ebs-io2-iops",
            Decimal(64_000),
            32_000 * (Decimal("0.0666") + Decimal("0.04662")),
            32_000 * (Decimal("0.0666") + Decimal("0.04662") * Decimal("1.25")),
        ),
        # 40 million samples are free, and that is exact.
        ("amp/samples-ingested-10M", Decimal(4), Decimal(0), Decimal(0)),
        (
            "amp/samples-ingested-10M",
            Decimal(300),
            196 * Decimal("0.9") + 100 * Decimal("0.35"),
            196 * Decimal("0.9") * Decimal("1.25") + 100 * Decimal("0.35") * Decimal("1.5"),
        ),
        ("ec2/ebs-gp3-iops", Decimal(3000), Decimal(0), Decimal(0)),
        ("ec2/ebs-gp3-iops", Decimal(3001), Decimal("0.0057"), Decimal("0.0057") * Decimal("1.5")),
    ],
)
def test_a_quantity_is_charged_tier_by_tier(key, quantity, usd, usd_high):
    assert cost(BOOK.prices[key], quantity) == usd
    assert cost_high(BOOK.prices[key], quantity) == usd_high


@given(st.sampled_from(KNOWN), QUANTITIES, QUANTITIES)
def test_more_never_costs_less_and_the_bound_is_never_below_the_price(key, one, other):
    price, (less, more) = BOOK.prices[key], sorted((one, other))

    assert 0 <= cost(price, less) <= cost(price, more)
    assert cost(price, more) <= cost_high(price, more)


@pytest.mark.parametrize("quantity", [Decimal(-1), Decimal("NaN")])
def test_less_than_nothing_cannot_be_charged(quantity):
    with pytest.raises(ValueError, match="a quantity is 0 or more"):
        cost(BOOK.prices["s3/standard"], quantity)


EKS = "eks/cluster-standard"
OUT = "transfer/internet-out"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (["region"], "moon-1", "region: 'moon-1' is refused; allowed are af-south-1, ap-east-1, "),
        (["format"], 2, "format: 2 is refused; allowed is 1"),
        (["published"], "yesterday", "published: 'yesterday' is refused; allowed is YYYY-MM-DD"),
        (["surprise"], 1, "the book: 'surprise' is an unknown key"),
        (["prices"], [], "prices: [] is refused; it must be a mapping"),
        (["prices", EKS], 0.1, f"{EKS}: 0.1 is refused; it must be a mapping"),
        (["prices", "moon/rock"], {}, "moon/rock: 'as_of' is missing"),
        (["prices", EKS, "usd"], "-0.1", f"{EKS}: usd: '-0.1' is refused; allowed is a decimal text of 0 or more"),
        (["prices", EKS, "usd"], 0.1, f"{EKS}: usd: 0.1 is refused; allowed is a decimal text"),
        (["prices", EKS, "usd"], "NaN", f"{EKS}: usd: 'NaN' is refused"),
        (["prices", EKS, "usd"], "ten", f"{EKS}: usd: 'ten' is refused"),
        (["prices", EKS, "confidence"], "sure", f"{EKS}: confidence: 'sure' is refused; allowed are exact, derived, "),
        (
            ["prices", EKS, "as_of"],
            "2026",
            f"{EKS}: as_of: '2026' is refused; allowed are YYYY-MM, YYYY-MM-DD and null",
        ),
        (["prices", EKS, "unit"], "", f"{EKS}: unit: '' is refused; allowed is text"),
        (["prices", EKS, "price"], "1", f"{EKS}: 'price' is an unknown key; allowed are as_of, confidence"),
        (["prices", EKS, "high_usd"], "0.05", f"{EKS}: high_usd: 0.05 is refused; allowed is usd or more"),
        (["prices", EKS, "tiers"], {}, f"{EKS}: tiers: {{}} is refused; allowed is a list"),
        (["prices", OUT, "tiers", 1, "upTo"], "5", f"{OUT}: tiers[1].upTo: '5' is refused; tiers must rise"),
        (["prices", OUT, "tiers", 3, "upTo"], "999999", f"{OUT}: tiers[3].upTo: '999999' is refused"),
        (["prices", OUT, "tiers", 0, "usd"], "-1", f"{OUT}: tiers[0].usd: '-1' is refused"),
        (["prices", OUT, "tiers_per"], "stack", f"{OUT}: tiers_per: 'stack' is refused; allowed are account, resource"),
        (["prices", OUT, "usd"], None, f"{OUT}: usd: None is refused beside tiers"),
    ],
)
def test_a_book_with_a_fault_is_refused_with_one_line_that_names_it(tmp_path, path, value, told):
    document = json.loads(BOOK.path.read_text(encoding="utf-8"))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    file = tmp_path / "book.json"
    file.write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(PriceBookError) as refused:
        Book.load(file)

    assert str(refused.value).startswith(f"{file}: {told}")
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "is not JSON"),
        (b'{"format": 1', "is not JSON"),
        (b'{"format": 1, "format": 1}', "key 'format' is written twice"),
        (b"[" * 100_000, "is not JSON"),
        (b"\xff", "not UTF-8 text"),
        (b"null", "the book: None is refused; it must be a mapping"),
    ],
)
def test_a_file_that_is_no_book_is_refused(tmp_path, text, told):
    file = tmp_path / "book.json"
    file.write_bytes(text)

    with pytest.raises(PriceBookError) as refused:
        Book.load(file)

    assert str(file) in str(refused.value)
    assert told in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_missing_book_is_named(tmp_path):
    with pytest.raises(PriceBookError, match=r"nowhere.json: cannot be read \(No such file or directory\)"):
        Book.load(tmp_path / "nowhere.json")
