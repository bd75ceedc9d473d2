"""What was billed by usage type becomes figures, and what becomes none is named with its dollars."""

from datetime import date
from decimal import Decimal
from functools import cache

import boto3
import pytest
from botocore.stub import Stubber
from botocore.validate import ParamValidator

from pricing.aws_client import AccessError, AskingError
from pricing.usage import cost_explorer
from pricing.usage.cost_explorer import fetch_billed
from pricing.usage.reading import FIGURES
from pricing.usage.usage_types import MAPPED, mapped, unmapped

D = Decimal
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
EC2_OTHER = "EC2 - Other"


@cache
def client():
    return boto3.client("ce", region_name="us-east-1", aws_access_key_id="-", aws_secret_access_key="-")


@pytest.fixture
def stub():
    with Stubber(client()) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()


def group(service, usage_type, amount, unit, usd="1.5"):
    metrics = {"UsageQuantity": {"Amount": amount, "Unit": unit}, "UnblendedCost": {"Amount": usd, "Unit": "USD"}}
    return {"Keys": [service, usage_type], "Metrics": metrics}


def page(months, token=None, *, estimated=()):
    """An answer of Cost Explorer: groups by month; a month ends where the next begins."""
    periods = [
        {
            "TimePeriod": {"Start": month.isoformat(), "End": month.replace(month=month.month + 1).isoformat()},
            "Total": {},
            "Groups": groups,
            "Estimated": month in estimated,
        }
        for month, groups in months.items()
    ]
    definitions = [{"Type": "DIMENSION", "Key": "SERVICE"}, {"Type": "DIMENSION", "Key": "USAGE_TYPE"}]
    answer = {"GroupDefinitions": definitions, "ResultsByTime": periods, "DimensionValueAttributes": []}
    return {**answer, "NextPageToken": token} if token else answer


def billed(stub, *pages, **more):
    for one in pages:
        stub.add_response("get_cost_and_usage", one)
    return fetch_billed(client(), account="123456789012", environment="prod", months=(SEPTEMBER, OCTOBER), **more)


