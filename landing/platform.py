"""The platform: what exists from the first day, because everything else runs on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pulumi

from components.account.audit import Audit, AuditArgs
from components.account.baseline import Account
from components.account.keys import Keys, KeysArgs
from components.arguments import LogClass
from components.cluster.control_plane import Access, Cluster, ClusterArgs
from components.cluster.crds import Crds, CrdsArgs
from components.cluster.namespaces import Level, Namespaces, NamespacesArgs
from components.cluster.nodes import NodeGroupSize, Nodes, NodesArgs, OffHours
from components.cluster.volumes import Volumes, VolumesArgs
from components.network.edge import Edge, EdgeArgs
from components.network.vpc import Network, NetworkArgs
from components.network.vpn import Vpn, VpnArgs
from landing import names
from landing.boundary import bound_remote
from landing.environment import Environment

#: CloudWatch's name of each class that a stack file may choose.
LOG_CLASSES: Final[dict[str, LogClass]] = {"standard": "STANDARD", "infrequent-access": "INFREQUENT_ACCESS"}


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What the other chapters build on."""

    keys: Keys
    network: Network
    cluster: Cluster
    nodes: Nodes
    namespaces: Namespaces
    volumes: Volumes
    crds: Crds
    edge: Edge
    audit: Audit


def build(zone: Environment) -> Platform:
    """The account's defaults, key, network, cluster, nodes, namespaces, volumes, and the way in."""
    settings, tags = zone.settings, zone.tags("platform")
    Account("account")
    keys = Keys(
        "keys",
        KeysArgs(
            place=zone.place,
            trail_name=names.TRAIL,
            alias=names.KEY_ALIAS,
            backup_account_id=_backup_account(zone),
            protect=zone.protect,
            tags=tags,
        ),
    )
    network = Network(
        "network",
        NetworkArgs(
            place=zone.place,
            cidr=settings.network.cidr,
            zones=settings.network.zones,
            nat_gateways=settings.network.nat_gateways,
            flow_log_retention_days=settings.network.flow_log_retention_days,
            flow_log_class=LOG_CLASSES[settings.network.flow_log_class],
            flow_log_traffic="ALL" if settings.network.flow_log_traffic == "all" else "REJECT",
            key_arn=keys.arn,
            protect=zone.protect,
            tags=tags,
        ),
    )
    if vpn := settings.network.vpn:
        Vpn(
            "vpn",
            VpnArgs(
                gateway_address=vpn.gateway_address,
                bgp_asn=vpn.bgp_asn,
                on_premises_cidrs=settings.network.on_premises_cidrs,
                vpc_id=network.vpc_id,
                route_table_ids=network.inner_route_table_ids,
                log_group_arn=network.flow_log_group_arn,
                tags=tags,
            ),
        )
    cluster = Cluster(
        "cluster",
        ClusterArgs(
            place=zone.place,
            cluster_name=names.CLUSTER,
            version=settings.cluster.version,
            vpc_id=network.vpc_id,
            subnet_ids=network.private_subnet_ids,
            api_allowed_cidrs=settings.cluster.api_allowed_cidrs,
            access={name: Access(**dict(entry)) for name, entry in settings.cluster.access_entries.items()},
            log_retention_days=settings.cluster.log_retention_days,
            log_class=LOG_CLASSES[settings.cluster.log_class],
            key_arn=keys.arn,
            protect=zone.protect,
            tags=tags,
        ),
        bound_remote(zone.place),
    )
    nodes = Nodes(
        "nodes",
        NodesArgs(
            cluster=cluster,
            version=settings.cluster.version,
            subnet_ids=network.private_subnet_ids,
            groups={
                name: NodeGroupSize(
                    instance_types=group.instance_types,
                    capacity_type=group.capacity,
                    min_size=group.min,
                    desired_size=group.desired,
                    max_size=group.max,
                    disk_gb=group.disk_gb,
                )
                for name, group in settings.node_groups.items()
            },
            group_label=names.GROUP_LABEL,
            key_arn=keys.arn,
            off_hours=OffHours(**dict(settings.off_hours)) if settings.off_hours else None,
            tags=tags,
        ),
    )
    namespaces = Namespaces(
        "namespaces",
        NamespacesArgs(
            levels=namespace_levels(zone),
            protect=sorted(holding_data(zone)) if zone.protect else (),
            labels={"environment": settings.environment},
        ),
        pulumi.ResourceOptions(providers=[cluster.access.provider], depends_on=[nodes]),
    )
    volumes = Volumes(
        "volumes",
        VolumesArgs(
            cluster=cluster.access,
            storage_class=names.STORAGE_CLASS,
            snapshot_tag=names.SNAPSHOT_TAG,
            controller_replicas=settings.controllers.replicas,
            # The storage class is there from the first day; snapshots by schedule come with the row's phase.
            snapshot_retention_days=settings.backup.snapshot_retention_days if zone.builds("volumes") else 0,
            key_arn=keys.arn,
            after=[nodes],
            tags=zone.tags("volumes"),
        ),
    )
    crds = Crds(
        "crds",
        CrdsArgs(cluster=cluster.access, namespace=namespaces.by_name["monitoring"], after=[nodes]),
    )
    edge = Edge(
        "edge",
        EdgeArgs(
            domain=settings.edge.domain,
            replicas=settings.controllers.replicas,
            protect=zone.protect,
            vpc_id=network.vpc_id,
            cluster=cluster.access,
            ingress_group=names.INGRESS_GROUP,
            after=[nodes, crds],
            tags=tags,
        ),
    )
    audit = Audit(
        "audit",
        AuditArgs(
            place=zone.place,
            trail_name=names.TRAIL,
            bucket_name=names.bucket(zone.place, "audit"),
            retention_days=settings.audit.retention_days,
            log_retention_days=settings.detection.trail_log_retention_days if settings.detection.trail_alarms else None,
            key_arn=keys.arn,
            protect=zone.protect,
            tags=zone.tags("secrets"),
        ),
    )
    pulumi.export("vpcId", network.vpc_id)
    pulumi.export("clusterName", cluster.access.cluster_name)
    pulumi.export("kubeconfig", cluster.kubeconfig)
    pulumi.export("certificateRecords", edge.validation_records)
    return Platform(
        keys=keys,
        network=network,
        cluster=cluster,
        nodes=nodes,
        namespaces=namespaces,
        volumes=volumes,
        crds=crds,
        edge=edge,
        audit=audit,
    )


