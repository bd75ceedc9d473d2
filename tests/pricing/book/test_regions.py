"""The same question about another region differs in the region alone."""

import pytest

from pricing.book.prefixes import PREFIXES
from pricing.book.queries import QUERIES
from pricing.book.regions import SEOUL_ONLY, relocated


@pytest.mark.parametrize(
    ("key", "region", "usagetypes"),
    [
        ("ec2/m6g.large", "ap-northeast-1", ["APN1-BoxUsage:m6g.large"]),
        ("ec2/m6g.large", "us-east-1", ["BoxUsage:m6g.large", "USE1-BoxUsage:m6g.large"]),
        ("eks/cluster-standard", "eu-west-1", ["EU-AmazonEKS-Hours:perCluster", "EUW1-AmazonEKS-Hours:perCluster"]),
        ("kms/key", "us-west-2", ["us-west-2-KMS-Keys"]),
        ("kms/key", "us-east-1", ["us-east-1-KMS-Keys"]),
        # What AWS sells everywhere alike is asked for as it is.
        ("route53/hosted-zone", "us-east-1", ["HostedZone"]),
    ],
)
def test_usage_types_are_written_as_the_region_writes_them(key, region, usagetypes):
    found = list(relocated(QUERIES[key], region))

    assert [query.usagetype for query in found] == usagetypes
    assert {query.region for query in found} == {region}


def test_filters_name_the_region_and_the_usage_type_of_the_question():
    (found,) = relocated(QUERIES["cloudwatch/logs-vended-ingest"], "eu-north-1")

    assert found.filters == (("regionCode", "eu-north-1"), ("usagetype", "EUN1-VendedLog-Bytes"))


def test_tiers_that_are_usage_types_move_along():
    (found,) = relocated(QUERIES["ec2/ebs-io2-iops"], "eu-north-1")

    assert [usagetype for _, usagetype in found.beyond] == [
        "EUN1-EBS:VolumeP-IOPS.io2.tier2",
        "EUN1-EBS:VolumeP-IOPS.io2.tier3",
    ]


@pytest.mark.parametrize("region", PREFIXES)
def test_no_question_about_a_region_still_speaks_of_another(region):
    for key, query in QUERIES.items():
        for found in relocated(query, region) if key not in SEOUL_ONLY else ():
            said = [found.usagetype, *(value for _, value in found.filters), *(usage for _, usage in found.beyond)]
            assert region == "ap-northeast-2" or not any("APN2" in text or "ap-northeast-2" in text for text in said)


def test_seoul_itself_is_asked_as_before():
    assert all(list(relocated(query, "ap-northeast-2")) == [query] for query in QUERIES.values())
