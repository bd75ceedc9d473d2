import json

import pytest

from components.account.audit import Audit, AuditArgs, trail_statements
from tests.components.given import ACCOUNT, BUCKET, KEY, PLACE, REGION

TRAIL = "aws:cloudtrail/trail:Trail"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"


def args(**changes):
    return AuditArgs(**{"place": PLACE, "key_arn": KEY, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Audit("audit", args()))


def test_what_it_makes(makes):
    assert makes("Audit") == {
        "alphacar:bucket:Bucket": 1,
        "aws:cloudtrail/trail:Trail": 1,
    }


def test_every_call_in_every_region_is_written_down_and_sealed(made):
    trail = made.only(TRAIL)

    assert (trail["isMultiRegionTrail"], trail["includeGlobalServiceEvents"], trail["enableLogging"]) == (True,) * 3
    assert (trail["enableLogFileValidation"], trail["kmsKeyId"]) == (True, KEY)


def test_the_trail_waits_for_the_right_to_write(made):
    assert "aws:s3/bucketPolicy:BucketPolicy audit" in made.waits(TRAIL, "audit")


def test_only_this_trail_writes_into_the_bucket(made):
    policy = json.loads(made.only("aws:s3/bucketPolicy:BucketPolicy")["policy"])
    bucket = made.only(BUCKET)["bucket"]

    statements = trail_statements(PLACE, made.only(TRAIL)["name"], bucket)
    assert policy["Statement"][1:] == statements
    assert {one["Condition"]["StringEquals"]["aws:SourceArn"] for one in statements} == {
        f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/audit"
    }


def test_what_is_old_gets_cheaper_and_then_ends(made):
    (rule,) = made.only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]

    assert rule["transitions"] == [{"days": 90, "storageClass": "STANDARD_IA"}]
    assert rule["expiration"] == {"days": 365}


@pytest.mark.parametrize(("days", "moves"), [(90, False), (119, False), (120, True), (365, True)])
def test_what_ends_soon_does_not_move_before(declare, days, moves):
    made = declare(lambda: Audit("audit", args(retention_days=days)))
    (rule,) = made.only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]

    assert ("transitions" in rule) is moves
    assert rule["expiration"] == {"days": days}


@pytest.mark.parametrize("protect", [True, False])
def test_what_is_written_is_locked_for_as_long_as_it_is_kept(declare, protect):
    made = declare(lambda: Audit("audit", args(protect=protect)))
    lock = made.only(LOCK)["rule"]["defaultRetention"]

    assert (lock["mode"], lock["days"]) == ("GOVERNANCE", 365)
    assert f"{LOCK} audit" in made.waits(TRAIL, "audit")


@pytest.mark.parametrize("protect", [True, False])
def test_protection_is_the_caller_s(declare, protect):
    (trail,) = declare(lambda: Audit("audit", args(protect=protect))).made(TRAIL)

    assert trail.protect is protect


def test_trail_and_bucket_are_called_after_the_component_or_as_told(declare, made):
    told = declare(lambda: Audit("audit", args(trail_name="shop-trail", bucket_name="shop-trail-events")))

    assert (made.only(TRAIL)["name"], made.only(BUCKET)["bucket"]) == ("audit", f"audit-{ACCOUNT}-{REGION}")
    assert (told.only(TRAIL)["name"], told.only(BUCKET)["bucket"]) == ("shop-trail", "shop-trail-events")
    assert ":trail/shop-trail" in told.only("aws:s3/bucketPolicy:BucketPolicy")["policy"]
