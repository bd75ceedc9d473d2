"""Each form gives the same charges for the same month, and says which cell it cannot take."""

import gzip
from decimal import Decimal

import pytest

from pricing.reconcile.billed import Key, Sum, read_export
from pricing.reconcile.charge import ExportError
from tests.pricing.reconcile.exports import BILL, CUR, CUR2, FOCUS, cur, read, saved, used

D = Decimal
EKS = "APN2-AmazonEKS-Hours:perCluster"
NAT = "APN2-NatGateway-Bytes"
CE = f'"Usage type","{EKS}($)","{NAT}($)","{NAT}(GB)","No usage type($)","Dollar($)","Total costs($)"\n'
OURS = "alphacar-landing-zone"

LEGACY = cur(
    used("AmazonEKS", EKS, "744", "74.4", "platform", "dev"),
    used("AmazonEC2", NAT, "2.5", "0.1475"),
    used("AmazonEC2", NAT, "0.5", "0.0295"),
    ("Tax", "AmazonEKS", "", "1", "7.44", "", ""),
    ("Fee", "AWSSupportDeveloper", "Dollar", "29", "29", "", ""),
)
SECOND = f"""{CUR2}
2026-10-01T00:00:00.000Z,Usage,2026-10-01T00:00:00.000Z,2026-11-01T00:00:00.000Z,AmazonEKS,{EKS},744,USD,74.4,"{{""user_decision"":""platform"",""user_environment"":""dev"",""user_project"":""{OURS}"",""aws_created_by"":""x""}}"
2026-10-01T00:00:00.000Z,Usage,2026-10-01T00:00:00.000Z,2026-10-02T00:00:00.000Z,AmazonEC2,{NAT},3,USD,0.177,{{}}
2026-10-01T00:00:00.000Z,Tax,2026-10-01T00:00:00.000Z,2026-11-01T00:00:00.000Z,AmazonEKS,,,USD,7.44,
2026-10-01T00:00:00.000Z,Fee,2026-10-01T00:00:00.000Z,2026-11-01T00:00:00.000Z,AWSSupportDeveloper,Dollar,29,USD,29,
"""
OPEN = f"""{FOCUS}
74.4,USD,2026-10-01T00:00:00Z,Usage,,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,744,Amazon EKS,"{{""user:decision"":""platform"",""user:environment"":""dev"",""user:project"":""{OURS}""}}",AmazonEKS,{EKS}
0.177,USD,2026-10-01T00:00:00Z,Usage,,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,3,Amazon EC2,,AmazonEC2,{NAT}
7.44,USD,2026-10-01T00:00:00Z,Tax,,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,,Amazon EKS,,AmazonEKS,
29,USD,2026-10-01T00:00:00Z,Purchase,,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,29,AWS Support,,AWSSupportDeveloper,Dollar
"""
EXPLORER = (
    CE
    + '"Usage type total","74.4","0.177","3","7.44","29","111.017"\n"2026-10-01","74.4","0.177","3","7.44","29","111.017"\n'
)
MONTHLY = f"""{BILL}
1,LinkedLineItem,2026/10/01 00:00:00,2026/10/31 23:59:59,AmazonEKS,{EKS},744,USD,74.4,0,7.44,81.84
1,LinkedLineItem,2026/10/01 00:00:00,2026/10/31 23:59:59,AmazonEC2,{NAT},3,USD,0.177,0,0,0.177
1,LinkedLineItem,2026/10/01 00:00:00,2026/10/31 23:59:59,AWSSupportDeveloper,Dollar,29,USD,29,0,0,29
1,AccountTotal,2026/10/01 00:00:00,2026/10/31 23:59:59,,,,USD,103.577,0,7.44,111.017
1,StatementTotal,2026/10/01 00:00:00,2026/10/31 23:59:59,,,,USD,103.577,0,7.44,111.017
"""


@pytest.mark.parametrize(
    ("text", "form", "codes", "tagged"),
    [
        (LEGACY, "AWS Cost and Usage Report", True, True),
        (SECOND, "AWS CUR 2.0", True, True),
        (OPEN, "FOCUS", True, True),
        (EXPLORER, "Cost Explorer CSV", False, False),
        (MONTHLY, "AWS monthly bill", True, False),
    ],
)
def test_every_form_tells_the_same_month(tmp_path, text, form, codes, tagged):
    found = read(tmp_path, text)

    assert (found.form, found.month, found.hours, found.whole, found.complete) == (form, "2026-10", 744, 744, True)
    assert found.usd == D("111.017")
    usage = {key: each for key, each in found.sums.items() if key.kind == "usage"}
    tags = ("platform", "dev", OURS) if tagged else ("", "", "")
    cluster = Key("usage", "AmazonEKS" if codes else "", EKS, *tags)
    nat = Key("usage", "AmazonEC2" if codes else "", NAT, "", "", "")
    assert usage == {
        cluster: Sum(D("74.4"), D(744) if codes else None),
        nat: Sum(D("0.177"), D(3)),
    }
    kinds = {key.kind: each.usd for key, each in found.sums.items() if key.kind != "usage"}
    assert kinds == {"tax": D("7.44"), "support": D(29)}


