"""What a drill's role may: all that the program asks for, and nothing with what has not the drills' mark."""

import pytest

from components.stores.drills import MARK as MADE_WITH
from landing.drills import _database, _documents, _secret
from stacks.sections.drills import MARK
from tests.bootstrap.test_policies import allows

AT = "ap-northeast-2:111122223333"
RDS, SECRET = f"arn:aws:rds:{AT}", f"arn:aws:secretsmanager:{AT}:secret:alphacar/prod/drill-canaries-a1b2c3"
RIGHTS = {
    "documents": _documents(AT, "docs", "key"),
    "workflow": _database(AT, "flow", "key"),
    "secrets": _secret(AT, "alphacar/prod/drill-canaries", "key"),
}
#: Store, action, resource, and the key whose value must be the mark.
CHANGES = [
    ("documents", "rds:RestoreDBClusterToPointInTime", f"{RDS}:cluster:docs", "RequestTag"),
    ("documents", "rds:RestoreDBClusterToPointInTime", f"{RDS}:cluster:docs-drill", "RequestTag"),
    ("documents", "rds:RestoreDBClusterToPointInTime", f"{RDS}:subgrp:documents", "RequestTag"),
    ("documents", "rds:CreateDBInstance", f"{RDS}:db:docs-drill", "RequestTag"),
    ("documents", "rds:CreateDBInstance", f"{RDS}:cluster:docs-drill", "RequestTag"),
    ("documents", "rds:AddTagsToResource", f"{RDS}:cluster:docs-drill", "RequestTag"),
    ("documents", "rds:DeleteDBInstance", f"{RDS}:db:docs-drill", "ResourceTag"),
    ("documents", "rds:DeleteDBCluster", f"{RDS}:cluster:docs-drill", "ResourceTag"),
    ("workflow", "rds:RestoreDBInstanceToPointInTime", f"{RDS}:db:flow", "RequestTag"),
    ("workflow", "rds:RestoreDBInstanceToPointInTime", f"{RDS}:db:flow-drill", "RequestTag"),
    ("workflow", "rds:AddTagsToResource", f"{RDS}:db:flow-drill", "RequestTag"),
    ("workflow", "rds:DeleteDBInstance", f"{RDS}:db:flow-drill", "ResourceTag"),
    ("secrets", "secretsmanager:PutSecretValue", SECRET, "ResourceTag"),
    ("secrets", "secretsmanager:DeleteSecret", SECRET, "ResourceTag"),
    ("secrets", "secretsmanager:RestoreSecret", SECRET, "ResourceTag"),
]
READS = [
    ("documents", "rds:DescribeDBClusters", f"{RDS}:cluster:docs"),
    ("documents", "rds:DescribeDBInstances", f"{RDS}:db:docs-drill"),
    ("documents", "rds:ListTagsForResource", f"{RDS}:cluster:docs-drill"),
    ("documents", "rds:ListTagsForResource", f"{RDS}:db:docs-drill"),
    ("workflow", "rds:DescribeDBInstances", f"{RDS}:db:flow"),
    ("workflow", "rds:ListTagsForResource", f"{RDS}:db:flow-drill"),
    ("secrets", "secretsmanager:DescribeSecret", SECRET),
    ("secrets", "secretsmanager:GetSecretValue", SECRET),
]


def may(store, action, resource, **context):
    return allows([{"Effect": "Allow", **each} for each in RIGHTS[store]], action, resource, **context)


@pytest.mark.parametrize(("store", "action", "resource", "key"), CHANGES)
def test_what_a_drill_makes_has_the_mark_and_what_it_deletes(store, action, resource, key):
    other = {"RequestTag": "ResourceTag", "ResourceTag": "RequestTag"}[key]

    assert may(store, action, resource, **{f"aws__{key}/{MARK[0]}": MARK[1]})
    assert not may(store, action, resource)
    assert not may(store, action, resource, **{f"aws__{key}/{MARK[0]}": "restore"})
    assert not may(store, action, resource, **{f"aws__{other}/{MARK[0]}": MARK[1]})


@pytest.mark.parametrize(("store", "action", "resource"), READS)
def test_what_a_drill_reads(store, action, resource):
    assert may(store, action, resource)


@pytest.mark.parametrize(
    ("store", "action", "resource"),
    [
        ("documents", "rds:DeleteDBCluster", f"{RDS}:cluster:docs"),
        ("documents", "rds:AddTagsToResource", f"{RDS}:cluster:docs"),
        ("documents", "rds:CreateDBInstance", f"{RDS}:cluster:docs"),
        ("documents", "rds:ModifyDBCluster", f"{RDS}:cluster:docs-drill"),
        ("workflow", "rds:DeleteDBInstance", f"{RDS}:db:flow"),
        ("workflow", "rds:AddTagsToResource", f"{RDS}:db:flow"),
        ("workflow", "rds:CreateDBInstance", f"{RDS}:db:flow-drill"),
    ],
)
def test_the_mark_opens_nothing_of_the_source(store, action, resource):
    marked = {f"aws__{key}/{MARK[0]}": MARK[1] for key in ("RequestTag", "ResourceTag")}

    assert not may(store, action, resource, **marked)


def test_the_drills_own_secret_is_made_with_the_mark():
    assert dict([MARK]) == MADE_WITH
