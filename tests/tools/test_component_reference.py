"""The pages of the components are fresh, and what they show holds."""

import pytest

from pricing.book import Book
from tools.component_reference.__main__ import DAY, FOLDER, pages
from tools.component_reference.measured import EXAMPLES, measure
from tools.component_reference.source import described


@pytest.fixture(scope="module")
def written():
    return pages()


def test_every_page_is_as_the_components_are(written):
    present = {path.name: path.read_text() for path in FOLDER.glob("*.md")}

    assert sorted(present) == sorted(written)
    assert [name for name in written if present[name] != written[name]] == [], "run python -m tools.component_reference"


def test_every_component_has_an_example_and_no_example_is_left_over():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == {each.name for each in described()}


@pytest.mark.parametrize("each", described(), ids=lambda each: each.name)
def test_an_example_makes_something_that_no_guardrail_refuses(each):
    measured = measure(each.name, each.token, Book.load(), DAY)

    assert sum(measured.counts.values()) > 0
    assert measured.findings == ()
