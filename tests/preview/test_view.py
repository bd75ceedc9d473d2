"""The bill's one view: its rows, and that text, markdown, HTML and JSON show every column and every number of it."""

import copy
import json
import re
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from policy.guide.variance import ENDLESS
from policy.ledger.decide import decide
from policy.ledger.row import claim
from preview import view
from preview.money import percent
from preview.questions.explain.collect import collect_explanation
from preview.report.render import FORMATS, Style, render
from preview.result import Preview
from preview.simulate.registration import Recording
from preview.view import COLUMNS, Column, Difference, Money, bill_view
from pricing.bill import Bill, Line, Unpriced
from stacks.load import stack_file
from tests.conftest import TODAY

D = Decimal
SETTINGS = stack_file("prod").settings
DECISIONS = tuple(decide(SETTINGS, TODAY).values())
#: Claims of nothing, of one figure and of a range, and none at all.
BILLED = ("agent", "registry", "search", "documents", "platform")


def line(capability, usd, *, low=None, high=None, item="item"):
    usd = D(usd)
    return Line(
        urn=f"urn:pulumi:prod::p::aws:x/y:Y::{capability}",
        capability=capability,
        item=item,
        quantity=D(1),
        unit="Quantity",
        usd_per_unit=usd,
        usd_per_month=usd,
        usd_per_month_low=usd if low is None else D(low),
        usd_per_month_high=usd if high is None else D(high),
        basis="fixed",
        confidence="exact",
        source="a test",
        as_of=None,
    )


def billed(*lines, unpriced=()):
    """A preview that declares nothing and costs ``lines``."""
    return Preview(
        settings=SETTINGS,
        today=TODAY,
        recording=Recording("p", "prod", (), {}),
        decisions=DECISIONS,
        bill=Bill(tuple(lines), tuple(unpriced)),
        vat=D("0.1"),
        findings=(),
    )


def test_a_row_is_the_claims_the_price_and_how_far_they_lie_apart():
    small, large = line("registry", "0.004", item="images"), line("registry", 42, low=40, high="52.5", item="scans")
    bill = bill_view(billed(small, large, line("agent", 3, item="dashboard"), line("platform", "0.004")))
    rows = {row.capability: row for row in bill.rows}

    assert [row.decision for row in bill.rows] == list(DECISIONS)
    registry = rows["registry"]
    assert (registry.before, registry.after) == (
        claim(190, basis="instance and operating"),
        claim(35, basis="storage only"),
    )
    assert (registry.priced, registry.low) == (Money(D("42.004"), D("42.00")), D("40.004"))
    assert registry.high == Money(D("52.504"), D("52.50"))
    assert registry.lines == (large, small)
    assert registry.difference == Difference(
        D("7.004") / 35,
        "the guide's figure is 350 GB of images; priced are scans 42.00 (1 Quantity at 42), "
        "images 0.00 (1 Quantity at 0.004)",
    )
    assert rows["agent"].difference.share == ENDLESS
    assert rows["agent"].difference.reason.endswith("priced are dashboard 3.00 (1 Quantity at 3)")
    # Without a claim there is no difference.
    assert (rows["platform"].after, rows["platform"].difference) == (None, None)
    assert rows["platform"].priced == Money(D("0.004"), D("0.00"))
    nothing = rows["documents"]
    assert (nothing.priced, nothing.low, nothing.high, nothing.difference, nothing.lines) == (
        None,
        None,
        None,
        None,
        (),
    )
    assert bill.total.amounts == {"priced": D("45.01"), "high": D("55.51")}
    assert bill.budget.amounts == {"priced": SETTINGS.budget.usd_per_month}


def test_a_difference_that_is_tolerated_has_no_reason():
    (row,) = (row for row in bill_view(billed(line("registry", 38))).rows if row.capability == "registry")

    assert row.difference == Difference(D(3) / 35, None)


def test_a_total_from_which_something_is_missing_says_so_in_every_table():
    gap = Unpriced("urn:pulumi:prod::p::aws:x/y:Y::z", "aws:x/y:Y", "registry", "nobody knows", "type")
    preview = billed(line("registry", 5), unpriced=(gap,))

    assert [table(form, preview)["total"][2] for form in ("text", "markdown", "html")] == ["at least 5.00"] * 3
    assert json.loads(render(preview, "json"))["cost"]["atLeast"] is True


