"""One thing broken at a time: the engine, through the stand-ins, refuses what AWS, EKS or Kubernetes would."""

import pytest

from tests.engine.standins.strictness import failures
from tools.sdk import classes
from tools.sdk.shape import Shapes

#: Declares what the SDK's own classes would not let pass.
RAW = """
import pulumi

pulumi.CustomResource("{type}", "raw", {inputs}, pulumi.ResourceOptions(version="{version}"))
"""


@pytest.fixture(scope="session")
def shapes(tmp_path_factory):
    return Shapes(tmp_path_factory.mktemp("shapes"))


@pytest.mark.engine
@pytest.mark.parametrize(
    ("type_", "inputs", "complaint"),
    [
        ("aws:sqs/queue:Queue", {"visibilityTimoutSeconds": 30}, "property visibilityTimoutSeconds value {30} has"),
        ("aws:iam/role:Role", {"name": "raw"}, "property assumeRolePolicy value {<nil>} has a problem: it is required"),
        ("aws:sqs/quue:Queue", {}, "has no resource aws:sqs/quue:Queue"),
    ],
)
def test_the_engine_refuses_what_no_sdk_knows(program, type_, inputs, complaint):
    run = program(RAW.format(type=type_, inputs=inputs, version=classes.version_of("aws"))).preview()

    assert not run.succeeded
    assert complaint in run.text


@pytest.mark.engine
@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        ('storage_classes="gp2"', "the argument storageClasses is not modelled"),
        ("tags={'owner': 1}", "eks:index:Cluster raw: tags.owner: it must be of type string, not integer"),
    ],
)
def test_a_component_refuses_what_its_table_does_not_model_and_what_it_could_not_take(program, argument, complaint):
    run = program(f"import pulumi_eks as eks\neks.Cluster('raw', authentication_mode='API', {argument})\n").preview()

    assert not run.succeeded
    assert complaint in run.text


CLUSTER = {"roleArn": "arn", "vpcConfig": {"subnetIds": ["subnet-1"]}}


@pytest.mark.parametrize(
    ("type_", "inputs", "wrong"),
    [
        ("aws:eks/cluster:Cluster", CLUSTER, []),
        ("aws:eks/cluster:Cluster", {}, ["roleArn: it is required", "vpcConfig: it is required"]),
        ("aws:eks/cluster:Cluster", {**CLUSTER, "vpcConfig": {}}, ["vpcConfig.subnetIds: it is required"]),
        ("aws:eks/cluster:Cluster", {**CLUSTER, "vpcConfig": "vpc-1"}, ["vpcConfig: it must be a mapping, not string"]),
        (
            "aws:eks/cluster:Cluster",
            {**CLUSTER, "vpcConfig": {"subnetIds": ["subnet-1", 2]}},
            ["vpcConfig.subnetIds[1]: it must be of type string, not integer"],
        ),
        ("aws:sqs/queue:Queue", {"delaySeconds": "30"}, ["delaySeconds: it must be of type integer, not string"]),
        ("aws:sqs/queue:Queue", {"delaySeconds": True}, ["delaySeconds: it must be of type integer, not boolean"]),
        ("aws:sqs/queue:Queue", {"fifoQueue": 1}, ["fifoQueue: it must be of type boolean, not integer"]),
        ("aws:sqs/queue:Queue", {"tags": {"owner": 1}}, ["tags.owner: it must be of type string, not integer"]),
        ("aws:sqs/queue:Queue", {"tags": "owner"}, ["tags: it must be a mapping, not string"]),
        ("eks:index:Cluster", {"authenticationMode": "IAM"}, ["authenticationMode: it is 'IAM'; allowed are"]),
        ("eks:index:Cluster", {"vpcCniOptions": {"logLevl": "WARN"}}, ["vpcCniOptions.logLevl: there is no such"]),
        (
            "kubernetes:apps/v1:Deployment",
            {"spec": {"template": {"spec": {"containers": [{"image": "nginx"}]}}, "selector": {}}},
            ["spec.template.spec.containers[0].name: it is required"],
        ),
        ("kubernetes:core/v1:Namespace", {"kind": "Node"}, ["kind: it is 'Node'; allowed are 'Namespace'"]),
        ("kubernetes:core/v1:Namespace", {"metadata": {"lables": {}}}, ["metadata.lables: there is no such"]),
    ],
)
def test_inputs_are_judged_by_the_sdk_s_own_types(shapes, type_, inputs, wrong):
    found = list(map(str, failures(inputs, shapes[type_])))

    assert [each[: len(start)] for each, start in zip(found, wrong, strict=True)] == wrong


def test_an_unknown_is_right_wherever_it_stands(shapes):
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

    assert failures({"roleArn": unknown, "vpcConfig": unknown}, shapes["aws:eks/cluster:Cluster"]) == []
    assert failures({"delaySeconds": unknown, "fifoQueue": unknown}, shapes["aws:sqs/queue:Queue"]) == []


def test_a_shape_read_from_disk_is_the_one_that_was_kept(tmp_path):
    fresh = Shapes(tmp_path)["aws:ec2/launchTemplate:LaunchTemplate"]

    assert Shapes(tmp_path)["aws:ec2/launchTemplate:LaunchTemplate"] == fresh
