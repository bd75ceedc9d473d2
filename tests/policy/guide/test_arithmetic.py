"""The guide's arithmetic comes out as it does, and every difference is told."""

from decimal import Decimal

import pytest

from policy.guide import DISAGREEMENTS, about
from policy.guide.arithmetic import work_out_guide
from policy.ledger.rollback import REVERSALS
from pricing.book import Book
from stacks.section import Capability

MADE = {made.id: made for made in work_out_guide(Book.load())}
#: What comes out: low and high, or one figure.
RESULTS = {
    "before-in-36-months": 312_400,
    "after-in-36-months": 100_428,
    "saved-in-36-months": 211_972,
    "cloud-by-month": 1_873,
    "labour-on-aws-by-month": 500,
    "labour-by-month": 1_000,
    "operations-by-month": 4_900,
    "before-by-month": 2_400,
    "after-by-month": 1_373,
    "saved-by-month": 1_027,
    "total-of-eight-rows": 1_123,
    "total-of-ten-rows": (1_208, 1_263),
    "platform-is-left-out": "433.985",
    "before-of-all-rows": (1_895, 1_935),
    "saved-by-documents-alone": 1_027,
    "traces-line": 23_000_000,
    "cache-price": "54.896",
    "search-price": "32.85",
    "search-serverless-price": "213.89",
    "registry-price": 350,
    "workflow-price": "357.7",
    "secrets-price": "4.0365",
    "extended-support-price": 438,
    "metrics-managed": 30,
    "dashboards-managed-for": 25,
    "traces-price": "0.5",
    "traces-of-that-price": (5_000_000, 10_000_000),
}
DIFFERENT = {
    "cloud-by-month",
    "labour-on-aws-by-month",
    "operations-by-month",
    "total-of-ten-rows",
    "platform-is-left-out",
    "before-of-all-rows",
    "logs-line",
    "traces-line",
    "cache-price",
    "search-price",
    "workflow-price",
    "secrets-price",
    "metrics-managed",
    "dashboards-managed",
    "traces-price",
    "traces-of-that-price",
}


@pytest.mark.parametrize(("name", "result"), RESULTS.items())
def test_a_sum_comes_out_exactly(name, result):
    low, high = result if isinstance(result, tuple) else (result, result)

    assert (MADE[name].low, MADE[name].high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("name", "result"), [("logs-line", "224"), ("dashboards-managed", "36"), ("metrics-managed-for", "78604")]
)
def test_what_does_not_divide_comes_out_to_the_unit(name, result):
    assert round(MADE[name].low) == Decimal(result)


def test_the_total_of_1123_names_its_eight_rows():
    numbers = ("documents 356", "cache 40", "search 150", "logs 78", "registry 35", "secrets 29", "metrics 270")

    assert MADE["total-of-eight-rows"].working == " + ".join((*numbers, "dashboards 165"))


def test_every_effect_that_the_guide_claims_is_that_of_its_own_figures():
    effects = [made for made in MADE.values() if made.section == "effects"]

    assert len(effects) == 8
    assert all(made.agrees for made in effects)


def test_exactly_these_figures_differ_and_a_finding_tells_each():
    told = {name for found in DISAGREEMENTS for name in found.calculations}

    assert {name for name, made in MADE.items() if made.agrees is False} == DIFFERENT
    assert told >= DIFFERENT
    assert told <= set(MADE)


def test_every_finding_has_a_name_of_its_own_and_a_source():
    assert len({found.id for found in DISAGREEMENTS}) == len(DISAGREEMENTS) == 45
    assert all(found.guide and found.so and found.source for found in DISAGREEMENTS)


def test_what_is_recalled_is_not_called_verified():
    assert {found.id for found in DISAGREEMENTS if not found.verified} == {
        "domains-do-not-scale",
        "mwaa-micro-has-no-price",
    }


def test_only_the_backup_row_has_nothing_to_be_said_about_it():
    silent = {capability for capability in Capability.__args__ if not about(capability)}

    assert silent == {"backup"}


def test_every_row_can_be_undone():
    assert set(REVERSALS) == set(Capability.__args__)
