"""What looks like a setting and bills all the same, beside the same setting where it costs nothing."""

import pytest

from model.resource import UNKNOWN
from pricing import meter
from tests.pricing.billing import HOURS, LOGS, D, billed, resource

RESOLVER = "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig"
QUERIES = "aws:route53/queryLog:QueryLog"
FIREWALL = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
DESTINATIONS = {RESOLVER: "destinationArn", QUERIES: "cloudwatchLogGroupArn", FIREWALL: "logDestinationConfigs"}


@pytest.mark.parametrize(
    ("token", "props", "kind", "reason"),
    [
        (RESOLVER, {"destinationArn": "arn:aws:s3:::dns"}, "usage", "destinationArn: what is logged is billed"),
        (RESOLVER, {"destinationArn": UNKNOWN}, "usage", "destinationArn: what is logged is billed"),
        (
            QUERIES,
            {"cloudwatchLogGroupArn": "arn:aws:logs:us-east-1:1:log-group:/aws/route53/x"},
            "usage",
            "cloudwatch",
        ),
        (FIREWALL, {"logDestinationConfigs": ["arn:aws:firehose:x"]}, "usage", "logDestinationConfigs: what is logged"),
        (TARGET, {"arn": "arn:aws:events:ap-northeast-2:1:api-destination/x/y"}, "usage", "arn: each call of an API"),
        (TARGET, {"arn": "arn:aws:events:ap-northeast-2:2:event-bus/x"}, "usage", "arn: each event that is sent on"),
        (
            "aws:ec2/defaultCreditSpecification:DefaultCreditSpecification",
            {"instanceFamily": "t3", "cpuCredits": "unlimited"},
            "usage",
            "cpuCredits: every instance of the family",
        ),
        (
            "aws:cloudwatch/logAccountPolicy:LogAccountPolicy",
            {"policyType": "DATA_PROTECTION_POLICY"},
            "price",
            "policyType: data protection bills",
        ),
        (
            "aws:ssm/serviceSetting:ServiceSetting",
            {"settingId": "/ssm/parameter-store/high-throughput-enabled", "settingValue": "true"},
            "price",
            "settingValue: a higher tier bills",
        ),
        (
            "aws:ssm/serviceSetting:ServiceSetting",
            {"settingId": "/ssm/managed-instance/activation-tier", "settingValue": "advanced"},
            "price",
            "settingValue: a higher tier bills",
        ),
        (
            "aws:ecs/accountSettingDefault:AccountSettingDefault",
            {"name": "containerInsights", "value": "enhanced"},
            "usage",
            "value: Container Insights bills",
        ),
        (
            "aws:efs/backupPolicy:BackupPolicy",
            {"backupPolicy": {"status": "ENABLED"}},
            "price",
            "backupPolicy.status: AWS Backup bills",
        ),
        (
            "aws:route53/record:Record",
            {"type": "A", "cidrRoutingPolicy": {"collectionId": "c", "locationName": "x"}},
            "price",
            "cidrRoutingPolicy: queries that are routed",
        ),
        (
            "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter",
            {},
            "usage",
            "a transit gateway charges for data",
        ),
    ],
)
def test_what_bills_behind_a_setting_is_told(token, props, kind, reason):
    (gap,) = billed(resource(token, props)).unpriced

    assert (gap.kind, gap.reason[: len(reason)]) == (kind, reason)
    assert meter.price_status(token) in ("free", "usage", "priced")


@pytest.mark.parametrize(
    ("token", "props"),
    [
        (TARGET, {"arn": "arn:aws:lambda:ap-northeast-2:1:function:x"}),
        (TARGET, {"arn": UNKNOWN}),
        (
            "aws:ec2/defaultCreditSpecification:DefaultCreditSpecification",
            {"instanceFamily": "t3", "cpuCredits": "standard"},
        ),
        ("aws:cloudwatch/logAccountPolicy:LogAccountPolicy", {"policyType": "SUBSCRIPTION_FILTER_POLICY"}),
        ("aws:ssm/serviceSetting:ServiceSetting", {"settingValue": "false"}),
        (
            "aws:ssm/serviceSetting:ServiceSetting",
            {"settingId": "/ssm/documents/console/public-sharing-permission", "settingValue": "Disable"},
        ),
        ("aws:ecs/accountSettingDefault:AccountSettingDefault", {"name": "containerInsights", "value": "disabled"}),
        ("aws:ecs/accountSettingDefault:AccountSettingDefault", {"name": "awsvpcTrunking", "value": "enabled"}),
        ("aws:efs/backupPolicy:BackupPolicy", {"backupPolicy": {"status": "DISABLED"}}),
        ("aws:route53/record:Record", {"type": "A", "weightedRoutingPolicies": [{"weight": 1}]}),
        ("aws:autoscaling/policy:Policy", {"policyType": "StepScaling"}),
        ("aws:appautoscaling/policy:Policy", {"policyType": "PredictiveScaling"}),
        ("aws:ec2transitgateway/vpcAttachmentAccepter:VpcAttachmentAccepter", {}),
        ("aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation", {}),
        ("aws:wafv2/webAclAssociation:WebAclAssociation", {}),
    ],
)
def test_the_same_setting_where_it_costs_nothing_is_none(token, props):
    assert billed(resource(token, props)) == meter.Bill((), ())


@pytest.mark.parametrize(("token", "key"), DESTINATIONS.items())
def test_a_log_group_that_is_declared_bears_what_is_delivered_to_it(token, key):
    group = resource(LOGS, {"name": "/alphacar/prod/dns", "retentionInDays": 7}, "dns")
    logging = resource(token, {key: UNKNOWN}, references={key: (group.urn,)})

    assert billed(group, logging) == billed(group)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("aws:cloudwatch/eventApiDestination:EventApiDestination", "each call of an API destination"),
        ("aws:cloudwatch/eventBus:EventBus", "each event that is sent on"),
    ],
)
def test_a_target_that_is_declared_beside_the_rule_is_told_by_its_reference(kind, told):
    declared = resource(kind, {}, "there")
    sent = resource(TARGET, {"arn": UNKNOWN}, references={"arn": (declared.urn,)})
    gaps = [gap for gap in billed(declared, sent).unpriced if gap.urn == sent.urn]

    assert [told in gap.reason for gap in gaps] == [True]


def test_both_ends_of_a_peering_pay_by_the_hour():
    (line,) = billed(resource("aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter")).lines

    assert line.usd_per_month == D("0.07") * HOURS
