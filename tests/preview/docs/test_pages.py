"""The generated pages say what the ledger, the stacks and the price book say today, and their links lead somewhere."""

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from policy.ledger.rows import ROWS
from preview.docs.__main__ import FOLDER, pages, stale
from pricing.book import Book
from tests.conftest import TODAY


@pytest.fixture(scope="module")
def expected():
    return pages(TODAY)


def written(folder: Path, pages: dict[str, str]) -> Path:
    for name, content in pages.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    return folder


def test_the_generated_pages_are_fresh(expected):
    assert stale(expected) == [], "run .venv/bin/python -m preview.docs --today 2026-11-23"


def test_every_row_has_a_page_and_the_index_names_it(expected):
    for row in ROWS:
        assert f"{row.number:02}-{row.capability}.md" in expected["decisions/index.md"]
        assert f"# {row.number}. {row.capability}: " in expected[f"decisions/{row.number:02}-{row.capability}.md"]


def test_hand_written_records_are_listed_with_their_titles(expected):
    for record in FOLDER.glob("decisions/adr-*.md"):
        title = record.read_text().splitlines()[0].removeprefix("# ")

        assert f"- [{title}]({record.name})" in expected["decisions/index.md"]


def test_a_page_that_was_edited_is_missing_or_is_left_over_is_stale(expected, tmp_path):
    folder = written(tmp_path, expected)
    assert stale(expected, folder) == []

    (folder / "break-even.md").write_text("edited")
    (folder / "guide-check.md").unlink()
    (folder / "decisions" / "17-blockchain.md").write_text("no such row")

    assert stale(expected, folder) == ["break-even.md", "decisions/17-blockchain.md", "guide-check.md"]


def test_links_between_the_pages_lead_somewhere(expected):
    for name, content in expected.items():
        for link in re.findall(r"\]\(([^)#:]+)\)", content):
            target = (FOLDER / name).parent / link

            assert target.resolve().is_file(), f"{name} links to {link}"


@pytest.mark.parametrize("capability", ["logs", "traces"])
def test_a_picture_is_an_image_with_both_curves_and_all_three_marks(expected, capability):
    picture = ET.fromstring(expected[f"break-even-{capability}.svg"])  # noqa: S314 - our own text
    text = " ".join(node.text or "" for node in picture.iter())

    assert len(picture.findall("{*}polyline")) == 3
    assert len(picture.findall("{*}circle")) == 2
    for mark in ("the same at", "the guide's line", "the guide's own prices meet at", "USD a month"):
        assert mark in text


def test_no_page_names_a_day_that_would_make_it_stale_by_itself(expected):
    for name, content in expected.items():
        assert str(TODAY) not in content, name


def test_the_readme_counts_the_prices_as_the_book_does():
    prices = Book.load().prices.values()
    sure = Counter(price.confidence for price in prices)
    unknown = sum(price.usd is None for price in prices)

    assert (
        f"prices: {sure['exact']} of {len(prices)} are read from public documents for Seoul, {sure['derived']} are "
        f"derived, {sure['recalled']} recalled ({unknown} of them unknown)"
    ) in " ".join((FOLDER.parent / "README.md").read_text().split())
