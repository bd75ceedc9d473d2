"""What a drill's role may: all that the program asks for, and nothing with what has not the drills' mark."""

import json

import pytest

from components.stores.drills import MARK as MADE_WITH
from components.stores.drills import signing_statements
from landing.drills import _database, _documents, _secret
from recovery.plan import read_plan
from stacks.sections.drills import MARK
from tests.bootstrap.test_policies import allows
from tests.golden.target import DRILLED, recorded

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


@pytest.mark.parametrize(
    ("key", "action", "algorithm", "kind", "allowed"),
    [
        ("evidence", "kms:Sign", "RSASSA_PKCS1_V1_5_SHA_256", "DIGEST", True),
        ("evidence", "kms:Sign", "RSASSA_PSS_SHA_256", "DIGEST", False),
        ("evidence", "kms:Sign", "RSASSA_PKCS1_V1_5_SHA_256", "RAW", False),
        ("evidence", "kms:Decrypt", "RSASSA_PKCS1_V1_5_SHA_256", "DIGEST", False),
        ("another", "kms:Sign", "RSASSA_PKCS1_V1_5_SHA_256", "DIGEST", False),
    ],
)
def test_evidence_is_signed_as_the_gate_reads_it_and_by_its_key_alone(key, action, algorithm, kind, allowed):
    keys = "arn:aws:kms:ap-northeast-2:111122223333:key"
    rights = [{"Effect": "Allow", **each} for each in signing_statements(f"{keys}/evidence")]
    asked = {"kms__SigningAlgorithm": algorithm, "kms__MessageType": kind}

    assert allows(rights, action, f"{keys}/{key}", **asked) is allowed


def test_the_program_tells_each_job_which_key_signs(tmp_path):
    for each in recorded("prod/all/drills").resources:
        if each.type == "kubernetes:core/v1:ConfigMap" and each.name.startswith("drills-"):
            path = tmp_path / each.name
            path.write_text(json.dumps(json.loads(each.get("data", "plan.yaml"))))
            plan = read_plan(path, each.name.removeprefix("drills-"))
            assert plan.signing_key == DRILLED["drillSigningKey"]
    assert len(list(tmp_path.iterdir())) == len(DRILLED["drills"])
