import json

import pulumi
import pytest

from components.delivery.pushers import Pushers, PushersArgs, gitlab_trust, push_statements
from tests.components.given import ROLE, ROLE_POLICY

PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
ARN = "arn:aws:ecr:ap-northeast-2:1:repository/alphacar/till"
HOST = "gitlab.example.com"


def args(**changes):
    given = {
        "issuer": f"https://{HOST}",
        "projects": {"till": "alphacar/till"},
        "repository_arns": {"till": pulumi.Output.from_input(ARN)},
    }
    return PushersArgs(**{**given, **changes})


def test_what_it_makes(makes):
    assert makes("Pushers") == {
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 1,
    }


def test_only_main_and_tags_of_one_project_may_push():
    (statement,) = gitlab_trust("arn:provider", HOST, "alphacar/till")["Statement"]

    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {f"{HOST}:aud": "sts.amazonaws.com"},
        "StringLike": {
            f"{HOST}:sub": [
                "project_path:alphacar/till:ref_type:branch:ref:main",
                "project_path:alphacar/till:ref_type:tag:ref:*",
            ]
        },
    }


def test_a_role_writes_one_repository_and_nothing_else(declare):
    policy = json.loads(declare(lambda: Pushers("pushers", args())).only(ROLE_POLICY)["policy"])
    by_resource = {statement["Resource"]: statement["Action"] for statement in policy["Statement"]}

    assert by_resource.keys() == {"*", ARN}
    assert by_resource["*"] == "ecr:GetAuthorizationToken"
    assert not [action for action in by_resource[ARN] if "Delete" in action or "*" in action]


def test_there_is_one_provider_and_a_role_a_project(declare):
    projects = {"till": "alphacar/till", "shelf": "alphacar/shelf"}
    arns = dict.fromkeys(projects, ARN)
    made = declare(
        lambda: Pushers(
            "pushers",
            args(projects=projects, repository_arns={key: pulumi.Output.from_input(arn) for key, arn in arns.items()}),
        )
    )

    assert made.only(PROVIDER)["clientIdLists"] == ["sts.amazonaws.com"]
    assert made.only(PROVIDER)["url"] == f"https://{HOST}"
    assert list(made.all(ROLE)) == ["pushers-shelf", "pushers-till"]
    assert {role["maxSessionDuration"] for role in made.all(ROLE).values()} == {3600}


def test_a_project_needs_a_repository(declare):
    with pytest.raises(ValueError, match="repositories that exist, not shelf"):
        declare(lambda: args(projects={"shelf": "alphacar/shelf"}))


def test_layers_can_be_pushed():
    (actions,) = (statement["Action"] for statement in push_statements(ARN) if statement["Resource"] == ARN)

    assert {"ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload"} <= {*actions}


def test_whoever_comes_second_takes_the_account_s_provider(declare):
    arn = f"arn:aws:iam::111122223333:oidc-provider/{HOST}"
    made = declare(lambda: Pushers("pushers", args(provider_arn=arn)))

    assert not made.all(PROVIDER)
    (statement,) = json.loads(made.only(ROLE)["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Federated": arn}


@pytest.mark.parametrize(("names", "pushed"), [({}, "till"), ({"till": "shop/till"}, "shop/till")])
def test_a_role_says_what_it_pushes(declare, names, pushed):
    made = declare(lambda: Pushers("pushers", args(repository_names=names)))

    assert made.only(ROLE)["description"] == f"GitLab project alphacar/till pushes {pushed}"
