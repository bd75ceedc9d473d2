"""The generated pages say what the ledger, the stacks and the price book say today, and their links lead somewhere."""

import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from unittest import mock
from xml.etree import ElementTree as ET

import pytest
from typer import Typer
from typer.testing import CliRunner

from policy.ledger.rows import ROWS
from preview.docs import __main__ as docs
from preview.docs.__main__ import FOLDER, build_pages, find_stale
from pricing.book import Book
from stacks.environments import PRODUCTION, promotion_order
from tests.conftest import TODAY
from tests.recordings import planned


@pytest.fixture(scope="module")
def expected():
    with mock.patch.object(docs, "plan_stack", lambda name, file, _today: planned(name, file)):
        return build_pages(TODAY)


def written(folder: Path, pages: dict[str, str]) -> Path:
    for name, content in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def test_the_generated_pages_are_fresh(expected):
    assert find_stale(expected) == [], "run .venv/bin/python -m preview.docs --today 2026-11-23"


def test_every_row_has_a_page_and_the_index_names_it(expected):
    for row in ROWS:
        assert f"{row.number:02}-{row.capability}.md" in expected["decisions/index.md"]
        assert f"# {row.number}. {row.capability}: " in expected[f"decisions/{row.number:02}-{row.capability}.md"]


def test_hand_written_records_are_listed_with_their_titles(expected):
    for record in FOLDER.glob("decisions/adr-*.md"):
        title = record.read_text().splitlines()[0].removeprefix("# ")

        assert f"- [{title}]({record.name})" in expected["decisions/index.md"]


def test_a_page_that_was_edited_is_missing_or_is_left_over_is_stale(expected, tmp_path):
    folder = written(tmp_path / "docs", expected)
    assert find_stale(expected, folder) == []

    (folder / "break-even.md").write_text("edited")
    (folder / "guide-check.md").unlink()
    (folder / "decisions" / "17-blockchain.md").write_text("no such row")

    assert find_stale(expected, folder) == ["break-even.md", "decisions/17-blockchain.md", "guide-check.md"]


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command over a folder of its own, with three pages instead of the previews of every stack."""
    small = {"cost.md": "cost", "cost.svg": "<svg/>", "decisions/01-documents.md": "documents"}
    monkeypatch.setattr(docs, "FOLDER", tmp_path)
    monkeypatch.setattr(docs, "build_pages", lambda _day, _folder: small)
    app = Typer()
    app.command()(docs.main)
    return lambda *arguments: CliRunner().invoke(app, [*arguments])


def test_a_check_writes_nothing_and_fails_until_every_page_is_fresh(command, tmp_path):
    asked = ("--check", "--today", "2026-11-23")
    assert (command(*asked).exit_code, list(tmp_path.iterdir())) == (1, [])

    assert command("--today", "2026-11-23").stdout == "3 of 3 pages written\n"
    assert command(*asked).stdout == "3 pages are fresh\n"

    (tmp_path / "cost.svg").write_text("")
    (tmp_path / "decisions" / "17-blockchain.md").write_text("no such row")
    again = command(*asked)
    assert (again.exit_code, again.stderr.splitlines()) == (
        1,
        [
            f"error: docs/{name} is stale; run .venv/bin/python -m preview.docs --today 2026-11-23"
            for name in ("cost.svg", "decisions/17-blockchain.md")
        ],
    )
    assert command("--today", "2026-11-23").stdout == "2 of 3 pages written\n"
    assert not (tmp_path / "decisions" / "17-blockchain.md").exists()


def test_a_day_that_is_none_is_refused_in_a_line(command):
    refused = command("--today", "tomorrow")

    assert (refused.exit_code, refused.stderr) == (
        2,
        "error: --today: 'tomorrow' is refused; allowed is a date such as 2026-11-23\n",
    )


def test_a_page_that_cannot_be_written_is_told_in_a_line(command, tmp_path):
    (tmp_path / "cost.md").mkdir()

    refused = command("--today", "2026-11-23")

    assert refused.exit_code == 2
    assert refused.stderr.startswith("error: docs/cost.md: cannot be written (")


def test_every_stack_is_previewed_once_and_production_once_more_with_twice_its_volumes(monkeypatch):
    asked = []

    def planned(name, file, _today):
        asked.append((name, file.settings.volumes.log_gb_per_month[-1].value))
        return SimpleNamespace(name=name, bill=SimpleNamespace(figures={}))

    monkeypatch.setattr(docs, "plan_stack", planned)

    found, doubled = docs._previews(TODAY)
    assert ({name: each.name for name, each in found.items()}, doubled.name) == (
        {name: name for name in promotion_order()},
        PRODUCTION,
    )
    volumes = [volume for _, volume in asked]
    assert [name for name, _ in asked] == [*promotion_order(), PRODUCTION]
    assert volumes[-1] == 2 * volumes[-2]


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
        # The exchange rate has a day of its own, and keeps it.
        assert str(TODAY) not in content.replace(f"a USD of {TODAY}", ""), name


def test_the_page_of_limits_counts_the_prices_as_the_book_does():
    prices = Book.load().prices.values()
    sure = Counter(price.confidence for price in prices)
    unknown = sum(price.usd is None for price in prices)

    assert (
        f"prices: {sure['exact']} of {len(prices)} are read from public documents for Seoul, {sure['derived']} are "
        f"derived, {sure['recalled']} recalled ({unknown} of them unknown)"
    ) in " ".join((FOLDER / "limits.md").read_text().split())
