"""What must exist once a row holds, with the properties that were the guide's reason to move or to stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from model import type_tokens
from model.property_check import Check
from policy.ledger.relations import NamesOne, RelationalRequirement, snapshots_cover_claims
from policy.ledger.row import Requirement
from policy.ledger.store_requirements import STORES
from stacks.section import Capability

LOCATION: Final = ("values", "configuration", "backupStorageLocation", 0)
LOCATIONS: Final = ("values", "configuration", "backupStorageLocation", "*")
DEFAULT_CLASS: Final = "storageclass.kubernetes.io/is-default-class"
BUCKETS: Final = (type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2)

REQUIRED: Final[Mapping[Capability, tuple[Requirement, ...]]] = {
    **STORES,
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
