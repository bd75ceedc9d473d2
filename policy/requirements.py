"""What must exist once a row holds, with the properties that were the guide's reason to move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.check import Check
from policy.row import Requirement
from stacks.section import Capability

_PROD: Final = ("prod",)

REQUIRED: Final[Mapping[Capability, tuple[Requirement, ...]]] = {
    "documents": (
        Requirement(
            type="aws:docdb/clusterParameterGroup:ClusterParameterGroup",
            why="connections are encrypted",
            checks=(Check(path=("parameters", "*", "value"), is_="not equal", value="disabled"),),
        ),
        Requirement(
            type="aws:docdb/subnetGroup:SubnetGroup",
            why="several zones were a reason to move, and a cluster lives where its subnets are",
            checks=(Check(path=("subnetIds", 1), is_="set"),),
        ),
        Requirement(
            type="aws:docdb/cluster:Cluster",
            why="35 days of automatic backups were the reason to move",
            checks=(Check(path=("backupRetentionPeriod",), is_="at least", value=35, only_in=_PROD),),
        ),
        Requirement(
            type="aws:docdb/clusterInstance:ClusterInstance",
            why="a second instance stands in another zone and takes over",
            at_least=2,
            only_in=_PROD,
        ),
        Requirement(type="aws:docdb/clusterInstance:ClusterInstance", why="a cluster without one answers nobody"),
    ),
    "cache": (
        Requirement(
            type="aws:elasticache/replicationGroup:ReplicationGroup",
            why="automatic failover and snapshots were the reason to move",
            checks=(
                Check(path=("automaticFailoverEnabled",), is_="equal", value=True, only_in=_PROD),
                Check(path=("snapshotRetentionLimit",), is_="at least", value=1, only_in=_PROD),
            ),
        ),
    ),
    "search": (
        Requirement(
            type="aws:opensearch/domain:Domain",
            why="a domain inside the VPC over zones was the reason to move",
            checks=(
                Check(path=("vpcOptions",), is_="set"),
                Check(path=("clusterConfig", "zoneAwarenessEnabled"), is_="equal", value=True, only_in=_PROD),
            ),
        ),
    ),
    "workflow": (
        Requirement(
            type="kubernetes:helm.sh/v3:Release",
            why="a DAG with retries, alerts, logs and a web UI was the reason to move",
            where=(Check(path=("chart",), is_="equal", value="airflow"),),
            checks=(
                Check(path=("values", "config", "logging", "remote_logging"), is_="equal", value="True"),
                Check(path=("values", "postgresql", "enabled"), is_="equal", value=False),
            ),
        ),
        Requirement(type="aws:rds/instance:Instance", why="Airflow keeps its metadata in PostgreSQL"),
    ),
    "registry": (
        Requirement(type="aws:ecr/repository:Repository", why="images need a home once Harbor is gone"),
        Requirement(
            type="aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
            why="automatic scanning was the reason to move",
            checks=(
                Check(path=("rules", 0, "scanFrequency"), is_="one of", value=("SCAN_ON_PUSH", "CONTINUOUS_SCAN")),
            ),
        ),
    ),
    "secrets": (
        Requirement(
            type="aws:cloudtrail/trail:Trail",
            why="a log of every access was the reason to move",
            checks=(Check(path=("enableLogging",), is_="equal", value=True),),
        ),
        Requirement(
            type="aws:docdb/cluster:Cluster",
            why="database passwords that rotate by themselves were the reason to move",
            checks=(Check(path=("manageMasterUserPassword",), is_="equal", value=True),),
            at_least=0,
        ),
        Requirement(type="aws:secretsmanager/secret:Secret", why="secrets need a home once they are unsealed"),
        Requirement(
            type="kubernetes:external-secrets.io/v1:ClusterSecretStore",
            why="the operator needs a store to mirror secrets from",
        ),
    ),
    "agent": (
        Requirement(
            type="aws:eks/addon:Addon",
            why="its price is nothing only while what it sends is a list of our own",
            where=(Check(path=("addonName",), is_="equal", value="amazon-cloudwatch-observability"),),
            checks=(
                Check(path=("configurationValues", "{}", "containerInsights", "enabled"), is_="equal", value=False),
                Check(path=("configurationValues", "{}", "applicationSignals", "enabled"), is_="equal", value=False),
                Check(path=("configurationValues", "{}", "containerLogs", "enabled"), is_="equal", value=False),
            ),
        ),
    ),
    "metrics": (
        Requirement(
            type="kubernetes:helm.sh/v3:Release",
            why="Prometheus stays, on a disk that outlives its pod",
            where=(Check(path=("chart",), is_="equal", value="kube-prometheus-stack"),),
            checks=(Check(path=("values", "prometheus", "prometheusSpec", "storageSpec"), is_="set"),),
        ),
    ),
    "dashboards": (
        Requirement(
            type="kubernetes:helm.sh/v3:Release",
            why="Grafana stays, with its own dashboards",
            where=(Check(path=("chart",), is_="equal", value="grafana"),),
            checks=(Check(path=("values", "persistence", "enabled"), is_="equal", value=True),),
        ),
    ),
    "logs": (
        Requirement(
            type="aws:cloudwatch/logGroup:LogGroup",
            why="pods' logs have a group with an end",
            where=(Check(path=("tags", "decision"), is_="equal", value="logs"),),
            checks=(Check(path=("retentionInDays",), is_="at least", value=1),),
        ),
    ),
    "traces": (
        Requirement(type="aws:xray/samplingRule:SamplingRule", why="what is kept of traces is decided, not defaulted"),
    ),
    "admission": (
        Requirement(
            type="kubernetes:helm.sh/v3:Release",
            why="Kyverno stays",
            where=(Check(path=("chart",), is_="equal", value="kyverno"),),
        ),
    ),
    "volumes": (
        Requirement(
            type="kubernetes:storage.k8s.io/v1:StorageClass",
            why="every claim is encrypted without asking for it",
            checks=(
                Check(path=("provisioner",), is_="equal", value="ebs.csi.aws.com"),
                Check(path=("parameters", "encrypted"), is_="equal", value=True),
            ),
        ),
        Requirement(
            type="aws:dlm/lifecyclePolicy:LifecyclePolicy",
            why="automatic snapshots were the reason to move, and need a schedule",
            checks=(Check(path=("state",), is_="equal", value="ENABLED"),),
        ),
    ),
    "backup": (
        Requirement(
            type="kubernetes:helm.sh/v3:Release",
            why="Velero stays, and writes to S3",
            where=(Check(path=("chart",), is_="equal", value="velero"),),
            checks=(
                Check(
                    path=("values", "configuration", "backupStorageLocation", 0, "provider"),
                    is_="equal",
                    value="aws",
                ),
            ),
        ),
    ),
    "platform": (
        Requirement(
            type="aws:eks/cluster:Cluster",
            why="everything else runs on it",
            checks=(Check(path=("upgradePolicy", "supportType"), is_="equal", value="STANDARD"),),
        ),
        Requirement(type="aws:eks/nodeGroup:NodeGroup", why="pods need nodes"),
    ),
}
