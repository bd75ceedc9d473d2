import json

import pytest

from components.identity import PodIdentity, PodIdentityArgs, policy_document
from components.trust import pod_trust, service_trust
from tests.components.given import ACCOUNT, ASSOCIATION, CLUSTER, REGION, ROLE, ROLE_POLICY, Before, cluster

CLUSTER_ARN = f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{CLUSTER}"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def args(**changes):
    given = {
        "cluster": cluster(),
        "namespace": "shop",
        "service_account": "till",
        "statements": [{"Action": "s3:GetObject"}],
    }
    return PodIdentityArgs(**{**given, **changes})


def test_what_it_makes(makes):
    assert makes("PodIdentity") == {
        "aws:eks/podIdentityAssociation:PodIdentityAssociation": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 1,
    }


def test_only_this_service_account_of_this_cluster_may_take_the_role(declare):
    role = declare(lambda: PodIdentity("till", args())).only(ROLE)
    (statement,) = json.loads(role["assumeRolePolicy"])["Statement"]

    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": ACCOUNT,
            "aws:RequestTag/kubernetes-namespace": "shop",
            "aws:RequestTag/kubernetes-service-account": "till",
        },
        "ArnEquals": {"aws:SourceArn": CLUSTER_ARN},
    }


def test_pod_identity_needs_both_actions():
    (statement,) = pod_trust(ACCOUNT, CLUSTER_ARN, "shop", "till")["Statement"]

    assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]


def test_a_service_is_trusted_without_tags():
    (statement,) = service_trust("dlm.amazonaws.com")["Statement"]

    assert (statement["Principal"], statement["Action"]) == ({"Service": "dlm.amazonaws.com"}, ["sts:AssumeRole"])


def test_a_service_that_says_for_whom_it_calls_is_trusted_for_this_account_only():
    (statement,) = service_trust("dlm.amazonaws.com", ACCOUNT)["Statement"]

    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_the_association_names_the_account_and_waits_for_rights_and_cluster(declare):
    made = declare(lambda: PodIdentity("till", args(managed_policies=["Read"], after=[Before("cluster")])))

    association = made.only(ASSOCIATION)
    assert {key: association[key] for key in ("clusterName", "namespace", "serviceAccount")} == {
        "clusterName": CLUSTER,
        "namespace": "shop",
        "serviceAccount": "till",
    }
    assert made.waits(ASSOCIATION, "till") >= {
        f"{ATTACHMENT} till-Read",
        f"{ROLE_POLICY} till",
        "test:index:Before cluster",
    }


@pytest.mark.parametrize("associate", [True, False])
def test_whoever_waits_until_it_is_ready_waits_for_the_last_step(declare, associate):
    ready = []

    def program():
        ready.extend(PodIdentity("till", args(associate=associate)).ready)

    made = declare(program)

    assert [type(one).__name__ for one in ready] == ["PodIdentityAssociation" if associate else "RolePolicy"]
    assert bool(made.all(ASSOCIATION)) is associate


def test_a_statement_allows_unless_it_says_otherwise():
    document = json.loads(policy_document([{"Action": "a"}, {"Effect": "Deny", "Action": "b"}]))

    assert [statement["Effect"] for statement in document["Statement"]] == ["Allow", "Deny"]
