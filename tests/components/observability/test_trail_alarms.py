"""What rings, by events as CloudTrail writes them (CloudTrail user guide, event reference and sign-in events).

What each alarm is to notice is CIS AWS Foundations Benchmark's to say, as Security Hub checks it (CloudWatch.1 to 5 and
7), and which calls exist is AWS's own model.
"""

import re

import botocore.session
import pytest

from components.observability.trail_alarms import SIGNS, TrailAlarms, TrailAlarmsArgs
from tests.components.catalogue import TOPIC
from tests.observability.cloudwatch import point, state
from tests.observability.filter_pattern import matches

FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ROOT = {"type": "Root", "arn": "arn:aws:iam::111122223333:root"}
USER = {"type": "IAMUser", "userName": "somebody"}
ROLE = {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/deploy/run"}
#: The calls that Security Hub asks for, by service and sign: CloudWatch.4, 5 and 7.
CALLS = {
    ("iam", "trail-policies"): {
        *("DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy", "PutRolePolicy"),
        *("PutUserPolicy", "CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion"),
        *("AttachRolePolicy", "DetachRolePolicy", "AttachUserPolicy", "DetachUserPolicy", "AttachGroupPolicy"),
        "DetachGroupPolicy",
    },
    ("cloudtrail", "trail-trail"): {"CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"},
    ("kms", "trail-keys"): {"DisableKey", "ScheduleKeyDeletion"},
}


def event(name, source="ec2", who=ROLE, **more):
    return {
        "eventType": "AwsApiCall",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "userIdentity": who,
        **more,
    }


def sign_in(who, mfa, result="Success"):
    return event(
        "ConsoleLogin",
        "signin",
        who,
        eventType="AwsConsoleSignIn",
        additionalEventData={"MFAUsed": mfa},
        responseElements={"ConsoleLogin": result},
    )


@pytest.fixture
def made(declare):
    args = TrailAlarmsArgs(log_group_name="/trail", topic_arn=TOPIC, runbook="runbook.md")
    return declare(lambda: TrailAlarms("trail", args))


@pytest.mark.parametrize(
    ("happened", "signs"),
    [
        (event("DescribeInstances"), []),
        (event("CreateUser", "iam", ROOT), ["trail-root"]),
        (sign_in(ROOT, "Yes"), ["trail-root"]),
        # Root's name is on what services of AWS do by themselves, too.
        (event("CreateLogStream", "logs", {**ROOT, "invokedBy": "cloudtrail.amazonaws.com"}), []),
        (event("RotateKey", "kms", ROOT, eventType="AwsServiceEvent"), []),
        (event("RunInstances", errorCode="Client.UnauthorizedOperation"), ["trail-unauthorised"]),
        (event("GetObject", "s3", errorCode="AccessDenied"), ["trail-unauthorised"]),
        (event("Decrypt", "kms", errorCode="AccessDeniedException"), ["trail-unauthorised"]),
        (event("GetObject", "s3", errorCode="NoSuchKey"), []),
        (sign_in(USER, "No"), ["trail-console-without-mfa"]),
        (sign_in(USER, "Yes"), []),
        (sign_in(USER, "No", "Failure"), []),
        # Federated people have their second factor elsewhere.
        (sign_in(ROLE, "No"), []),
        (event("PutRolePolicy", "iam"), ["trail-policies"]),
        # The call of another service that is called alike.
        (event("DeletePolicy", "organizations"), []),
        (event("StopLogging", "cloudtrail"), ["trail-trail"]),
        (event("StopLogging", "cloudtrail", ROOT), ["trail-root", "trail-trail"]),
        (event("LookupEvents", "cloudtrail"), []),
        (event("ScheduleKeyDeletion", "kms"), ["trail-keys"]),
        (event("Encrypt", "kms"), []),
    ],
)
def test_an_event_is_a_sign_of_what_it_means_and_of_nothing_else(made, happened, signs):
    patterns = {each["metricTransformation"]["name"]: each["pattern"] for each in made.all(FILTER).values()}

    assert [name for name, pattern in patterns.items() if matches(pattern, happened)] == signs


@pytest.mark.parametrize(("service", "sign"), CALLS)
def test_every_call_of_the_benchmark_is_noticed_and_is_one_of_aws(service, sign):
    calls = botocore.session.get_session().get_service_model(service).operation_names

    assert set(re.findall(r"eventName=(\w+)", SIGNS[sign].pattern)) == CALLS[service, sign]
    assert set(calls) >= CALLS[service, sign]
    assert all(matches(SIGNS[sign].pattern, event(call, service)) for call in CALLS[service, sign])


@pytest.mark.parametrize("sign", SIGNS)
def test_the_first_of_five_minutes_rings_and_of_refused_calls_the_twenty_first(made, sign):
    alarm = made.all(ALARM)[f"trail-{sign}"]
    value = float(made.all(FILTER)[f"trail-{sign}"]["metricTransformation"]["value"])
    enough = 21 if sign == "trail-unauthorised" else 1

    assert alarm["period"] == 300
    assert state(alarm, [point(alarm, [value] * enough)]) == "ALARM"
    assert state(alarm, [point(alarm, [value] * (enough - 1))]) == "OK"
    # CloudWatch looks back over quiet minutes for a while, and then lets it end.
    assert state(alarm, [point(alarm, [value] * enough), *[None] * 3], "ALARM") == "OK"


def test_each_sign_is_a_metric_and_an_alarm_that_tells_the_topic(made):
    filters, alarms = made.all(FILTER), made.all(ALARM)

    assert {each["logGroupName"] for each in filters.values()} == {"/trail"}
    assert {each["metricTransformation"]["name"] for each in filters.values()} == set(SIGNS)
    assert {each["metricName"] for each in alarms.values()} == set(SIGNS)
    assert all(each["alarmActions"] == [TOPIC] for each in alarms.values())
    assert {each["namespace"] for each in alarms.values()} == {
        each["metricTransformation"]["namespace"] for each in filters.values()
    }


@pytest.mark.parametrize("sign", SIGNS)
def test_a_pattern_is_one_that_cloudwatch_takes_and_has_a_section(sign, pytestconfig):
    runbook = (pytestconfig.rootpath / "observability" / "runbook.md").read_text(encoding="utf-8")

    assert 0 < len(SIGNS[sign].pattern) <= 1024
    assert f"### {sign}\n" in runbook


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ("{ $.sourceIPAddress = 111.111.* && $.eventType = Other }", False),
        ("{ $.eventType = Other && $.eventType = Other || $.user.id = 1 }", True),
        ("{ $.eventType = Other && ($.eventType = Other || $.user.id = 1) }", False),
        ("{ $.absent NOT EXISTS }", True),
        ("{ $.user NOT EXISTS }", False),
        ("{ $.eventType = update* }", False),
    ],
)
def test_patterns_are_read_as_cloudwatch_reads_them(pattern, matched):
    trail = {"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "user": {"id": "1"}}

    assert matches(pattern, trail) is matched
