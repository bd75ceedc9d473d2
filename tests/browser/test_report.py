"""The page as a person has it: in a real browser, by keyboard and eye, on a phone, on paper, without its script."""

import pytest

from preview.report.render import render
from tests.browser.conftest import FOLDER
from tests.preview.report.test_typed_text import hostile

OPENED = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
VIOLATIONS = """axe.run(document, {elementRef: false}).then((found) => ({
    passed: found.passes.length,
    violated: found.violations.map((each) => [each.id, each.nodes.length, each.nodes[0].html.slice(0, 120)]),
}))"""
#: Texts of a box that lie outside its rectangle, in pixels with half a one of grace.
ASTRAY = """[...document.querySelectorAll('.architecture :is(a, g):has(> rect)')].flatMap((box) => {
    const frame = box.querySelector('rect').getBoundingClientRect();
    return [...box.querySelectorAll('text')].filter((text) => {
        const own = text.getBoundingClientRect();
        return own.left < frame.left - .5 || own.right > frame.right + .5 || own.top < frame.top || own.bottom > frame.bottom;
    }).map((text) => text.textContent);
})"""
#: Texts of one box that lie on each other.
MET = """[...document.querySelectorAll('.architecture :is(a, g)')].flatMap((box) => {
    const all = [...box.querySelectorAll(':scope > text')].map((text) => [text.textContent, text.getBoundingClientRect()]);
    return all.flatMap(([name, one], place) => all.slice(place + 1).filter(([, other]) =>
        one.left < other.right && other.left < one.right && one.top + 4 < other.bottom && other.top + 4 < one.bottom
    ).map(([other]) => name + ' on ' + other));
})"""
#: The headings of each table that becomes a list on a phone, and what stands before each cell of its rows there.
NAMED = """[...document.querySelectorAll('.named')].map((table) => [
    [...table.tHead.rows[0].cells].map((each) => each.textContent),
    [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => {
        const before = getComputedStyle(cell, '::before').content;
        return before === 'none' ? null : JSON.parse(before.replace(/" "/g, '')).replace(/: $/, '');
    })),
])"""
SHOWN = "[...document.querySelectorAll('{}')].filter((each) => each.checkVisibility()).length"


@pytest.fixture(scope="module")
def typed(tmp_path_factory):
    """A stack whose every field holds markup, links and escape sequences."""
    from stacks.load import from_mapping
    from tests.conftest import landing_of

    target = tmp_path_factory.mktemp("typed") / "report.html"
    preview = hostile(lambda stack: from_mapping(landing_of(stack)), "prod")
    target.write_text(render(preview, "html"), encoding="utf-8")
    return target


