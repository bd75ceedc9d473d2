"""What is asked of the APIs of DocumentDB and RDS: botocore's Stubber holds requests and answers against AWS's own model.

It plays no cluster, and its client sends nothing; what AWS does with a request is not known here.
"""

from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber

from policy.gates.drills import Taken
from recovery.canary import BusyError, DrillError
from recovery.managed import Clusters, Instances, ManagedStore
from tests.recovery.played import Clock, ReaderPlayed

LATEST = datetime(2026, 11, 29, 16, 55, tzinfo=UTC)
MARK = [{"Key": "recovery", "Value": "drill"}]
#: Tags of things that were never a drill's: one that tells of drills, and one of another use of the key.
OTHERS = [[], [{"Key": "drill", "Value": "recovery"}], [{"Key": "recovery", "Value": "Drill"}]]
ARN = "arn:aws:rds:ap-northeast-2:111122223333"
CLASS = "db.t4g.medium"


def cluster(name, status="available"):
    return {
        "DBClusters": [
            {
                "DBClusterIdentifier": name,
                "Status": status,
                "DBClusterArn": f"{ARN}:cluster:{name}",
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
    told = {"DBInstanceIdentifier": name, "DBInstanceStatus": status, "DBInstanceArn": f"{ARN}:db:{name}"}
    return {"DBInstances": [told]}


class Asked:
    """A client with the answers that it will get, in order; each request must be the one expected."""

    def __init__(self, service="docdb", made=Clusters):
        given = {"region_name": "ap-northeast-2", "aws_access_key_id": "x", "aws_secret_access_key": "y"}
        self.client = boto3.client(service, **given)
        self.stub = Stubber(self.client)
        self.clock = Clock()
        self.store = ManagedStore("docs", made(self.client, CLASS), ReaderPlayed(None), self.clock.patience())

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

    def looks(self, name, status="available"):
        """One look at a cluster; ``None`` is one that is not there."""
        if status is None:
            self.refuses("describe_db_clusters", "DBClusterNotFoundFault", DBClusterIdentifier=name)
        else:
            self.says("describe_db_clusters", cluster(name, status), DBClusterIdentifier=name)

    def looks_at_both(self, name="docs-drill", status="available", member="available"):
        """One look at a cluster and at the instance that has its name."""
        self.looks(name, status)
        self.looks_at_instance(name, member)

    def looks_at_instance(self, name="docs-drill", member="available"):
        if member is None:
            self.refuses("describe_db_instances", "DBInstanceNotFoundFault", DBInstanceIdentifier=name)
        else:
            self.says("describe_db_instances", instance(name, member), DBInstanceIdentifier=name)

    def tells_tags(self, kind, tags=MARK):
        self.says("list_tags_for_resource", {"TagList": tags}, ResourceName=f"{ARN}:{kind}:docs-drill")


@pytest.fixture
def asked():
    made = Asked()
    with made.stub:
        yield made
    made.stub.assert_no_pending_responses()


@pytest.fixture
def database():
    made = Asked("rds", Instances)
    with made.stub:
        yield made
    made.stub.assert_no_pending_responses()


def clean(asked):
    for step in asked.store.clean():
        step()


def test_a_cluster_is_restored_beside_itself_given_an_instance_and_awaited(asked):
    asked.looks("docs")
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
    asked.looks_at_both(status="creating", member=None)
    asked.looks_at_both(member=None)
    asked.says(
        "create_db_instance",
        {},
        DBInstanceIdentifier="docs-drill",
        DBInstanceClass=CLASS,
        Engine="docdb",
        DBClusterIdentifier="docs-drill",
        Tags=MARK,
    )
    asked.looks_at_both(member="creating")
    asked.looks_at_both()
    asked.looks("docs-drill")

    side = asked.store.restore(Taken(name="latest", at=LATEST))

    assert (side.system, side.name, side.identity.rpartition(":")[2]) == ("documentdb", "docs-drill", "docs-drill")
    assert side.host == "docs-drill.cluster-x.ap-northeast-2.docdb.amazonaws.com:27017"


def test_a_copy_is_deleted_until_it_is_gone_its_instance_first_and_with_no_last_snapshot(asked):
    asked.looks_at_both()
    asked.tells_tags("cluster")
    asked.tells_tags("db")
    asked.says("delete_db_instance", {}, DBInstanceIdentifier="docs-drill")
    gone = {"DBClusterIdentifier": "docs-drill", "SkipFinalSnapshot": True}
    asked.refuses("delete_db_cluster", "InvalidDBClusterStateFault", **gone)
    asked.looks_at_both(member="deleting")
    asked.tells_tags("cluster")
    # Gone between two questions.
    asked.refuses("list_tags_for_resource", "DBInstanceNotFoundFault", ResourceName=f"{ARN}:db:docs-drill")
    asked.refuses("delete_db_instance", "InvalidDBInstanceStateFault", DBInstanceIdentifier="docs-drill")
    asked.refuses("delete_db_cluster", "InvalidDBClusterStateFault", **gone)
    asked.looks_at_both(member=None)
    asked.tells_tags("cluster")
    asked.refuses("delete_db_instance", "DBInstanceNotFoundFault", DBInstanceIdentifier="docs-drill")
    asked.says("delete_db_cluster", {}, **gone)
    asked.looks_at_both(status=None, member=None)

    clean(asked)


@pytest.mark.parametrize("tags", OTHERS)
def test_a_cluster_that_has_a_copys_name_and_no_mark_is_refused_and_never_deleted(asked, tags):
    for _ in ("before a drill", "after it"):
        asked.looks_at_both(member=None)
        asked.tells_tags("cluster", tags)

    with pytest.raises(BusyError, match=r"cluster:docs-drill has .* not the tag recovery=drill"):
        list(asked.store.left_over())
    with pytest.raises(BusyError, match="no drill made it, and none deletes it"):
        clean(asked)


@pytest.mark.parametrize("status", ["available", None])
def test_an_instance_that_has_a_copys_name_and_no_mark_is_never_deleted_with_the_cluster(asked, status):
    asked.looks_at_both(status=status)
    if status:
        asked.tells_tags("cluster")
    asked.tells_tags("db", [])

    with pytest.raises(BusyError, match=r"db:docs-drill has .* not the tag recovery=drill"):
        clean(asked)


def test_what_does_not_tell_its_tags_is_not_deleted(asked):
    asked.looks_at_both(member=None)
    asked.stub.add_client_error("list_tags_for_resource", "AccessDenied", "not authorized", 403)

    with pytest.raises(DrillError, match=r"tags of .*cluster:docs-drill: AccessDenied: not authorized"):
        clean(asked)


@pytest.mark.parametrize("tags", OTHERS)
def test_a_database_that_has_a_copys_name_and_no_mark_is_refused_and_never_deleted(database, tags):
    for _ in ("before a drill", "after it"):
        database.looks_at_instance()
        database.tells_tags("db", tags)

    with pytest.raises(BusyError, match=r"db:docs-drill has .* not the tag recovery=drill"):
        list(database.store.left_over())
    with pytest.raises(BusyError, match="no drill made it, and none deletes it"):
        clean(database)


def test_a_database_with_the_mark_is_deleted_with_its_backups_and_without_a_last_snapshot(database):
    database.looks_at_instance()
    database.tells_tags("db")
    database.says(
        "delete_db_instance",
        {},
        DBInstanceIdentifier="docs-drill",
        SkipFinalSnapshot=True,
        DeleteAutomatedBackups=True,
    )
    database.looks_at_instance(member=None)

    clean(database)


def test_the_backup_is_the_latest_moment_and_without_one_there_is_none(asked):
    asked.looks("docs")
    assert asked.store.newest_backup().at == LATEST

    never = cluster("docs")
    del never["DBClusters"][0]["LatestRestorableTime"]
    asked.says("describe_db_clusters", never, DBClusterIdentifier="docs")
    with pytest.raises(DrillError, match="docs has no backup"):
        asked.store.newest_backup()


def test_a_copy_that_is_being_made_is_left_alone_and_one_that_was_left_is_told(asked):
    asked.looks_at_both(status="creating", member=None)
    asked.tells_tags("cluster")
    asked.looks_at_both(status="creating", member=None)
    with pytest.raises(BusyError, match="docs-drill is being made"):
        list(asked.store.left_over())

    asked.looks_at_both()
    asked.tells_tags("cluster")
    asked.tells_tags("db")
    asked.looks_at_both()
    assert list(asked.store.left_over()) == ["an earlier drill left docs-drill behind (available)"]


@pytest.mark.parametrize("error", ["InvalidRestoreFault", "KMSKeyNotAccessibleFault", "StorageQuotaExceededFault"])
def test_a_restore_that_aws_refuses_is_red(asked, error):
    asked.looks("docs")
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