def test_the_account_s_months_are_asked_for_by_service_and_usage_type_in_botocore_s_own_form(stub):
    environment = {"Tags": {"Key": "environment", "Values": ["prod"], "MatchOptions": ["EQUALS"]}}
    untagged = {"Tags": {"Key": "environment", "MatchOptions": ["ABSENT"]}}
    request = {
        "TimePeriod": {"Start": "2026-09-01", "End": "2026-11-01"},
        "Granularity": "MONTHLY",
        "Metrics": ["UsageQuantity", "UnblendedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}, {"Type": "DIMENSION", "Key": "USAGE_TYPE"}],
        "Filter": {
            "And": [
                {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund", "Tax"]}}},
                {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["123456789012"]}},
                {"Or": [environment, untagged]},
            ]
        },
    }
    stub.add_response("get_cost_and_usage", page({SEPTEMBER: []}), request)

    assert billed(stub).figures == {}
    model = client().meta.service_model.operation_model("GetCostAndUsage")
    assert not ParamValidator().validate(request, model.input_shape).has_errors()
    answer = page({OCTOBER: [group(EC2_OTHER, "APN2-NatGateway-Bytes", "1", "GB")]}, "more")
    assert not ParamValidator().validate(answer, model.output_shape).has_errors()


def test_months_are_added_up_over_pages_and_a_month_without_the_type_is_no_zero(stub):
    found = billed(
        stub,
        page({SEPTEMBER: [group(EC2_OTHER, "APN2-NatGateway-Bytes", "100.5", "GB")]}, "more", estimated=[OCTOBER]),
        page(
            {
                SEPTEMBER: [group("Amazon Elastic Load Balancing", "APN2-DataTransfer-Out-Bytes", "7", "GB")],
                OCTOBER: [
                    group(EC2_OTHER, "APN2-NatGateway-Bytes", "200", "N/A"),
                    group("Amazon Simple Storage Service", "APN2-DataTransfer-Out-Bytes", "3", "GB"),
                    group(EC2_OTHER, "APN2-DataTransfer-Out-Bytes", "4", "GB"),
                    group(EC2_OTHER, "APN2-EBS:SnapshotUsage", "50", "GB-Month"),
                ],
            },
            estimated=[OCTOBER],
        ),
    )

    assert found.figures == {
        "natGb": {SEPTEMBER: D("100.5"), OCTOBER: D(200)},
        "egressGb": {SEPTEMBER: D(7), OCTOBER: D(7)},
        "snapshotGb": {OCTOBER: D(50)},
    }
    assert found.estimated == {OCTOBER}


@pytest.mark.parametrize(
    "row",
    [
        # Each end of a transfer is on the bill: 500 GB there are 250 GB that crossed.
        (EC2_OTHER, "APN2-DataTransfer-Regional-Bytes", "500", "GB", "crossZoneGb", D(250)),
        (
            "Amazon DocumentDB (with MongoDB compatibility)",
            "APN2-StorageUsage",
            "51",
            "GB-Mo",
            "documentsStorageGb",
            D(51),
        ),
        (
            "Amazon DocumentDB (with MongoDB compatibility)",
            "APN2-StorageIOUsage",
            "87000000",
            "IOs",
            "documentsMillionIo",
            D(87),
        ),
        (
            "Amazon DocumentDB (with MongoDB compatibility)",
            "APN2-BackupUsage",
            "12",
            "GB-Mo",
            "documentsBackupGb",
            D(12),
        ),
        ("Amazon ElastiCache", "APN2-BackupUsage", "9", "GB-Mo", "cacheBackupGb", D(9)),
        (
            "Amazon Relational Database Service",
            "APN2-CPUCredits:db.t4g",
            "3",
            "vCPU-Hours",
            "databaseCreditHours",
            D(3),
        ),
        ("Amazon ElastiCache", "APN2-CachedData:Valkey", "1460", "GB-Hours", "cacheServerlessGb", D(2)),
        ("AWS Key Management Service", "ap-northeast-2-KMS-Requests", "61000", "Requests", "kmsRequests", D(61000)),
        ("Amazon EC2 Container Registry (ECR)", "APN2-TimedStorage-ByteHrs", "40", "GB-Mo", "registryGb", D(40)),
        ("Amazon Route 53", "DNS-Queries", "1000", "Queries", "dnsQueries", D(1000)),
        ("AWS X-Ray", "APN2-XRay-TracesStored", "98000", "Traces", "tracesRecorded", D(98000)),
    ],
)
def test_a_usage_type_is_a_figure_in_the_figure_s_own_unit(stub, row):
    *told, figure, value = row
    found = billed(stub, page({OCTOBER: [group(*told)]}))

    assert found.figures == {figure: {OCTOBER: value}}
    assert [(each.what, each.mapped) for each in found.seen] == [(figure, True)]


@pytest.mark.parametrize(
    ("service", "usage_type", "what"),
    [
        ("AmazonCloudWatch", "APN2-VendedLog-Bytes", "read by log group in CloudWatch"),
        ("AmazonCloudWatch", "APN2-DataProcessingIA-Bytes", "read by log group in CloudWatch"),
        ("Amazon Simple Storage Service", "APN2-TimedStorage-ByteHrs", "read by bucket in CloudWatch"),
        ("AmazonCloudWatch", "APN2-TimedStorage-ByteHrs", "no figure is read from it"),
        ("Amazon Elastic Compute Cloud - Compute", "APN2-BoxUsage:m6g.large", "billed by what is declared"),
        (EC2_OTHER, "APN2-NatGateway-Hours", "billed by what is declared"),
        (EC2_OTHER, "APN2-USE1-AWS-Out-Bytes", "no figure is read from it"),
        (EC2_OTHER, "USE1-NatGateway-Bytes", "of another region"),
        ("Amazon CloudFront", "US-DataTransfer-Out-Bytes", "no figure is read from it"),
        # An NLB's own DataProcessing-Bytes is no log.
        ("Amazon Elastic Load Balancing", "APN2-DataProcessing-Bytes", "no figure is read from it"),
        # A regional type without its region is not known to be Seoul's.
        (EC2_OTHER, "NatGateway-Bytes", "no figure is read from it"),
    ],
)
def test_what_is_no_figure_is_named_with_its_dollars(stub, service, usage_type, what):
    found = billed(
        stub,
        page(
            {
                SEPTEMBER: [group(service, usage_type, "1", "GB", "2.25")],
                OCTOBER: [group(service, usage_type, "2", "GB", "4")],
            }
        ),
    )

    assert found.figures == {}
    assert [(each.usage_type, each.what, each.mapped, each.quantity, each.usd) for each in found.seen] == [
        (usage_type, what, False, D(3), D("6.25"))
    ]


def test_another_unit_and_a_correction_are_doubts_and_no_figure(stub):
    found = billed(
        stub,
        page(
            {
                OCTOBER: [
                    group(EC2_OTHER, "APN2-NatGateway-Bytes", "9", "TB"),
                    group(EC2_OTHER, "APN2-EBS:SnapshotUsage", "-1", "GB-Mo"),
                ]
            }
        ),
    )

    assert found.figures == {}
    assert found.doubts == {
        "natGb": "APN2-NatGateway-Bytes is told in 'TB'; units that can be counted are gb",
        "snapshotGb": "APN2-EBS:SnapshotUsage is -1 in 2026-10, a correction of AWS's",
    }


def test_money_that_is_no_usd_is_refused(stub):
    odd = group(EC2_OTHER, "APN2-NatGateway-Bytes", "1", "GB")
    odd["Metrics"]["UnblendedCost"]["Unit"] = "KRW"

    with pytest.raises(AskingError, match="something else than usage and USD"):
        billed(stub, page({OCTOBER: [odd]}))


def test_throttling_passes_and_a_refusal_does_not(stub):
    pauses = []
    stub.add_client_error("get_cost_and_usage", "LimitExceededException")
    stub.add_client_error("get_cost_and_usage", "ThrottlingException")

    assert billed(stub, page({OCTOBER: []}), pause=pauses.append).figures == {}
    assert pauses == [1.0, 2.0]

    stub.add_client_error("get_cost_and_usage", "AccessDeniedException", "not authorized")
    with pytest.raises(AccessError, match="AWS refuses access"):
        billed(stub)


def test_every_mapping_names_a_figure_and_its_source_and_none_hides_another():
    assert {entry.figure for entry in MAPPED} <= set(FIGURES)
    assert all(entry.source and entry.units for entry in MAPPED)
    keys = [(entry.service, entry.pattern, entry.worldwide) for entry in MAPPED]
    assert len(keys) == len(set(keys))
    assert mapped("Amazon Simple Notification Service", "Requests-Tier1").figure == "notifications"
    assert mapped("Amazon Simple Storage Service", "APN2-Requests-Tier1").figure == "bucketWrites"
    assert unmapped("AWS CloudTrail", "APN2-FreeEventsRecorded") == "free"
    assert cost_explorer.PERMISSION == "ce:GetCostAndUsage"
