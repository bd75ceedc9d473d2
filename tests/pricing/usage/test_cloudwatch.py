"""Days become months, in gigabytes, by the name of what they were metered of."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

import boto3
import pytest
from botocore.stub import ANY, Stubber
from botocore.validate import ParamValidator

from pricing.aws_client import AccessError
from pricing.usage.cloudwatch import bucket, fetch_gateways, fetch_metered, log_group, nat_gateway

D = Decimal
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
GIB = 2.0**30
LOGS = log_group("controlPlaneLogGb", "/aws/eks/alphacar-eks/cluster")


@cache
def client(service="cloudwatch"):
    return boto3.client(service, region_name="ap-northeast-2", aws_access_key_id="-", aws_secret_access_key="-")


@pytest.fixture
def stub():
    with Stubber(client()) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()


def days(first, *gigabytes):
    """Points of one day each, from ``first`` on."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return {
        "Timestamps": [start + timedelta(days=place) for place in range(len(gigabytes))],
        "Values": [each * GIB for each in gigabytes],
    }


def answer(*results, token=None):
    found = [{"Id": name, "Label": name, "StatusCode": "Complete", **points} for name, points in results]
    return {"MetricDataResults": found, "Messages": [], **({"NextToken": token} if token else {})}


def test_a_log_group_s_bytes_are_asked_for_by_the_day_and_added_up_over_pages(stub):
    request = {
        "MetricDataQueries": [
            {
                "Id": "q0",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/Logs",
                        "MetricName": "IncomingBytes",
                        "Dimensions": [{"Name": "LogGroupName", "Value": "/aws/eks/alphacar-eks/cluster"}],
                    },
                    "Period": 86400,
                    "Stat": "Sum",
                },
                "ReturnData": True,
            }
        ],
        "StartTime": datetime(2026, 9, 1, tzinfo=UTC),
        "EndTime": datetime(2026, 11, 1, tzinfo=UTC),
        "ScanBy": "TimestampAscending",
    }
    first, second = answer(("q0", days(SEPTEMBER, 1, 2)), token="more"), answer(("q0", days(OCTOBER, 4, 0.5)))
    stub.add_response("get_metric_data", first, request)
    stub.add_response("get_metric_data", second, {**request, "NextToken": "more"})

    found = fetch_metered(client(), [LOGS], (SEPTEMBER, OCTOBER))

    assert found.figures == {"controlPlaneLogGb": {SEPTEMBER: D(3), OCTOBER: D("4.5")}}
    assert found.names == {"controlPlaneLogGb": {"/aws/eks/alphacar-eks/cluster"}}
    model = client().meta.service_model.operation_model("GetMetricData")
    assert not ParamValidator().validate(request, model.input_shape).has_errors()
    assert not ParamValidator().validate(second, model.output_shape).has_errors()


def test_the_same_day_on_two_pages_counts_once(stub):
    stub.add_response("get_metric_data", answer(("q0", days(OCTOBER, 4)), token="more"))
    stub.add_response("get_metric_data", answer(("q0", days(OCTOBER, 4))))

    assert fetch_metered(client(), [LOGS], (OCTOBER,)).figures == {"controlPlaneLogGb": {OCTOBER: D(4)}}


def test_a_month_without_a_point_is_not_there(stub):
    stub.add_response("get_metric_data", answer(("q0", days(OCTOBER, 4)), ("q1", days(OCTOBER))))
    other = log_group("flowLogGb", "/aws/vpc/network/flow")

    assert fetch_metered(client(), [LOGS, other], (SEPTEMBER, OCTOBER)).figures == {
        "controlPlaneLogGb": {OCTOBER: D(4)}
    }


def test_a_point_of_zero_is_a_zero(stub):
    stub.add_response("get_metric_data", answer(("q0", days(OCTOBER, 0, 0))))

    assert fetch_metered(client(), [LOGS], (OCTOBER,)).figures == {"controlPlaneLogGb": {OCTOBER: D(0)}}


def test_a_bucket_is_the_mean_of_its_days_over_all_classes(stub):
    series = bucket("backupGb", "alphacar-123456789012-velero")
    points = {"StandardStorage": (10, 20), "GlacierStorage": (4,)}
    results = [
        (f"q{place}", days(OCTOBER, *points.get(dict(each.dimensions)["StorageType"], ())))
        for place, each in enumerate(series)
    ]
    stub.add_response("get_metric_data", answer(*results))

    found = fetch_metered(client(), series, (OCTOBER,))

    assert {each.over for each in series} == {"average"}
    assert found.figures == {"backupGb": {OCTOBER: D(19)}}


def test_groups_of_one_figure_are_added_up(stub):
    audit, profiler = (
        log_group("documentsLogGb", f"/aws/docdb/alphacar-docdb/{name}") for name in ("audit", "profiler")
    )
    stub.add_response("get_metric_data", answer(("q0", days(OCTOBER, 1)), ("q1", days(OCTOBER, 0.25))))

    assert fetch_metered(client(), [audit, profiler], (OCTOBER,)).figures == {"documentsLogGb": {OCTOBER: D("1.25")}}


def test_more_queries_than_one_question_takes_are_several_questions(stub):
    many = [log_group("nodeLogGb", f"/alphacar/node/{place}") for place in range(501)]
    for results in ([("q0", days(OCTOBER, 1))], [("q0", days(OCTOBER, 2))]):
        stub.add_response("get_metric_data", answer(*results), None)

    assert fetch_metered(client(), many, (OCTOBER,)).figures == {"nodeLogGb": {OCTOBER: D(3)}}


def test_what_cloudwatch_itself_cannot_tell_is_a_doubt(stub):
    stub.add_response("get_metric_data", answer(("q0", {"StatusCode": "Forbidden", "Timestamps": [], "Values": []})))

    found = fetch_metered(client(), [LOGS], (OCTOBER,))

    assert (found.figures, found.doubts) == (
        {},
        {"controlPlaneLogGb": "CloudWatch has Forbidden for /aws/eks/alphacar-eks/cluster"},
    )


def test_throttling_passes_and_a_refusal_does_not(stub):
    pauses = []
    stub.add_client_error("get_metric_data", "Throttling")
    stub.add_response("get_metric_data", answer())

    assert fetch_metered(client(), [LOGS], (OCTOBER,), pause=pauses.append).figures == {}
    assert pauses == [1.0]

    stub.add_client_error("get_metric_data", "AccessDenied", "no")
    with pytest.raises(AccessError):
        fetch_metered(client(), [LOGS], (OCTOBER,))


def test_gateways_are_found_by_the_environment_s_tag():
    with Stubber(client("ec2")) as stubbed:
        wanted = {"Filter": [{"Name": "tag:environment", "Values": ["prod"]}]}
        stubbed.add_response(
            "describe_nat_gateways", {"NatGateways": [{"NatGatewayId": "nat-2"}], "NextToken": "m"}, wanted
        )
        stubbed.add_response(
            "describe_nat_gateways", {"NatGateways": [{"NatGatewayId": "nat-1"}]}, {**wanted, "NextToken": ANY}
        )

        assert fetch_gateways(client("ec2"), "prod") == ["nat-1", "nat-2"]

    assert [(each.namespace, each.metric) for each in nat_gateway("natGb", "nat-1")] == [
        ("AWS/NATGateway", "BytesOutToDestination"),
        ("AWS/NATGateway", "BytesInFromDestination"),
    ]