def test_a_report_in_snake_case_may_have_a_column_for_each_tag(tmp_path):
    for column in ("resource_tags_user_decision", "resource_tags.user_decision"):
        text = SECOND.splitlines()[0].replace("resource_tags", column) + (
            f"\n2026-10-01,Usage,2026-10-01,2026-11-01,AmazonEKS,{EKS},744,USD,74.4,logs\n"
        )

        (key,) = read(tmp_path, text).sums
        assert key.decision == "logs"


@pytest.mark.parametrize(
    ("line_type", "kind"),
    [
        ("DiscountedUsage", "usage"),
        ("SavingsPlanCoveredUsage", "usage"),
        ("SavingsPlanNegation", "commitment"),
        ("SavingsPlanRecurringFee", "commitment"),
        ("RIFee", "commitment"),
        ("EdpDiscount", "discount"),
        ("BundledDiscount", "discount"),
        ("Credit", "credit"),
        ("Refund", "refund"),
        ("SomethingNew", "other"),
    ],
)
def test_what_is_no_usage_is_told_from_it(tmp_path, line_type, kind):
    (key,) = read(tmp_path, cur((line_type, "AmazonEC2", "APN2-BoxUsage:m5.large", "1", "-0.5", "", ""))).sums

    assert key.kind == kind


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("APN2-ComputeSP:1yrNoUpfront", "commitment"),
        ("HeavyUsage:m5.large", "commitment"),
        ("APN2-BoxUsage:m5.large", "usage"),
    ],
)
def test_cost_explorer_tells_fees_by_their_usage_types(tmp_path, column, kind):
    (key,) = read(tmp_path, f'"Usage type","{column}($)"\n"2026-10-01","1"\n').sums

    assert key.kind == kind


