"""The sections of a stack file, each named after what it sizes. Sizes only: no section holds a secret."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from stacks.offered import REGION, sold
from stacks.section import (
    Capability,
    Cidr,
    LogRetentionDays,
    Measurement,
    Money,
    Name,
    Need,
    Quantity,
    Section,
    Text,
)

Zone = Annotated[str, StringConstraints(pattern=rf"^{REGION}[a-d]$")]
Version = Annotated[str, StringConstraints(pattern=r"^1\.\d{2}$")]
Ec2Class = Annotated[str, AfterValidator(lambda name: sold("ec2", name))]
DocumentsClass = Annotated[str, AfterValidator(lambda name: sold("documents", name))]
CacheClass = Annotated[str, AfterValidator(lambda name: sold("cache", name))]
SearchClass = Annotated[str, AfterValidator(lambda name: sold("search", name))]


class Network(Section):
    """The VPC. Data subnets never route to the internet; private ones leave through NAT."""

    cidr: Cidr
    zones: Annotated[tuple[Zone, ...], Field(min_length=2, max_length=4)]
    nat_gateways: Annotated[int, Field(ge=0, le=4)]
    on_premises_cidrs: tuple[Cidr, ...] = ()
    flow_log_retention_days: LogRetentionDays = 30


class AccessEntry(Section):
    """Who may use the cluster's API, by IAM principal; EKS access policies are the only grants."""

    principal_arn: Annotated[str, StringConstraints(pattern=r"^arn:aws:iam::\d{12}:(role|user)/.+$")]
    policy: Literal["AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy", "AmazonEKSViewPolicy"]
    namespaces: tuple[Name, ...] = ()


class Cluster(Section):
    """The EKS control plane."""

    version: Version
    api_allowed_cidrs: Annotated[tuple[Cidr, ...], Field(min_length=1)]
    access_entries: dict[Name, AccessEntry] = Field(default_factory=dict)
    log_retention_days: LogRetentionDays = 365


class NodeGroup(Section):
    """A managed node group; one architecture, chosen by its instance types."""

    instance_types: Annotated[tuple[Ec2Class, ...], Field(min_length=1)]
    capacity: Literal["ON_DEMAND", "SPOT"]
    min: Annotated[int, Field(ge=0, le=50)]
    desired: Annotated[int, Field(ge=0, le=50)]
    max: Annotated[int, Field(ge=1, le=50)]
    disk_gb: Annotated[int, Field(ge=20, le=500)]

    @field_validator("instance_types")
    @classmethod
    def _graviton_only(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        # The launch template carries one AMI type, AL2023 for arm64: an x86 class would never join.
        for name in names:
            if not is_graviton(name):
                raise ValueError(f"{name!r} is not a Graviton class; allowed are arm64 families such as t4g, m7g, r7g")
        return names


def is_graviton(instance_type: str) -> bool:
    """Whether the class runs on arm64: AWS writes a g behind the generation digit."""
    family = instance_type.split(".", maxsplit=1)[0]
    letters = family.lstrip("abcdefghijklmnopqrstuvwxyz").lstrip("0123456789")
    return family.startswith("a1") or letters.startswith("g")


class Controllers(Section):
    """How many of each controller that runs in the cluster: one is enough for development, two survive a node."""

    replicas: Annotated[int, Field(ge=1, le=3)] = 1


class Documents(Section):
    """Amazon DocumentDB. Versions are fully qualified: AWS resolves a short one to its newest minor."""

    engine_version: Literal["5.0.0", "5.0.1", "5.0.2", "8.0.0", "8.0.1", "8.0.2"]
    instance_class: DocumentsClass
    instances: Annotated[int, Field(ge=1, le=16)]
    backup_retention_days: Annotated[int, Field(ge=1, le=35)]
    log_retention_days: LogRetentionDays = 90


class Cache(Section):
    """ElastiCache for Valkey; failover starts with the first replica."""

    engine_version: Literal["7.2", "8.0", "8.1", "8.2", "9.0", "9.1"]
    node_type: CacheClass
    replicas: Annotated[int, Field(ge=0, le=5)]
    snapshot_retention_days: Annotated[int, Field(ge=0, le=35)]


class Search(Section):
    """Amazon OpenSearch Service."""

    engine_version: Literal["OpenSearch_2.19", "OpenSearch_3.1", "OpenSearch_3.3", "OpenSearch_3.5", "OpenSearch_3.7"]
    instance_type: SearchClass
    instances: Annotated[int, Field(ge=1, le=40)]
    volume_gb: Annotated[int, Field(ge=10, le=1000)]
    migration_instance_type: SearchClass | None = Field(
        default=None, description="class of the second domain; only while a migration or major upgrade runs"
    )


class Registry(Section):
    """ECR repositories below alphacar/, one an image."""

    repositories: Annotated[tuple[Name, ...], Field(min_length=1)]
    keep_images: Annotated[int, Field(ge=5, le=1000)] = 30
    untagged_expire_days: Annotated[int, Field(ge=1, le=90)] = 7


class Secret(Section):
    """One entry of Secrets Manager and the Kubernetes Secret that mirrors it. Its value is never written here."""

    description: Text
    keys: Annotated[tuple[Text, ...], Field(min_length=1)]
    namespace: Name
    kubernetes_secret: Name


class Secrets(Section):
    """The inventory at alphacar/<environment>/<name>."""

    refresh_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    recovery_days: Annotated[int, Field(ge=0, le=30)] = 30
    inventory: dict[Name, Secret]

    @field_validator("recovery_days")
    @classmethod
    def _zero_or_a_week(cls, days: int) -> int:
        if 0 < days < 7:
            raise ValueError(f"{days} is refused by AWS; allowed are 0 (delete at once) and 7 to 30")
        return days


class Volumes(Section):
    """Measured volumes, oldest window first; the conditional decisions are computed from them."""

    log_gb_per_month: tuple[Measurement, ...] = ()
    traces_per_month: tuple[Measurement, ...] = ()


class Needs(Section):
    """Needs that decide beside the volumes."""

    mesh_features: Need | None = None
    trace_customisation: Need | None = None


class Usage(Section):
    """What metered services are expected to be used for, a month. Unset means unknown, never zero."""

    nat_gb: Quantity | None = None
    egress_gb: Quantity | None = None
    cross_zone_gb: Quantity | None = None
    documents_storage_gb: Quantity | None = None
    documents_million_io: Quantity | None = None
    registry_gb: Quantity | None = None
    flow_log_gb: Quantity | None = None
    control_plane_log_gb: Quantity | None = None
    documents_log_gb: Quantity | None = None
    kms_requests: Quantity | None = None


class Budget(Section):
    """Ceilings in USD a month, before VAT."""

    usd_per_month: Money
    per_capability: dict[Capability, Money] = Field(default_factory=dict)
