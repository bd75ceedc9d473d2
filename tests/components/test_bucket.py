import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.bucket import Bucket, BucketArgs, bucket_policy, read_write
from tests.components.given import ACCOUNT, BUCKET, KEY, PLACE, REGION

LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"


def args(**changes):
    return BucketArgs(**{"place": PLACE, "bucket_name": "shop-things", "key_arn": KEY, "expire_days": 30, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Bucket("things", args()))


def test_what_it_makes(makes):
    assert makes("Bucket") == {
        "aws:s3/bucket:Bucket": 1,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
        "aws:s3/bucketPolicy:BucketPolicy": 1,
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
        "aws:s3/bucketVersioning:BucketVersioning": 1,
    }


def test_nothing_in_it_is_public(made):
    closed = made.only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")

    assert {key: value for key, value in closed.items() if key != "bucket"} == {
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    ownership = made.only("aws:s3/bucketOwnershipControls:BucketOwnershipControls")
    assert ownership["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


def test_it_is_encrypted_with_our_key_and_few_requests_to_it(made):
    (rule,) = made.only("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")[
        "rules"
    ]

    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY}
    assert rule["bucketKeyEnabled"] is True


def test_it_is_versioned(made):
    versioning = made.only("aws:s3/bucketVersioning:BucketVersioning")

    assert versioning["versioningConfiguration"] == {"status": "Enabled"}


def test_clear_text_is_refused(made):
    statement = json.loads(made.only("aws:s3/bucketPolicy:BucketPolicy")["policy"])["Statement"][0]

    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == ["arn:aws:s3:::shop-things", "arn:aws:s3:::shop-things/*"]


@given(st.integers(min_value=0, max_value=365), st.integers(min_value=0, max_value=365))
def test_an_object_never_expires_while_it_is_locked(expires, locked):
    if expires and locked > expires:
        with pytest.raises(ValueError, match=f"{expires} < {locked}"):
            args(expire_days=expires, object_lock_days=locked)
    else:
        assert args(expire_days=expires, object_lock_days=locked)


@pytest.mark.parametrize("days", [0, 7])
def test_everything_ends_old_versions_and_broken_uploads_too(declare, days):
    (rule,) = declare(lambda: Bucket("things", args(expire_days=days, noncurrent_days=9))).only(LIFECYCLE)["rules"]

    assert rule.get("expiration") == ({"days": days} if days else None)
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 9}
    assert rule["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}


def test_a_lock_is_one_that_an_administrator_can_lift(declare):
    made = declare(lambda: Bucket("things", args(object_lock_days=14)))

    assert made.only(BUCKET)["objectLockEnabled"] is True
    assert made.only(LOCK)["rule"]["defaultRetention"] == {"mode": "GOVERNANCE", "days": 14}


def test_without_days_there_is_no_lock(made):
    assert made.only(BUCKET)["objectLockEnabled"] is False
    assert not made.all(LOCK)


@pytest.mark.parametrize("protect", [True, False])
def test_protection_and_force_never_meet(declare, protect):
    (bucket,) = declare(lambda: Bucket("things", args(protect=protect))).made(BUCKET)

    assert bucket.protect is protect
    assert bucket.inputs["forceDestroy"] is not protect


def test_an_application_reaches_one_bucket_and_one_key_through_s3_alone():
    statements = read_write("arn:aws:s3:::one", KEY, REGION)

    assert {statement["Resource"] for statement in statements} == {"arn:aws:s3:::one", "arn:aws:s3:::one/*", KEY}
    assert statements[-1]["Condition"] == {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}


def test_a_service_s_statements_come_beside_the_refusal():
    wanted = {"Sid": "Writes"}

    assert bucket_policy("arn:aws:s3:::one", [wanted])["Statement"][1:] == [wanted]


@pytest.mark.parametrize(("told", "called"), [(None, f"things-{ACCOUNT}-{REGION}"), ("shop-things", "shop-things")])
def test_it_is_called_after_component_account_and_region_or_as_told(declare, told, called):
    found = []

    def program():
        bucket = Bucket("things", args(bucket_name=told))
        found.append((bucket.name, bucket.arn))

    assert declare(program).only(BUCKET)["bucket"] == called
    assert found == [(called, f"arn:aws:s3:::{called}")]


def test_a_default_that_s3_would_refuse_is_refused(declare):
    with pytest.raises(ValueError, match="is no name that AWS takes here: 3 to 63"):
        declare(lambda: Bucket("things-of-many-people-in-many-places", args(bucket_name=None)))
