import json

import pytest

from components.stores.backup import Backup, BackupArgs
from tests.components.given import ACCOUNT, ASSOCIATION, BUCKET, KEY, REGION, RELEASE, Before, cluster, namespace

VAULT = "aws:backup/vault:Vault"
PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
STORES = ("arn:aws:rds:ap-northeast-2:111122223333:cluster:docs",)


def args(**changes):
    given = {
        "retention_days": 30,
        "object_lock_days": 14,
        "schedule": "0 18 * * *",
        "store_arns": STORES,
        "key_arn": KEY,
        "cluster": cluster(),
        "namespace": namespace("velero"),
        "after": [Before("classes")],
    }
    return BackupArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Backup("backup", args()))


def test_what_it_makes(makes):
    assert makes("Backup") == {
        "alphacar:bucket:Bucket": 1,
        "alphacar:identity:PodIdentity": 1,
        "aws:backup/plan:Plan": 1,
        "aws:backup/selection:Selection": 1,
        "aws:backup/vault:Vault": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 2,
        "kubernetes:helm.sh/v3:Release": 1,
    }


@pytest.mark.parametrize("days", [30, 31])
def test_a_lock_ends_before_velero_deletes(declare, days):
    with pytest.raises(ValueError, match=f"must be shorter than retention_days.*{days} >= 30"):
        declare(lambda: args(object_lock_days=days))


def test_backups_are_locked_and_outlive_their_retention_a_little(made):
    (rule,) = made.only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]

    assert made.only(BUCKET)["objectLockEnabled"] is True
    assert rule["expiration"] == {"days": 60}


def test_velero_writes_into_the_locked_bucket_with_our_key(made):
    (location,) = made.only(RELEASE)["values"]["configuration"]["backupStorageLocation"]

    assert location["bucket"] == made.only(BUCKET)["bucket"]
    assert location["config"]["kmsKeyId"] == KEY


def test_velero_signs_in_as_its_own_service_account(made):
    association, values = made.only(ASSOCIATION), made.only(RELEASE)["values"]

    assert association["serviceAccount"] == values["serviceAccount"]["server"]["name"] == "velero"
    assert values["credentials"] == {"useSecret": False}
    assert f"{ASSOCIATION} backup" in made.waits(RELEASE, "backup")


def test_velero_snapshots_through_csi_and_renders_no_location_without_a_provider(made):
    values = made.only(RELEASE)["values"]

    assert (values["configuration"]["features"], values["snapshotsEnabled"]) == ("EnableCSI", False)
    assert [plugin["name"] for plugin in values["initContainers"]] == ["velero-plugin-for-aws"]


def test_the_backup_is_taken_and_lives_as_was_asked(declare):
    made = declare(lambda: Backup("backup", args(retention_days=3, object_lock_days=0, schedule="0 17 * * 6")))
    values = made.only(RELEASE)["values"]
    (schedule,) = values["schedules"].values()

    assert schedule["schedule"] == "0 17 * * 6"
    assert schedule["template"]["ttl"] == values["configuration"]["defaultBackupTTL"] == "72h"
    assert "kube-system" in schedule["template"]["excludedNamespaces"]


def test_the_stores_are_copied_into_an_encrypted_vault(made):
    (rule,) = made.only(PLAN)["rules"]

    assert made.only(VAULT)["kmsKeyArn"] == KEY
    assert rule["lifecycle"] == {"deleteAfter": 30}
    assert made.only(SELECTION)["resources"] == list(STORES)
    assert "aws:iam/rolePolicyAttachment:RolePolicyAttachment" in str(made.waits(SELECTION, "backup"))


def test_without_stores_there_is_no_vault(declare):
    assert not declare(lambda: Backup("backup", args(store_arns=()))).all(VAULT)


def test_velero_reaches_its_bucket_and_only_looks_at_volumes(made):
    policy = json.loads(made.all("aws:iam/rolePolicy:RolePolicy")["backup"]["policy"])
    everywhere = [statement for statement in policy["Statement"] if statement["Resource"] == "*"]

    assert [statement["Action"] for statement in everywhere] == [["ec2:DescribeVolumes", "ec2:DescribeSnapshots"]]


@pytest.mark.parametrize("protect", [True, False])
def test_a_vault_is_only_thrown_away_where_nothing_is_protected(declare, protect):
    (vault,) = declare(lambda: Backup("backup", args(protect=protect))).made(VAULT)

    assert (vault.protect, vault.inputs["forceDestroy"]) == (protect, not protect)


@pytest.mark.parametrize(
    ("told", "called"),
    [
        ({}, ["backup", "backup", f"backup-{ACCOUNT}-{REGION}"]),
        (
            {"vault_name": "shop", "plan_name": "shop-stores", "bucket_name": "shop-velero"},
            ["shop", "shop-stores", "shop-velero"],
        ),
    ],
)
def test_vault_plan_and_bucket_are_called_after_the_component_or_as_told(declare, told, called):
    found = []
    made = declare(lambda: found.append(Backup("backup", args(**told)).vault_name))

    assert [made.only(VAULT)["name"], made.only(PLAN)["name"], made.only(BUCKET)["bucket"]] == called
    assert found == called[:1]
