import json

import pytest

from components.account.keys import Keys, KeysArgs, key_policy
from tests.components.given import ACCOUNT, REGION

KEY_TYPE = "aws:kms/key:Key"


def statements():
    return {one["Sid"]: one for one in key_policy(ACCOUNT, REGION)["Statement"]}


def test_the_key_is_rotated_and_slow_to_die(declare):
    key = declare(lambda: Keys("keys", KeysArgs(account_id=ACCOUNT, region=REGION))).only(KEY_TYPE)

    assert (key["enableKeyRotation"], key["deletionWindowInDays"]) == (True, 30)
    assert json.loads(key["policy"]) == key_policy(ACCOUNT, REGION)


@pytest.mark.parametrize("protect", [True, False])
def test_protection_is_the_caller_s(declare, protect):
    args = KeysArgs(account_id=ACCOUNT, region=REGION, protect=protect)
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
    trail = {name: one for name, one in statements().items() if "cloudtrail.amazonaws.com" in one["Principal"].values()}
    arn = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/alphacar-audit"

    assert [one["Condition"]["StringEquals"] for one in trail.values()] == [{"aws:SourceArn": arn}] * 2
    assert trail["TrailLooksAndOpensBucketKey"]["Action"] == ["kms:DescribeKey", "kms:Decrypt"]
    assert trail["TrailLooksAndOpensBucketKey"]["Condition"].keys() == {"StringEquals"}
