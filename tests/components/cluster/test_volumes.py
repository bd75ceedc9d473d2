import json

import pytest

from components.cluster.volumes import Volumes, VolumesArgs, driver_values, key_statements
from tests.components.given import ADDON, ASSOCIATION, KEY, REGION, ROLE, Before, cluster

STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
SNAPSHOT_CLASS = "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass"
SCHEDULE = "aws:dlm/lifecyclePolicy:LifecyclePolicy"


def args(**changes):
    given = {
        "controller_replicas": 2,
        "snapshot_retention_days": 14,
        "key_arn": KEY,
        "cluster": cluster(),
        "after": [Before("nodes")],
    }
    return VolumesArgs(**{**given, **changes})


@pytest.fixture
def made(declare):
    return declare(lambda: Volumes("volumes", args()))


def test_what_it_makes(makes):
    assert makes("Volumes") == {
        "alphacar:identity:PodIdentity": 1,
        "aws:dlm/lifecyclePolicy:LifecyclePolicy": 1,
        "aws:eks/addon:Addon": 2,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
        "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass": 1,
        "kubernetes:storage.k8s.io/v1:StorageClass": 1,
    }


def test_a_claim_without_a_class_gets_an_encrypted_gp3_disk(made):
    default = made.only(STORAGE_CLASS)

    assert default["metadata"]["annotations"] == {"storageclass.kubernetes.io/is-default-class": "true"}
    assert (default["parameters"]["type"], default["parameters"]["encrypted"]) == ("gp3", "true")
    assert default["parameters"]["kmsKeyId"] == KEY
    assert all(isinstance(value, str) for value in default["parameters"].values())


def test_a_disk_is_made_in_the_zone_of_its_pod_and_may_grow(made):
    default = made.only(STORAGE_CLASS)

    assert (default["volumeBindingMode"], default["allowVolumeExpansion"]) == ("WaitForFirstConsumer", True)
    assert default["provisioner"] == "ebs.csi.aws.com"


def test_classes_wait_for_driver_and_snapshot_controller(made):
    add_ons = {f"{ADDON} volumes-{addon}" for addon in ("aws-ebs-csi-driver", "snapshot-controller")}

    assert add_ons <= made.waits(STORAGE_CLASS, "volumes")
    assert add_ons <= made.waits(SNAPSHOT_CLASS, "volumes")


def test_velero_finds_the_one_snapshot_class_and_keeps_what_it_takes(made):
    snapshots = made.only(SNAPSHOT_CLASS)

    assert snapshots["metadata"]["labels"] == {"velero.io/csi-volumesnapshot-class": "true"}
    assert (snapshots["driver"], snapshots["deletionPolicy"]) == ("ebs.csi.aws.com", "Retain")


def test_the_driver_makes_its_own_association(made):
    (association,) = made.all(ADDON)["volumes-aws-ebs-csi-driver"]["podIdentityAssociations"]

    assert association["serviceAccount"] == "ebs-csi-controller-sa"
    assert not made.all(ASSOCIATION)
    assert "ebs-csi-controller-sa" in made.all(ROLE)["volumes"]["assumeRolePolicy"]


def test_snapshots_by_schedule_find_every_disk_of_the_class(made):
    (tag,) = (value for key, value in made.only(STORAGE_CLASS)["parameters"].items() if key.startswith("tagSpec"))
    details = made.only(SCHEDULE)["policyDetails"]

    assert details["targetTags"] == dict([tag.split("=")])
    assert details["schedules"][0]["retainRule"] == {"interval": 14, "intervalUnit": "DAYS"}


def test_without_a_retention_nothing_is_taken_by_schedule(declare):
    made = declare(lambda: Volumes("volumes", args(snapshot_retention_days=0)))

    assert not made.all(SCHEDULE)
    assert made.all(STORAGE_CLASS)


def test_the_key_is_only_lent_to_aws_itself():
    use, grant = key_statements(KEY, REGION)
    through = {"StringEquals": {"kms:ViaService": f"ec2.{REGION}.amazonaws.com"}}

    assert use["Condition"] == through
    assert grant["Condition"] == {**through, "Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_one_hop_does_not_cost_the_node_its_volumes(made):
    values = json.loads(made.all(ADDON)["volumes-aws-ebs-csi-driver"]["configurationValues"])

    assert values == driver_values(2)
    assert values["node"]["reservedVolumeAttachments"] == 4
    assert values["sidecars"]["snapshotter"]["forceEnable"] is True


def test_the_class_and_the_tag_of_what_is_snapshot_are_called_after_the_component_or_as_told(declare, made):
    told = declare(lambda: Volumes("volumes", args(storage_class="fast", snapshot_tag="shop.example/snapshot")))

    assert made.only(STORAGE_CLASS)["metadata"]["name"] == "gp3"
    assert made.only(SCHEDULE)["policyDetails"]["targetTags"] == {"volumes/snapshot": "daily"}
    assert told.only(STORAGE_CLASS)["metadata"]["name"] == "fast"
    assert told.only(STORAGE_CLASS)["parameters"]["tagSpecification_1"] == "shop.example/snapshot=daily"
    assert told.only(SCHEDULE)["policyDetails"]["targetTags"] == {"shop.example/snapshot": "daily"}
