"""What AWS charges for quietly is told, and nothing else is."""

import json

import pytest

from model.resource import UNKNOWN
from policy.cost.waste import no_hidden_bills
from policy.engine.rule import Context
from pricing.aws.cloudwatch_agent import OBSERVABILITY
from tests.conftest import TODAY
from tests.pricing.billing import ADDON, CLAIM, DOMAIN, RELEASE, TEMPLATE, D, billed, claimed, resource

CLUSTER = "aws:eks/cluster:Cluster"
INSTANCE = "aws:ec2/instance:Instance"
IN_TREE = {"provisioner": "kubernetes.io/aws-ebs"}
STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"


@pytest.mark.parametrize(
    ("token", "props", "says"),
    [
        (INSTANCE, {"rootBlockDevice": {"volumeType": "gp2"}}, "rootBlockDevice.volumeType must be"),
        (INSTANCE, {"rootBlockDevice": {"volumeSize": 9}}, "rootBlockDevice.volumeType must be"),
        (INSTANCE, {"rootBlockDevice": {"volumeType": "io2"}}, "rootBlockDevice.volumeType must be"),
        (INSTANCE, {"ebsBlockDevices": [{"volumeType": "io1"}]}, "ebsBlockDevices.*.volumeType must be"),
        (INSTANCE, {"tenancy": "dedicated"}, "tenancy must be default"),
        (INSTANCE, {"tenancy": "host"}, "tenancy must be default"),
        (TEMPLATE, {"placement": {"tenancy": "dedicated"}}, "placement.tenancy must be default"),
        (TEMPLATE, {"instanceType": "m4.large"}, "m4.large is of a previous generation"),
        ("aws:ec2/vpc:Vpc", {"instanceTenancy": "dedicated"}, "instanceTenancy must be default"),
        ("aws:elasticache/cluster:Cluster", {"engine": "redis"}, "engine must be anything but redis"),
        ("aws:elasticache/cluster:Cluster", {"nodeType": "cache.m4.large"}, "cache.m4.large is of a previous"),
        (TEMPLATE, {"blockDeviceMappings": [{"ebs": {"volumeSize": 9}}]}, "blockDeviceMappings.*.ebs.volumeType must"),
        ("aws:rds/cluster:Cluster", {}, "engineLifecycleSupport must be"),
        ("aws:rds/instance:Instance", {"storageType": "gp2"}, "storageType must be"),
        ("aws:rds/instance:Instance", {"iops": 3000}, "storageType must be"),
        ("aws:redshift/cluster:Cluster", {"nodeType": "dc2.large"}, "dc2.large is of a previous generation"),
        ("aws:dms/replicationInstance:ReplicationInstance", {"replicationInstanceClass": "dms.t2.micro"}, "t2 is of a"),
        (RELEASE, {"chart": "amazon-cloudwatch-observability"}, "values.containerInsights.enabled must be false"),
        (RELEASE, {"chart": "amazon-cloudwatch-observability", "values": UNKNOWN}, "values is not known yet"),
        (STORAGE_CLASS, IN_TREE, "parameters.type must be gp3"),
        (f"{STORAGE_CLASS}Patch", IN_TREE, "parameters.type must be gp3"),
        (DOMAIN, {"ebsOptions": {"ebsEnabled": True, "volumeType": "gp2"}}, "ebsOptions.volumeType must be"),
        (
            "aws:elasticache/serverlessCache:ServerlessCache",
            {"engine": "redis"},
            "engine must be valkey: serverless Redis starts at 110 USD a month, serverless Valkey at 7",
        ),
        (
            CLUSTER,
            {},
            "upgradePolicy.supportType must be STANDARD: unset means EXTENDED: past its standard support a cluster costs 0.60",
        ),
        (CLUSTER, {"version": "1.33"}, "this version is in extended support: 0.60 USD an hour instead of 0.10"),
    ],
)
def test_a_quiet_bill_is_told(token, props, says):
    found = no_hidden_bills(resource(token, props), Context(settings=None, today=TODAY))

    assert any(finding.message.startswith(says) for finding in found)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, ()),
        ({"containerInsights": {"enabled": True}}, ("containerInsights",)),
        ({"applicationSignals": {}}, ("applicationSignals",)),
        ({"containerLogs": {"enabled": True}}, ("containerLogs",)),
        ({"otelContainerInsights": {"enabled": True}}, ("otelContainerInsights",)),
        ({"otelContainerInsights": {"enabled": False}}, ()),
        ({"otelContainerInsights": {}}, ()),
    ],
)
def test_what_the_agent_sends_is_told_for_the_add_on_and_the_chart_alike(changed, told):
    values = {
        **{key: {"enabled": False} for key in ("containerInsights", "applicationSignals", "containerLogs")},
        **changed,
    }
    agents = {
        "configurationValues": resource(ADDON, {"addonName": OBSERVABILITY, "configurationValues": json.dumps(values)}),
        "values": resource(RELEASE, {"chart": OBSERVABILITY, "values": values}),
    }

    for place, agent in agents.items():
        found = [finding.message for finding in no_hidden_bills(agent, Context(settings=None, today=TODAY))]
        assert [message.partition(" must")[0] for message in found] == [f"{place}.{key}.enabled" for key in told]


@pytest.mark.parametrize(
    ("token", "props"),
    [
        (INSTANCE, {"instanceType": "m6g.large"}),
        (INSTANCE, {"rootBlockDevice": {"volumeType": "gp3"}, "ebsBlockDevices": [], "tenancy": "default"}),
        ("aws:ec2/vpc:Vpc", {}),
        ("aws:elasticache/cluster:Cluster", {"engine": "memcached", "nodeType": "cache.t4g.small"}),
        ("aws:elasticache/cluster:Cluster", {"replicationGroupId": UNKNOWN}),
        ("aws:rds/instance:Instance", {"engineLifecycleSupport": "open-source-rds-extended-support-disabled"}),
        ("aws:rds/instance:Instance", {"replicateSourceDb": "shop"}),
        (STORAGE_CLASS, {"provisioner": "ebs.csi.aws.com"}),
        (STORAGE_CLASS, {**IN_TREE, "parameters": {"type": "gp3"}}),
        (DOMAIN, {"ebsOptions": {"ebsEnabled": False}}),
        (TEMPLATE, {"instanceType": "m6g.large"}),
        (RELEASE, {"chart": "grafana"}),
    ],
)
def test_what_costs_no_more_than_it_has_to_is_not_told(token, props):
    assert list(no_hidden_bills(resource(token, props), Context(settings=None, today=TODAY))) == []


def test_a_claim_of_the_in_tree_driver_is_gp2():
    old = resource(STORAGE_CLASS, {**IN_TREE, "metadata": {"name": "old"}})

    assert billed(old, resource(CLAIM, claimed("10Gi", storageClassName="old"))).usd_per_month == 10 * D("0.114")
