"""Usage of somebody's file: figures with their sources, windows that somebody measured."""

import json
from datetime import date
from decimal import Decimal

import pytest

from pricing.usage.file import UsageError
from pricing.usage.given import read_given
from pricing.usage.reading import full_months, measured, rounded, spanned
from stacks.load import FOLDER

D = Decimal


def test_a_figure_keeps_its_source_and_one_without_is_a_guess(tmp_path):
    file = tmp_path / "usage.json"
    file.write_text(json.dumps({"natGb": 5, "egressGb": {"low": 1, "base": 2, "high": 3, "source": "measured: x"}}))
    found = read_given(str(file))

    assert {key: (each.base, each.source) for key, each in found.figures.items()} == {
        "natGb": (D(5), "guess: usage.json names no source"),
        "egressGb": (D(2), "measured: x"),
    }
    assert found.windows == {}


def test_examples_of_a_stack_file_are_no_windows():
    found = read_given(str(FOLDER / "Pulumi.prod.yaml"))

    assert found.windows == {}
    assert found.figures["natGb"].source.startswith("guess: ")


def test_windows_that_are_none_are_one_line(tmp_path):
    file = tmp_path / "usage.yaml"
    file.write_text("config: {landing:usage: {}, landing:volumes: {logGbPerMonth: [{window: 2026-13}]}}")

    with pytest.raises(UsageError) as caught:
        read_given(str(file))

    assert str(caught.value).startswith(f"{file}: landing:volumes: logGbPerMonth[0].")
    assert "\n" not in str(caught.value)


def test_months_are_full_ones_and_a_year_has_twelve():
    assert full_months(date(2026, 1, 31), 3) == (date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1))
    assert full_months(date(2026, 12, 1), 1) == (date(2026, 11, 1),)


@pytest.mark.parametrize(
    ("value", "short"),
    [
        ("0", "0"),
        ("123456789", "123456789"),
        ("123456.789", "123457"),
        ("51.46789", "51.47"),
        ("99.996", "100"),
        ("9.9996", "10"),
        ("0.00123456", "0.001235"),
        ("0.0000001", "0"),
        ("300.50", "300.5"),
        ("1E+2", "100"),
    ],
)
def test_a_figure_keeps_four_digits(value, short):
    assert str(rounded(D(value))) == short


def test_months_make_a_range_with_their_mean():
    found = measured({date(2026, 8, 1): D(10), date(2026, 10, 1): D(25)}, "somewhere")

    assert (found.low, found.base, found.high) == (D(10), D("17.5"), D(25))
    assert found.source == "measured: somewhere, 2026-08, 2026-10, mean of 2 months"
    assert spanned([date(2026, 1, 1), date(2025, 12, 1)]) == "2025-12 to 2026-01"
