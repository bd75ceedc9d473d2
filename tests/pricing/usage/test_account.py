"""Cost Explorer and CloudWatch together: what each has, what neither has, and which permission the rest needs."""

from collections.abc import Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from botocore.stub import Stubber

from model.resource import Resource
from pricing.aws_client import AskingError
from pricing.usage.account import Question, caller_account, read_account, readable
from pricing.usage.reading import LOGS, TRACES

D = Decimal
TODAY = date(2026, 11, 23)
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
ACCOUNT = "444455556666"


def made(token: str, noun: str, decision: str = "platform", **props: object) -> Resource:
    package, _, kind = token.partition(":")
    urn = f"urn:pulumi:prod::landing::{package}:{kind}::{noun}"
    return Resource(urn=urn, type=token, name=noun, props={"tags": {"decision": decision}, **props})


RESOURCES = (
    made("aws:cloudwatch/logGroup:LogGroup", "cluster", name="/aws/eks/alphacar-eks/cluster"),
    made("aws:cloudwatch/logGroup:LogGroup", "pods", "logs", name="/alphacar/alphacar-eks/pods"),
    made("aws:s3/bucket:Bucket", "backup", "backup", bucket="alphacar-123456789012-velero"),
)


@cache
def client(service):
    return boto3.client(service, region_name="us-east-1", aws_access_key_id="-", aws_secret_access_key="-")


@contextmanager
def stubbed(*services):
    """Stubs of these clients, all of whose answers must be asked for."""
    with ExitStack() as stack:
        stubs = {service: stack.enter_context(Stubber(client(service))) for service in services}
        yield stubs
        for stub in stubs.values():
            stub.assert_no_pending_responses()


def make_client(service, _region):
    return client(service)


def on_the_bill(*groups: tuple[str, str, str, str], estimated: bool = False) -> dict:
    found = [
        {
            "Keys": [service, usage_type],
            "Metrics": {
                "UsageQuantity": {"Amount": amount, "Unit": unit},
                "UnblendedCost": {"Amount": "2", "Unit": "USD"},
            },
        }
        for service, usage_type, amount, unit in groups
    ]
    period = {"TimePeriod": {"Start": "2026-10-01", "End": "2026-11-01"}, "Groups": found, "Estimated": estimated}
    return {"ResultsByTime": [period]}


NAT = ("EC2 - Other", "APN2-NatGateway-Bytes", "250", "GB")
TRACED = ("AWS X-Ray", "APN2-XRay-TracesStored", "98000", "Traces")


def metered(values: Mapping[int, float]) -> dict:
    moment = datetime(2026, 10, 5, tzinfo=UTC)
    return {
        "MetricDataResults": [
            {"Id": f"q{place}", "StatusCode": "Complete", "Timestamps": [moment], "Values": [gigabytes * 2.0**30]}
            for place, gigabytes in values.items()
        ]
    }


def question(*asked: str, **more: object) -> Question:
    return Question(
        **{
            "asked": frozenset(asked),
            "environment": "prod",
            "resources": RESOURCES,
            "months": (SEPTEMBER, OCTOBER),
            "today": TODAY,
            **more,
        }
    )


def read(asked: Question):
    return read_account(asked, ACCOUNT, make_client, lambda _seconds: None)


def shown(figure):
    return figure.low, figure.base, figure.high, figure.source


def test_figures_and_windows_come_with_their_source_month_and_day():
    with stubbed("ce", "cloudwatch") as stubs:
        stubs["ce"].add_response("get_cost_and_usage", on_the_bill(NAT, TRACED, estimated=True))
        stubs["cloudwatch"].add_response("get_metric_data", metered({0: 44.25, 1: 98.5}))
        found = read(question("natGb", "controlPlaneLogGb", "applicationLogGb", LOGS, TRACES, pulled_gb=D(13)))

    assert shown(found.figures["natGb"]) == (
        *(D(237), D(237), D(237)),
        "measured: Cost Explorer, APN2-NatGateway-Bytes less 13 GB of images, 2026-10",
    )
    assert shown(found.figures["controlPlaneLogGb"])[1:] == (
        *(D("44.25"), D("44.25")),
        "measured: CloudWatch, /aws/eks/alphacar-eks/cluster, 2026-10",
    )
    [logs], [traces] = found.windows[LOGS], found.windows[TRACES]
    assert (logs.window, logs.value, logs.measured_on, logs.example) == ("2026-10", D("98.5"), TODAY, False)
    assert logs.source == "measured: CloudWatch IncomingBytes of /alphacar/alphacar-eks/pods"
    assert (traces.value, traces.source) == (D(98000), "measured: Cost Explorer, APN2-XRay-TracesStored")
    assert found.unread == {}
    assert found.notes[1] == "AWS still calls 2026-10 estimated."
    assert [each.usage_type for each in found.seen] == ["APN2-XRay-TracesStored", "APN2-NatGateway-Bytes"]


