import json

import pytest

from components.stores.backup import Backup, BackupArgs
from components.stores.replica import Replica
from tests.components.given import ACCOUNT, ASSOCIATION, BUCKET, KEY, RELEASE, Before, cluster, namespace

TOKYO = "ap-northeast-1"
KEY_THERE = f"arn:aws:kms:{TOKYO}:{ACCOUNT}:key/4f1c"


def args(**changes):
    given = {
        "retention_days": 30,
        "object_lock_days": 14,
        "schedule": "0 18 * * *",
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


def test_velero_reaches_its_bucket_and_only_looks_at_volumes(made):
    policy = json.loads(made.all("aws:iam/rolePolicy:RolePolicy")["backup"]["policy"])
    everywhere = [statement for statement in policy["Statement"] if statement["Resource"] == "*"]

    assert [statement["Action"] for statement in everywhere] == [["ec2:DescribeVolumes", "ec2:DescribeSnapshots"]]


@pytest.mark.parametrize("switched", [False, True])
def test_an_agent_reads_the_volumes_of_its_node_only_while_it_is_asked_for(declare, switched):
    values = declare(lambda: Backup("backup", args(node_agent=switched))).only(RELEASE)["values"]

    assert values["deployNodeAgent"] is switched


def test_what_velero_writes_is_copied_under_another_key_and_deleted_there_by_age_alone(declare):
    made = declare(lambda: Backup("backup", args(replica=Replica(region=TOKYO, key_arn=KEY_THERE))))
    replication = made.only("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
    (rule,) = replication["rules"]
    copy = made.all(BUCKET)["backup-copy"]
    policy = json.loads(made.all("aws:iam/rolePolicy:RolePolicy")["backup-copy"]["policy"])

    assert (copy["bucket"], copy["region"]) == (f"backup-copy-{ACCOUNT}-{TOKYO}", TOKYO)
    assert copy["objectLockEnabled"] is made.all(BUCKET)["backup"]["objectLockEnabled"] is True
    assert replication["bucket"] == made.all(BUCKET)["backup"]["bucket"]
    assert rule["deleteMarkerReplication"] == {"status": "Disabled"}
    assert rule["destination"]["encryptionConfiguration"] == {"replicaKmsKeyId": KEY_THERE}
    assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
    assert {
        statement["Resource"]: statement["Action"] for statement in policy["Statement"] if "kms" in str(statement)
    } == {
        KEY: "kms:Decrypt",
        KEY_THERE: ["kms:Encrypt", "kms:GenerateDataKey"],
    }
    assert all("s3:ReplicateDelete" not in statement["Action"] for statement in policy["Statement"])


def test_everything_of_the_copy_stands_in_the_second_region(declare):
    made = declare(lambda: Backup("backup", args(replica=Replica(region=TOKYO, key_arn=KEY_THERE))))
    parts = ["Bucket", "BucketVersioning", "BucketServerSideEncryptionConfiguration", "BucketPublicAccessBlock"]
    parts += [
        "BucketOwnershipControls",
        "BucketPolicy",
        "BucketLifecycleConfiguration",
        "BucketObjectLockConfiguration",
    ]

    for part in parts:
        found = made.all(f"aws:s3/{part[0].lower()}{part[1:]}:{part}")
        assert (found["backup-copy"]["region"], found["backup"].get("region")) == (TOKYO, None), part
