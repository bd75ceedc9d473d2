"""The first page: its output is what is printed, its commands run, both languages say the same, and the map is whole."""

import re
from pathlib import Path

import pytest

from preview.docs.first_page import PAGES, first_page
from preview.report.render import render
from tests.browser import picture
from tests.commands import give
from tests.documented import BY_NAME, shown, words
from tests.recordings import previewed

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
ENGLISH, KOREAN = ((ROOT / name).read_text() for name in ("README.md", "README.ko.md"))


def commands(text):
    """Each command of ``lz`` that ``text`` shows, as words."""
    found = (words(each) for each in shown(text))
    return [rest for first, *rest in found if first.endswith("lz") and rest]


@pytest.mark.parametrize("page", [ENGLISH, KOREAN])
def test_the_output_is_what_a_preview_prints(page):
    (block,) = re.findall(r"^```\n(.*?)^```", page, re.DOTALL | re.MULTILINE)

    assert len(block.splitlines()) >= 20
    assert block in render(previewed("prod"), "text")


def test_a_figure_that_moves_is_put_into_both_pages_by_the_command_that_writes_the_others():
    total = f"{previewed('prod').bill.usd_per_month:.2f}"
    old = [page.replace(f"│ {total} │", "│ 9999.99 │") for page in (ENGLISH, KOREAN)]

    assert all("9999.99" in page for page in old)
    assert [first_page(page, previewed("prod")) for page in old] == [ENGLISH, KOREAN]
    assert {"../README.md", "../README.ko.md"} == set(PAGES)
    with pytest.raises(ValueError, match="the first page has 2 blocks"):
        first_page(f"{ENGLISH}\n```\nanother\n```\n", previewed("prod"))


def test_the_picture_of_the_page_shows_what_the_page_says_now():
    texts = picture.shown(picture.page())

    assert {"prod:", f"{previewed('prod').bill.usd_per_month:.2f}", "Architecture", "NAT gateway"} <= {*texts}
    assert picture.stamped(picture.FILE.read_bytes()) == texts, (
        "stale: run .venv/bin/python -m tests.browser.picture (a Chromium)"
    )
    assert all(f"]({picture.FILE.relative_to(ROOT)})" in page for page in (ENGLISH, KOREAN))


def test_both_languages_give_the_same_commands_links_and_sections():
    def skeleton(page):
        links = [link for link in re.findall(r"\]\(([^)]+)\)", page) if not link.startswith("README")]
        return (
            commands(page),
            re.findall(r"^    (make .*)$", page, re.MULTILINE),
            links,
            len(re.findall(r"^#", page, re.MULTILINE)),
        )

    assert skeleton(ENGLISH) == skeleton(KOREAN)
    assert len(re.findall(r"[\uac00-\ud7a3]", KOREAN)) > 900


def test_it_is_read_in_five_minutes():
    prose = re.sub(r"^```.*?^```", "", ENGLISH, flags=re.DOTALL | re.MULTILINE)

    # 238 words a minute (Brysbaert 2019, silent reading of English non-fiction).
    assert len(prose.split()) < 5 * 238


@pytest.mark.parametrize("given", [each for each in commands(ENGLISH) if each[0] in BY_NAME], ids=" ".join)
def test_a_command_of_the_readme_runs(given):
    if given[0] == "environment":
        # It writes; tests/stacks/test_environments.py runs it in a copy.
        assert given == ["environment", "new", "qa", "--from", "staging"]
        return
    done = give("stacks.commands", *given)

    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) > 5


def test_the_map_leads_to_every_page():
    index = (DOCS / "index.md").read_text()
    linked = set(re.findall(r"\]\(([^)#]+)\)", index))

    assert sorted(path.name for path in DOCS.glob("*.md") if path.name not in {*linked, "index.md"}) == []
    for reader in ("new", "reviewing a change", "operating", "SecOps", "inheriting it"):
        assert f"| **{reader}** |" in index
