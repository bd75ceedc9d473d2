"""Foreseen against billed: cases by hand, a bill that somebody published, and sums that must hold for any export."""

import random
from datetime import date
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.bill import EXACT
from pricing.book import cost
from pricing.reconcile.billed import Billed, Key, Sum
from tests.pricing.reconcile.exports import BOOK, compared, cur, line, read, row, used

D = Decimal
EKS, NAT = "APN2-AmazonEKS-Hours:perCluster", "APN2-NatGateway-Bytes"
STORED = "APN2-TimedStorage-ByteHrs"
#: A Seoul cluster of three days, its owner's Cost Explorer by usage type of 2026-04 (a public account of it, the price
#: book's "a Seoul bill by usage type, 2026-04"), in the layout of the download, with the quantities it gives.
PUBLISHED = """\
"Usage type","APN2-AmazonEKS-Hours:perCluster($)","APN2-AmazonEKS-Hours:perCluster(Hrs)","APN2-AmazonEKS-Hours:extendedSupport($)","APN2-AmazonEKS-Hours:extendedSupport(Hrs)","APN2-BoxUsage:t3.medium($)","APN2-BoxUsage:t3.medium(Hrs)","APN2-NatGateway-Hours($)","APN2-NatGateway-Hours(Hrs)","APN2-InstanceUsage:db.t3.micro($)","APN2-InstanceUsage:db.t3.micro(Hrs)","APN2-PublicIPv4:InUseAddress($)","APN2-PublicIPv4:InUseAddress(Hrs)","APN2-EBS:VolumeUsage.gp3($)","APN2-EBS:VolumeUsage.gp3(GB-Month)","APN2-NatGateway-Bytes($)","APN2-NatGateway-Bytes(GB)","APN2-RDS:GP3-Storage($)","APN2-RDS:GP3-Storage(GB-Month)","Total costs($)"
"Usage type total","4.3127","43.127","21.5633","43.127","4.2705","82.124","2.5960","44.000","0.9989","38.418","0.2157","43.148","0.2081","2.282","0.0998","1.691","0.1398","1.067","34.4048"
"2026-04-01","4.3127","43.127","21.5633","43.127","4.2705","82.124","2.5960","44.000","0.9989","38.418","0.2157","43.148","0.2081","2.282","0.0998","1.691","0.1398","1.067","34.4048"
"""


def test_our_rates_times_a_published_bill_s_quantities_are_its_dollars_to_the_cent(tmp_path):
    found = compared(read(tmp_path, PUBLISHED))

    assert found.total.billed == D("34.4048")
    ours = {each.name: each.at_our_price for each in found.rows}
    # Nobody has a price of this class here.
    assert ours.pop("APN2-InstanceUsage:db.t3.micro") is None
    assert len(ours) == 8
    for name, amount in ours.items():
        assert round(amount, 2) == round(row(found, name).billed, 2), name
    assert round(sum(ours.values()), 2) == D("33.41")


def test_a_difference_is_the_quantity_s_and_the_price_s(tmp_path):
    # 100 GB foreseen at 0.059, 120 billed at 0.06.
    found = compared(read(tmp_path, cur(used("AmazonEC2", NAT, "120", "7.2"))), line("ec2/nat-gateway-gb", 100))

    only = row(found, NAT)
    assert (only.status, only.foreseen, only.billed, only.difference) == ("matched", D("5.9"), D("7.2"), D("1.3"))
    assert (only.at_our_price, only.quantity_effect, only.price_effect) == (D("7.08"), D("1.18"), D("0.12"))
    assert (only.foreseen_quantity, only.billed_quantity) == (100, 120)


def test_unmatched_lines_are_named_on_both_sides(tmp_path):
    found = compared(
        read(tmp_path, cur(used("AmazonEKS", EKS, "744", "74.4"), used("AmazonFoo", "APN2-Foo", "1", "3"))),
        line("ec2/nat-gateway-hour", 730),
        line("grafana/editor-user", 10, "logs"),
    )

    assert {(each.name, each.status) for each in found.rows} == {
        (EKS, "billed, not foreseen"),
        ("APN2-Foo", "billed, not foreseen"),
        ("APN2-NatGateway-Hours", "foreseen, not billed"),
        ("grafana/editor-user", "foreseen, no usage type"),
    }
    assert row(found, EKS).at_our_price == D("74.4")
    assert row(found, "APN2-Foo").at_our_price is None


@pytest.mark.parametrize(
    ("span", "today", "days"),
    [
        (("2026-10-01", "2026-11-01"), None, 31),
        (("2026-10-01", "2026-10-16"), None, 15),
        (("2026-10-01", "2026-11-01"), date(2026, 10, 10), 10),
        (("2026-10-11", "2026-11-01"), None, 21),
    ],
)
def test_hours_are_brought_to_those_that_are_covered(tmp_path, span, today, days):
    text = cur(used("AmazonEKS", EKS, "1", "1"), start=span[0], end=span[1])

    found = compared(read(tmp_path, text, today=today), line("eks/cluster-standard", 730), line("ec2/ebs-gp3", 100))

    assert row(found, EKS).foreseen == days * D("2.4")
    assert round(row(found, "APN2-EBS:VolumeUsage.gp3").foreseen, 9) == round(D("9.12") * days / 31, 9)
    assert found.billed_month.complete == (days == 31)


