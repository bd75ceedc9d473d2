import pytest

from components.account.baseline import (
    Account,
    CostExplorer,
    CostExplorerArgs,
    RegistryScanning,
    SearchLinkedRole,
    SearchLinkedRoleArgs,
    TraceEncryption,
    TraceEncryptionArgs,
)
from tests.components.given import ACCOUNT, KEY, TAGS

BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
ENCRYPTION = "aws:ebs/encryptionByDefault:EncryptionByDefault"
SNAPSHOTS = "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess"
TAG = "aws:costexplorer/costAllocationTag:CostAllocationTag"
MONITOR = "aws:costexplorer/anomalyMonitor:AnomalyMonitor"


@pytest.fixture
def made(declare):
    return declare(lambda: Account("account"))


def test_each_makes_one_thing_of_an_account_and_the_first_makes_three(declare):
    made = {
        "Account": declare(lambda: Account("one")),
        "RegistryScanning": declare(lambda: RegistryScanning("one")),
        "TraceEncryption": declare(lambda: TraceEncryption("one", TraceEncryptionArgs(key_arn=KEY))),
        "SearchLinkedRole": declare(lambda: SearchLinkedRole("one", SearchLinkedRoleArgs())),
        "CostExplorer": declare(lambda: CostExplorer("one", CostExplorerArgs())),
    }

    assert {name: len(one.names("aws:")) for name, one in made.items()} == {**dict.fromkeys(made, 1), "Account": 3}


def test_no_bucket_or_snapshot_of_the_account_is_public_and_no_disk_is_in_clear_text(made):
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")

    assert made.only(BLOCK) == dict.fromkeys(flags, True)
    assert made.only(ENCRYPTION) == {"enabled": True}
    assert made.only(SNAPSHOTS) == {"state": "block-all-sharing"}


@pytest.mark.parametrize("type_", [BLOCK, ENCRYPTION, SNAPSHOTS])
def test_a_stack_that_goes_does_not_open_the_account(made, type_):
    (setting,) = made.made(type_)

    assert setting.retain_on_delete is True


def test_the_registry_scans_every_image_that_is_pushed(declare):
    scanning = declare(lambda: RegistryScanning("scanning")).only(
        "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
    )
    (rule,) = scanning["rules"]

    assert (scanning["scanType"], rule["scanFrequency"]) == ("BASIC", "SCAN_ON_PUSH")
    assert rule["repositoryFilters"] == [{"filter": "*", "filterType": "WILDCARD"}]


def test_x_ray_encrypts_with_a_key_of_one_s_own(declare):
    made = declare(lambda: TraceEncryption("traces", TraceEncryptionArgs(key_arn=KEY)))

    assert made.only("aws:xray/encryptionConfig:EncryptionConfig") == {"type": "KMS", "keyId": KEY}


def test_the_linked_role_is_opensearch_s(declare):
    made = declare(lambda: SearchLinkedRole("search", SearchLinkedRoleArgs(tags=TAGS)))

    assert made.only("aws:iam/serviceLinkedRole:ServiceLinkedRole") == {
        "awsServiceName": "opensearchservice.amazonaws.com",
        "tags": TAGS,
    }


def costs(declare, **changes):
    return declare(lambda: CostExplorer("costs", CostExplorerArgs(**changes)))


def test_the_tag_is_activated_once_a_bill_has_shown_it(declare):
    assert not costs(declare).all(TAG)
    assert costs(declare, tag_key="team").only(TAG) == {"tagKey": "team", "status": "Active"}


def test_an_account_that_has_a_monitor_of_services_gets_no_second(declare):
    arn = f"arn:aws:ce::{ACCOUNT}:anomalymonitor/first"

    assert costs(declare).only(MONITOR) | {"tags": {}} == {
        "name": "costs",
        "monitorType": "DIMENSIONAL",
        "monitorDimension": "SERVICE",
        "tags": {},
    }
    assert costs(declare, monitor_name="services").only(MONITOR)["name"] == "services"
    assert not costs(declare, monitor_arn=arn).all(MONITOR)
