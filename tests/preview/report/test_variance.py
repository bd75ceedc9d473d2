"""Why a price lies beyond its claim stands in every format, also where the claim is nothing."""

import json

import pytest

from policy.ledger.decide import decide
from preview.report.render import render
from preview.result import Preview
from preview.simulate.registration import Recording, Registration
from pricing import meter
from pricing.book import Book
from tests.conftest import TODAY

BOOK = Book.load()
TYPE = "aws:cloudwatch/dashboard:Dashboard"


@pytest.fixture
def dear_agent(settings):
    """A stack whose agent, which the guide has for nothing, costs three dollars."""
    made = Registration(
        urn=f"urn:pulumi:prod::p::{TYPE}::x", type=TYPE, name="x", inputs={"tags": {"decision": "agent"}}
    )
    chosen = settings("prod")
    return Preview(
        settings=chosen,
        today=TODAY,
        recording=Recording("p", "prod", (made,), {}),
        decisions=tuple(decide(chosen, TODAY).values()),
        bill=meter.compute_bill([made.resource()], chosen.usage, BOOK),
        vat=BOOK.vat,
        findings=(),
    )


def test_a_price_above_a_claim_of_nothing_is_explained_in_every_format(dear_agent):
    guide = "is the agent alone, and not what it ships"

    assert f"agent beyond 0: the guide's {guide}; here dashboard 3.00 (1 x 3)" in render(dear_agent, "text")
    for form in ("markdown", "html"):
        assert "dashboard 3.00 (1 Quantity at 3)" in render(dear_agent, form)
    rows = {each["capability"]: each for each in json.loads(render(dear_agent, "json"))["decisions"]}
    assert rows["agent"]["variance"]["share"] is None
    assert rows["agent"]["variance"]["reason"].startswith(f"the guide's figure {guide}; priced are dashboard 3.00")


def test_the_text_report_has_a_line_for_every_row_that_lies_far_beyond_its_claim(prod):
    text = render(prod, "text")
    far = [
        row for row in json.loads(render(prod, "json"))["decisions"] if row["variance"] and row["variance"]["reason"]
    ]

    assert len(far) > 5
    for row in far:
        (line,) = (
            line for line in text.splitlines() if line.startswith(f"{row['capability']} ") and "the guide's" in line
        )
        assert len(line) <= 120