def test_february_has_fewer_hours(tmp_path):
    text = cur(used("AmazonEKS", EKS, "672", "67.2"), month="2026-02", end="2026-03-01")

    assert compared(read(tmp_path, text), line("eks/cluster-standard", 730)).total.error == 0


@pytest.mark.parametrize(
    ("price", "code", "name", "billed", "ours"),
    [
        ("s3/put-copy-post-list-1k", "AmazonS3", "APN2-Requests-Tier1", 20_000, 20),
        ("docdb/io-per-million", "AmazonDocDB", "APN2-StorageIOUsage", 5_000_000, 5),
        ("elasticache/serverless-ecpu:Redis", "AmazonElastiCache", "APN2-ElastiCacheProcessingUnits:Redis", 10**6, 1),
        ("kms/key", "awskms", "ap-northeast-2-KMS-Keys", 3, 3),
        ("opensearch/serverless-ocu", "AmazonES", "APN2-SearchOCU", 744, 744),
        ("transfer/internet-out", "AmazonS3", "APN2-DataTransfer-Out-Bytes", 12, 12),
        ("vpc/public-ipv4-in-use", "AmazonVPC", "APN2-PublicIPv4:InUseAddress", 744, 744),
        ("ec2/ebs-gp3-throughput", "AmazonEC2", "APN2-EBS:VolumeP-Throughput.gp3", "0.125", 128),
    ],
)
def test_aws_s_names_and_units_are_ours(tmp_path, price, code, name, billed, ours):  # noqa: PLR0917 - a row of a table
    found = compared(read(tmp_path, cur(used(code, name, billed, "1"))), line(price, 10))

    (only,) = found.rows
    assert (only.status, only.billed_quantity) == ("matched", ours)


def test_one_usage_type_of_several_services_is_told_apart_by_the_product_code(tmp_path):
    lines = line("s3/standard", 100, "backup"), line("ecr/storage", 10, "registry")
    text = cur(
        used("AmazonS3", STORED, "80", "2"),
        used("AmazonECR", STORED, "10", "1"),
        used("AmazonDynamoDB", STORED, "1", "5"),
    )

    found = compared(read(tmp_path, text), *lines)

    assert {(each.service, each.status, each.billed) for each in found.rows} == {
        ("s3", "matched", D(2)),
        ("ecr", "matched", D(1)),
        ("AmazonDynamoDB", "billed, not foreseen", D(5)),
    }
    together = compared(read(tmp_path, f'"Usage type","{STORED}($)"\n"2026-10-01","8"\n'), *lines)
    assert [(each.billed, each.foreseen) for each in together.rows] == [(D(8), D("3.5"))]


def test_another_region_s_usage_type_is_not_ours(tmp_path):
    found = compared(
        read(tmp_path, cur(used("AmazonEC2", "NatGateway-Bytes", "1", "1"))), line("ec2/nat-gateway-gb", 1)
    )

    assert {each.status for each in found.rows} == {"billed, not foreseen", "foreseen, not billed"}


def test_spot_is_billed_under_a_name_of_its_own(tmp_path):
    spot = line("ec2/m6g.large", 730, fraction="ec2/spot-fraction-of-on-demand")
    text = cur(
        used("AmazonEC2", "APN2-SpotUsage:m6g.large", "744", "30"),
        used("AmazonEC2", "APN2-BoxUsage:m6g.large", "1", "0.094"),
    )

    found = compared(read(tmp_path, text), spot)

    assert row(found, "APN2-SpotUsage:m6g.large").status == "matched"
    assert round(row(found, "APN2-SpotUsage:m6g.large").at_our_price, 9) == round(
        D(744) * D("0.094") * BOOK.price("ec2/spot-fraction-of-on-demand").usd, 9
    )
    assert row(found, "APN2-BoxUsage:m6g.large").status == "billed, not foreseen"


def test_what_comes_with_a_volume_is_in_no_bill(tmp_path):
    # 4,000 IOPS, of which 3,000 come with the volume.
    lines = line("ec2/ebs-gp3-iops", 4000, usd="5.7"), line("ec2/ebs-gp3-throughput", 125, usd=0)
    found = compared(read(tmp_path, cur(used("AmazonEC2", "APN2-EBS:VolumeP-IOPS.gp3", "1000", "5.7"))), *lines)

    only = row(found, "APN2-EBS:VolumeP-IOPS.gp3")
    assert (only.foreseen_quantity, only.billed_quantity, only.difference, only.quantity_effect) == (1000, 1000, 0, 0)
    assert len(found.rows) == 1


def test_tiers_count_for_the_billed_quantity(tmp_path):
    found = compared(read(tmp_path, cur(used("AmazonS3", STORED, "60000", "1"))), line("s3/standard", 10))

    assert row(found, STORED).at_our_price == cost(BOOK.price("s3/standard"), D(60_000))


