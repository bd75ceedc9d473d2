"""What has no price says why, and what a stack pays once is borne once."""

import json

import pytest

from model.resource import UNKNOWN
from stacks.sections.measures import Spread, Usage
from tests.pricing.billing import (
    ADDON,
    BUCKET,
    CACHE,
    CLAIM,
    CLUSTER,
    DOMAIN,
    GROUP,
    HOURS,
    INGRESS,
    INSTANCE,
    LOGS,
    READS,
    RELEASE,
    SERVICE,
    USAGE,
    WITHOUT_READS,
    D,
    billed,
    claimed,
    mapped,
    resource,
)

POSTGRES = {"engine": "postgres", "instanceClass": "db.t4g.micro", "storageType": "gp3", "allocatedStorage": 20}


@pytest.mark.parametrize(
    ("token", "props", "usage", "kind", "reason"),
    [
        ("aws:quantum/computer:Computer", {}, USAGE, "type", "cost unknown: no price for"),
        ("datadog:index/monitor:Monitor", {}, USAGE, "type", "cost unknown: no price for"),
        ("aws:msk/cluster:Cluster", {}, USAGE, "price", "billed by broker"),
        (
            "aws:mwaa/environment:Environment",
            {},
            USAGE,
            "price",
            "nobody has found the price of mwaa/environment-mw1.small",
        ),
        ("kubernetes:karpenter.sh/v1:NodePool", {}, USAGE, "price", "starts instances that no declaration shows"),
        (INSTANCE, {"instanceClass": "db.r8g.large"}, USAGE, "price", "the price book has no docdb/db.r8g.large"),
        (INSTANCE, {"instanceClass": UNKNOWN}, USAGE, "value", "instanceClass is not known before the deployment"),
        (INSTANCE, {}, USAGE, "value", "instanceClass is missing"),
        (INSTANCE, {"instanceClass": 5}, USAGE, "value", "instanceClass is a number, not a text"),
        (
            CACHE,
            {"nodeType": "cache.t4g.small", "numCacheClusters": True},
            USAGE,
            "value",
            "is true or false, not a number",
        ),
        ("aws:ecr/repository:Repository", {}, Usage(), "usage", "images: landing:usage.registryGb is not set"),
        ("aws:ecr/repository:Repository", {}, None, "usage", "images: landing:usage.registryGb is not set"),
        (LOGS, {"name": "/aws/eks/x/cluster"}, USAGE, "value", "retentionInDays is 0: the group never expires"),
        (LOGS, {"name": "mystery", "retentionInDays": 7}, USAGE, "value", "no landing:usage figure fills this group"),
        (SERVICE, {"spec": {"type": UNKNOWN}}, USAGE, "value", "spec.type is not known before the deployment"),
        (RELEASE, {"chart": "x", "values": UNKNOWN}, USAGE, "value", "values is not known before the deployment"),
        (CLAIM, claimed("9Gi", storageClassName="fast"), USAGE, "value", "its storage class is declared nowhere here"),
        (RELEASE, mapped({"persistence": {"enabled": True}}), USAGE, "value", "persistence: size is missing"),
        (ADDON, {"addonName": "amazon-cloudwatch-observability"}, USAGE, "usage", "Container Insights is on"),
        (ADDON, {"addonName": "kubecost_kubecost"}, USAGE, "price", "may be sold by the node or vCPU"),
        (
            "aws:lambda/eventSourceMapping:EventSourceMapping",
            {"provisionedPollerConfig": {"maximumPollers": 5}},
            USAGE,
            "price",
            "provisionedPollerConfig: provisioned pollers",
        ),
        (CLUSTER, {"engineVersion": "3.6.0"}, USAGE, "price", "no extended support of DocumentDB 3.6"),
        (
            CLUSTER,
            {"enabledCloudwatchLogsExports": ["audit"]},
            USAGE,
            "value",
            "/aws/docdb/... itself and it never expires",
        ),
        (DOMAIN, {"engineVersion": "Elasticsearch_6.7"}, USAGE, "price", "no extended support"),
        (
            "aws:rds/instance:Instance",
            {**POSTGRES, "engineVersion": "13.4"},
            USAGE,
            "price",
            "no extended support",
        ),
        (
            "aws:rds/instance:Instance",
            {"engine": "mysql", "engineVersion": "8.4"},
            USAGE,
            "price",
            "no RDS for this engine",
        ),
        ("kubernetes:core/v1:ServiceList", {}, USAGE, "value", "is a list of objects"),
    ],
)
def test_what_has_no_price_says_why(token, props, usage, kind, reason):
    bill = billed(resource(token, props), usage=usage)

    assert bill.at_least
    assert (kind, True) in {(gap.kind, reason in gap.reason) for gap in bill.unpriced}


SIZES = {"scalingConfig": {"desiredSize": 2, "minSize": 1, "maxSize": 3}}


