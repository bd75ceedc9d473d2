"""What a sentence says of a price is the book's figure: none is typed beside it."""

import ast
import re
from pathlib import Path

import pytest

from model.lifecycle.services import CLUSTER_RATES
from policy.guide import DISAGREEMENTS
from policy.guide.arithmetic import quote_claims
from pricing.book import Book, Price
from pricing.book.rates import extended_support
from tests.pricing.billing import BOOK, D

ROOT = Path(__file__).parents[2]
ROOMS = ("model", "pricing", "policy", "landing", "components", "stacks", "preview")
AMOUNT = re.compile(r"\d[\d.,]*\s?USD\b|\$\s?\d|\d[\d.,]* (?:an hour|a month|a GB|a million)\b")
#: Amounts that stay typed, and why.
TYPED = {
    "preview/korean.py": {"1 USD": "what an exchange rate is a rate of, no price"},
    "pricing/coverage/unpriced_properties.py": {"3,000 USD": "Shield Advanced, recalled: the book has no such price"},
    "policy/guide/services.py": {
        "0 a month": "the guide's, quoted",
        "300 a month": "somebody's report of a bill, no price",
    },
}
#: The guide's claims, and sums of them: what is ours beside them is a field (Discrepancy.told).
QUOTING = {"policy/guide/figures.py", "policy/guide/arithmetic.py"}


def sentences(path: Path) -> list[str]:
    """Every text in a module that is no docstring."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [text for text in texts if text not in docs]


def test_no_price_is_typed_in_a_sentence():
    found = {}
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        amounts = {amount for text in sentences(path) for amount in AMOUNT.findall(text)}
        if amounts and str(path.relative_to(ROOT)) not in QUOTING:
            found[str(path.relative_to(ROOT))] = amounts

    assert found == {name: set(reasons) for name, reasons in TYPED.items()}


@pytest.mark.parametrize("found", DISAGREEMENTS, ids=lambda found: found.id)
def test_every_figure_that_a_finding_quotes_is_one_of_the_book_or_of_the_guide(found):
    assert "{" not in found.told(quote_claims(BOOK))


def test_extended_support_is_told_by_the_book():
    assert extended_support(BOOK, CLUSTER_RATES) == "0.60 USD an hour instead of 0.10"


def test_a_price_that_the_book_lacks_is_no_figure():
    standard, surcharge = CLUSTER_RATES
    unknown = Price(key=surcharge, usd=None, unit="Hrs", confidence="recalled", source="a test")
    book = Book(
        path=BOOK.path,
        region=BOOK.region,
        published=BOOK.published,
        vat=D(0),
        services={},
        prices={standard: BOOK.prices[standard], surcharge: unknown},
    )

    assert extended_support(book, CLUSTER_RATES) == "more an hour, which has no price here"


def test_valkey_costs_a_fifth_less_than_redis_on_every_node():
    pairs = [
        (price.usd, BOOK.prices[key.replace(":Redis", ":Valkey")].usd)
        for key, price in BOOK.prices.items()
        if key.startswith("elasticache/cache.") and key.endswith(":Redis")
    ]

    assert pairs
    assert all(round(valkey / redis, 2) == D("0.8") for redis, valkey in pairs)
