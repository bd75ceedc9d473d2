"""One reader of Kubernetes quantities: what it makes of a text, and that capacity and meter mean the same by it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.quantity import SUFFIXES, quantity
from policy.capacity.amount import cpu_millis, memory_mib
from pricing.properties import UnreadableError, gibibytes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("250m", "0.25"),
        ("1", "1"),
        (0.5, "0.5"),
        (20, "20"),
        ("1.5Gi", str(3 * 2**29)),
        ("1P", str(10**15)),
        ("1Pi", str(2**50)),
        ("2Ei", str(2**61)),
        ("1E", str(10**18)),
        ("1e3", "1000"),
        ("1E3", "1000"),
        ("15e-1", "1.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("100n", "1e-7"),
        ("3u", "3e-6"),
    ],
)
def test_a_quantity_is_what_kubernetes_makes_of_it(text, value):
    assert quantity(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["20K", "1ki", "-1", "1 Gi", "Gi", "", "1GiB", "٣Gi", "1e", "1e3Gi", None, True, [], "1\n"]
)
def test_what_kubernetes_refuses_is_no_quantity(text):
    assert quantity(text) is None


@given(
    st.integers(min_value=1, max_value=9999), st.sampled_from([suffix for suffix in SUFFIXES if suffix not in "num"])
)
def test_capacity_and_meter_mean_the_same(number, suffix):
    text = f"{number}{suffix}"
    mebibytes = memory_mib(text)
    try:
        billed = gibibytes({"size": text}, "size")
    except UnreadableError:
        # Larger than anything sold.
        assert quantity(text) > 2**69
        return

    assert mebibytes is not None
    assert billed == -(-mebibytes // 1024)


@pytest.mark.parametrize("text", ["20K", "1ki", "-1"])
def test_neither_takes_what_kubernetes_refuses(text):
    assert memory_mib(text) is None
    assert cpu_millis(text) is None
    with pytest.raises(UnreadableError):
        gibibytes({"size": text}, "size")
