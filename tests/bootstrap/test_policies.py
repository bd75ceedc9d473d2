"""What the pipelines' roles may do: all that is declared, nothing of another name, and nobody gives themselves more."""

import json
from fnmatch import fnmatchcase

import pytest

from bootstrap import generate
from bootstrap.arns import ARNS
from bootstrap.declared import Declared, declared
from bootstrap.granted import BOUNDARY, PATH, granted, granted_file
from bootstrap.permissions import table
from bootstrap.policies import CHARACTERS, POLICIES, deploying, packed
from landing.boundary import NAME
from stacks.environments import stack_names
from stacks.offered import REGION

ACCOUNT = "210987654321"
HERE = f"{REGION}:{ACCOUNT}"
BOUND = f"arn:aws:iam::{ACCOUNT}:policy{BOUNDARY}"
STATE = f"arn:aws:s3:::alphacar-state-{ACCOUNT}-{REGION}"


def listed(value):
    return [value] if isinstance(value, str) else value


def met(condition, context):
    """Whether the context holds every key with a value that the condition names; the operators that are used, no more."""
    for operator, compared in condition.items():
        assert operator in ("StringEquals", "StringLike", "Bool")
        for key, values in compared.items():
            if not any(fnmatchcase(context.get(key, ""), value) for value in listed(values)):
                return False
    return True


def allows(statements, action, resource, **context):
    context = {"aws:RequestedRegion": REGION, **{key.replace("__", ":"): value for key, value in context.items()}}
    return any(
        any(fnmatchcase(action, pattern) for pattern in listed(each["Action"]))
        and any(fnmatchcase(resource, pattern) for pattern in listed(each["Resource"]))
        and met(each.get("Condition", {}), context)
        for each in statements
        if each["Effect"] == "Allow"
    )


@pytest.fixture(scope="module")
def prod():
    return granted("prod", ACCOUNT)


def role(name):
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


@pytest.mark.parametrize("stack", stack_names())
def test_what_is_committed_is_what_the_program_declares(stack):
    assert granted_file(stack).read_text() == generate.content(stack)


def test_every_type_with_permissions_has_a_way_to_be_named():
    assert set(ARNS) == set(table().types)


@pytest.mark.parametrize("stack", stack_names())
def test_every_action_that_a_declared_type_needs_is_granted_to_the_role_that_deploys(stack):
    needed = table().of(each.type for each in declared(stack))
    given = {action for each in granted(stack, ACCOUNT).deploy for action in each["Action"]}

    assert (needed.reads | needed.writes | needed.lends) - given == {"iam:DeleteRolePermissionsBoundary"}
    assert needed.reads <= {action for each in granted(stack, ACCOUNT).preview for action in each["Action"]}


