"""What a program looks up: answered from the file, by the preview, by nobody."""

import json

import pytest
import yaml

from preview.program.look_ups import read_answers
from preview.program.policy_document import policy_document
from preview.program.process import ProgramError
from stacks.messages import SettingsError

IMAGE = """
import pulumi
import pulumi_aws as aws

image = aws.ec2.get_ami(owners=["amazon"], most_recent=True)
aws.ec2.Instance("web", ami=image.id, instance_type="t3.micro")
"""


def test_a_look_up_that_nobody_answers_ends_with_the_entry_to_add(ran):
    with pytest.raises(ProgramError) as told:
        ran(IMAGE)

    assert str(told.value).startswith("the program looks up aws:ec2/getAmi:getAmi, which nothing offline can answer; ")
    (entry,) = yaml.safe_load(told.value.entry)
    assert (entry["token"], entry["args"]) == ("aws:ec2/getAmi:getAmi", {"owners": ["amazon"], "mostRecent": True})
    assert {"id", "architecture", "rootDeviceName"} <= set(entry["result"])
    assert set(entry["result"].values()) == {None}


def test_the_entry_filled_in_is_the_answer(ran):
    with pytest.raises(ProgramError) as told:
        ran(IMAGE)
    entries = yaml.safe_load(told.value.entry)
    entries[0]["result"] = {"id": "ami-0123"}

    monitor = ran(IMAGE, entries)

    (web,) = [each for each in monitor.recording().registrations if each.name == "web"]
    assert web.inputs["ami"] == "ami-0123"
    assert [each.source for each in monitor.look_ups] == ["file"]


def test_a_program_that_goes_on_without_an_answer_is_previewed(ran):
    monitor = ran(
        """
        import pulumi
        import pulumi_aws as aws

        try:
            found = aws.ec2.get_vpc(default=True).id
        except Exception:
            found = "none"
        pulumi.export("found", found)
        """
    )

    assert monitor.recording().outputs == {"found": "none"}
    assert [each.source for each in monitor.look_ups] == ["refused"]


def test_every_region_s_constants_are_answered_and_what_is_assumed_is_told(ran):
    monitor = ran(
        """
        import pulumi
        import pulumi_aws as aws

        pulumi.export("region", aws.get_region().region)
        pulumi.export("zones", aws.get_availability_zones().names)
        west = aws.Provider("west", region="us-west-2")
        opts = pulumi.InvokeOptions(provider=west)
        pulumi.export("west", aws.get_availability_zones(opts=opts).names)
        pulumi.export("china", aws.get_partition(opts=pulumi.InvokeOptions(provider=west)).partition)
        """,
        **{"Pulumi.dev.yaml": "config: {'aws:region': cn-north-1}"},
    )

    assert monitor.recording().outputs == {
        "region": "cn-north-1",
        "zones": ["cn-north-1a", "cn-north-1b", "cn-north-1c"],
        "west": ["us-west-2a", "us-west-2b", "us-west-2c"],
        "china": "aws",
    }
    assert sorted(monitor.notes) == [
        "the zones of cn-north-1 are taken to be a, b, c; --look-ups may say more",
        "the zones of us-west-2 are taken to be a, b, c; --look-ups may say more",
    ]


def test_objects_in_yaml_are_placed_and_a_chart_that_nobody_renders_is_named(ran):
    monitor = ran(
        """
        import pulumi_kubernetes as k8s

        k8s.yaml.ConfigGroup("group", yaml=["{apiVersion: v1, kind: Namespace, metadata: {name: team}}"])
        k8s.helm.v3.Chart("chart", k8s.helm.v3.LocalChartOpts(path="./nginx"))
        """
    )

    types = {each.name: each.type for each in monitor.recording().registrations}
    assert types["team"] == "kubernetes:core/v1:Namespace"
    assert [(each.type, each.reason) for each in monitor.not_expanded()] == [
        ("kubernetes:helm.sh/v3:Chart", "its objects are rendered by the plugin kubernetes, which is not run here")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", ": must be a list of entries with token, args, result"),
        ("[{token: a, results: {}}]", ": entry 1: 'results' is an unknown key; did you mean result?"),
        ("[{result: {}}]", ": entry 1: token: is missing; allowed is a text such as "),
        ("[{token: a, args: [1], result: {}}]", ": entry 1: args: must be a mapping"),
        ("[{token: a}]", ": entry 1: result: must be a mapping"),
        ("[{token: a, result: {b: {c: }}}]", ": entry 1 (a): result.b.c is not filled in; fill it in, or remove it"),
    ],
)
def test_a_file_that_is_no_list_of_answers_is_refused_by_entry_and_key(tmp_path, text, message):
    path = tmp_path / "look-ups.yaml"
    path.write_text(text)

    with pytest.raises(SettingsError) as told:
        read_answers(path)

    assert str(told.value).startswith(f"{path}{message}")


def test_an_entry_answers_its_arguments_before_one_that_answers_any_and_one_unused_is_told(tmp_path):
    path = tmp_path / "look-ups.json"
    path.write_text(
        json.dumps(
            [
                {"token": "t", "result": {"id": "any"}},
                {"token": "t", "args": {"a": 1}, "result": {"id": "one"}},
                {"token": "u", "result": {}},
            ]
        )
    )
    answers = read_answers(path)

    assert (answers.find("t", {"a": 1}), answers.find("t", {})) == ({"id": "one"}, {"id": "any"})
    assert answers.find("other", {}) is None
    assert answers.unused() == [f"{path}: entry 3 (u) answers nothing that the program asked"]


def test_a_policy_document_is_written_as_the_provider_writes_it():
    made = policy_document(
        {
            "statements": [
                {
                    "sid": "Read",
                    "actions": ["s3:GetObject", "s3:ListBucket"],
                    "resources": ["arn:aws:s3:::b"],
                    "principals": [{"type": "AWS", "identifiers": ["1", "2"]}],
                    "conditions": [{"test": "StringEquals", "variable": "aws:x", "values": ["y"]}],
                },
                {"effect": "Deny", "notActions": ["iam:*"], "principals": [{"type": "*", "identifiers": ["*"]}]},
            ],
            "overridePolicyDocuments": ['{"Statement": {"Sid": "Read", "Effect": "Deny", "Action": "s3:*"}}'],
            "sourcePolicyDocuments": ['{"Statement": [{"Effect": "Allow", "Action": "a:B", "Resource": "*"}]}'],
        }
    )

    assert json.loads(made["json"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "a:B", "Resource": "*"},
            {"Sid": "Read", "Effect": "Deny", "Action": "s3:*"},
            {"Effect": "Deny", "NotAction": "iam:*", "Principal": "*"},
        ],
    }
    plain = policy_document({"statements": [{"actions": ["s3:GetObject", "s3:ListBucket"], "resources": ["*"]}]})
    assert json.loads(plain["minifiedJson"])["Statement"] == [
        {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "*"}
    ]
