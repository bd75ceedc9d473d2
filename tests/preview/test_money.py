"""Cents that add up."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from preview.money import adding_up, adding_up_pairs, cents

AMOUNTS = st.lists(st.decimals(min_value=0, max_value=10**6, places=6), max_size=40)


@given(AMOUNTS)
def test_shown_amounts_add_up_to_the_shown_total_and_none_is_off_by_more_than_a_cent(amounts):
    shown = list(adding_up(amounts))

    assert sum(shown, Decimal(0)) == cents(sum(amounts, Decimal(0)))
    assert all(abs(one - amount) <= Decimal("0.01") for one, amount in zip(shown, amounts, strict=True))


@given(st.lists(st.tuples(st.decimals(0, 10**6, places=6), st.decimals(1, 3, places=2)), max_size=40))
def test_no_high_bound_is_shown_below_its_amount(pairs):
    shown = list(adding_up_pairs([(amount, amount * factor) for amount, factor in pairs]))

    assert all(high >= amount for amount, high in shown)
