"""No text of a table is lost at any width: where it does not fit, each row is a block."""

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from preview.report.grid import Grid
from preview.report.render import Style, render
from tests.recordings import previewed


def shown(grid, width):
    stream = io.StringIO()
    Console(file=stream, width=width, no_color=True, highlight=False).print(grid)
    return stream.getvalue()


GRID = Grid(
    title="Bill",
    headings=["capability", "guide: before", "priced"],
    groups=[[["documents", "550", "203.84"], ["cache", "", "56.05"]], [["total", "", "259.89"]]],
)


def test_a_table_that_fits_is_a_table_and_one_that_does_not_is_blocks():
    assert GRID.wanted() == 9 + 1 + 13 + 6 + 3 * 3 + 1
    assert "│ documents  │           550 │ 203.84 │" in shown(GRID, GRID.wanted())
    # Its longest word, or its widest cell, is what a heading that is folded takes.
    folded = GRID.wanted() - len("guide: before") + len("guide:")
    assert "│ documents  │    550 │ 203.84 │" in shown(GRID, GRID.wanted() - 1)
    assert "┃ capability ┃ before ┃ priced ┃" in shown(GRID, folded)
    blocks = shown(GRID, folded - 1).split()
    assert " ".join(blocks) == (
        "Bill (capability) documents guide: before 550, priced 203.84 cache priced 56.05 total priced 259.89"
    )


def test_letters_that_take_two_cells_are_counted_so():
    grid = Grid(headings=["기능", "산정액"], groups=[[["documents", "1"]]])

    assert grid.wanted() == 9 + 6 + 3 * 2 + 1


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_report_keeps_every_word_at_any_width(language, width):
    def words(columns):
        said = render(previewed("prod"), "text", Style(width=columns, language=language))
        return said, set(re.findall(r"[\w.%+-]{3,}", re.sub(r"[─━]", " ", said)))

    said, found = words(width)
    whole, wide = words(250)
    # A pack's and a policy's name stand in one, with a slash between.
    longer = [each for each in whole.split() if cell_len(each) > width - 8]

    assert max(map(cell_len, said.splitlines())) <= width
    assert "…" not in said
    # A word that is longer than a line is broken at its end, and only that.
    lost = {word for word in wide - found if cell_len(word) < width // 2}
    assert {word for word in lost if not any(word in each for each in longer)} == set()


def test_the_plan_is_folded_by_component_unless_it_is_asked_for():
    folded, whole = (render(previewed("prod"), "text", Style(plan=plan)) for plan in (False, True))

    assert re.search(r"├── documents documents:Documents, \d+ below\n", folded)
    assert "docdb/cluster" not in folded
    assert re.search(r"├── documents documents:Documents\n", whole)
    assert "docdb/cluster" in whole
    assert len(whole.splitlines()) - len(folded.splitlines()) > 300


def test_the_verdict_comes_first_and_then_the_bill():
    lines = render(previewed("prod"), "text").splitlines()

    assert lines[1].startswith("ALLOWED")
    assert lines[3] == "Bill, USD a month before VAT"
    assert lines[-1].endswith("(--against)")
    assert render(previewed("prod"), "text", Style(quiet=True)).splitlines() == [" ".join(lines[-2:])]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("width", "table"), [(60, False), (80, True), (120, True)])
def test_the_bill_is_a_whole_table_at_the_width_of_most_terminals(prod, language, width, table):
    said = render(prod, "text", Style(language=language, width=width)).splitlines()
    bill = next(place for place, line in enumerate(said) if line.startswith(("Bill, USD", "비용(월")))
    frame = [line for line in said[bill + 1 : bill + 24] if line[:1] in "┏┃┡│├└"]

    # Korean letters are two cells wide; a frame that is cut off has no corner.
    assert all(cell_len(line) <= width for line in said)
    assert bool(frame) is table
    assert {line[-1] for line in frame} <= set("┓┃┩│┤┘")
    assert len({cell_len(line) for line in frame}) == int(table)


def test_a_long_finding_hangs_below_its_first_line(prod):
    said = render(prod, "text", Style(width=80))
    found = said.partition("Findings: ")[2].partition("\n\n")[0].splitlines()[1:]

    assert len(found) > len(prod.findings)
    assert sum(re.match(r"  \S", line) is not None for line in found) == len(prod.findings)
    assert all(re.match(r"  \S|    \S", line) for line in found)
