"""What a stack file says to the engine and to its AWS provider is looked at before either reads it."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from stacks.engine_keys import AWS, engine_problems

KEY = "-----BEGIN RSA PRIVATE KEY-----\nabc\n"


def problems(key, value, *secret):
    return list(engine_problems({key: value}, frozenset(secret)))


def test_the_provider_s_keys_are_those_of_the_sdk_that_is_installed():
    (folder,) = find_spec("pulumi_aws").submodule_search_locations
    source = (Path(folder) / "config" / "vars.py").read_text()

    assert set(re.findall(r"__config__\.get(?:_\w+)?\('(\w+)'", source)) == set(AWS)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        # 052812345678 and 012345670123, as YAML has them.
        ("aws:allowedAccountIds", [52812345678], "[52812345678] is refused: input should be a list of account numbers"),
        ("aws:allowedAccountIds", [1402433619], "[1402433619] is refused: input should be a list of account numbers"),
        ("aws:forbiddenAccountIds", "[52812345678]", "'[52812345678]' is refused: input should be a list of account"),
        ("aws:allowedAccountIds", "111122223333", "'111122223333' is refused: input should be a list of account"),
        ("aws:profile", 83, "83 is refused: input should be a text, quoted where it looks like anything else"),
        ("aws:skipRegionValidation", "yes", "'yes' is refused: input should be true or false"),
        ("aws:maxRetries", "many", "'many' is refused: input should be a whole number"),
        ("aws:endpoints", {"s3": "x"}, "{'s3': 'x'} is refused: input should be a list of mappings"),
        ("aws:allowedAccountId", ["111122223333"], "unknown key of the AWS provider; did you mean allowedAccountIds?"),
        ("aws:defaultTags", {"tags": {"a,b": "c"}}, "'a,b' is refused: ',' stands in no tag of AWS"),
        ("aws:defaultTags", {"tags": {"team": "x" * 257}}, "is refused: input should be a text of 256 characters at"),
        ("aws:defaultTags", '{"tags": {"team": 5}}', "5 is refused: input should be a text of 256 characters at most"),
        ("pulumi:disable-default-providers", "aws", "'aws' is refused: input should be a list of packages"),
        ("pulumi:tags", {"a b": "c"}, "'a b' is no tag of a stack"),
        ("pulumi:tags", {"a": "é" * 129}, "is refused: input should be a text of 256 bytes at most"),
    ],
)
def test_what_the_engine_or_the_provider_would_not_take_is_told(key, value, told):
    (problem,) = problems(key, value)

    assert problem.startswith(key)
    assert told in problem


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:allowedAccountIds", ["052812345678"]),
        ("aws:allowedAccountIds", [111122223333]),
        ("aws:allowedAccountIds", '["052812345678"]'),
        ("aws:skipRegionValidation", "true"),
        ("aws:maxRetries", 5),
        ("aws:defaultTags", {"tags": {"team": "플랫폼 / data @ alphacar"}}),
        ("pulumi:disable-default-providers", ["aws"]),
        ("pulumi:tags", {"team:name": "a, b"}),
        ("other:anything", [1.5]),
    ],
)
def test_what_both_take_is_accepted(key, value):
    assert problems(key, value) == []


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("aws:accessKey", "hunter2", "is written in clear"),
        ("aws:token", "hunter2", "is written in clear"),
        ("other:dbPassword", "hunter2", "is written in clear"),
        ("other:apiKey", 12345, "is written in clear"),
        ("github:token", ["hunter2"], "is written in clear"),
        ("kubernetes:kubeconfig", "users:\n- user:\n    client-key-data: hunter2\n", "is written in clear"),
        ("other:certificate", {"pem": KEY}, "is written in clear"),
        ("aws:httpsProxy", "http://me:hunter2@proxy.example:3128", "holds an address with a password in it"),
        ("landing:source", [{"a": "https://oauth2:hunter2@git.example/x"}], "holds an address with a password in it"),
    ],
)
def test_a_secret_in_clear_is_refused_and_not_repeated(key, value, told):
    (problem,) = problems(key, value)

    assert told in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("other:rotateSecret", True),
        ("other:password", ""),
        ("other:secretName", "alphacar/prod/documents"),
        ("aws:tokenBucketRateLimiterCapacity", 5),
        ("aws:httpsProxy", "http://proxy.example:3128"),
        ("other:address", "https://git@git.example/team@2/x.git"),
        ("kubernetes:kubeconfig", "~/.kube/config"),
    ],
)
def test_what_only_looks_like_a_secret_is_accepted(key, value):
    assert problems(key, value) == []


def test_a_secure_value_is_nobody_s_to_judge():
    assert problems("aws:secretKey", {"secure": "v1:abc"}, "aws:secretKey") == []
