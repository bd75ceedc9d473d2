"""What must exist once a row holds, with the properties that were the guide's reason to move or to stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from model import type_tokens
from model.property_check import Check
from policy.ledger.relations import (
    Distinct,
    NamesOne,
    RelationalRequirement,
    SharedBy,
    SpreadOver,
    scans_every_repository,
    snapshots_cover_claims,
)
from policy.ledger.row import Requirement
from stacks.section import Capability

_ENCRYPTED: Final = "connections are encrypted"
_ROTATED: Final = "database passwords that rotate by themselves were the reason to move"
#: A secondary has its primary's password.
_SECONDARY: Final = Check(
    path=("globalClusterIdentifier",), is_="set", otherwise=Check(path=("replicationSourceIdentifier",), is_="set")
)
_MANAGED: Final = Check(path=("manageMasterUserPassword",), is_="equal", value=True, otherwise=_SECONDARY)
LOCATION: Final = ("values", "configuration", "backupStorageLocation", 0)
LOCATIONS: Final = ("values", "configuration", "backupStorageLocation", "*")
DEFAULT_CLASS: Final = "storageclass.kubernetes.io/is-default-class"
BUCKETS: Final = (type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2)

REQUIRED: Final[Mapping[Capability, tuple[Requirement, ...]]] = {
    "documents": (
        Requirement(
            type=type_tokens.DOCDB_CLUSTER_PARAMETER_GROUP,
            why=_ENCRYPTED,
            checks=(
                Check(
                    path=("parameters", ("name", "tls"), "value"),
                    is_="one of",
                    value=("enabled", "fips-140-3", "tls1.2+", "tls1.3+"),
                ),
            ),
        ),
        RelationalRequirement(
            type=type_tokens.DOCDB_CLUSTER,
            why=_ENCRYPTED,
            relation=NamesOne(
                ("dbClusterParameterGroupName",), of=(type_tokens.DOCDB_CLUSTER_PARAMETER_GROUP,), by="name"
            ),
            wanted="dbClusterParameterGroupName must be that of a declared parameter group",
            at_least=0,
        ),
        RelationalRequirement(
            type=type_tokens.DOCDB_SUBNET_GROUP,
            why="several zones were a reason to move, and a cluster lives where its subnets are",
            checks=(Check(path=("subnetIds",), is_="stated"), Check(path=("subnetIds", 1), is_="set")),
            relation=Distinct(("subnetIds",)),
            wanted="subnetIds must differ",
        ),
        RelationalRequirement(
            type=type_tokens.DOCDB_CLUSTER,
            why="without a subnet group of its own a cluster lands in the default VPC",
            relation=NamesOne(("dbSubnetGroupName",), of=(type_tokens.DOCDB_SUBNET_GROUP,), by="name"),
            wanted="dbSubnetGroupName must be that of a declared subnet group",
            at_least=0,
        ),
        Requirement(
            type=type_tokens.DOCDB_CLUSTER,
            why="35 days of automatic backups were the reason to move",
            checks=(Check(path=("backupRetentionPeriod",), is_="at least", value=35, production_only=True),),
        ),
        RelationalRequirement(
            type=type_tokens.DOCDB_CLUSTER_INSTANCE,
            why="a second instance stands in another zone and takes over",
            relation=SpreadOver(("availabilityZone",)),
            wanted="availabilityZone must differ between instances",
            at_least=2,
            production_only=True,
        ),
        RelationalRequirement(
            type=type_tokens.DOCDB_CLUSTER_INSTANCE,
            why="an instance of another cluster takes nothing over",
            relation=SharedBy(("clusterIdentifier",), of=type_tokens.DOCDB_CLUSTER, at_least=2),
            wanted="clusterIdentifier must be shared by two instances or more",
            at_least=0,
            production_only=True,
        ),
        Requirement(type=type_tokens.DOCDB_CLUSTER_INSTANCE, why="a cluster without one answers nobody"),
    ),
    "cache": (
        Requirement(
            type=type_tokens.ELASTICACHE_REPLICATION_GROUP,
            why="automatic failover and snapshots were the reason to move",
            checks=(
                Check(path=("automaticFailoverEnabled",), is_="equal", value=True, production_only=True),
                Check(path=("multiAzEnabled",), is_="equal", value=True, production_only=True),
                Check(
                    path=("numCacheClusters",),
                    is_="at least",
                    value=2,
                    production_only=True,
                    # Groups with shards count replicas of each shard instead.
                    otherwise=Check(path=("replicasPerNodeGroup",), is_="at least", value=1),
                ),
                Check(path=("snapshotRetentionLimit",), is_="at least", value=1, production_only=True),
            ),
        ),
    ),
    "search": (
        RelationalRequirement(
            type=type_tokens.OPENSEARCH_DOMAIN,
            why="a domain inside the VPC over zones was the reason to move",
            relation=Distinct(("vpcOptions", "subnetIds")),
            wanted="vpcOptions.subnetIds must differ",
            checks=(
                Check(path=("vpcOptions", "subnetIds"), is_="stated"),
                Check(path=("vpcOptions", "subnetIds", 1), is_="set", production_only=True),
                Check(path=("clusterConfig", "instanceCount"), is_="at least", value=2, production_only=True),
                Check(path=("clusterConfig", "zoneAwarenessEnabled"), is_="equal", value=True, production_only=True),
            ),
        ),
    ),
    "workflow": (
        Requirement(
            type=type_tokens.HELM_V3_RELEASE,
            why="a DAG with retries, alerts, logs and a web UI was the reason to move",
            where=(Check(path=("chart",), is_="chart", value="airflow"),),
            checks=(
                Check(path=("values", "config", "core", "default_task_retries"), is_="at least", value=1),
                Check(path=("values", "config", "logging", "remote_logging"), is_="equal", value=True),
                Check(path=("values", "postgresql", "enabled"), is_="equal", value=False),
            ),
        ),
        Requirement(
            type=type_tokens.K8S_MONITORING_COREOS_V1_PROMETHEUS_RULE,
            why="alerts were a reason to move, and a scheduler that stands still runs no DAG that could tell",
            where=(Check(path=("spec", "groups", ("name", "workflow"), "rules", 0, "alert"), is_="set"),),
            production_only=True,
        ),
        Requirement(
            type=type_tokens.HELM_V3_RELEASE,
            why="an alert that nobody is sent is none",
            where=(Check(path=("chart",), is_="chart", value="kube-prometheus-stack"),),
            checks=(Check(path=("values", "alertmanager", "enabled"), is_="not equal", value=False),),
            at_least=0,
            production_only=True,
        ),
        Requirement(type=type_tokens.RDS_INSTANCE, why="Airflow keeps its metadata in PostgreSQL"),
    ),
    "registry": (
        Requirement(type=type_tokens.ECR_REPOSITORY, why="images need a home once Harbor is gone"),
        RelationalRequirement(
            type=type_tokens.ECR_REGISTRY_SCANNING_CONFIGURATION,
            why="automatic scanning was the reason to move",
            relation=scans_every_repository,
            wanted="rules must scan every declared repository on push or continuously",
        ),
    ),
    "secrets": (
        Requirement(
            type=type_tokens.CLOUDTRAIL_TRAIL,
            why="a log of every access was the reason to move",
            checks=(
                Check(path=("enableLogging",), is_="not equal", value=False),
                Check(path=("eventSelectors", "*", "includeManagementEvents"), is_="not equal", value=False),
                Check(path=("eventSelectors", "*", "readWriteType"), is_="not equal", value="WriteOnly"),
                Check(
                    path=("eventSelectors", "*", "excludeManagementEventSources", "*"),
                    is_="not equal",
                    value="secretsmanager.amazonaws.com",
                ),
            ),
        ),
        *(
            Requirement(type=store, why=_ROTATED, checks=(_MANAGED,), at_least=0)
            for store in (type_tokens.DOCDB_CLUSTER, type_tokens.RDS_CLUSTER)
        ),
        Requirement(
            type=type_tokens.RDS_INSTANCE,
            why=_ROTATED,
            checks=(
                Check(
                    path=("manageMasterUserPassword",),
                    is_="equal",
                    value=True,
                    # A replica has its source's password.
                    otherwise=Check(path=("replicateSourceDb",), is_="set"),
                ),
            ),
            at_least=0,
        ),
        Requirement(type=type_tokens.SECRETSMANAGER_SECRET, why="secrets need a home once they are unsealed"),
        Requirement(
            type=type_tokens.HELM_V3_RELEASE,
            why="without the operator nothing in the cluster reads Secrets Manager",
            where=(Check(path=("chart",), is_="chart", value="external-secrets"),),
        ),
        Requirement(
            type=type_tokens.K8S_EXTERNAL_SECRETS_V1_SECRET_STORE,
            why="the operator needs a store to mirror secrets from, and Secrets Manager was chosen",
            checks=(Check(path=("spec", "provider", "aws", "service"), is_="equal", value="SecretsManager"),),
        ),
    ),
    "agent": (
        Requirement(
            type=type_tokens.EKS_ADDON,
            why="its price is nothing only while what it sends is a list of our own",
            where=(Check(path=("addonName",), is_="equal", value="amazon-cloudwatch-observability"),),
            checks=(
                # What the add-on switches on by itself is the cost pack's to refuse (no-hidden-bills). Without a
                # configuration of our own it brings one that collects everything.
                Check(path=("configurationValues", "{}", "agent", "config"), is_="stated"),
                Check(
                    path=("configurationValues", "{}", "agent", "config"), is_="keys within", value=("agent", "traces")
                ),
                Check(path=("configurationValues", "{}", "agents"), is_="absent"),
            ),
        ),
    ),
    "metrics": (
        Requirement(
            type=type_tokens.HELM_V3_RELEASE,
            why="Prometheus stays, on a disk that outlives its pod",
            where=(Check(path=("chart",), is_="chart", value="kube-prometheus-stack"),),
            checks=(
                Check(path=("values", "prometheus", "enabled"), is_="not equal", value=False),
                Check(path=("values", "prometheus", "prometheusSpec", "storageSpec"), is_="set"),
            ),
        ),
    ),
    "dashboards": (
        Requirement(
            type=type_tokens.HELM_V3_RELEASE,
            why="Grafana stays, with its own dashboards",
            where=(Check(path=("chart",), is_="chart", value="grafana"),),
            checks=(Check(path=("values", "persistence", "enabled"), is_="equal", value=True),),
        ),
    ),
    "logs": (
        Requirement(
            type=type_tokens.CLOUDWATCH_LOG_GROUP,
            why="pods' logs have a group with an end",
            where=(Check(path=("tags", "decision"), is_="equal", value="logs"),),
            checks=(Check(path=("retentionInDays",), is_="at least", value=1),),
        ),
    ),
    "traces": (
        Requirement(
            type=type_tokens.XRAY_ENCRYPTION_CONFIG,
            why="traces rest under a key of our own",
            checks=(Check(path=("type",), is_="equal", value="KMS"),),
        ),
    ),
    "admission": (
        Requirement(
            type=type_tokens.HELM_V3_RELEASE,
            why="Kyverno stays",
            where=(Check(path=("chart",), is_="chart", value="kyverno"),),
        ),
        Requirement(
            type=type_tokens.K8S_POLICIES_KYVERNO_V1_VALIDATING_POLICY,
            why="a controller without a policy that denies admits everything",
            where=(Check(path=("spec", "validationActions"), is_="holding", value="Deny"),),
            production_only=True,
        ),
    ),
    "volumes": (
        Requirement(
            type=type_tokens.K8S_STORAGE_V1_STORAGE_CLASS,
            why="every claim is encrypted without asking for it",
            checks=(
                Check(path=("provisioner",), is_="equal", value="ebs.csi.aws.com"),
                Check(path=("parameters", "encrypted"), is_="equal", value=True),
            ),
        ),
        Requirement(
            type=type_tokens.K8S_STORAGE_V1_STORAGE_CLASS,
            why="a claim that names no class gets this one",
            where=(Check(path=("metadata", "annotations", DEFAULT_CLASS), is_="equal", value=True),),
        ),
        RelationalRequirement(
            type=type_tokens.DLM_LIFECYCLE_POLICY,
            why="automatic snapshots were the reason to move, and need a schedule",
            checks=(
                Check(path=("state",), is_="equal", value="ENABLED"),
                Check(
                    path=("policyDetails", "resourceTypes"),
                    is_="holding",
                    value="VOLUME",
                    otherwise=Check(path=("defaultPolicy",), is_="set"),
                ),
                Check(
                    path=("policyDetails", "schedules", "*", "retainRule"),
                    is_="stated",
                    otherwise=Check(path=("defaultPolicy",), is_="set"),
                ),
                Check(
                    path=("policyDetails", "schedules", "*", "createRule"),
                    is_="stated",
                    # A default policy has an interval of its own, and covers every volume.
                    otherwise=Check(path=("defaultPolicy",), is_="set"),
                ),
            ),
            relation=snapshots_cover_claims,
            wanted="policyDetails.targetTags must be tags that a declared StorageClass gives its volumes",
        ),
    ),
    "backup": (
        RelationalRequirement(
            type=type_tokens.HELM_V3_RELEASE,
            why="Velero stays, and writes to S3 by schedule",
            where=(Check(path=("chart",), is_="chart", value="velero"),),
            checks=(
                Check(path=(*LOCATIONS, "provider"), is_="one of", value=("aws", "velero.io/aws")),
                # An address of one's own is a store that only speaks like S3.
                Check(path=(*LOCATIONS, "config", "s3Url"), is_="absent"),
                Check(path=(*LOCATION, "accessMode"), is_="not equal", value="ReadOnly"),
                Check(path=("values", "backupsEnabled"), is_="not equal", value=False),
                Check(path=("values", "schedules", "*", "schedule"), is_="set"),
                Check(path=("values", "schedules", "*", "disabled"), is_="not equal", value=True),
            ),
            relation=NamesOne((*LOCATION, "bucket"), of=BUCKETS, by="bucket"),
            wanted="the bucket of its first backupStorageLocation must be one that is declared",
        ),
    ),
    "platform": (
        Requirement(type=type_tokens.EKS_CLUSTER, why="everything else runs on it"),
        Requirement(type=type_tokens.EKS_NODE_GROUP, why="pods need nodes"),
    ),
}
