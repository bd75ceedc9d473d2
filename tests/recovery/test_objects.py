"""What has not the drills' mark is neither changed nor deleted: botocore's Stubber sends nothing, and takes no more calls.

What S3 and Secrets Manager do with marked ones is asked of moto (``tests/rehearsal/recovery``).
"""

import boto3
import pytest
from botocore.stub import Stubber

from recovery.canary import BusyError
from recovery.objects import Objects, Secrets
from recovery.plan import Objects as ObjectsPlan
from recovery.plan import Secrets as SecretsPlan
from tests.recovery.played import Clock

GIVEN = {"region_name": "ap-northeast-2", "aws_access_key_id": "x", "aws_secret_access_key": "y"}
VERSION = {"Key": "drill-canary-restored/07", "VersionId": "v1", "IsLatest": True, "Size": 3}


@pytest.fixture
def secret():
    manager = boto3.client("secretsmanager", **GIVEN)
    plan = SecretsPlan.model_validate({"name": "alphacar/prod/mongodb-password"})
    with Stubber(manager) as stub:
        yield Secrets(manager, plan, Clock().patience(), "ap-northeast-2"), stub
    stub.assert_no_pending_responses()


@pytest.fixture
def objects():
    s3 = boto3.client("s3", **GIVEN)
    with Stubber(s3) as stub:
        yield Objects(s3, ObjectsPlan.model_validate({"bucket": "logs"}), "ap-northeast-2"), stub
    stub.assert_no_pending_responses()


def clean(store):
    for step in store.clean():
        step()


@pytest.mark.parametrize("tags", [None, [], [{"Key": "recovery", "Value": "Drill"}]])
@pytest.mark.parametrize(
    "what",
    [
        lambda store: store.write([], "canary"),
        lambda store: list(store.left_over()),
        lambda store: store.restore(None),
        clean,
    ],
    ids=["write", "left_over", "restore", "clean"],
)
def test_a_secret_that_is_no_canary_stays_as_it_is(secret, what, tags):
    store, stub = secret
    told = {"DeletedDate": "2026-11-29T00:00:00Z", **({} if tags is None else {"Tags": tags})}
    stub.add_response("describe_secret", told, {"SecretId": "alphacar/prod/mongodb-password"})

    with pytest.raises(BusyError, match=r"mongodb-password has not the tag recovery=drill"):
        what(store)


@pytest.mark.parametrize("metadata", [{}, {"recovery": "Drill"}])
@pytest.mark.parametrize("what", [lambda store: list(store.left_over()), clean], ids=["left_over", "clean"])
def test_an_object_that_no_drill_put_there_stays(objects, what, metadata):
    store, stub = objects
    stub.add_response("list_object_versions", {"Versions": [VERSION]})
    asked = {"Bucket": "logs", "Key": VERSION["Key"], "VersionId": "v1"}
    stub.add_response("head_object", {"Metadata": metadata}, asked)

    with pytest.raises(BusyError, match="drill-canary-restored/07 in logs has not the metadata recovery=drill"):
        what(store)
