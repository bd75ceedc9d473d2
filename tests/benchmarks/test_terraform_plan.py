"""What a stack declares at AWS, as Terraform would print its plan."""

import pytest

from benchmarks.terraform_plan import arguments, plan, terraform_type
from model.resource import UNKNOWN, Resource
from tests.aws.conversion import candidates
from tests.aws.variations import registered


def resource(token, name, props, references=None, parent=""):
    urn = f"urn:pulumi:prod::zone::{parent}{token}::{name}"
    return Resource(urn=urn, type=token, name=name, props=props, references=references or {})


def test_a_plan_says_what_is_known_what_is_not_and_what_stands_behind_it():
    key = resource("aws:kms/key:Key", "keys", {"enableKeyRotation": True, "tags": {"managedBy": "us"}})
    template = resource(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "nodes.spot",
        {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"kmsKeyId": UNKNOWN}}], "vpcIds": ["a", UNKNOWN]},
        {"blockDeviceMappings": [key.urn], "vpcIds": ["urn:pulumi:prod::zone::alphacar:network:Network::main"]},
    )
    pod = resource("kubernetes:core/v1:Pod", "crawl", {})
    keys = {"address": "aws_kms_key.keys", "mode": "managed", "type": "aws_kms_key", "name": "keys"}
    nodes = {
        "address": "aws_launch_template.nodes-spot",
        "mode": "managed",
        "type": "aws_launch_template",
        "name": "nodes-spot",
    }
    known_key = {"enable_key_rotation": True, "tags": {"managedBy": "us"}}
    known_nodes = {"block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{}]}], "vpc_ids": ["a", None]}
    planned = {"provider_name": "hashicorp/aws", "schema_version": 0, "sensitive_values": {}}
    created = {"actions": ["create"], "before": None, "before_sensitive": False, "after_sensitive": {}}
    configured = {"provider_config_key": "aws", "schema_version": 0}

    assert plan([key, pod, template], "ap-northeast-2") == {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {
            "root_module": {
                "resources": [keys | planned | {"values": known_key}, nodes | planned | {"values": known_nodes}]
            }
        },
        "resource_changes": [
            keys
            | {"provider_name": "hashicorp/aws"}
            | {"change": created | {"after": known_key, "after_unknown": {"id": True, "tags": {}}}},
            nodes
            | {"provider_name": "hashicorp/aws"}
            | {
                "change": created
                | {
                    "after": known_nodes,
                    "after_unknown": {
                        "id": True,
                        "block_device_mappings": [{"ebs": [{"kms_key_id": True}]}],
                        "vpc_ids": [False, True],
                    },
                }
            },
        ],
        "configuration": {
            "provider_config": {
                "aws": {"name": "aws", "expressions": {"region": {"constant_value": "ap-northeast-2"}}}
            },
            "root_module": {
                "resources": [
                    keys
                    | configured
                    | {
                        "expressions": {
                            "enable_key_rotation": {"constant_value": True},
                            "tags": {"constant_value": {"managedBy": "us"}},
                        }
                    },
                    nodes
                    | configured
                    | {
                        "expressions": {
                            "block_device_mappings": [
                                {
                                    "device_name": {"constant_value": "/dev/xvda"},
                                    "ebs": [
                                        {"kms_key_id": {"references": ["aws_kms_key.keys.id", "aws_kms_key.keys"]}}
                                    ],
                                }
                            ],
                            "vpc_ids": {},
                        }
                    },
                ]
            },
        },
    }


def test_a_reference_says_which_attribute_and_follows_a_property_s_own_name():
    topic = resource("aws:sns/topic:Topic", "alarms", {"name": "alarms"})
    subscription = resource(
        "aws:sns/topicSubscription:TopicSubscription", "mail", {"topic": UNKNOWN}, {"topic": [topic.urn]}
    )

    configured = plan([topic, subscription], "ap-northeast-2")["configuration"]["root_module"]["resources"]

    assert configured[1]["expressions"] == {
        "topic_arn": {"references": ["aws_sns_topic.alarms.arn", "aws_sns_topic.alarms"]}
    }


@pytest.mark.parametrize(
    ("given", "terraform"),
    [
        ({"rules": [{"maxDays": 1}, UNKNOWN]}, {"rule": [{"max_days": 1}, UNKNOWN]}),
        ({"policies": [{"a": 1}], "addresses": [{"a": 1}]}, {"address": [{"a": 1}], "policy": [{"a": 1}]}),
        ({"ingress": [{"fromPort": 1}]}, {"ingress": [{"from_port": 1}]}),
        ({"subnetIds": ["a"], "ids": []}, {"ids": [], "subnet_ids": ["a"]}),
        ({"clientIdLists": ["a"], "times": "18:30"}, {"client_id_list": ["a"], "times": ["18:30"]}),
        ({"dimensions": {"DBInstance": "a"}}, {"dimensions": {"DBInstance": "a"}}),
        ({"loggingConfig": UNKNOWN}, {"logging_config": UNKNOWN}),
    ],
)
def test_blocks_stand_in_lists_and_are_named_in_the_singular(given, terraform):
    assert arguments(resource("aws:ec2/vpc:Vpc", "main", given)) == terraform


def test_resources_of_one_name_below_several_parents_have_addresses_of_their_own():
    first = resource("aws:s3/bucket:Bucket", "1st", {}, parent="a$")
    second = resource("aws:s3/bucket:Bucket", "1st", {}, parent="b$")

    changes = plan([first, second], "ap-northeast-2")["resource_changes"]

    assert [each["address"] for each in changes] == ["aws_s3_bucket._1st", "aws_s3_bucket._1st-2"]


def test_every_declared_type_is_one_that_the_provider_could_know():
    declared = {made.type for made in registered("prod")}

    assert [token for token in declared if terraform_type(token) not in candidates(token)] == []
    assert terraform_type("aws:ec2/vpc:Vpc") == "aws_vpc"
    assert terraform_type("aws:kms/key:Key") == "aws_kms_key"
    assert terraform_type("aws:rds/instance:Instance") == "aws_db_instance"