def test_more_images_than_came_through_nat_leave_nothing_and_no_less():
    with stubbed("ce") as stubs:
        stubs["ce"].add_response("get_cost_and_usage", on_the_bill(NAT))

        assert read(question("natGb", pulled_gb=D(300))).figures["natGb"].base == 0


def test_a_bucket_is_asked_for_by_the_account_s_own_name():
    with stubbed("cloudwatch") as stubs:
        stubs["cloudwatch"].add_response("get_metric_data", metered({0: 40}))
        found = read(question("backupGb"))

    assert shown(found.figures["backupGb"])[1:] == (
        D(40),
        D(40),
        "measured: CloudWatch, alphacar-444455556666-velero, 2026-10",
    )


def test_what_no_month_has_is_unread_and_never_zero():
    with stubbed("ce", "cloudwatch") as stubs:
        stubs["ce"].add_response("get_cost_and_usage", on_the_bill(NAT))
        stubs["cloudwatch"].add_response("get_metric_data", metered({}))
        found = read(question("natGb", "kmsRequests", "controlPlaneLogGb"))

    assert found.figures.keys() == {"natGb"}
    assert found.unread == {
        "kmsRequests": "no such usage on the bill of 2026-09 to 2026-10",
        "controlPlaneLogGb": "CloudWatch has no data point of 2026-09 to 2026-10",
    }


def test_without_cost_explorer_a_gateway_s_own_metrics_are_read_and_the_rest_names_its_permission():
    with stubbed("ce", "cloudwatch", "ec2") as stubs:
        stubs["ce"].add_client_error("get_cost_and_usage", "AccessDeniedException", "not authorized")
        stubs["ec2"].add_response("describe_nat_gateways", {"NatGateways": [{"NatGatewayId": "nat-1"}]})
        stubs["cloudwatch"].add_response("get_metric_data", metered({0: 100, 1: 20}))
        found = read(question("natGb", "kmsRequests", pulled_gb=D(13)))

    assert shown(found.figures["natGb"])[1:] == (D(107), D(107), "measured: AWS/NATGateway, nat-1, 2026-10")
    assert list(found.unread) == ["kmsRequests"]
    assert found.unread["kmsRequests"].endswith("check the credentials and their policy; it needs ce:GetCostAndUsage")


def test_without_either_each_figure_says_what_it_needs():
    with stubbed("ce", "cloudwatch", "ec2") as stubs:
        stubs["ce"].add_client_error("get_cost_and_usage", "AccessDeniedException", "no")
        stubs["ec2"].add_client_error("describe_nat_gateways", "UnauthorizedOperation", "no")
        stubs["cloudwatch"].add_client_error("get_metric_data", "AccessDenied", "no")
        found = read(question("natGb", "controlPlaneLogGb", LOGS))

    assert (found.figures, found.windows) == ({}, {})
    assert "it needs ce:GetCostAndUsage; " in found.unread["natGb"]
    assert found.unread["natGb"].endswith("it needs ec2:DescribeNatGateways")
    assert found.unread[LOGS] == found.unread["controlPlaneLogGb"]
    assert found.unread[LOGS].endswith("it needs cloudwatch:GetMetricData")


def test_throttling_to_the_end_is_told_as_such():
    with stubbed("ce") as stubs:
        for _ in range(5):
            stubs["ce"].add_client_error("get_cost_and_usage", "ThrottlingException", "slow down")
        found = read(question("kmsRequests"))

    assert found.unread == {
        "kmsRequests": "Cost Explorer: gave up after 5 attempts (ThrottlingException: slow down)",
    }


def test_an_account_in_which_cost_explorer_was_never_enabled_says_so():
    with stubbed("ce") as stubs:
        stubs["ce"].add_client_error("get_cost_and_usage", "DataUnavailableException", "no")

        assert read(question("kmsRequests")).unread == {
            "kmsRequests": "Cost Explorer has no data: it must be enabled, and needs a day after that"
        }


def test_what_is_not_declared_is_not_readable():
    everything = readable(RESOURCES)

    assert {"natGb", "controlPlaneLogGb", "backupGb", LOGS, TRACES} <= everything
    assert not {"flowLogGb", "logArchiveGb", "backupVaultGb"} & everything
    assert LOGS not in readable(RESOURCES[:1])


def test_the_account_is_the_caller_s():
    with stubbed("sts") as stubs:
        stubs["sts"].add_response("get_caller_identity", {"Account": ACCOUNT})

        assert caller_account(make_client) == ACCOUNT


def test_no_credentials_and_expired_ones_are_one_line(monkeypatch):
    with stubbed("sts") as stubs:
        stubs["sts"].add_client_error("get_caller_identity", "ExpiredToken", "The token\nis expired")
        with pytest.raises(
            AskingError, match=r"^credentials: AWS refuses access \(ExpiredToken: The token is expired\)"
        ):
            caller_account(make_client)

    class Without:
        def get_caller_identity(self):
            raise NoCredentialsError

    with pytest.raises(AskingError, match=r"^credentials: AWS cannot be asked \(Unable to locate credentials\)$"):
        caller_account(lambda _service, _region: Without())
