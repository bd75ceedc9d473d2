import json
import re

import pytest

from components.account.audit import Audit, AuditArgs
from components.account.detection import FINDINGS, Detection, DetectionArgs
from tests.components.given import ACCOUNT, KEY, LOG_GROUP, PLACE, REGION, ROLE, ROLE_POLICY

DETECTOR, FEATURE = "aws:guardduty/detector:Detector", "aws:guardduty/detectorFeature:DetectorFeature"
RULE, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:told"
ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"


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


def threat(severity):
    """Abridged from the GuardDuty user guide, EventBridge schema for GuardDuty."""
    return {
        "version": "0",
        "detail-type": "GuardDuty Finding",
        "source": "aws.guardduty",
        "account": ACCOUNT,
        "detail": {
            "id": "16afba5c5c43e07c9e3e5e2e544e95df",
            "type": "Canary:EC2/Stateless.IntegTest",
            "severity": severity,
            "title": "x",
        },
    }


def access(status):
    """Abridged from the IAM user guide, monitoring Access Analyzer with EventBridge."""
    return {
        "version": "0",
        "detail-type": "Access Analyzer Finding",
        "source": "aws.access-analyzer",
        "account": ACCOUNT,
        "detail": {
            "id": "b8d54334",
            "status": status,
            "resourceType": "AWS::S3::Bucket",
            "resource": "arn:aws:s3:::b",
        },
    }


def fits(pattern, event):
    """What EventBridge's user guide says of patterns, as far as ours go: every key, one of its values or a number."""
    if isinstance(pattern, dict):
        return all(key in event and fits(below, event[key]) for key, below in pattern.items())
    least = [each["numeric"] for each in pattern if isinstance(each, dict)]
    assert all(sign == ">=" for sign, _ in least)
    return event in pattern or any(event >= number for _, number in least)


@pytest.mark.parametrize(
    ("key", "told", "quiet"),
    [
        ("threat-found", [threat(4), threat(5.3), threat(8.9)], [threat(1), threat(3.9), access("ACTIVE")]),
        ("access-found", [access("ACTIVE")], [access("ARCHIVED"), access("RESOLVED"), threat(8)]),
    ],
)
def test_what_is_found_is_told_and_nothing_else(declare, key, told, quiet):
    made = declare(lambda: Detection("detection", DetectionArgs(topic_arn=TOPIC, runbook="runbook.md")))
    rule, target = made.all(RULE)[f"detection-{key}"], made.all(TARGET)[f"detection-{key}"]
    pattern = json.loads(rule["eventPattern"])

    assert all(fits(pattern, event) for event in told)
    assert not any(fits(pattern, event) for event in quiet)
    assert target["arn"] == TOPIC
    # Every field of the text is one that such an event has.
    transformer = target["inputTransformer"]
    fields = transformer["inputPaths"]
    assert set(re.findall("<([a-z]+)>", json.loads(transformer["inputTemplate"]))) == set(fields)
    assert all(path.removeprefix("$.detail.") in told[0]["detail"] for path in fields.values())


def test_nobody_is_told_of_what_is_not_looked_for(declare):
    made = declare(lambda: Detection("detection", DetectionArgs(threats=False, topic_arn=TOPIC)))

    assert set(made.all(RULE)) == set(made.all(TARGET)) == {"detection-access-found"}


@pytest.mark.parametrize("key", FINDINGS)
def test_the_runbook_says_what_to_do_about_a_finding(key, pytestconfig):
    assert f"### {key}\n" in (pytestconfig.rootpath / "observability/runbook.md").read_text("utf-8")


def test_the_trail_s_copy_is_written_by_this_trail_alone(declare):
    made = declare(lambda: Audit("audit", AuditArgs(place=PLACE, key_arn=KEY, log_retention_days=90)))
    trust = json.loads(made.all(ROLE)["audit-logs"]["assumeRolePolicy"])["Statement"][0]

    assert trust["Condition"]["StringEquals"] == {
        "aws:SourceAccount": ACCOUNT,
        "aws:SourceArn": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/audit",
    }
    assert made.only(LOG_GROUP)["name"] == "/aws/cloudtrail/audit"
    assert f"{ROLE_POLICY} audit-logs" in made.waits("aws:cloudtrail/trail:Trail", "audit")