def say(browser, field, value):
    browser.run(
        f"(() => {{ const it = document.getElementById('{field}'); it.value = {value!r}; "
        "it.dispatchEvent(new Event('input')); })()"
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_with_everything_open_and_something_where_there_is_something(browser, page, dark):
    browser.show(dark=dark)
    browser.open(page)
    browser.run(OPENED)
    browser.run((FOLDER / "axe.min.js").read_text(encoding="utf-8"))

    found = browser.run(VIOLATIONS)

    assert found["violated"] == []
    assert found["passed"] > 20
    browser.run("document.querySelector('#words').parentElement.replaceWith(document.querySelector('#words'))")
    browser.run("document.querySelector('#words').removeAttribute('placeholder')")
    assert [name for name, *_ in browser.run(VIOLATIONS)["violated"]] == ["label"]


def test_nothing_is_asked_for_and_nothing_complains(browser, page, typed):
    for each in (page, typed):
        browser.show()
        browser.open(each)
        browser.run(OPENED)
        assert browser.requests == [f"file://{each}"]
        assert browser.errors == []


def test_a_script_that_somebody_types_never_runs(browser, typed):
    browser.show()
    browser.open(typed)

    # Even one that came into the page is refused: only the one whose hash the policy names runs.
    browser.run(
        "(() => { const it = document.createElement('script'); it.textContent = 'window.obeyed = 1'; "
        "document.body.append(it); })()"
    )
    assert browser.run("window.obeyed") is None
    assert browser.run("document.scripts.length") == 2
    assert any("Content Security Policy" in error for error in browser.errors)


@pytest.mark.parametrize("width", [1200, 360])
def test_every_text_of_the_picture_stands_inside_its_box(browser, page, typed, width):
    for each in (page, typed):
        browser.show(width=width)
        browser.open(each)
        assert browser.run(ASTRAY) == []
        assert browser.run(MET) == []
    assert browser.run("document.querySelectorAll('.architecture :is(a, g):has(> rect)').length") > 0


def test_a_search_leaves_what_fits_and_clearing_it_brings_all_back(browser, page):
    browser.show()
    browser.open(page)
    rows, folded = (
        browser.run(SHOWN.format("#findings tbody tr")),
        browser.run("document.querySelectorAll('details[open]').length"),
    )

    say(browser, "words", "CLUSTER-EKSCLUSTER eks")
    assert browser.run("[...document.querySelectorAll('.lines tbody tr')].filter((each) => !each.hidden).length") == 1
    assert browser.run("document.getElementById('found').textContent").startswith(f"1 of {rows} findings, 1 of ")
    # What was found is opened, down to the line itself.
    assert browser.run(SHOWN.format(".lines tbody tr")) == 1

    browser.run("document.getElementById('clear').click()")
    assert browser.run(SHOWN.format("#findings tbody tr")) == rows
    assert browser.run("document.querySelectorAll('details[open]').length") == folded
    assert browser.run("document.querySelectorAll('main [hidden]').length") == 0


def test_a_level_and_a_row_of_the_ledger_filter_as_well(browser, page):
    browser.show()
    browser.open(page)
    waived = browser.run(SHOWN.format("#findings .badge.waived"))

    say(browser, "of-level", "waived")
    assert browser.run(SHOWN.format("#findings tbody tr")) == waived > 0
    assert browser.run(SHOWN.format("#findings .badge:not(.waived)")) == 0
    say(browser, "of-level", "")
    say(browser, "of-row", "cache")
    assert browser.run(
        "[...document.querySelectorAll('.lines tbody tr')].every((each) => each.hidden === (each.dataset.row !== 'cache'))"
    )


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_link_opens_what_explains_it(browser, page, script):
    browser.show()
    browser.order("Emulation.setScriptExecutionDisabled", value=not script)
    try:
        browser.open(page)
        assert browser.run("document.getElementById('filter').checkVisibility()") is script
        link = browser.run("document.querySelector('.architecture a').getAttribute('href')")
        browser.open(page, link)
        assert browser.run(f"document.querySelector('{link}').checkVisibility()")
        deeper = browser.run(f"document.querySelector('{link} a').getAttribute('href')")
        browser.open(page, deeper)
        assert "USD a month" in browser.run(f"document.querySelector('{deeper}').innerText")
    finally:
        browser.order("Emulation.setScriptExecutionDisabled", value=False)


def test_a_phone_scrolls_down_only_even_with_everything_open(browser, page, typed):
    for each in (page, typed):
        browser.show(width=360, height=800)
        browser.open(each)
        assert browser.run("document.documentElement.scrollWidth") == 360
        browser.run(OPENED)
        assert browser.run("document.documentElement.scrollWidth") == 360


def test_a_phone_that_hides_headings_names_each_figure(browser, page):
    browser.show(width=360, height=800)
    browser.open(page)

    tables = browser.run(NAMED)

    assert len(tables) == 2
    for headings, rows in tables:
        assert rows
        assert all(
            row == [heading if name else None for heading, name in zip(headings, row, strict=True)] for row in rows
        )
        # A row's own heading needs no name.
        assert all(row.count(None) == 1 for row in rows)


def test_paper_holds_neither_search_nor_a_cut_picture_and_each_total_once(browser, page):
    browser.show(width=700, printed=True)
    browser.open(page)
    assert browser.run(SHOWN.format("#filter, nav")) == 0
    assert browser.run("document.querySelector('.architecture').getBoundingClientRect().right <= innerWidth")
    # A footer group would be printed on each page that its table reaches.
    assert browser.run("getComputedStyle(document.querySelector('#bill tfoot')).display") == "table-row-group"
    assert browser.paper().startswith(b"%PDF-")
