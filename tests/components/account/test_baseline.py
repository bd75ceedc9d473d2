import pytest

from components.account.baseline import Account

BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
ENCRYPTION = "aws:ebs/encryptionByDefault:EncryptionByDefault"


@pytest.fixture
def made(declare):
    return declare(lambda: Account("account"))


def test_no_bucket_of_the_account_is_public_and_no_disk_is_in_clear_text(made):
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")

    assert made.only(BLOCK) == dict.fromkeys(flags, True)
    assert made.only(ENCRYPTION) == {"enabled": True}


@pytest.mark.parametrize("type_", [BLOCK, ENCRYPTION])
def test_a_stack_that_goes_does_not_open_the_account(made, type_):
    (setting,) = made.made(type_)

    assert setting.retain_on_delete is True