def test_the_role_that_previews_changes_nothing_and_reads_no_data(prod):
    actions = {action for each in prod.preview for action in each["Action"]}
    verbs = {action.partition(":")[2] for action in actions}

    assert not {each for each in verbs if not each.startswith(("Describe", "Get", "List", "ViewBudget"))}
    assert not actions & {"s3:GetObject", "secretsmanager:GetSecretValue", "kms:Decrypt", "ecr:BatchGetImage"}
    assert not any("*" in action for action in actions)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:PutBucketPolicy", f"arn:aws:s3:::alphacar-{ACCOUNT}-audit"),
        ("rds:ModifyDBCluster", f"arn:aws:rds:{HERE}:cluster:alphacar-docdb"),
        ("es:UpdateDomainConfig", f"arn:aws:es:{HERE}:domain/alphacar-search-blue"),
        ("eks:CreateNodegroup", f"arn:aws:eks:{HERE}:cluster/alphacar-eks"),
        ("ec2:CreateVpc", f"arn:aws:ec2:{HERE}:vpc/vpc-0a"),
        (
            "secretsmanager:DeleteSecret",
            f"arn:aws:secretsmanager:{HERE}:secret:alphacar/prod/alphacar/mongodb-password-a1b2c3",
        ),
        ("cloudwatch:PutMetricAlarm", f"arn:aws:cloudwatch:{HERE}:alarm:alarms-traces-volume-0a1b2c3"),
        ("iam:TagRole", role("nodes-0a1b2c3")),
        ("acm:RequestCertificate", "*"),
    ],
)
def test_what_is_declared_is_changed(prod, action, resource):
    assert allows(prod.deploy, action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        # The bootstrap's own: roles, policies, identity providers, state.
        ("iam:UpdateAssumeRolePolicy", role("bootstrap/alphacar-deploy")),
        ("iam:TagRole", role("bootstrap/alphacar-preview")),
        ("iam:CreatePolicyVersion", BOUND),
        ("iam:UpdateOpenIDConnectProviderThumbprint", f"arn:aws:iam::{ACCOUNT}:oidc-provider/gitlab.example.com"),
        ("s3:DeleteBucket", STATE),
        ("s3:PutBucketPolicy", STATE),
        ("s3:DeleteObjectVersion", f"{STATE}/.pulumi/stacks/prod.json"),
        # Another name, region or account.
        ("s3:PutBucketPolicy", "arn:aws:s3:::somebody-elses"),
        ("rds:DeleteDBCluster", f"arn:aws:rds:{HERE}:cluster:billing"),
        ("secretsmanager:DeleteSecret", f"arn:aws:secretsmanager:{HERE}:secret:billing-a1b2c3"),
        ("ec2:CreateVpc", f"arn:aws:ec2:us-east-1:{ACCOUNT}:vpc/vpc-0a"),
        ("iam:TagRole", role("OrganizationAccountAccessRole")),
        # People, and what no role here is made of.
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/me"),
        ("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/me"),
        ("sts:AssumeRole", role("admin")),
        ("lambda:CreateFunction", f"arn:aws:lambda:{HERE}:function:me"),
    ],
)
def test_nothing_else_is(prod, action, resource):
    assert not allows(prod.deploy, action, resource)


@pytest.mark.parametrize("verb", ["CreateRole", "PutRolePolicy", "AttachRolePolicy", "DetachRolePolicy"])
def test_a_role_is_made_and_changed_with_the_boundary_alone(prod, verb):
    nodes = role("nodes-0a1b2c3")

    assert allows(prod.deploy, f"iam:{verb}", nodes, iam__PermissionsBoundary=BOUND)
    assert not allows(prod.deploy, f"iam:{verb}", nodes)
    assert not allows(prod.deploy, f"iam:{verb}", nodes, iam__PermissionsBoundary=BOUND.replace("alphacar-", "other-"))
    assert not allows(prod.deploy, f"iam:{verb}", role("admin"), iam__PermissionsBoundary=BOUND)
    assert not allows(prod.deploy, "iam:DeleteRolePermissionsBoundary", nodes, iam__PermissionsBoundary=BOUND)


def test_a_role_is_handed_to_the_services_that_declared_roles_trust(prod):
    nodes = role("nodes-0a1b2c3")

    assert allows(prod.deploy, "iam:PassRole", nodes, iam__PassedToService="ec2.amazonaws.com")
    assert allows(prod.deploy, "iam:PassRole", nodes, iam__PassedToService="pods.eks.amazonaws.com")
    assert not allows(prod.deploy, "iam:PassRole", nodes, iam__PassedToService="lambda.amazonaws.com")
    assert not allows(prod.deploy, "iam:PassRole", role("admin"), iam__PassedToService="ec2.amazonaws.com")


def test_keys_open_through_services_alone(prod):
    key = f"arn:aws:kms:{HERE}:key/0a"

    assert allows(prod.deploy, "kms:Decrypt", key, kms__ViaService=f"secretsmanager.{REGION}.amazonaws.com")
    assert not allows(prod.deploy, "kms:Decrypt", key)
    assert not allows(prod.deploy, "kms:CreateGrant", key)


