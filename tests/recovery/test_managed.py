"""What is asked of DocumentDB's API: botocore's Stubber holds requests and answers against AWS's own model.

It plays no cluster, and its client sends nothing; what AWS does with a request is not known here.
"""

from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber

from policy.gates.drills import Taken
from recovery.canary import BusyError, DrillError
from recovery.managed import Clusters, ManagedStore
from tests.recovery.played import Clock, ReaderPlayed

LATEST = datetime(2026, 11, 29, 16, 55, tzinfo=UTC)
MARK = [{"Key": "recovery", "Value": "drill"}]
CLASS = "db.t4g.medium"


def cluster(name, status="available"):
    return {
        "DBClusters": [
            {
                "DBClusterIdentifier": name,
                "Status": status,
                "DBClusterArn": f"arn:aws:rds:ap-northeast-2:111122223333:cluster:{name}",
                "EngineVersion": "5.0.0",
                "Endpoint": f"{name}.cluster-x.ap-northeast-2.docdb.amazonaws.com",
                "Port": 27017,
                "LatestRestorableTime": LATEST,
                "DBSubnetGroup": "documents",
                "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
            }
        ]
    }


def instance(name, status="available"):
    return {"DBInstances": [{"DBInstanceIdentifier": name, "DBInstanceStatus": status}]}


class Asked:
    """DocumentDB's client with the answers that it will get, in order; each request must be the one expected."""

    def __init__(self):
        given = {"region_name": "ap-northeast-2", "aws_access_key_id": "x", "aws_secret_access_key": "y"}
        self.client = boto3.client("docdb", **given)
        self.stub = Stubber(self.client)
        self.clock = Clock()
        self.clusters = Clusters(self.client, CLASS)
        self.store = ManagedStore("docs", self.clusters, ReaderPlayed(None), self.clock.patience())

    def says(self, operation, answer, **expected):
        self.stub.add_response(operation, answer, expected)

    def refuses(self, operation, error, **expected):
        """By the code that AWS's model gives the error, which is not always its name."""
        model = self.client.meta.service_model.operation_model(
            "".join(part.capitalize() if part != "db" else "DB" for part in operation.split("_"))
        )
        shape = next(each for each in model.error_shapes if each.name == error)
        code = shape.metadata["error"]["code"]
        self.stub.add_client_error(operation, code, "no", 400, expected_params=expected)

    def looks(self, name, status="available", member="available"):
        """One look at a cluster; ``None`` is one that is not there."""
        if status is None:
            self.refuses("describe_db_clusters", "DBClusterNotFoundFault", DBClusterIdentifier=name)
        else:
            self.says("describe_db_clusters", cluster(name, status), DBClusterIdentifier=name)
        if member is None:
            self.refuses("describe_db_instances", "DBInstanceNotFoundFault", DBInstanceIdentifier=name)
        else:
            self.says("describe_db_instances", instance(name, member), DBInstanceIdentifier=name)


@pytest.fixture
def asked():
    made = Asked()
    with made.stub:
        yield made
    made.stub.assert_no_pending_responses()


def test_a_cluster_is_restored_beside_itself_given_an_instance_and_awaited(asked):
    asked.looks("docs", member=None)
    asked.says(
        "restore_db_cluster_to_point_in_time",
        {},
        DBClusterIdentifier="docs-drill",
        SourceDBClusterIdentifier="docs",
        RestoreToTime=LATEST,
        DBSubnetGroupName="documents",
        VpcSecurityGroupIds=["sg-1"],
        DeletionProtection=False,
        Tags=MARK,
    )
    asked.looks("docs-drill", "creating", None)
    asked.looks("docs-drill", member=None)
    asked.says(
        "create_db_instance",
        {},
        DBInstanceIdentifier="docs-drill",
        DBInstanceClass=CLASS,
        Engine="docdb",
        DBClusterIdentifier="docs-drill",
        Tags=MARK,
    )
    asked.looks("docs-drill", member="creating")
    asked.looks("docs-drill")
    asked.looks("docs-drill")

    side = asked.store.restore(Taken(name="latest", at=LATEST))

    assert (side.system, side.name, side.identity.rpartition(":")[2]) == ("documentdb", "docs-drill", "docs-drill")
    assert side.host == "docs-drill.cluster-x.ap-northeast-2.docdb.amazonaws.com:27017"


def test_a_copy_is_deleted_until_it_is_gone_its_instance_first_and_with_no_last_snapshot(asked):
    asked.looks("docs-drill")
    asked.says("delete_db_instance", {}, DBInstanceIdentifier="docs-drill")
    gone = {"DBClusterIdentifier": "docs-drill", "SkipFinalSnapshot": True}
    asked.refuses("delete_db_cluster", "InvalidDBClusterStateFault", **gone)
    asked.looks("docs-drill", member="deleting")
    asked.refuses("delete_db_instance", "InvalidDBInstanceStateFault", DBInstanceIdentifier="docs-drill")
    asked.refuses("delete_db_cluster", "InvalidDBClusterStateFault", **gone)
    asked.looks("docs-drill", member=None)
    asked.refuses("delete_db_instance", "DBInstanceNotFoundFault", DBInstanceIdentifier="docs-drill")
    asked.says("delete_db_cluster", {}, **gone)
    asked.looks("docs-drill", None, None)

    for step in asked.store.clean():
        step()


def test_the_backup_is_the_latest_moment_and_without_one_there_is_none(asked):
    asked.looks("docs", member=None)
    assert asked.store.newest_backup().at == LATEST

    never = cluster("docs")
    del never["DBClusters"][0]["LatestRestorableTime"]
    asked.says("describe_db_clusters", never, DBClusterIdentifier="docs")
    asked.refuses("describe_db_instances", "DBInstanceNotFoundFault", DBInstanceIdentifier="docs")
    with pytest.raises(DrillError, match="docs has no backup"):
        asked.store.newest_backup()


def test_a_copy_that_is_being_made_is_left_alone_and_one_that_was_left_is_told(asked):
    asked.looks("docs-drill", "creating", None)
    with pytest.raises(BusyError, match="docs-drill is being made"):
        list(asked.store.left_over())

    asked.looks("docs-drill")
    assert list(asked.store.left_over()) == ["an earlier drill left docs-drill behind (available)"]


@pytest.mark.parametrize("error", ["InvalidRestoreFault", "KMSKeyNotAccessibleFault", "StorageQuotaExceededFault"])
def test_a_restore_that_aws_refuses_is_red(asked, error):
    asked.looks("docs", member=None)
    asked.refuses(
        "restore_db_cluster_to_point_in_time",
        error,
        DBClusterIdentifier="docs-drill",
        SourceDBClusterIdentifier="docs",
        RestoreToTime=LATEST,
        DBSubnetGroupName="documents",
        VpcSecurityGroupIds=["sg-1"],
        DeletionProtection=False,
        Tags=MARK,
    )
    with pytest.raises(DrillError, match="restoring docs: "):
        asked.store.restore(Taken(name="latest", at=LATEST))


def test_what_aws_forbids_is_red_and_not_taken_for_gone(asked):
    asked.stub.add_client_error("describe_db_clusters", "AccessDenied", "not authorized", 403)
    with pytest.raises(DrillError, match="describing docs-drill: AccessDenied: not authorized"):
        list(asked.store.left_over())
