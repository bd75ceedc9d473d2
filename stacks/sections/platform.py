"""What the platform is sized by: network, control plane, nodes, and how many of each controller."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from stacks.offered import REGION, sold
from stacks.section import Cidr, LogRetentionDays, Name, Section

AvailabilityZone = Annotated[str, StringConstraints(pattern=rf"^{REGION}[a-d]$")]
Version = Annotated[str, StringConstraints(pattern=r"^1\.\d{2}$")]
LogClass = Literal["standard", "infrequent-access"]
CLASSES: Final = (
    "infrequent-access takes half the price for what is written, and gives up metric filters, live tail and "
    "subscriptions; a log group keeps its class for life"
)
Ec2Class = Annotated[str, AfterValidator(lambda name: sold("ec2", name))]


class Vpn(Section):
    """The site-to-site VPN to on-premises, billed by the hour while it exists."""

    gateway_address: Annotated[str, AfterValidator(lambda address: str(IPv4Address(address)))] = Field(
        description="on-premises' public IPv4 address; another one makes another customer gateway"
    )
    bgp_asn: Annotated[int, Field(ge=64512, le=65534)] = Field(
        default=65000, description="private AS number of on-premises; routes are static, so nothing speaks BGP by it"
    )


class Network(Section):
    """The VPC. Data subnets never route to the internet; private ones leave through NAT."""

    cidr: Cidr = Field(
        description="private IPv4 network, /16 to /20; every pod takes an address of it, and another one "
        "makes another VPC"
    )
    zones: Annotated[tuple[AvailabilityZone, ...], Field(min_length=2, max_length=4)] = Field(
        description="availability zones, each with a public, a private and a data subnet by its place in the "
        "list: add at the end. Another list makes every node group anew"
    )
    nat_gateways: Annotated[int, Field(ge=1, le=4)] = Field(
        description="zones with one of their own, the first ones first; the others share them, and are cut off when "
        "that zone is lost: prod wants one a zone. Without any, nodes would reach neither ECR nor EKS"
    )
    on_premises_cidrs: tuple[Cidr, ...] = Field(
        default=(),
        description="networks behind the VPN: routed there, and let in to the data stores while migrationOpen is true",
    )
    vpn: Vpn | None = None
    #: While a migration phase needs it, the data stores also answer on-premises networks.
    migration_open: bool = Field(default=False, description="data stores admit onPremisesCidrs while data moves")
    flow_log_retention_days: LogRetentionDays = Field(
        default=30, description="for how long it is known who spoke with whom in the VPC"
    )
    flow_log_class: LogClass = Field(default="standard", description=CLASSES)
    flow_log_traffic: Literal["all", "reject"] = Field(
        default="all", description="all packets, or those alone that were refused"
    )


class AccessEntry(Section):
    """Who may use the cluster's API, by IAM principal; EKS access policies are the only grants."""

    principal_arn: Annotated[str, StringConstraints(pattern=r"^arn:aws:iam::\d{12}:(role|user)/.+$")] = Field(
        description="IAM role or user that gets in, with one entry each"
    )
    policy: Literal[
        "AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy", "AmazonEKSViewPolicy"
    ] = Field(
        description="what it may do; AmazonEKSClusterAdminPolicy without namespaces also makes it "
        "administrator of OpenSearch, and whoever deploys needs it"
    )
    namespaces: tuple[Name, ...] = Field(
        default=(), description="where alone the policy holds; empty: in the whole cluster"
    )


class Cluster(Section):
    """The EKS control plane."""

    version: Version = Field(
        description="Kubernetes' minor version of control plane and nodes, which are replaced in turn; EKS "
        "goes up one at a time and never back"
    )
    api_allowed_cidrs: Annotated[tuple[Cidr, ...], Field(min_length=1)] = Field(
        description="networks that may reach the API's public endpoint, office and runners among them"
    )
    access_entries: dict[Name, AccessEntry] = Field(
        default_factory=dict,
        description="everybody who gets in, the role that deploys among them: no other has an entry",
    )
    log_retention_days: LogRetentionDays = Field(
        default=365, description="of the control plane's logs, its audit among them"
    )
    log_class: LogClass = Field(default="standard", description=CLASSES)


class NodeGroup(Section):
    """A managed node group; one architecture, chosen by its instance types."""

    instance_types: Annotated[tuple[Ec2Class, ...], Field(min_length=1)] = Field(
        description="Graviton classes to choose from, several for more Spot pools; room is counted by the "
        "smallest. Another list makes the group anew"
    )
    capacity: Literal["ON_DEMAND", "SPOT"] = Field(
        description="SPOT costs less and is taken back with two minutes' notice; changing it makes the group anew"
    )
    min: Annotated[int, Field(ge=0, le=50)] = Field(description="fewest nodes that the group may be scaled to")
    desired: Annotated[int, Field(ge=0, le=50)] = Field(
        description="nodes that run and are billed, with offHours from each wake on; nothing scales them by itself"
    )
    max: Annotated[int, Field(ge=1, le=50)] = Field(
        description="most nodes that it may be scaled to; the worst case is priced with them"
    )
    disk_gb: Annotated[int, Field(ge=20, le=500)] = Field(
        description="each node's root disk, gp3; changing it replaces the nodes in turn"
    )

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


class OffHours(Section):
    """When nodes run, in Seoul's time; at night and on other days they are put to sleep, and their price with them."""

    wake: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = Field(
        description="when nodes start, HH:MM; earlier than sleep"
    )
    sleep: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = Field(
        description="when all nodes stop, and with them every pod, HH:MM"
    )
    days: Literal["*", "MON-FRI", "MON-SAT"] = Field(
        default="MON-FRI", description="on which nodes wake; * is every day"
    )


class Controllers(Section):
    """How many of each controller that runs in the cluster: one is enough for development, two survive a node."""

    replicas: Annotated[int, Field(ge=1, le=3)] = Field(
        default=1,
        description="pods of each, Airflow's scheduler and API server among them; of Kyverno 3 from 2 on, and "
        "with 1 pods pass unjudged while it restarts",
    )
