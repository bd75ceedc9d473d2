"""A secret passes through configuration, inputs and outputs, and stands in clear text nowhere that outlives the run."""

import pytest

pytestmark = pytest.mark.engine
CANARY = "canary-5b1f0e7c"
PROGRAM = """
import pulumi
import pulumi_aws as aws

word = pulumi.Config("sample").require_secret("word")
parameter = aws.ssm.Parameter("parameter", name="/sample/word", type="SecureString", value=word)
pulumi.export("word", parameter.value)
pulumi.export("address", pulumi.Output.concat("redis://app:", word, "@host"))
"""


def holding(folder):
    return sorted(str(path) for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes())


def test_a_secret_is_nowhere_in_clear_text(program, home):
    deployment = program(PROGRAM)
    deployment.configure("sample:word", CANARY, secret=True)

    said = [deployment.preview(), deployment.up(), deployment.refresh(), deployment.up()]

    assert all(run.succeeded for run in said), said[0].complaints
    assert deployment.outputs() == {"word": CANARY, "address": f"redis://app:{CANARY}@host"}
    assert [run.text for run in said if CANARY in run.text] == []
    assert holding(deployment.folder) == holding(deployment.state) == holding(home) == []
    assert CANARY not in repr([vars(event) for run in said for event in run.events])


def test_production_s_kubeconfig_is_a_secret(prod):
    assert prod.deployed.succeeded, prod.deployed.complaints
    stack = next(each for each in prod.deployment.export()["resources"] if each["type"] == "pulumi:pulumi:Stack")

    assert "ciphertext" in stack["outputs"]["kubeconfig"]
