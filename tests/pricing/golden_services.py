"""Single resources of managed services and what they cost: data, storage, telemetry, guards.

Each case is a claim, a type, its properties and the month written out; usage figures are 100, KMS requests 500,000.
"""

from tests.pricing.billing import ADDON, BUCKET, CACHE, CLUSTER, DOMAIN, HOURS, INSTANCE, LOGS, D

SERVICES = [
    ("a documents instance pays by its class", INSTANCE, {"instanceClass": "db.r6g.large"}, D("0.3167") * HOURS),
    (
        "a burstable one also pays for credits, at the stated bound of an unknown price",
        INSTANCE,
        {"instanceClass": "db.t4g.medium"},
        D("0.1172") * HOURS + 100 * D("0.21"),
    ),
    (
        "a documents cluster pays for storage, I/O, backup and a managed password",
        CLUSTER,
        {"backupRetentionPeriod": 35, "manageMasterUserPassword": True},
        100 * D("0.12") + 100 * D("0.24") + 100 * D("0.023") + D("0.4"),
    ),
    ("a day of backup is free", CLUSTER, {"backupRetentionPeriod": 1}, 100 * D("0.12") + 100 * D("0.24")),
    ("I/O-Optimized storage pays for no I/O", CLUSTER, {"storageType": "iopt1"}, 100 * D("0.36")),
    (
        "a cache pays for each node and its snapshots",
        CACHE,
        {"engine": "valkey", "nodeType": "cache.t4g.small", "numCacheClusters": 2, "snapshotRetentionLimit": 7},
        2 * D("0.0376") * HOURS + 100 * D("0.085"),
    ),
    (
        "a sharded cache pays for every shard and replica",
        CACHE,
        {"engine": "redis", "nodeType": "cache.r7g.large", "numNodeGroups": 3, "replicasPerNodeGroup": 1},
        3 * (1 + 1) * D("0.262") * HOURS,
    ),
    (
        "old Redis pays a surcharge on each node",
        CACHE,
        {"engine": "redis", "engineVersion": "5.0.6", "nodeType": "cache.t4g.micro", "numCacheClusters": 2},
        2 * (D("0.024") + D("0.019")) * HOURS,
    ),
    (
        "a serverless cache pays for what it holds and does",
        "aws:elasticache/serverlessCache:ServerlessCache",
        {"engine": "valkey"},
        100 * D("0.101") * HOURS + 100 * D("0.0027"),
    ),
    (
        "a search domain pays for nodes, dedicated masters and each data node's disk",
        DOMAIN,
        {
            "clusterConfig": {
                "instanceType": "m6g.large.search",
                "instanceCount": 3,
                "dedicatedMasterEnabled": True,
                "dedicatedMasterType": "t3.small.search",
                "dedicatedMasterCount": 3,
            },
            "ebsOptions": {"ebsEnabled": True, "volumeType": "gp3", "volumeSize": 20},
        },
        3 * D("0.1563") * HOURS + 3 * D("0.045") * HOURS + 3 * 20 * D("0.1391"),
    ),
    (
        "a search collection pays for its least units",
        "aws:opensearch/serverlessCollection:ServerlessCollection",
        {"standbyReplicas": "DISABLED"},
        D("0.293") * HOURS + 100 * D("0.056"),
    ),
    (
        "a database pays twice with Multi-AZ, and once for credits at the stated bound of an unknown price",
        "aws:rds/instance:Instance",
        {
            "engine": "postgres",
            "engineVersion": "17.6",
            "instanceClass": "db.t4g.micro",
            "allocatedStorage": 20,
            "storageType": "gp3",
            "multiAz": True,
            "manageMasterUserPassword": True,
        },
        2 * D("0.025") * HOURS + 2 * 20 * D("0.131") + D("0.4") + 100 * D("0.175"),
    ),
    ("a repository pays for what lies in it", "aws:ecr/repository:Repository", {}, 100 * D("0.1")),
    (
        "a secret pays for itself, its replica and its reads",
        "aws:secretsmanager/secret:Secret",
        {"replicas": [{"region": "ap-northeast-1"}]},
        2 * D("0.4") + D(100) / 10_000 * D("0.05"),
    ),
    ("a key pays for itself and its requests", "aws:kms/key:Key", {}, D(1) + 50 * D("0.03")),
    (
        "a log group pays for what comes in and what it keeps, compressed",
        LOGS,
        {"name": "/aws/eks/alphacar/cluster", "retentionInDays": 365},
        100 * D("0.76") + 100 * D("1.8") * D("0.0314"),
    ),
    (
        "infrequent access halves the ingestion; pods' logs also pay for what queries scan",
        LOGS,
        {"name": "/alphacar/prod/application", "retentionInDays": 365, "logGroupClass": "INFREQUENT_ACCESS"},
        100 * D("0.38") + 100 * D("1.8") * D("0.0314") + 100 * D("0.0076"),
    ),
    (
        "an alarm pays for each metric it watches",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {"metricQueries": [{"metric": {"period": 60}}, {"metric": {"period": 60}}, {"expression": "a+b"}]},
        2 * D("0.1"),
    ),
    ("a fast alarm pays more", "aws:cloudwatch/metricAlarm:MetricAlarm", {"period": 10}, D("0.3")),
    ("a dashboard pays", "aws:cloudwatch/dashboard:Dashboard", {}, D(3)),
    (
        "the agent pays only for what it is allowed to publish",
        ADDON,
        {
            "addonName": "amazon-cloudwatch-observability",
            "configurationValues": '{"containerInsights":{"enabled":false},"applicationSignals":{"enabled":false}}',
        },
        100 * D("0.3"),
    ),
    ("any other add-on is free", ADDON, {"addonName": "coredns"}, D(0)),
    (
        "traces are borne by X-Ray's settings",
        "aws:xray/samplingRule:SamplingRule",
        {},
        100 * D("0.000005") + 100 * D("0.0000005"),
    ),
    (
        "managed Prometheus pays beyond what is always free",
        "aws:amp/workspace:Workspace",
        {},
        (10 - 4) * D("0.9") + (100 - 10) * D("0.03"),
    ),
    ("managed Grafana pays by the head", "aws:grafana/workspace:Workspace", {}, 100 * D(9) + 100 * D(5)),
    (
        "a bucket pays for objects and requests",
        BUCKET,
        {},
        100 * D("0.025") + D("0.1") * D("0.0045") + D("0.01") * D("0.0035"),
    ),
    ("a vault pays for recovery points", "aws:backup/vault:Vault", {}, 100 * D("0.05")),
    ("snapshots are paid where they are set up", "aws:dlm/lifecyclePolicy:LifecyclePolicy", {}, 100 * D("0.05")),
    ("a budget is watched for nothing", "aws:budgets/budget:Budget", {}, D(0)),
    ("two budgets may act for nothing", "aws:budgets/budgetAction:BudgetAction", {"budgetName": "a"}, D(0)),
    ("Config pays for each item", "aws:cfg/recorder:Recorder", {}, 100 * D("0.003")),
    ("Config pays for each evaluation", "aws:cfg/rule:Rule", {}, 100 * D("0.001")),
    ("a topic pays for what is published", "aws:sns/topic:Topic", {}, D(100) / 10**6 * D("0.5")),
    (
        "an e-mail subscription pays for each notification",
        "aws:sns/topicSubscription:TopicSubscription",
        {"protocol": "email"},
        D(100) / 10**5 * 2,
    ),
    (
        "a trail's data events are never free",
        "aws:cloudtrail/trail:Trail",
        {"advancedEventSelectors": [{}]},
        D(100) / 10**5 * D("0.1"),
    ),
    (
        "a hosted zone pays for itself and its queries",
        "aws:route53/zone:Zone",
        {},
        D("0.5") + D(100) / 10**6 * D("0.4"),
    ),
]