def holding_data(zone: Environment) -> set[str]:
    """Namespaces with volumes: applications', Prometheus' and Grafana's, and those of stores in the cluster."""
    found = {"monitoring", *zone.settings.applications}
    if zone.chosen("logs") == "loki":
        found.add("loki")
    if zone.chosen("traces") == "tempo":
        found.add("tempo")
    return found


def _backup_account(zone: Environment) -> str | None:
    """The account whose AWS Backup keeps copies of the stores, where there is one."""
    elsewhere = zone.settings.backup.elsewhere
    arn = elsewhere.account_vault_arn if elsewhere else None
    return arn.split(":")[4] if arn else None


def namespace_levels(zone: Environment) -> dict[str, Level]:
    """Each namespace that this environment needs, with the strictest level its pods can live with."""
    levels: dict[str, Level] = {
        # node-exporter reads the node's own file systems.
        "monitoring": "privileged",
        "kyverno": "restricted",
        "kyverno-exceptions": "restricted",
        **dict.fromkeys(zone.settings.applications, "restricted"),
    }
    if zone.builds("secrets"):
        levels["external-secrets"] = "restricted"
        levels |= dict.fromkeys(
            {entry.namespace for entry in zone.settings.secrets.inventory.values()} - set(levels), "restricted"
        )
    if zone.builds("workflow"):
        levels["airflow"] = "restricted"
    if zone.builds("backup"):
        # The node agent reads the volumes of its node where kubelet mounts them.
        levels["velero"] = "privileged" if zone.settings.copies("volumes") else "restricted"
        if zone.settings.drill_image and zone.settings.drills:
            levels |= {"recovery": "restricted", "canaries": "restricted"}
    if zone.builds("search") and zone.settings.search.snapshots:
        levels[names.SEARCH_SNAPSHOTS] = "restricted"
    if zone.chosen("logs"):
        # Fluent Bit reads the nodes' log files.
        levels["logging"] = "privileged"
    if zone.chosen("logs") == "loki":
        levels["loki"] = "restricted"
    if zone.chosen("traces") == "tempo":
        levels["tempo"] = "restricted"
    if zone.chosen("mesh") == "istio":
        # The CNI plugin and the nodes' proxy change the nodes' networks.
        levels["istio-system"] = "privileged"
    return levels