@pytest.mark.parametrize(
    ("token", "props"),
    [
        (GROUP, {"instanceTypes": ["g6e.xlarge"], **SIZES}),
        (GROUP, {"instanceTypes": ["m6g.large", "g6e.xlarge"], **SIZES}),
        ("aws:ec2/instance:Instance", {"instanceType": "mac2.metal"}),
        (INSTANCE, {"instanceClass": "db.serverless"}),
        (CACHE, {"engine": "valkey", "nodeType": "cache.r7g.16xlarge", "numCacheClusters": 1}),
        (DOMAIN, {"clusterConfig": {"instanceType": "r7g.large.search"}}),
        ("aws:rds/instance:Instance", {**POSTGRES, "instanceClass": "db.r8g.large"}),
    ],
)
def test_a_class_without_a_price_is_a_gap_and_no_line_of_nothing(token, props):
    bill = billed(resource(token, props))

    assert any(gap.kind == "price" for gap in bill.unpriced)
    assert not any(line.item in ("instances", "instance", "nodes", "data nodes") for line in bill.lines)


def test_a_serverless_documents_cluster_is_a_gap_twice():
    capacity = {"serverlessV2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 8}}
    declared = (resource(CLUSTER, capacity), resource(INSTANCE, {"instanceClass": "db.serverless"}))

    assert [gap.type for gap in billed(*declared).unpriced] == [CLUSTER, INSTANCE]


def test_a_guide_style_agent_configuration_is_found_out():
    config = {"agent": {"config": {"logs": {"metrics_collected": {"kubernetes": {}}}}}}
    off = {"containerInsights": {"enabled": False}, "applicationSignals": {"enabled": False}}
    props = {"addonName": "amazon-cloudwatch-observability", "configurationValues": json.dumps(config | off)}

    assert [gap.kind for gap in billed(resource(ADDON, props)).unpriced] == ["usage"]


# What a stack pays once is borne once.


@pytest.mark.parametrize(
    ("token", "props", "item"),
    [
        ("aws:ecr/repository:Repository", {}, "images"),
        ("aws:ec2/natGateway:NatGateway", {}, "NAT data"),
        (CLUSTER, {"backupRetentionPeriod": 7}, "backup beyond the free size"),
        (BUCKET, {}, "objects"),
        (LOGS, {"name": "/aws/docdb/x/audit", "retentionInDays": 7}, "ingestion"),
        ("aws:lb/loadBalancer:LoadBalancer", {}, "capacity units"),
    ],
)
def test_a_usage_figure_is_billed_once_however_many_share_it(token, props, item):
    bill = billed(resource(token, props, "b"), resource(token, props, "a"))

    assert [line.urn.rpartition("::")[2] for line in bill.lines if line.item == item] == ["a"]


def test_log_groups_that_share_a_figure_keep_it_as_long_as_the_longest():
    groups = [
        resource(LOGS, {"name": f"/aws/docdb/x/{kind}", "retentionInDays": days}, kind)
        for kind, days in (("audit", 30), ("profiler", 365))
    ]

    assert billed(*groups).usd_per_month == 100 * D("0.76") + 100 * D("1.8") * D("0.0314")


def test_a_figure_that_nobody_divides_lands_where_it_costs_most():
    network = resource("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "network", "internal": True}, "a")
    application = resource("aws:lb/loadBalancer:LoadBalancer", {"internal": True}, "b")
    optimized, standard = (resource(CLUSTER, {"storageType": kind}, kind) for kind in ("iopt1", "standard"))
    busy = USAGE.model_copy(update={"documents_million_io": Spread.of(D(200))})

    def where(item, *declared, usage=USAGE):
        return [line.urn.rpartition("::")[2] for line in billed(*declared, usage=usage).lines if line.item == item]

    assert where("capacity units", network, application) == ["b"]
    # 100 GB at 0.36, or at 0.12 with I/O at 0.24 a million: alike at 100 million, and dearer above.
    assert where("storage", optimized, standard) == ["iopt1"]
    assert where("storage", optimized, standard, usage=busy) == ["standard"]


def test_rotation_is_charged_for_two_more_versions_at_worst():
    key, rotated = (resource("aws:kms/key:Key", {"enableKeyRotation": on}) for on in (False, True))

    assert billed(rotated).usd_per_month == billed(key).usd_per_month
    assert billed(rotated).usd_per_month_high - billed(key).usd_per_month_high == 2


def test_ingresses_of_one_group_share_a_load_balancer():
    props = {
        "metadata": {"annotations": {"alb.ingress.kubernetes.io/group.name": "web"}},
        "spec": {"ingressClassName": "alb"},
    }

    assert billed(resource(INGRESS, props, "a"), resource(INGRESS, props, "b")).usd_per_month == D(
        "0.0225"
    ) * HOURS + D("0.8")


@pytest.mark.parametrize("name", ["alb", "web"])
def test_the_controller_s_class_decides_scheme_and_group_whatever_an_ingress_asks_for(name):
    spec = {"scheme": "internet-facing", "group": {"name": "one"}}
    controller = resource(
        RELEASE,
        {
            "chart": "aws-load-balancer-controller",
            "values": {"ingressClass": name, "ingressClassParams": {"create": True, "spec": spec}},
        },
    )
    asked = {
        "metadata": {"annotations": {"alb.ingress.kubernetes.io/scheme": "internal"}},
        "spec": {"ingressClassName": name},
    }
    bill = billed(controller, resource(INGRESS, asked, "a"), resource(INGRESS, asked, "b"))

    assert bill.usd_per_month == D("0.0225") * HOURS + 2 * D("0.005") * HOURS + D("0.8")


def test_declared_parameters_hold_for_the_class_that_refers_to_them():
    parameters = resource(
        "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams",
        {"metadata": {"name": "public"}, "spec": {"scheme": "internet-facing"}},
    )
    linked = resource(
        "kubernetes:networking.k8s.io/v1:IngressClass",
        {"metadata": {"name": "alb-web"}, "spec": {"parameters": {"name": "public"}}},
    )
    inside, outside = (resource(INGRESS, {"spec": {"ingressClassName": name}}, name) for name in ("alb", "alb-web"))
    lines = billed(parameters, linked, inside, outside).lines

    assert [line.urn.rpartition("::")[2] for line in lines if line.item == "public IPv4"] == ["alb-web"]


def test_a_claim_is_priced_by_its_storage_class():
    fast = resource(
        "kubernetes:storage.k8s.io/v1:StorageClass",
        {
            "metadata": {"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            "provisioner": "ebs.csi.aws.com",
            "parameters": {"type": "gp3", "iops": "4000"},
        },
    )
    usd = 50 * D("0.0912") + 1000 * D("0.0057")

    for spec in ({"storageClassName": "fast"}, {}):
        bill = billed(fast, resource(CLAIM, claimed("50Gi", **spec)))
        assert (bill.usd_per_month, {line.basis for line in bill.lines}) == (usd, {"fixed"})


@pytest.mark.parametrize(
    ("parameters", "usd"),
    [
        ({"Type": "io2", "IOPS": "4000"}, 50 * D("0.1278") + 4000 * D("0.0666")),
        ({"TYPE": "gp3", "Throughput": "225"}, 50 * D("0.0912") + 100 * D("0.0456")),
        ({"type": "gp2", "csi.storage.k8s.io/FSTYPE": "xfs"}, 50 * D("0.114")),
        # The kind itself is read as it stands.
        ({"fsType": "ext4"}, 50 * D("0.0912")),
    ],
)
def test_a_storage_class_is_read_whatever_the_case_of_its_parameters(parameters, usd):
    made = {"metadata": {"name": "fast"}, "provisioner": "ebs.csi.aws.com", "parameters": parameters}
    storage = resource("kubernetes:storage.k8s.io/v1:StorageClass", made)

    assert billed(storage, resource(CLAIM, claimed("50Gi", storageClassName="fast"))).usd_per_month == usd


FAST = {"provisioner": "ebs.csi.aws.com", "parameters": {"type": "io2", "iops": "4000"}}
FAST_USD = 50 * D("0.1278") + 4000 * D("0.0666")
USUAL_USD = 50 * D("0.0912")


@pytest.mark.parametrize(
    ("of_class", "of_claim", "usd"),
    [
        ({"storageclass.beta.kubernetes.io/is-default-class": "true"}, {}, FAST_USD),
        ({}, {"volume.beta.kubernetes.io/storage-class": "fast"}, FAST_USD),
        ({"storageclass.beta.kubernetes.io/is-default-class": "false"}, {}, USUAL_USD),
        # Names that only look like them.
        ({"is-default-class": "true"}, {"storage-class": "fast"}, USUAL_USD),
    ],
)
def test_annotations_that_once_named_a_class_still_do(of_class, of_claim, usd):
    storage = resource(
        "kubernetes:storage.k8s.io/v1:StorageClass", {"metadata": {"name": "fast", "annotations": of_class}, **FAST}
    )
    claim = {"metadata": {"annotations": of_claim}, **claimed("50Gi")}

    assert billed(storage, resource(CLAIM, claim)).usd_per_month == usd


@pytest.mark.parametrize("key", ["iopsPerGB", "IOPSPERGB", "iopspergb"])
def test_iops_by_the_gigabyte_are_told_whatever_their_case(key):
    storage = resource("kubernetes:storage.k8s.io/v1:StorageClass", {"parameters": {key: "50"}})

    assert billed(storage).at_least


def test_declared_reads_replace_those_of_the_refresh_interval():
    secret = resource("aws:secretsmanager/secret:Secret")
    external = resource(READS, {"spec": {"data": [{"remoteRef": {"key": "a"}}]}})

    assert billed(secret, external, usage=WITHOUT_READS).usd_per_month == D("0.4") + D("0.073") * D("0.05")
    assert billed(secret, external).usd_per_month == D("0.4") + D("0.01") * D("0.05")


def test_the_third_budget_that_acts_is_charged_by_the_day():
    actions = [resource("aws:budgets/budgetAction:BudgetAction", {"budgetName": name}, name) for name in "abc"]

    assert billed(*actions).usd_per_month == (3 * D("30.4167") - D("60.8334")) * D("0.1")