def test_a_credit_of_the_monthly_bill_is_what_its_total_lacks(tmp_path):
    text = f"{BILL}\n1,PayerLineItem,2026/10/01 00:00:00,2026/10/31 23:59:59,AmazonEKS,{EKS},10,USD,1,-0.4,0.06,0.66\n"

    assert {key.kind: each.usd for key, each in read(tmp_path, text).sums.items()} == {
        "usage": D(1),
        "tax": D("0.06"),
        "credit": D("-0.40"),
    }


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        ('"2026-10-01","1"\n', 744),
        ('"2026-10-01","1"\n"2026-10-02","1"\n"2026-10-03",""\n', 72),
        ('"2026-10-30","1"\n"2026-10-31","1"\n', 48),
    ],
)
def test_rows_of_cost_explorer_are_months_or_days(tmp_path, rows, hours):
    assert read(tmp_path, f'"Usage type","{EKS}($)"\n{rows}').hours == hours


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: is empty; allowed are CSV of an AWS Cost and Usage Report"),
        ("a,b\n1,2\n", "line 1: the header is of no form that is read here; allowed are"),
        (
            '"Service","EC2-Instances($)"\n',
            "line 1: is a Cost Explorer CSV grouped by 'Service'; group it by usage type",
        ),
        ('"Usage type","X"\n', "line 1: column 'X' is refused; allowed are NAME($), and NAME(UNIT)"),
        ('"Usage type","X(€)"\n', "line 1: no column NAME($) is there"),
        ('"Usage type","X($)","X($)"\n', "line 1: column X($) stands twice"),
        ('"Usage type","X($)"\n"October","1"\n', "line 2: Usage type: 'October' is refused; allowed is a time"),
        (
            '"Usage type","X($)"\n"Usage type total","5"\n"2026-10-01","1"\n',
            "at its end: its rows add up to 1 USD, and 'Usage type total' is 5: rows are missing",
        ),
        (
            CUR.replace("lineItem/UsageType,", "") + "\n",
            "line 1: column line_item_usage_type is missing; export it too",
        ),
        (
            CUR.replace("identity/LineItemId", "lineItem/UsageType") + "\n",
            "line 1: column lineItem/UsageType stands twice",
        ),
        (FOCUS.replace(",x_UsageType", "") + "\n", "line 1: column x_UsageType is missing; export it too"),
        (LEGACY.replace("74.4", "1e999"), "line 2: lineItem/UnblendedCost: '1e999' is refused; allowed is a number"),
        (LEGACY.replace("74.4", "9" * 30), "is refused; allowed is a number such as 12.34, below 1e+15"),
        (LEGACY.replace("74.4", "NaN"), "line 2: lineItem/UnblendedCost: 'NaN' is refused"),
        (LEGACY.replace("74.4", '"1,000"'), "line 2: lineItem/UnblendedCost: '1,000' is refused"),
        (LEGACY.replace("74.4", "١٢"), "line 2: lineItem/UnblendedCost: '١٢' is refused"),
        (LEGACY.replace("74.4", "=1+1"), "line 2: lineItem/UnblendedCost: '=1+1' is refused"),
        (LEGACY.replace("74.4", ""), "line 2: lineItem/UnblendedCost: '' is refused"),
        (LEGACY.replace(",744,", ",many,"), "line 2: lineItem/UsageAmount: 'many' is refused"),
        (LEGACY.replace("USD", "KRW"), "line 2: lineItem/CurrencyCode: 'KRW' is refused; allowed is USD"),
        (LEGACY.replace("2026-10-01T00:00:00Z,Usage", "soon,Usage"), "'soon' is no month; allowed is a billing period"),
        (
            LEGACY.replace(",2026-11-01T00:00:00Z", ",2026-99-01T00:00:00Z"),
            "UsageEndDate: '2026-99-01T00:00:00Z' is refused",
        ),
        (LEGACY + "x,y\n", "line 7: has 2 cells, and the header 13; the file is cut or edited"),
        (LEGACY + '"open', "line 7: is not CSV (unexpected end of data)"),
        (LEGACY.replace(EKS, "a\0b"), "line 2: holds a NUL character; allowed is UTF-8, or UTF-16 with its mark"),
        (SECOND.replace("{}", "{broken"), "line 3: resource_tags: '{broken' is refused; allowed is a JSON object"),
        (SECOND.replace("{}", "[1]"), "line 3: resource_tags: '[1]' is refused"),
        (MONTHLY.replace(",103.577,0,7.44,111.017", ",0,0,0,222"), "StatementTotal is 222"),
        (cur(), "holds no line that is billed"),
        (b"PAR1\x15\x04", "is Parquet, which is not read here; export the same as CSV"),
        (b"PK\x03\x04abc", "is a zip archive; unpack it"),
        (b"\xff\xfeU\x00", "line 1: the header is of no form"),
        (LEGACY.encode("utf-16-le"), "line 1: holds a NUL character"),
        (LEGACY.encode() + b"\xe9\xff", "is not UTF-8 text"),
        (gzip.compress(LEGACY.encode())[:-20], "the gzip data is cut short or broken; fetch it again"),
        (gzip.compress(LEGACY.encode())[:-8] + b"\0" * 8, "the gzip data is cut short or broken"),
        ("x" * 2**20, "line 1: is longer than 1048576 characters"),
    ],
)
def test_a_file_that_cannot_be_compared_is_refused_by_line_and_column(tmp_path, text, told):
    with pytest.raises(ExportError) as refused:
        read(tmp_path, text)

    assert str(refused.value).startswith(f"{tmp_path / 'export.csv'}: ")
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + LEGACY.encode(),
        LEGACY.replace("\n", "\r\n").encode(),
        LEGACY.encode("utf-16"),
        gzip.compress(LEGACY.encode()),
        gzip.compress(LEGACY.encode("utf-16")),
        (LEGACY + "\n\n").encode(),
    ],
)
def test_marks_line_ends_and_compression_change_nothing(tmp_path, content):
    assert read(tmp_path, content).sums == read(tmp_path, LEGACY, name="plain.csv").sums


def test_a_usage_type_may_hold_commas_quotes_and_line_ends(tmp_path):
    text = cur(used("AmazonEKS", '"a,""b""\nc"', "1", "2"))

    (key,) = read(tmp_path, text).sums
    assert key.name == 'a,"b"\nc'


def test_parts_of_one_export_are_added_up_and_a_part_counts_once(tmp_path):
    first = saved(tmp_path, cur(used("AmazonEKS", EKS, "1", "0.1")), "1.csv")
    second = saved(tmp_path, cur(used("AmazonEKS", EKS, "2", "0.2")), "2.csv")
    other = saved(tmp_path, EXPLORER, "3.csv")

    assert list(read_export([first, second]).sums.values()) == [Sum(D("0.3"), D(3))]
    with pytest.raises(ExportError, match=r"1.csv: is the same as .*1.csv; each part of an export is to be given once"):
        read_export([first, first])
    with pytest.raises(ExportError, match=r"3.csv: is Cost Explorer CSV, and .*1.csv is AWS Cost and Usage Report"):
        read_export([first, other])


def test_of_several_months_one_must_be_named(tmp_path):
    text = '"Usage type","X($)"\n"2026-09-01","1"\n"2026-10-01","2"\n'

    assert read(tmp_path, text, month="2026-09").usd == 1
    with pytest.raises(ExportError, match="holds 2 months; say which with --month: 2026-09, 2026-10"):
        read(tmp_path, text)
    with pytest.raises(ExportError, match=r"--month: '2026-08' is refused; .* holds 2026-09, 2026-10"):
        read(tmp_path, text, month="2026-08")
