"""Each branch of the judge of AWS inputs, and each documented rule of several properties, fires and stays quiet."""

from datetime import date

import pytest

from model.resource import UNKNOWN, Resource
from policy.engine.rule import Context, judge
from policy.guardrails.aws_api import model
from policy.guardrails.aws_api.documented import DOCUMENTED
from policy.guardrails.aws_api.related import RELATED
from policy.guardrails.rules import RULES

(RULE,) = [rule for rule in RULES if rule.name == "aws-accepts-it"]
CONTEXT = Context(settings=None, today=date(2026, 11, 28))
BUCKET = "aws:s3/bucket:Bucket"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
DATABASE = "aws:rds/instance:Instance"
SCHEDULER = "aws:lambda/function:Function"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
GROUP = "aws:ec2/securityGroup:SecurityGroup"


def told(type_, props):
    resource = Resource(urn=f"urn:pulumi:dev::shop::{type_}::it", type=type_, name="it", props=props)
    return [finding.message for finding in judge(RULE, resource, CONTEXT)]


def rules(*transitions, **ends):
    return {"bucket": "shop", "rules": [{"id": "age", "status": "Enabled", "transitions": list(transitions), **ends}]}


def move(days, storage="STANDARD_IA", unit="days"):
    return {unit: days, "storageClass": storage}


@pytest.mark.parametrize(
    ("type_", "props", "says"),
    [
        (LIFECYCLE, rules(move(90), expiration={"days": 90}), "expiration.days is 90 and a transition is after 90"),
        (LIFECYCLE, rules(move(90), expiration={"days": 91}), None),
        (LIFECYCLE, rules(move(90)), None),
        (LIFECYCLE, rules(move(29)), "moves to STANDARD_IA after 29 days; allowed are 30"),
        (LIFECYCLE, rules(move(0, "GLACIER")), None),
        (LIFECYCLE, rules(move(30), move(59, "GLACIER")), "allowed are 30 days between"),
        (LIFECYCLE, rules(move(30), move(60, "GLACIER")), None),
        (LIFECYCLE, rules(noncurrentVersionTransitions=[move(10, "ONEZONE_IA", "noncurrentDays")]), "ONEZONE_IA after 10"),
        (
            LIFECYCLE,
            rules(
                noncurrentVersionTransitions=[move(30, "GLACIER", "noncurrentDays")],
                noncurrentVersionExpiration={"noncurrentDays": 30},
            ),
            "noncurrentVersionExpiration.noncurrentDays is 30",
        ),
        (BUCKET, {"lifecycleRules": [{"transitions": [move(90)], "expiration": {"days": 90}}]}, "expiration.days is 90"),
        (BUCKET, {"lifecycleRules": [{"transitions": [move(90)], "expiration": {"days": 365}}]}, None),
        (BUCKET, {"lifecycleRules": UNKNOWN}, None),
        (
            "aws:backup/plan:Plan",
            {"name": "p", "rules": [{"ruleName": "r", "targetVaultName": "vault", "lifecycle": {"coldStorageAfter": 30, "deleteAfter": 119}}]},
            "deleteAfter is 119; allowed are 90 days after",
        ),
        (
            "aws:backup/plan:Plan",
            {"name": "p", "rules": [{"ruleName": "r", "targetVaultName": "vault", "lifecycle": {"coldStorageAfter": 30, "deleteAfter": 120}}]},
            None,
        ),
        (CACHE, {"description": "d", "automaticFailoverEnabled": True, "numCacheClusters": 1}, "numCacheClusters 1"),
        (CACHE, {"description": "d", "automaticFailoverEnabled": True, "numCacheClusters": 2}, None),
        (CACHE, {"description": "d", "multiAzEnabled": True}, "the one needs the other"),
        (CACHE, {"description": "d", "multiAzEnabled": True, "automaticFailoverEnabled": UNKNOWN}, None),
        (DATABASE, {"instanceClass": "db.t4g.micro", "backupWindow": "19:00-20:00", "maintenanceWindow": "sun:19:30-sun:20:30"}, "meet"),
        (DATABASE, {"instanceClass": "db.t4g.micro", "backupWindow": "18:00-19:30", "maintenanceWindow": "sun:19:30-sun:20:30"}, None),
        (DATABASE, {"instanceClass": "db.t4g.micro", "backupWindow": "23:50-00:10", "maintenanceWindow": "sun:02:00-sun:03:00"}, "is 20 minutes"),
        (DATABASE, {"instanceClass": "db.t4g.micro", "backupWindow": "", "maintenanceWindow": ""}, None),
        (DATABASE, {"instanceClass": "db.t4g.micro", "engine": "postgres", "username": "admin"}, "PostgreSQL reserves"),
        (DATABASE, {"instanceClass": "db.t4g.micro", "engine": "mysql", "username": "admin"}, None),
        (DATABASE, {"instanceClass": "db.t4g.micro", "engine": "postgres", "username": "admin", "snapshotIdentifier": "s"}, None),
        ("aws:sqs/queue:Queue", {"name": "orders", "fifoQueue": True}, "name must end with .fifo"),
        ("aws:sqs/queue:Queue", {"name": "orders.fifo"}, "name may not end with .fifo"),
        ("aws:sns/topic:Topic", {"name": "orders.fifo", "fifoTopic": True}, None),
        ("aws:autoscaling/group:Group", {"minSize": 2, "maxSize": 1}, "minSize is 2, more than maxSize"),
        ("aws:autoscaling/group:Group", {"minSize": 1, "desiredCapacity": UNKNOWN, "maxSize": 1}, None),
        (GROUP, {"ingress": [{"protocol": "http"}]}, "ingress[*].protocol must be tcp"),
        (GROUP, {"ingress": [{"protocol": "tcp"}, {"protocol": "6"}, {"protocol": "-1"}]}, None),
    ],
)  # fmt: skip
def test_what_belongs_together_is_judged_together(type_, props, says):
    found = told(type_, props)

    assert (found == []) if says is None else any(says in message for message in found), found


