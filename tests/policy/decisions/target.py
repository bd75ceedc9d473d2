"""The smallest set of resources with which every row of production is satisfied, and variations of it."""

import json

from model.resource import Resource
from tests.conftest import changed

RELEASE = "kubernetes:helm.sh/v3:Release"
QUIET = {"agent": {"config": {"agent": {"region": "ap-northeast-2"}}}}


def release(chart, **values):
    return (RELEASE, {"chart": chart, "values": values})


#: The smallest set of resources with which every row of production is satisfied.
TARGET = {
    "docdb": (
        "aws:docdb/cluster:Cluster",
        {"backupRetentionPeriod": 35, "manageMasterUserPassword": True, "dbClusterParameterGroupName": "tls",
         "dbSubnetGroupName": "data"},
    ),
    "docdb-0": ("aws:docdb/clusterInstance:ClusterInstance", {"clusterIdentifier": "docs"}),
    "docdb-1": ("aws:docdb/clusterInstance:ClusterInstance", {"clusterIdentifier": "docs"}),
    "parameters": ("aws:docdb/clusterParameterGroup:ClusterParameterGroup",
        {"name": "tls", "parameters": [{"name": "tls", "value": "enabled"}, {"name": "profiler", "value": "disabled"}]}),
    "subnets": ("aws:docdb/subnetGroup:SubnetGroup", {"name": "data", "subnetIds": ["a", "b"]}),
    "cache": (
        "aws:elasticache/replicationGroup:ReplicationGroup",
        {"automaticFailoverEnabled": True, "multiAzEnabled": True, "numCacheClusters": 2, "snapshotRetentionLimit": 1},
    ),
    "search": (
        "aws:opensearch/domain:Domain",
        {"vpcOptions": {"subnetIds": ["a", "b"]}, "clusterConfig": {"zoneAwarenessEnabled": True, "instanceCount": 2}},
    ),
    "airflow": release(
        "airflow",
        config={"core": {"default_task_retries": 1}, "logging": {"remote_logging": "True"}},
        postgresql={"enabled": False},
    ),
    "alerts": (
        "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
        {"spec": {"groups": [{"name": "other"}, {"name": "workflow", "rules": [{"alert": "WorkflowDown"}]}]}},
    ),
    "database": ("aws:rds/instance:Instance", {"manageMasterUserPassword": True}),
    "repository": ("aws:ecr/repository:Repository", {"name": "alphacar/main-backend"}),
    "scanning": ("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
        {"rules": [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}]}),
    "secret": ("aws:secretsmanager/secret:Secret", {}),
    "operator": release("external-secrets"),
    "store": ("kubernetes:external-secrets.io/v1:SecretStore",
        {"spec": {"provider": {"aws": {"service": "SecretsManager"}}}}),
    "trail": ("aws:cloudtrail/trail:Trail", {}),
    "agent": (
        "aws:eks/addon:Addon",
        {"addonName": "amazon-cloudwatch-observability", "configurationValues": json.dumps(QUIET)},
    ),
    "prometheus": release("kube-prometheus-stack", prometheus={"prometheusSpec": {"storageSpec": {"a": 1}}}),
    "grafana": release("grafana", persistence={"enabled": True}),
    "logs": ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 30, "tags": {"decision": "logs"}}),
    "traces": ("aws:xray/encryptionConfig:EncryptionConfig", {"type": "KMS"}),
    "kyverno": release("kyverno"),
    "refusals": ("kubernetes:policies.kyverno.io/v1:ValidatingPolicy", {"spec": {"validationActions": ["Deny"]}}),
    "class": (
        "kubernetes:storage.k8s.io/v1:StorageClass",
        {
            "metadata": {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            "provisioner": "ebs.csi.aws.com",
            "parameters": {"encrypted": "true", "tagSpecification_1": "snapshot=daily"},
        },
    ),
    "snapshots": (
        "aws:dlm/lifecyclePolicy:LifecyclePolicy",
        {
            "state": "ENABLED",
            "policyDetails": {
                "resourceTypes": ["VOLUME"],
                "schedules": [{"createRule": {"interval": 24}, "retainRule": {"interval": 14}}],
                "targetTags": {"snapshot": "daily"},
            },
        },
    ),
    "velero": release(
        "velero",
        configuration={"backupStorageLocation": [{"provider": "aws", "bucket": "backups"}]},
        schedules={"daily": {"schedule": "0 18 * * *"}},
    ),
    "bucket": ("aws:s3/bucket:Bucket", {"bucket": "backups"}),
    "eks": ("aws:eks/cluster:Cluster", {}),
    "nodes": ("aws:eks/nodeGroup:NodeGroup", {}),
}  # fmt: skip


#: Who depends on whom, which tells whose output an unknown is.
DEPENDS = {
    "docdb": ("parameters", "subnets"),
    "docdb-0": ("docdb",),
    "docdb-1": ("docdb",),
    "velero": ("bucket",),
}


def urn(name):
    return f"urn:pulumi:prod::p::{TARGET[name][0]}::{name}"


def resources(leave_out=(), changes=None):
    made = []
    for name, (kind, props) in TARGET.items():
        if name not in leave_out:
            given = changed(json.loads(json.dumps(props)), (changes or {}).get(name, {}))
            depends = tuple(urn(other) for other in DEPENDS.get(name, ()))
            made.append(Resource(urn=urn(name), type=kind, name=name, props=given, dependencies=depends))
    return made
