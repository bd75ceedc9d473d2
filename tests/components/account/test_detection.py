import json

import pytest

from components.account.audit import Audit, AuditArgs
from components.account.detection import Detection, DetectionArgs
from components.observability.trail_alarms import SIGNS, TrailAlarms, TrailAlarmsArgs
from tests.components.given import ACCOUNT, KEY, LOG_GROUP, PLACE, REGION, ROLE, ROLE_POLICY

DETECTOR, FEATURE = "aws:guardduty/detector:Detector", "aws:guardduty/detectorFeature:DetectorFeature"
ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:told"


def test_each_feature_that_is_named_is_on_and_the_detector_too(declare):
    made = declare(lambda: Detection("detection", DetectionArgs()))

    assert made.only(DETECTOR)["enable"] is True
    assert {(each["name"], each["status"]) for each in made.all(FEATURE).values()} == {
        ("S3_DATA_EVENTS", "ENABLED"),
        ("EKS_AUDIT_LOGS", "ENABLED"),
    }
    assert made.only(ANALYZER)["type"] == "ACCOUNT"


def test_without_threats_there_is_neither_detector_nor_feature(declare):
    made = declare(lambda: Detection("detection", DetectionArgs(threats=False, external_access=False)))

    assert not [*made.all(DETECTOR), *made.all(FEATURE), *made.all(ANALYZER)]


def test_the_trail_s_copy_is_written_by_this_trail_alone(declare):
    made = declare(lambda: Audit("audit", AuditArgs(place=PLACE, key_arn=KEY, log_retention_days=90)))
    trust = json.loads(made.all(ROLE)["audit-logs"]["assumeRolePolicy"])["Statement"][0]

    assert trust["Condition"]["StringEquals"] == {
        "aws:SourceAccount": ACCOUNT,
        "aws:SourceArn": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/audit",
    }
    assert made.only(LOG_GROUP)["name"] == "/aws/cloudtrail/audit"
    assert f"{ROLE_POLICY} audit-logs" in made.waits("aws:cloudtrail/trail:Trail", "audit")


def test_each_sign_is_a_metric_and_an_alarm_that_tells_the_topic(declare):
    made = declare(
        lambda: TrailAlarms("trail", TrailAlarmsArgs(log_group_name="/trail", topic_arn=TOPIC, runbook="runbook.md"))
    )
    filters = made.all("aws:cloudwatch/logMetricFilter:LogMetricFilter")
    alarms = made.all("aws:cloudwatch/metricAlarm:MetricAlarm")

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
    assert SIGNS[sign].pattern.count("(") == SIGNS[sign].pattern.count(")")
    assert f"### {sign}\n" in runbook