def test_every_documented_rule_names_its_source_and_every_related_type_a_case():
    assert all(rule.source and rule.says for rule in DOCUMENTED)
    assert RELATED.keys() >= {LIFECYCLE, BUCKET, CACHE, DATABASE}


FUNCTION = {"role": "arn:aws:iam::111122223333:role/shop"}


@pytest.mark.parametrize(
    ("props", "says"),
    [
        ({"memorySize": 127}, "memorySize is out of range; allowed are 128 to "),
        ({"memorySize": "127"}, "memorySize is out of range"),
        ({"memorySize": 128}, None),
        ({"memorySize": None}, None),
        ({"memorySize": UNKNOWN}, None),
        # What the provider takes for not given.
        ({"memorySize": 0, "runtime": ""}, None),
        ({"runtime": "python3.111"}, "did you mean python3.11?"),
        ({"layers": ["arn:aws:lambda:ap-northeast-2:111122223333:layer:shop"]}, "layers[0] does not match"),
        ({"tags": {"k" * 200: "v"}}, "a key of "),
        ({"tags": {f"key-{number}": "v" for number in range(51)}}, "tags has 51 entries; allowed are 50"),
        ({"tags": {"aws:owner": "v"}}, "not beginning with aws:"),
        ({"tags": {"소유자": "플랫폼"}}, None),
        ({"tags": {7: "v"}}, None),
    ],
)
def test_a_value_of_every_shape_is_judged(props, says):
    found = told(SCHEDULER, {**FUNCTION, **props})

    assert (found == []) if says is None else any(says in message for message in found), found


def test_an_environment_variable_s_name_is_judged_and_its_value_never_shown():
    (message,) = told(SCHEDULER, {**FUNCTION, "environment": {"variables": {"1-wrong": "hunter2"}}})

    assert message.startswith("a key of environment.variables does not match")
    assert "hunter2" not in message


def test_a_fault_is_told_once_and_names_no_value():
    secret = "s" * 300
    found = told("aws:kms/alias:Alias", {"name": f"alias/{secret}", "targetKeyId": "k"})

    assert len(found) == 1
    assert secret not in found[0]


@pytest.mark.parametrize(
    ("key", "shown"), [("<{%fg 1%}>x", "<fg 1%}>x"), ("k" * 100, "k" * 63 + "…"), ("plain", "plain")]
)
def test_a_key_is_neither_a_colour_nor_endless_in_a_message(key, shown):
    assert model.short(key) == shown


def test_a_long_document_is_still_held_against_its_characters():
    policy = (
        '{"Version":"2012-10-17","Statement":[{"Sid":"%s","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
    )

    for room in ("", " " * 5_000):
        (message,) = told("aws:iam/rolePolicy:RolePolicy", {"role": "shop", "policy": policy % "읽기" + room})
        assert message.startswith("policy does not match")
        assert told("aws:iam/rolePolicy:RolePolicy", {"role": "shop", "policy": policy % "Read" + room}) == []


def test_several_blocks_where_one_stands_and_one_value_where_several_are_looked_into():
    for days in ([{"sizeInMb": 1}], {"sizeInMb": 1}, "x", 7, [[]], {"deep": [{}]}):
        assert isinstance(told(SCHEDULER, {**FUNCTION, "ephemeralStorage": days, "vpcConfig": days}), list)
