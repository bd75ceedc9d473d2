"""One reader of durations: what Go makes of a text, and that the recording and the meter mean the same by it."""

import math
from decimal import Decimal

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.duration import duration
from preview.simulate.recorder import record
from preview.simulate.registration import RecordingError
from tests.pricing.billing import READS, WITHOUT_READS, billed, resource

CASES = [
    ("0", "0"),
    ("0s", "0"),
    ("+0", "0"),
    ("-0", "0"),
    ("5s", "5"),
    ("1h30m", "5400"),
    ("1.5h", "5400"),
    ("90m", "5400"),
    ("+90s", "90"),
    (".5h", "1800"),
    ("5.s", "5"),
    ("30m1h", "5400"),
    ("1h1h", "7200"),
    ("300ms", "0.3"),
    ("1us", "0.000001"),
    ("1µs", "0.000001"),
    ("1\u03bcs", "0.000001"),
    ("1ns", "1e-9"),
    ("1.9ns", "1e-9"),
    ("0.333333333h", "1199.9999988"),
    ("1234567890s", "1234567890"),
    ("9223372036854775807ns", "9223372036.854775807"),
]
REFUSED = [
    "",
    "1",
    "1d",
    "30 m",
    "1h 30m",
    "h",
    ".s",
    ".",
    "-",
    "1.5.5h",
    "1e3s",
    "1H",
    "٣h",
    "1h\n",
    "-5s",
    "9223372036854775808ns",
    "9999999999h",
]


@pytest.mark.parametrize(("text", "seconds"), CASES)
def test_a_duration_is_what_go_makes_of_it(text, seconds):
    assert duration(text) == Decimal(seconds)


@pytest.mark.parametrize("text", REFUSED)
def test_what_go_refuses_or_is_below_zero_is_no_duration(text):
    assert duration(text) is None


@given(st.text("0123456789.hmsnuµ+-", max_size=20))
def test_any_text_is_read_without_an_error(text):
    assert (found := duration(text)) is None or found >= 0


@pytest.mark.parametrize(("text", "seconds"), [(text, seconds) for text, seconds in CASES if Decimal(seconds) > 1])
def test_the_recording_and_the_meter_mean_the_same(text, seconds):
    made = recorded(text)
    read = billed(
        resource(READS, {"spec": {"refreshInterval": text, "data": [{"remoteRef": {"key": "a"}}]}}), usage=WITHOUT_READS
    )

    assert made == {"create": float(seconds)}
    assert [line.quantity for line in read.lines] == [Decimal(math.ceil(730 * 3600 / Decimal(seconds))) / 10_000]


@pytest.mark.parametrize("text", [text for text in REFUSED if text])
def test_neither_takes_what_go_refuses(text):
    read = billed(resource(READS, {"spec": {"refreshInterval": text}}), usage=WITHOUT_READS)

    assert [gap.reason for gap in read.unpriced] == ["spec.refreshInterval is no duration such as 1h"]
    with pytest.raises(RecordingError, match="is no duration such as 30m or 1h30m"):
        recorded(text)


def recorded(text):
    """The timeouts of a resource as the recording keeps them."""

    def program():
        timeouts = pulumi.CustomTimeouts(create=text)
        pulumi.CustomResource("shop:index:Parcel", "parcel", {}, opts=pulumi.ResourceOptions(custom_timeouts=timeouts))

    made = record(program, project="shop", stack="dev", config={}).registrations
    return next(each.custom_timeouts for each in made if each.name == "parcel")
