import json

import pytest

from components.account.keys import Keys, KeysArgs, key_policy
from tests.components.given import ACCOUNT, PLACE, REGION

KEY_TYPE = "aws:kms/key:Key"
ALIAS = "aws:kms/alias:Alias"


def statements(trail=None):
    return {one["Sid"]: one for one in key_policy(PLACE, trail)["Statement"]}


def test_what_it_makes(makes):
    assert makes("Keys") == {
        "aws:kms/alias:Alias": 1,
        "aws:kms/key:Key": 1,
    }


def test_the_key_is_rotated_and_slow_to_die(declare):
    key = declare(lambda: Keys("keys", KeysArgs(place=PLACE, trail_name="audit"))).only(KEY_TYPE)

    assert (key["enableKeyRotation"], key["deletionWindowInDays"]) == (True, 30)
    assert json.loads(key["policy"]) == key_policy(PLACE, "audit")


@pytest.mark.parametrize("protect", [True, False])
def test_protection_is_the_caller_s(declare, protect):
    args = KeysArgs(place=PLACE, protect=protect)
    (key,) = declare(lambda: Keys("keys", args)).made(KEY_TYPE)

    assert key.protect is protect


def test_everybody_means_everybody_of_this_account_through_ec2():
    anybody = [one for one in statements().values() if one["Principal"] in ("*", {"AWS": "*"})]

    assert [one["Condition"]["StringEquals"] for one in anybody] == [
        {"kms:CallerAccount": ACCOUNT, "kms:ViaService": f"ec2.{REGION}.amazonaws.com"}
    ]


def test_logs_are_encrypted_for_this_account_only():
    context = statements()["LogsEncrypt"]["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]

    assert context == f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:*"


def test_a_call_without_an_encryption_context_is_not_asked_for_one():
    trail = {
        name: one
        for name, one in statements("audit").items()
        if "cloudtrail.amazonaws.com" in one["Principal"].values()
    }
    arn = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/audit"

    assert [one["Condition"]["StringEquals"] for one in trail.values()] == [{"aws:SourceArn": arn}] * 2
    assert trail["TrailLooksAndOpensBucketKey"]["Action"] == ["kms:DescribeKey", "kms:Decrypt"]
    assert trail["TrailLooksAndOpensBucketKey"]["Condition"].keys() == {"StringEquals"}


def test_without_a_trail_none_may_use_the_key():
    assert statements("audit").keys() - statements().keys() == {"TrailEncrypts", "TrailLooksAndOpensBucketKey"}


@pytest.mark.parametrize(("alias", "called"), [(None, "alias/keys"), ("shop/data", "alias/shop/data")])
def test_people_call_it_after_the_component_or_as_told(declare, alias, called):
    made = declare(lambda: Keys("keys", KeysArgs(place=PLACE, alias=alias)))

    assert made.only(ALIAS)["name"] == called
