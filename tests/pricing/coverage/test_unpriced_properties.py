"""What a property adds to a bill is metered or told, and never free in silence."""

import importlib
import inspect
import re

import pytest

from model.resource import UNKNOWN
from pricing.coverage.unpriced_properties import EXTRAS
from tests.pricing.billing import (
    BUCKET,
    CACHE,
    CLAIM,
    DOMAIN,
    GROUP,
    HOURS,
    INGRESS,
    TEMPLATE,
    D,
    billed,
    claimed,
    group,
    resource,
)

RDS = "aws:rds/instance:Instance"
POSTGRES = {"engine": "postgres", "instanceClass": "db.t4g.micro", "allocatedStorage": 20, "storageType": "gp3"}
INSTANCE = "aws:ec2/instance:Instance"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


@pytest.mark.parametrize(
    ("token", "props", "says"),
    [
        (GROUP, group(amiType="WINDOWS_CORE_2022_x86_64"), "amiType: Windows nodes"),
        (GROUP, group(warmPoolConfig={"minSize": 2}), "warmPoolConfig: a warm pool"),
        (
            "aws:eks/cluster:Cluster",
            {"remoteNetworkConfig": {"remoteNodeNetworks": [{}]}},
            "remoteNetworkConfig: hybrid",
        ),
        ("aws:eks/cluster:Cluster", {"computeConfig": {"enabled": True}}, "computeConfig.enabled: Auto Mode"),
        (DOMAIN, {"clusterConfig": {"nodeOptions": [{"nodeType": "coordinator"}]}}, "clusterConfig.nodeOptions: "),
        (
            DOMAIN,
            {"clusterConfig": {"instanceType": "or1.large.search"}},
            "clusterConfig.instanceType: the class keeps",
        ),
        (RDS, {**POSTGRES, "databaseInsightsMode": "advanced"}, "databaseInsightsMode: advanced"),
        (RDS, {**POSTGRES, "performanceInsightsRetentionPeriod": 731}, "performanceInsightsRetentionPeriod: "),
        (RDS, {**POSTGRES, "monitoringInterval": 60}, "monitoringInterval: Enhanced Monitoring"),
        (RDS, {**POSTGRES, "dedicatedLogVolume": True}, "dedicatedLogVolume: "),
        (RDS, {**POSTGRES, "iops": UNKNOWN}, "iops is not known before the deployment: provisioned IOPS"),
        ("aws:ec2/vpnConnection:VpnConnection", {"enableAcceleration": True}, "enableAcceleration: "),
        ("aws:ec2/vpnConnection:VpnConnection", {"tunnelBandwidth": "large"}, "tunnelBandwidth: "),
        (INSTANCE, {"instanceType": "m6g.large", "monitoring": True}, "monitoring: detailed monitoring"),
        (INSTANCE, {"instanceType": "m6g.large", "tenancy": "dedicated"}, "tenancy: hardware of one's own"),
        (INSTANCE, {"instanceType": "m6g.large", "tenancy": "host", "hostId": "h-1"}, "hostId: a dedicated host"),
        (INSTANCE, {"instanceType": "m6g.large", "hostResourceGroupArn": "arn"}, "hostResourceGroupArn: a dedicated"),
        (
            INSTANCE,
            {"instanceType": "m6g.large", "instanceMarketOptions": {"marketType": "spot"}},
            "instanceMarketOptions: what is bought on the Spot market",
        ),
        (TEMPLATE, {"placement": {"tenancy": "dedicated"}}, "placement.tenancy: hardware of one's own"),
        (TEMPLATE, {"placement": {"hostId": "h-1"}}, "placement.hostId: "),
        (TEMPLATE, {"placement": {"hostResourceGroupArn": "arn"}}, "placement.hostResourceGroupArn: "),
        (TEMPLATE, {"instanceMarketOptions": {"marketType": "capacity-block"}}, "instanceMarketOptions: "),
        (
            TEMPLATE,
            {"blockDeviceMappings": [{"ebs": {"volumeInitializationRate": 300}}]},
            "blockDeviceMappings.*.ebs.volumeInitializationRate: a rate of initialisation",
        ),
        (
            "aws:ebs/volume:Volume",
            {"size": 8, "type": "gp3", "volumeInitializationRate": 300},
            "volumeInitializationRate: a rate of initialisation",
        ),
        ("aws:ec2/vpc:Vpc", {"instanceTenancy": "dedicated"}, "instanceTenancy: hardware of one's own"),
        (TEMPLATE, {"monitoring": {"enabled": True}}, "monitoring.enabled: detailed monitoring"),
        ("kubernetes:storage.k8s.io/v1:StorageClass", {"parameters": {"iopsPerGB": "50"}}, "parameters.iopsPerGB: "),
        (CLAIM, claimed("9Gi", volumeAttributesClassName="fast"), "spec.volumeAttributesClassName: "),
        (BUCKET, {"replicationConfiguration": {"role": "x"}}, "replicationConfiguration: "),
        (BUCKET, {"accelerationStatus": "Enabled"}, "accelerationStatus: "),
        (ALARM, {"metricQueries": [{"expression": "ANOMALY_DETECTION_BAND(m1)"}]}, "metricQueries.*.expression: "),
        (ALARM, {"metricQueries": [{"expression": "SELECT AVG(x)"}]}, "metricQueries.*.expression: "),
        (
            INGRESS,
            {"metadata": {"annotations": {"alb.ingress.kubernetes.io/shield-advanced-protection": "true"}}},
            "metadata.annotations.alb.ingress.kubernetes.io/shield-advanced-protection: ",
        ),
    ],
)
def test_a_property_that_bills_is_a_gap(token, props, says):
    assert any(gap.reason.startswith(says) for gap in billed(resource(token, props)).unpriced)