def table(form, preview):
    """The cells below the headings of the bill's table, by the first of their row; the headings under ``""``."""
    source = render(preview, form, Style(width=200))
    if form == "html":
        (found,) = re.findall(r'<table class="figures">.*?</table>', source.partition('id="capacity"')[0], re.DOTALL)
        lines = [["".join(cell.itertext()) for cell in row] for row in ET.fromstring(found).iter("tr")]  # noqa: S314 - ours
    else:
        below = source.split("Bill, USD a month before VAT\n", 1)[1].lstrip("\n")
        drawn = [
            line for line in below.partition("\n\n" if form == "markdown" else "└")[0].splitlines() if line[0] in "|┃│"
        ]
        lines = [[cell.strip(" *") for cell in re.split(r"[|┃│]", line)[1:-1]] for line in drawn]
        lines = [cells for cells in lines if set("".join(cells)) - set("-:")]
    return {"": lines[0][1:], **{cells[0]: cells[1:] for cells in lines[1:]}}


def document(preview):
    """What JSON tells by capability, from both of its lists."""
    told = json.loads(render(preview, "json"), parse_float=D)
    found = {each["capability"]: each for each in told["decisions"]}
    for each in told["cost"]["byCapability"]:
        found[each["capability"]] |= each
    return found


def numbers(form, preview):
    """Capability, price, high bound and difference of each row, as a format tells them."""
    if form == "json":
        return {
            (name, each["priced"], each.get("usdPerMonthHigh"), (each["variance"] or {"share": "-"})["share"])
            for name, each in document(preview).items()
        }
    drawn = table(form, preview)
    priced, high, far = (drawn[""].index(heading) for heading in ("priced", "high bound", "against the claim"))
    amount = {"-": None}
    return {
        (name, *(amount[cell] if cell in amount else D(cell) for cell in (found[priced], found[high])), found[far])
        for name, found in drawn.items()
        if name not in ("", "total", "budget")
    }


def as_json(difference):
    if difference is None:
        return "-"
    return round(difference.share, 4) if difference.share.is_finite() else None


def as_text(difference):
    return percent(difference.share if difference else None)


LINES = st.lists(
    st.builds(
        lambda capability, usd, more: line(capability, usd, high=usd + more),
        st.sampled_from(BILLED),
        st.decimals(0, 2000, places=2),
        st.decimals(0, 500, places=2),
    ),
    max_size=8,
)


@examples(max_examples=25)
@given(LINES)
def test_every_format_tells_the_same_price_high_bound_and_difference_of_every_row(lines):
    preview = billed(*lines)

    for form in FORMATS:
        far = as_json if form == "json" else as_text
        assert numbers(form, preview) == {
            (
                row.capability,
                row.priced.cents if row.priced else None,
                row.high.cents if row.high else None,
                far(row.difference),
            )
            for row in bill_view(preview).rows
        }, form


def test_every_format_has_every_column_that_the_view_declares():
    preview = billed(*(line(capability, 5) for capability in BILLED))

    for form in ("text", "markdown", "html"):
        assert table(form, preview)[""] == [column.heading for column in COLUMNS[1:]], form
    told = document(preview)["registry"]
    assert [column.key for column in COLUMNS if column.key not in told] == []


def test_the_published_schema_has_a_row_s_keys_and_no_other():
    schema = json.loads((Path(__file__).parents[2] / "docs" / "preview.schema.json").read_text())
    told = json.loads(render(billed(line("registry", 5)), "json"))["decisions"][0]

    assert schema["$defs"]["decision"]["properties"].keys() == told.keys()


def test_a_new_column_is_one_entry_and_stands_in_every_format(monkeypatch):
    monkeypatch.setattr(view, "COLUMNS", (*COLUMNS, Column(name="low", heading="low bound", key="low")))
    preview = billed(line("registry", 5, low=4))

    for form in ("text", "markdown", "html"):
        found = table(form, preview)
        assert (found[""][-1], found["registry"][-1], found["cache"][-1], found["total"][-1]) == (
            "low bound",
            "4.00",
            "-",
            "",
        ), form
    assert (document(preview)["registry"]["low"], document(preview)["cache"]["low"]) == (4, None)


@pytest.mark.parametrize("form", FORMATS)
def test_a_writer_leaves_the_preview_as_it_was(prod, form):
    before = copy.deepcopy(prod)

    render(prod, form)

    assert prod == before


def test_an_explanation_leaves_the_preview_as_it_was(prod):
    before = copy.deepcopy(prod)

    for row in prod.decisions:
        collect_explanation(prod, row.row.capability)

    assert prod == before
