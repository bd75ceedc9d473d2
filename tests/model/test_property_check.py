"""A property compared: by place, by every item, by an item's name, and in another way that would do as well."""

import pytest

from model.property_check import Check
from model.resource import UNKNOWN

TLS = Check(path=("parameters", ("name", "tls"), "value"), is_="not equal", value="disabled")
SET = Check(path=("parameters", ("name", "tls"), "value"), is_="set")


def parameters(**given):
    return {"parameters": [{"name": name, "value": value} for name, value in given.items()]}


@pytest.mark.parametrize(
    ("props", "outcome"),
    [
        (parameters(tls="enabled", profiler="disabled"), "holds"),
        (parameters(profiler="enabled", tls="disabled"), "fails"),
        ({"parameters": [*parameters(tls="enabled")["parameters"], *parameters(tls="disabled")["parameters"]]}, "fails"),
        ({"parameters": [UNKNOWN]}, "unknown"),
        ({"parameters": [UNKNOWN, {"name": "tls", "value": "disabled"}]}, "fails"),
        ({"parameters": [{"name": "tls", "value": UNKNOWN}]}, "unknown"),
        ({"parameters": UNKNOWN}, "unknown"),
        (UNKNOWN, "unknown"),
    ],
)  # fmt: skip
def test_an_item_is_chosen_by_its_name(props, outcome):
    assert TLS.outcome(props) == outcome


@pytest.mark.parametrize("props", [parameters(profiler="enabled"), parameters(), {}, {"parameters": "tls"}, None])
def test_an_item_that_no_list_has_is_missing(props):
    assert SET.outcome(props) == "fails"


def test_a_message_names_the_item():
    assert TLS.dotted == "parameters.name=tls.value"


@pytest.mark.parametrize(
    ("props", "outcome"),
    [
        ({"schedules": {"daily": {"cron": "0"}, "weekly": {"cron": "1"}}}, "holds"),
        ({"schedules": {"daily": {"cron": "0"}, "weekly": {}}}, "fails"),
        ({"schedules": [{"cron": "0"}]}, "holds"),
        ({"schedules": {}}, "fails"),
        ({}, "fails"),
    ],
)
def test_every_item_of_a_mapping_counts_as_of_a_list(props, outcome):
    assert Check(path=("schedules", "*", "cron"), is_="set").outcome(props) == outcome


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        (2, 0, "holds"),
        (1, 1, "holds"),
        (UNKNOWN, 1, "holds"),
        (1, UNKNOWN, "unknown"),
        (UNKNOWN, 0, "unknown"),
        (1, 0, "fails"),
    ],
)
def test_another_way_does_as_well(one, other, outcome):
    check = Check(path=("a",), is_="at least", value=2, otherwise=Check(path=("b",), is_="at least", value=1))

    assert check.outcome({"a": one, "b": other}) == outcome


@pytest.mark.parametrize(
    ("found", "outcome"), [("3", "holds"), ("0", "fails"), ("three", "fails"), ("³", "fails"), (True, "fails")]
)
def test_a_number_written_as_text_is_a_number(found, outcome):
    assert Check(path=("a",), is_="at least", value=1).outcome({"a": found}) == outcome
