"""docs/controls.md counts every row once, names what holds it and what waives it, and refuses a row that leads nowhere."""

from dataclasses import replace

import pytest

from policy.guardrails.controls.row import WAYS, Control, load_table
from preview.docs.controls_page import controls_page
from pricing.book import Book
from stacks.environments import promotion_order
from stacks.load import stack_file

BOOK = Book.load()
SETTINGS = {name: stack_file(name).settings for name in promotion_order()}


@pytest.fixture(scope="module")
def page():
    return controls_page(SETTINGS, BOOK)


def row(page, name):
    return next(each for framework in page["frameworks"] for each in framework["rows"] if each["name"] == name)


def test_every_row_is_counted_once_and_has_something_to_show(page):
    for framework in page["frameworks"]:
        assert sum(framework["counts"].values()) == framework["total"] == len(framework["rows"])
        assert list(framework["counts"]) == list(WAYS)
    assert [framework["total"] for framework in page["frameworks"]] == [101, 50]
    assert [each["name"] for framework in page["frameworks"] for each in framework["rows"] if not each["by"]] == []


def test_a_row_names_what_holds_it_and_where_that_is_shown(page):
    assert row(page, "DocumentDB.5")["by"] == "`stateful-is-protected-in-prod`"
    assert row(page, "DocumentDB.2")["demands"] == [
        {
            "policy": "services-are-hardened",
            "name": "backupRetentionPeriod must be at least 7",
            "types": "`aws:docdb/cluster:Cluster`",
            "only": ", in production only",
            "where": "[demands.yaml](../tests/policy/guardrails/demands.yaml)",
        }
    ]
    assert row(page, "EC2.172")["by"] == "until 2027-06-30 by secops; the rest by `data-is-private`"


def test_a_waiver_of_what_holds_a_control_is_shown_with_it_and_with_no_other(page):
    stacks = [each["stack"] for each in row(page, "EKS.1")["waived"]]

    assert stacks == promotion_order()
    assert {each["control"] for each in page["waived"]} == {"EKS.1", "5.4.2"}


def test_an_exception_shows_its_price_and_of_what(page):
    endpoint = next(each for each in page["exceptions"] if each["name"] == "EC2.56")

    assert (endpoint["usd"], endpoint["why"]) == ("28.47", "`vpc/interface-endpoint-hour-per-az` x zones x hours")
    assert len(page["exceptions"]) == sum(framework["counts"]["exception"] for framework in page["frameworks"])


def test_a_row_that_leads_nowhere_makes_no_page():
    table = load_table()
    unmapped = {"EC2.999": Control.model_validate_json('{"title": "a moat", "enforced": []}')}

    with pytest.raises(ValueError, match=r"EC2\.999 is said to be enforced, and no demand names it"):
        controls_page(SETTINGS, BOOK, replace(table, fsbp=table.fsbp.model_copy(update={"controls": unmapped})))
