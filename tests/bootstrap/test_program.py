"""The program as it is previewed: its resources, its trust, its key, and what it refuses."""

import json
from pathlib import Path

import pytest

from bootstrap import state, trust
from bootstrap.settings import from_config
from preview.program.look_ups import read_answers
from preview.program.preview import preview_program
from preview.program.project import find_project
from stacks.environments import stack_names
from stacks.load import stack_file
from stacks.messages import SettingsError
from tests.conftest import TODAY

FOLDER = Path(__file__).parents[2] / "bootstrap"
ACCOUNT = "210987654321"
GITLAB = {"issuer": "https://gitlab.example.com", "project": "alphacar/landing-zone"}
GIVEN = {
    "bootstrap:environment": "prod",
    "bootstrap:owner": "platform",
    "bootstrap:operators": '["admin"]',
    "bootstrap:gitlab": json.dumps(GITLAB),
    "bootstrap:github": '{"repository": "alphacar/landing-zone"}',
}


@pytest.fixture(scope="module")
def previewed():
    return {stack: preview_program(find_project(FOLDER, stack), read_answers(None), TODAY) for stack in stack_names()}


@pytest.mark.parametrize("stack", stack_names())
def test_no_pack_blocks_it(previewed, stack):
    result = previewed[stack]

    assert not result.blocked
    assert [each for each in result.findings if each.level == "mandatory"] == []
    assert result.bill.usd_per_month == 1


def test_it_declares_the_state_and_the_roles(previewed):
    found = {}
    for made in previewed["prod"].recording.registrations:
        found.setdefault(made.type.rpartition(":")[2], []).append(made)

    assert {made.inputs["name"]: made.inputs["path"] for made in found["Role"]} == {
        "alphacar-deploy": "/bootstrap/",
        "alphacar-preview": "/bootstrap/",
    }
    assert {made.inputs["url"] for made in found["OpenIdConnectProvider"]} == {
        "https://gitlab.example.com",
        "https://token.actions.githubusercontent.com",
    }
    assert [made.inputs["objectLockEnabled"] for made in found["Bucket"] if made.custom] == [True]
    assert [made.protect for made in found["Key"]] == [True]
    assert len(found["BucketVersioning"]) == len(found["BucketObjectLockConfiguration"]) == 1


def subjects(document):
    return [
        value
        for each in document["Statement"]
        for key, value in each["Condition"]["StringEquals"].items()
        if key.endswith(":sub")
    ]


def test_trust_names_one_branch_or_one_environment():
    settings = from_config(GIVEN, "prod")
    deploy, preview = trust.deploying(settings, ACCOUNT), trust.previewing(settings, ACCOUNT)

    assert subjects(deploy) == [
        "project_path:alphacar/landing-zone:ref_type:branch:ref:main",
        "repo:alphacar/landing-zone:environment:prod",
    ]
    assert subjects(preview) == [
        "project_path:alphacar/landing-zone:ref_type:branch:ref:main",
        "repo:alphacar/landing-zone:ref:refs/heads/main",
    ]
    for each in (*deploy["Statement"], *preview["Statement"]):
        assert set(each["Condition"]) == {"StringEquals"}
        assert "*" not in json.dumps(each)


def test_a_repository_s_ids_stand_in_the_subject():
    given = {**GIVEN, "bootstrap:github": '{"repository": "alphacar@1/landing-zone@22", "branch": "release"}'}

    assert subjects(trust.previewing(from_config(given, "prod"), ACCOUNT))[1] == (
        "repo:alphacar@1/landing-zone@22:ref:refs/heads/release"
    )


def test_the_key_opens_to_the_roles_and_to_operators_and_to_nobody_else():
    names = [f"arn:aws:iam::{ACCOUNT}:role/bootstrap/alphacar-{each}" for each in ("deploy", "preview")]
    policy = state.key_policy(ACCOUNT, ["admin"], *names)
    may = {}
    for each in policy["Statement"]:
        for principal in each["Condition"]["ArnLike"]["aws:PrincipalArn"]:
            may.setdefault(principal.rpartition("/")[2].rpartition(":")[2], set()).update(each["Action"])

    assert may["alphacar-preview"] == set(state.OPEN)
    assert may["alphacar-deploy"] == set(state.USE)
    assert may["admin"] == set(state.USE) | set(state.ADMINISTER)
    assert may["root"] == set(state.ADMINISTER)
    assert "kms:Decrypt" not in may["root"]


def test_only_the_role_that_deploys_writes_the_state():
    written = {action for each in state.writing("arn:b", "arn:k") for action in each["Action"]}
    read = {action for each in state.reading("arn:b", "arn:k") for action in each["Action"]}

    assert written - read == {"s3:DeleteObject", "s3:PutObject", "kms:Encrypt", "kms:GenerateDataKey"}


@pytest.mark.parametrize("stack", stack_names())
def test_images_are_pushed_by_the_provider_that_the_bootstrap_makes(stack):
    pushers = stack_file(stack).settings.registry.pushers

    assert pushers.issuer == from_config(find_project(FOLDER, stack).config, stack).gitlab.issuer


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bootstrap:gitlab": json.dumps({**GITLAB, "project": "alphacar/*"})}, "bootstrap:gitlab.project: "),
        ({"bootstrap:gitlab": json.dumps({**GITLAB, "branch": "*"})}, "bootstrap:gitlab.branch: "),
        (
            {"bootstrap:gitlab": json.dumps({**GITLAB, "issuer": "http://gitlab.example.com"})},
            "bootstrap:gitlab.issuer: ",
        ),
        ({"bootstrap:github": '{"repository": "*/landing-zone"}'}, "bootstrap:github.repository: "),
        ({"bootstrap:github": '{"repository": "alphacar"}'}, "bootstrap:github.repository: "),
        ({"bootstrap:operators": "[]"}, "bootstrap:operators: "),
        ({"bootstrap:operators": '["*"]'}, "bootstrap:operators.0: "),
        ({"bootstrap:lockDays": "0"}, "bootstrap:lockDays: "),
        ({"bootstrap:colour": "red"}, "bootstrap:colour: extra inputs are not permitted; keys are environment, "),
        ({"bootstrap:environment": "dev"}, "bootstrap:environment: 'dev' is refused; allowed is prod"),
    ],
)
def test_a_setting_that_lets_in_too_many_or_means_nothing_is_refused_by_its_key(changes, said):
    with pytest.raises(SettingsError) as refused:
        from_config({**GIVEN, **changes}, "prod")

    assert said in str(refused.value)


def test_nobody_is_no_forge():
    alone = {key: value for key, value in GIVEN.items() if key not in ("bootstrap:gitlab", "bootstrap:github")}

    with pytest.raises(SettingsError, match="one of them is needed"):
        from_config(alone, "prod")
    assert from_config({**alone, "bootstrap:github": GIVEN["bootstrap:github"]}, "prod").gitlab is None
