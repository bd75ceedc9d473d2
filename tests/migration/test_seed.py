"""Secrets get a first value once, and nobody sees it."""

import base64
import json

import boto3
import pytest
from botocore.stub import ANY, Stubber

from migration.seed import seed
from stacks.load import stack_file
from stacks.sections.stores import Secret

INVENTORY = stack_file("prod").settings.secrets.inventory


@pytest.fixture
def client():
    return boto3.client(
        "secretsmanager", region_name="ap-northeast-2", aws_access_key_id="x", aws_secret_access_key="x"
    )


@pytest.fixture
def stub(client):
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def entry(**draw):
    keys = ["username", "password"]
    raw = {"description": "d", "keys": keys, "namespace": "alphacar", "kubernetesSecret": "app", "draw": draw}
    return {"app": Secret.model_validate_json(json.dumps(raw))}


def outcomes(client, inventory):
    return [(seeded.path, seeded.outcome) for seeded in seed(client, "dev", inventory)]


def test_an_entry_without_a_value_is_given_one(client, stub):
    stub.add_response("describe_secret", {"Name": "n"}, {"SecretId": "alphacar/dev/alphacar/app"})
    stub.add_response("put_secret_value", {}, {"SecretId": "alphacar/dev/alphacar/app", "SecretString": ANY})

    assert outcomes(client, entry(username="name", password="token")) == [("alphacar/dev/alphacar/app", "drawn")]


def test_an_entry_with_a_value_is_left_alone(client, stub):
    stub.add_response(
        "describe_secret",
        {"VersionIdsToStages": {"0123456789abcdef0123456789abcdef": ["AWSCURRENT"]}},
        {"SecretId": "alphacar/dev/alphacar/app"},
    )

    assert outcomes(client, entry(username="name", password="token")) == [("alphacar/dev/alphacar/app", "has a value")]


def test_what_only_a_person_knows_is_not_drawn(client, stub):
    stub.add_response("describe_secret", {}, {"SecretId": "alphacar/dev/alphacar/app"})

    assert outcomes(client, entry(username="name")) == [("alphacar/dev/alphacar/app", "wants a person")]


def test_an_entry_that_is_not_there_yet_is_told(client, stub):
    stub.add_client_error("describe_secret", "ResourceNotFoundException")

    assert outcomes(client, entry(username="name", password="token")) == [
        ("alphacar/dev/alphacar/app", "not deployed yet")
    ]


def test_a_fernet_key_is_32_bytes():
    from migration.seed import DRAW

    assert len(base64.urlsafe_b64decode(DRAW["fernet"](""))) == 32
    assert DRAW["token"]("") != DRAW["token"]("")


def test_the_stack_files_draw_only_keys_that_exist():
    for name, secret in INVENTORY.items():
        assert set(secret.draw) <= set(secret.keys), name