def test_account_level_lines_are_in_no_error(tmp_path):
    text = cur(
        used("AmazonEKS", EKS, "744", "74.4"),
        ("Tax", "AmazonEKS", "", "", "7.44", "", ""),
        ("Credit", "AmazonEKS", EKS, "", "-50", "", ""),
        ("SavingsPlanNegation", "AmazonEC2", "APN2-BoxUsage:m5.large", "1", "-3", "", ""),
        ("SavingsPlanRecurringFee", "ComputeSavingsPlans", "APN2-ComputeSP:1yrNoUpfront", "1", "2", "", ""),
    )

    found = compared(read(tmp_path, text), line("eks/cluster-standard", 730))

    assert found.total.error == 0
    assert found.account_level == {"tax": D("7.44"), "credit": D(-50), "commitment": D(-1)}


def test_tags_say_whose_a_line_is_and_who_pays(tmp_path):
    lines = line("ec2/ebs-gp3", 30, "logs"), line("ec2/ebs-gp3", 10, "search")
    name = "APN2-EBS:VolumeUsage.gp3"
    text = cur(
        used("AmazonEC2", name, "10", "0.9", "metrics", "dev"),
        used("AmazonEC2", name, "10", "0.8"),
        used("AmazonEC2", name, "10", "7", "logs", "prod"),
    )

    found = compared(read(tmp_path, text), *lines)

    assert not found.account_wide
    assert (found.others, found.untagged, found.total.billed) == (D(7), D("0.8"), D("1.7"))
    # What carries no decision goes to whom it was foreseen for, three to one.
    assert {each.name: (each.foreseen, each.billed) for each in found.by_capability} == {
        "logs": (D("2.736"), D("0.6")),
        "search": (D("0.912"), D("0.2")),
        "metrics": (D(0), D("0.9")),
    }


def test_without_tags_the_account_is_the_scope_and_unforeseen_usage_is_nobody_s(tmp_path):
    found = compared(read(tmp_path, cur(used("AmazonFoo", "x", "1", "2"))))

    assert found.account_wide
    assert [(each.name, each.billed, each.error) for each in found.by_capability] == [("", D(2), None)]
    assert found.total.error is None


PRICES = (
    "eks/cluster-standard",
    "ec2/nat-gateway-gb",
    "ec2/ebs-gp3",
    "s3/standard",
    "ecr/storage",
    "elb/alb-lcu",
    "elb/nlb-nlcu",
)
NAMES = (EKS, NAT, STORED, "APN2-EBS:VolumeUsage.gp3", "APN2-LCUUsage", "x")
CODES = ("AmazonEKS", "AmazonEC2", "AmazonS3", "AmazonECR", "AWSELB", "AmazonFoo")
AMOUNTS = st.decimals(min_value=-1000, max_value=1000, places=7)
SUMS = st.dictionaries(
    st.builds(
        Key,
        kind=st.sampled_from(("usage", "usage", "tax", "credit", "commitment")),
        service=st.sampled_from(CODES),
        name=st.sampled_from(NAMES),
        decision=st.sampled_from(("", "logs", "search", "no-row")),
        environment=st.sampled_from(("", "dev", "prod")),
        project=st.sampled_from(("", "alphacar-landing-zone", "theirs")),
    ),
    st.builds(Sum, AMOUNTS, st.one_of(st.none(), AMOUNTS)),
    max_size=12,
)
LINES = st.lists(
    st.builds(
        line,
        st.sampled_from(PRICES),
        st.decimals(min_value=0, max_value=10_000, places=3),
        st.sampled_from(("platform", "logs", "search")),
    ),
    max_size=8,
)


@given(SUMS, LINES, st.integers(0, 744))
def test_the_parts_are_the_whole_in_whatever_order(sums, lines, hours):
    month = Billed(form="x", files=("x",), digests=("x",), month="2026-10", hours=hours, whole=744, sums=sums)
    found = compared(month, *lines)

    with localcontext(EXACT):
        kinds = {
            status: [each for each in found.rows if each.status == status]
            for status in {each.status for each in found.rows}
        }
        matched = sum(each.difference for each in kinds.get("matched", ()))
        unforeseen = sum(each.billed for each in kinds.get("billed, not foreseen", ()))
        unbilled = sum(each.foreseen for each in kinds.get("foreseen, not billed", ()))
        assert found.total.foreseen + matched + unforeseen - unbilled == found.total.billed
        assert found.total.billed + sum(found.account_level.values()) + found.others == month.usd
        assert sum(each.billed for each in found.by_capability) == found.total.billed
        assert sum(each.foreseen for each in found.by_capability) == found.total.foreseen
        for each in found.rows:
            if each.quantity_effect is not None:
                assert each.quantity_effect + each.price_effect == each.difference
    shuffled, order = list(sums.items()), list(lines)
    random.Random(hours).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    random.Random(hours).shuffle(order)  # noqa: S311 - as above
    assert compared(Billed(**{**vars(month), "sums": dict(shuffled)}), *order).total == found.total
