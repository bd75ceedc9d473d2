"""One rounding: an amount reads alike in whichever table, message or page it stands."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preview.breakdown import by_component, by_tag
from preview.report.bill_text import components, tags
from preview.view import bill_view
from pricing.money import cents
from tests.recordings import previewed

D = Decimal


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("56.045", "56.05"), ("56.046", "56.05"), ("0.005", "0.01"), ("2.675", "2.68"), ("-0.125", "-0.13")],
)
def test_half_a_cent_is_a_cent(amount, shown):
    assert str(cents(D(amount))) == shown


@given(st.decimals(0, 10**6, places=6), st.decimals(1, 3, places=2))
def test_no_high_bound_is_shown_below_its_amount(amount, factor):
    assert cents(amount * factor) >= cents(amount)


@pytest.mark.parametrize("stack", ["prod", "staging", "dev"])
def test_a_capability_reads_alike_in_the_table_and_among_the_tags(stack):
    preview = previewed(stack)
    table = {
        row.decision.row.capability: (row.priced.cents, row.high.cents) for row in bill_view(preview).rows if row.priced
    }
    place = list(by_tag(preview)).index("decision")
    tagged = {name.removeprefix("decision="): (usd, high) for name, usd, high in tags(preview)[place]}
    # What bears no tag of its own is counted to its component there, so that only equal amounts are compared.
    exact = {row.decision.row.capability: row.priced.exact for row in bill_view(preview).rows if row.priced}
    shares = {share.name: share.amount.usd_per_month for share in by_tag(preview)["decision"]}
    alike = [name for name in table if name in tagged and shares[name] == exact[name]]

    assert len(alike) >= 5
    assert {name: table[name] for name in alike} == {name: tagged[name] for name in alike}


def test_every_figure_of_the_breakdown_is_its_own_amount_to_the_cent():
    preview = previewed("prod")
    shares = [share.amount for share in by_component(preview)]

    assert [(usd, high) for _, usd, high in components(preview)] == [
        (cents(amount.usd_per_month), cents(amount.usd_per_month_high)) for amount in shares
    ]
