import json

from components.account.audit import Audit, AuditArgs
from components.account.detection import Detection, DetectionArgs
from tests.components.given import ACCOUNT, KEY, LOG_GROUP, PLACE, REGION, ROLE, ROLE_POLICY

DETECTOR, FEATURE = "aws:guardduty/detector:Detector", "aws:guardduty/detectorFeature:DetectorFeature"
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


def test_the_trail_s_copy_is_written_by_this_trail_alone(declare):
    made = declare(lambda: Audit("audit", AuditArgs(place=PLACE, key_arn=KEY, log_retention_days=90)))
    trust = json.loads(made.all(ROLE)["audit-logs"]["assumeRolePolicy"])["Statement"][0]

    assert trust["Condition"]["StringEquals"] == {
        "aws:SourceAccount": ACCOUNT,
        "aws:SourceArn": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/audit",
    }
    assert made.only(LOG_GROUP)["name"] == "/aws/cloudtrail/audit"
    assert f"{ROLE_POLICY} audit-logs" in made.waits("aws:cloudtrail/trail:Trail", "audit")
