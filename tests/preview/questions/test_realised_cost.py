"""What was paid stands beside what was expected, tag by tag, and nothing that was paid is left out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import boto3
import pytest
from botocore.stub import Stubber

from preview.questions import realised_cost as module
from preview.questions.realised_cost import ActualError, Realised, actual_table, fetch_actual, realised
from pricing import aws_client

D = Decimal
TODAY = date(2026, 11, 23)
ESTIMATE = {"documents": D("203.44"), "registry": D(5), "platform": D("477.20")}


@cache
def client():
    return boto3.client("ce", region_name="us-east-1", aws_access_key_id="-", aws_secret_access_key="-")


@pytest.fixture
def stub():
    with Stubber(client()) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()


def page(token=None, *, estimated=False, unit="USD", **usd):
    """One page; a keyword is a tag's value, ``untagged`` its absence."""
    groups = [
        {
            "Keys": [f"decision${'' if name == 'untagged' else name}"],
            "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": unit}},
        }
        for name, amount in usd.items()
    ]
    period = {"Start": "2026-10-01", "End": "2026-11-01"}
    result = {"ResultsByTime": [{"TimePeriod": period, "Groups": groups, "Estimated": estimated, "Total": {}}]}
    return {**result, "NextPageToken": token} if token else result


def compared(settings, stub, *pages, **more):
    for one in pages:
        stub.add_response("get_cost_and_usage", one)
    return fetch_actual(settings("prod"), ESTIMATE, client(), today=TODAY, **more)


def test_the_last_full_month_of_this_environment_is_asked_for_before_tax_and_credit(settings, stub):
    environment = {"Tags": {"Key": "environment", "Values": ["prod"], "MatchOptions": ["EQUALS"]}}
    untagged = {"Tags": {"Key": "environment", "MatchOptions": ["ABSENT"]}}
    money = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund", "Tax"]}}}
    stub.add_response(
        "get_cost_and_usage",
        page(),
        {
            "TimePeriod": {"Start": "2025-12-01", "End": "2026-01-01"},
            "Granularity": "MONTHLY",
            "Metrics": ["UnblendedCost"],
            "GroupBy": [{"Type": "TAG", "Key": "decision"}],
            "Filter": {"And": [money, {"Or": [environment, untagged]}]},
        },
    )

    assert fetch_actual(settings("prod"), {}, client(), today=date(2026, 1, 31)).first == date(2025, 12, 1)


def test_tags_are_added_up_over_pages_and_every_cost_has_a_row(settings, stub):
    month = compared(
        settings,
        stub,
        page("more", documents="200.00", untagged="10.5"),
        page(documents="1.25", registry="4", cellar="3"),
    )

    assert [(row.name, row.estimate, row.actual) for row in month.rows] == [
        ("documents", D("203.44"), D("201.25")),
        ("registry", D(5), D(4)),
        ("platform", D("477.20"), D(0)),
        ("cellar", None, D(3)),
        ("untagged", None, D("10.5")),
    ]


def test_what_is_expected_without_a_tag_stands_beside_what_was_paid_without_one(settings, stub):
    stub.add_response("get_cost_and_usage", page(untagged="10.5"))
    month = fetch_actual(settings("prod"), {"untagged": D("9.97")}, client(), today=TODAY)

    assert [(row.name, row.estimate, row.actual) for row in month.rows] == [("untagged", D("9.97"), D("10.5"))]


def test_a_saving_is_told_on_the_basis_of_its_claim(settings, stub):
    month = compared(settings, stub, page(documents="201.25", agent="1"))
    rows = {row.name: row for row in month.rows}

    # Hardware is owned: 550, operating only. The agent's 20 to 30 is an instance's.
    assert (rows["documents"].saved, rows["documents"].before.basis) == ((D("348.75"), D("348.75")), "operating only")
    assert (rows["agent"].saved, rows["agent"].before.basis) == ((D(19), D(29)), "instance")
    assert rows["platform"].saved is None


def test_the_table_shows_untagged_cost_as_such_and_what_is_not_final(settings, stub):
    text = actual_table(compared(settings, stub, page(documents="213.61", untagged="10.5", estimated=True)))
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in text.splitlines() if "│" in line]

    assert cells == [
        ["documents", "203.44", "213.61", "+10.17 (+5 %)", "550 (operating only)", "336.39"],
        ["registry", "5.00", "0.00", "-5.00 (-100 %)", "190 (instance and operating)", "190.00"],
        ["platform", "477.20", "0.00", "-477.20 (-100 %)", "-", "-"],
        ["untagged", "-", "10.50", "-", "-", "-"],
        ["total", "685.64", "224.11", "-461.53 (-67 %)", "", ""],
    ]
    assert text.startswith("Realised in 2026-10, USD before VAT, credits and refunds\n")
    assert "AWS still calls this month's figures estimated" in text
    assert "Untagged cost is the whole account's" in text


def test_a_tag_of_the_account_s_is_text(settings, stub):
    month = compared(settings, stub, page(documents="1"))
    named = replace(
        month, rows=(*month.rows, Realised(name="\x1b[2J[red]x[/]", estimate=None, actual=D(1), before=None))
    )

    assert "\\x1b[2J[red]x[/]" in actual_table(named)


def test_a_throttled_question_is_asked_again(settings, stub):
    stub.add_client_error("get_cost_and_usage", "LimitExceededException")
    pauses = []

    assert compared(settings, stub, page(registry="4"), pause=pauses.append).rows[1].actual == 4
    assert pauses == [1]


@pytest.mark.parametrize(
    ("code", "times", "told"),
    [
        ("DataUnavailableException", 1, "Cost Explorer has no data for 2026-10: it must be enabled"),
        ("AccessDeniedException", 1, "Cost Explorer: AWS refuses access (AccessDeniedException: no)"),
        ("ThrottlingException", aws_client.ATTEMPTS, "Cost Explorer: gave up after 5 attempts"),
        ("ValidationException", 1, "Cost Explorer: AWS refuses the question (ValidationException: no)"),
    ],
)
def test_a_month_that_cannot_be_had_is_one_line(settings, stub, code, times, told):
    for _ in range(times):
        stub.add_client_error("get_cost_and_usage", code, "no")

    with pytest.raises(ActualError) as failed:
        compared(settings, stub, pause=lambda _seconds: None)

    assert str(failed.value).startswith(told)
    assert len(str(failed.value).splitlines()) == 1


@pytest.mark.parametrize("wrong", [page(documents="1", unit="EUR"), page(documents="NaN"), page(documents="much")])
def test_an_amount_that_is_no_dollar_is_refused(settings, stub, wrong):
    with pytest.raises(ActualError, match="something else than USD"):
        compared(settings, stub, wrong)


def test_without_credentials_one_line_says_so(settings, monkeypatch):
    def missing(_service, _region):
        raise aws_client.AccessError("ce: no client: Unable to locate credentials")

    monkeypatch.setattr(module.aws_client, "make_client", missing)

    with pytest.raises(ActualError, match="Unable to locate credentials"):
        realised(settings("prod"), ESTIMATE, today=TODAY)