@pytest.mark.parametrize("verb", ["PutKeyPolicy", "ScheduleKeyDeletion", "UntagResource"])
def test_another_s_key_is_neither_opened_nor_deleted(prod, verb):
    key = f"arn:aws:kms:{HERE}:key/0a"
    ours = {"aws__ResourceTag/project": "alphacar-landing-zone"}

    assert allows(prod.deploy, f"kms:{verb}", key, **ours)
    assert not allows(prod.deploy, f"kms:{verb}", key)
    assert not allows(prod.deploy, f"kms:{verb}", key, **{"aws__ResourceTag/project": "billing"})


def test_the_boundary_makes_no_role_and_reads_no_state(prod):
    assert allows(prod.boundary, "s3:GetObject", f"arn:aws:s3:::alphacar-{ACCOUNT}-velero/a")
    assert allows(prod.boundary, "elasticloadbalancing:CreateLoadBalancer", "*")
    for action in (
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:DeleteRolePermissionsBoundary",
    ):
        assert not allows(prod.boundary, action, role("nodes-0a1b2c3"), iam__PermissionsBoundary=BOUND)
    assert not allows(prod.boundary, "sts:AssumeRole", role("bootstrap/alphacar-deploy"))
    assert not allows(prod.boundary, "sts:AssumeRole", role("search-admin-0a1b2c3"))
    assert allows(prod.boundary, "sts:AssumeRole", role("alphacar-secrets-airflow"))
    assert not allows(prod.boundary, "s3:GetObject", f"{STATE}/.pulumi/stacks/prod.json")
    assert not allows(prod.boundary, "kms:Decrypt", f"arn:aws:kms:{HERE}:key/0a")
    assert f"/{NAME}" == BOUNDARY


def test_no_role_opens_a_snapshot_to_others_but_backup_its_own(prod):
    share = "rds:ModifyDBClusterSnapshotAttribute"

    assert not allows(prod.boundary, "ec2:ModifySnapshotAttribute", "*")
    assert not allows(prod.boundary, "ec2:ModifyImageAttribute", "*")
    assert not allows(prod.boundary, share, f"arn:aws:rds:{HERE}:cluster-snapshot:by-hand")
    assert allows(prod.boundary, share, f"arn:aws:rds:{HERE}:cluster-snapshot:awsbackup:job-1")
    assert allows(prod.boundary, "ec2:ModifyVolume", "*")


@pytest.mark.parametrize("stack", stack_names())
def test_iam_takes_every_policy(stack):
    may = granted(stack, ACCOUNT)
    for statements in (may.deploy, may.preview):
        documents = packed(statements)

        assert len(documents) <= POLICIES
        assert all(len(each) <= CHARACTERS for each in documents)
        assert sorted(
            (action, resource, json.dumps(part.get("Condition")))
            for each in documents
            for part in json.loads(each)["Statement"]
            for action in part["Action"]
            for resource in part["Resource"]
        ) == sorted(
            (action, resource, json.dumps(part.get("Condition")))
            for part in statements
            for action in part["Action"]
            for resource in part["Resource"]
        )
    assert len(json.dumps(may.boundary, separators=(",", ":"))) < CHARACTERS - 50


def test_what_a_role_cannot_hold_is_refused():
    many = [{"Effect": "Allow", "Action": [f"s3:Get{n:05d}" for n in range(9000)], "Resource": ["*"]}]

    with pytest.raises(ValueError, match="policies of 6144 characters; a role holds 10"):
        packed(many)


@pytest.mark.parametrize("type_", ["aws:lambda/function:Function", "aws:s3/bucketAcl:BucketAcl", "aws:iam/user:User"])
def test_a_type_without_a_row_is_named(type_):
    with pytest.raises(ValueError, match=rf"{type_}: no row in bootstrap/permissions.json"):
        deploying([Declared(type_, "a")], table(), ACCOUNT, REGION, BOUND)


def test_everything_of_the_bootstrap_stands_where_no_declared_name_reaches(prod):
    resources = {resource for each in prod.deploy for resource in each["Resource"]}

    assert not [each for each in resources if ":iam:" in each and PATH in each]