@pytest.mark.parametrize(
    ("token", "props"),
    [
        (GROUP, group(amiType="AL2023_ARM_64_STANDARD")),
        (
            RDS,
            {**POSTGRES, "monitoringInterval": 0, "performanceInsightsRetentionPeriod": 7, "dedicatedLogVolume": False},
        ),
        (INSTANCE, {"instanceType": "m6g.large", "monitoring": False}),
        (INSTANCE, {"instanceType": "m6g.large", "tenancy": "default"}),
        (TEMPLATE, {"placement": {"tenancy": "default", "groupName": "near"}}),
        (TEMPLATE, {"monitoring": {"enabled": "false"}}),
        (ALARM, {"metricQueries": [{"expression": "m1 / m2"}]}),
        (BUCKET, {"lifecycleRules": [{"transitions": [{"storageClass": "GLACIER"}]}]}),
    ],
)
def test_a_property_at_its_free_value_is_none(token, props):
    assert billed(resource(token, props)).unpriced == ()


def test_each_property_is_one_that_the_sdk_knows():
    def known(kind):
        module, name = re.fullmatch(r"aws:(\w+)/\w+:(\w+)", kind).groups()
        home = importlib.import_module(f"pulumi_aws.{'lambda_' if module == 'lambda' else module}")
        return inspect.signature(getattr(home, name)._internal_init).parameters

    def snake(name):
        return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()

    told = {(kind, snake(extra.path[0])) for kind in EXTRAS if kind.startswith("aws:") for extra in EXTRAS[kind]}
    assert {(kind, name) for kind, name in told if name not in known(kind)} == set()


def test_shards_with_replicas_of_their_own_are_counted_one_by_one():
    shards = [{"replicaCount": 2}, {"replicaCount": 1}, {}]
    cache = {"engine": "valkey", "nodeType": "cache.t4g.small", "nodeGroupConfigurations": shards}

    assert billed(resource(CACHE, cache)).usd_per_month == (3 + 2 + 1) * D("0.0376") * HOURS
