"""Stores that stand on one machine, or in one zone.

Instances of a cluster without a zone of their own count as spread: the service balances them over the zones of their
subnet group (source: DocumentDB developer guide, subnet groups; Aurora's does the same).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from model import type_tokens
from model.resource import MISSING, UNKNOWN, Resource
from policy.guardrails.losses.places import names
from policy.guardrails.losses.weakness import Weakness, another, counted, off

MACHINE: Final = "its zone or of its machine"
ZONE: Final = "its zone"
#: Instances by the clusters that they serve.
INSTANCES: Final[Mapping[str, str]] = {
    type_tokens.DOCDB_CLUSTER: type_tokens.DOCDB_CLUSTER_INSTANCE,
    type_tokens.RDS_CLUSTER: type_tokens.RDS_CLUSTER_INSTANCE,
    type_tokens.NEPTUNE_CLUSTER: type_tokens.NEPTUNE_CLUSTER_INSTANCE,
}
#: Over so many zones a domain without masters of its own goes on electing, and over as many AWS spreads dedicated ones
#: by itself (source: OpenSearch Service developer guide, "Availability Zone disruptions", recalled).
QUORUM: Final = 3


def clusters(resources: Sequence[Resource]) -> Iterator[Weakness]:
    """Clusters with one instance, or with all of them in one zone; none where an instance may be of any cluster."""
    for kind, instance in INSTANCES.items():
        instances = [each for each in resources if each.type == instance]
        known = [each for each in resources if each.type == kind]
        if any(not _says(each, known) for each in instances):
            continue
        for cluster in known:
            held = [each for each in instances if names(each, "clusterIdentifier", cluster, "clusterIdentifier")]
            zones = {_text(each.get("availabilityZone")) for each in held}
            if len(held) == 1:
                why, remedy = "it has one instance", "a second instance"
                more = another(held[0], availabilityZone=UNKNOWN)
                yield Weakness(urn=cluster.urn, lost=MACHINE, why=why, remedy=remedy, instead=(more,))
            elif len(zones) == 1 and None not in zones:
                why, remedy = f"all of its {len(held)} instances stand in one", "one of them in another zone"
                yield Weakness(urn=cluster.urn, lost=ZONE, why=why, remedy=remedy, instead=(held[-1],))


def _says(instance: Resource, known: Sequence[Resource]) -> bool:
    """Whether it is told which cluster an instance serves: by a text, or by one that is declared."""
    named = instance.references.get("clusterIdentifier", ())
    text = instance.get("clusterIdentifier")
    return isinstance(text, str) or any(each.urn in named for each in known)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def databases(resources: Sequence[Resource]) -> Iterator[Weakness]:
    """Instances of RDS without a standby; a replica is one itself."""
    for instance in resources:
        if instance.type != type_tokens.RDS_INSTANCE or instance.get("replicateSourceDb") is not MISSING:
            continue
        if off(instance.get("multiAz")):
            twice = replace(instance, props={**instance.props, "multiAz": True})
            yield Weakness(
                urn=instance.urn, lost=MACHINE, why="it has no standby", remedy="multiAz: true", instead=(twice,)
            )


def caches(resources: Sequence[Resource]) -> Iterator[Weakness]:
    """Replication groups of which a shard has one node, or that do not change over to another zone."""
    added = {
        urn
        for each in resources
        if each.type == type_tokens.ELASTICACHE_CLUSTER
        for urn in each.references.get("replicationGroupId", ())
    }
    for group in resources:
        if group.type != type_tokens.ELASTICACHE_REPLICATION_GROUP or group.urn in added:
            continue
        count, switches = _nodes(group), (group.get("automaticFailoverEnabled"), group.get("multiAzEnabled"))
        # A secondary of a global group has its replicas elsewhere.
        if count is None or group.get("globalReplicationGroupId") is not MISSING:
            continue
        on = {"automaticFailoverEnabled": True, "multiAzEnabled": True}
        if count < 2:
            more = {key: value for key, value in group.props.items() if key != "nodeGroupConfigurations"}
            clustered = any(
                group.get(key) is not MISSING
                for key in ("numNodeGroups", "replicasPerNodeGroup", "nodeGroupConfigurations")
            )
            if clustered:
                shards = group.get("nodeGroupConfigurations")
                number = len(shards) if isinstance(shards, list) else group.get("numNodeGroups")
                more |= {"replicasPerNodeGroup": 1, "numNodeGroups": 1 if number is MISSING else number}
                more.pop("numCacheClusters", None)
            else:
                more["numCacheClusters"] = 2
            remedy = "a replica of each shard with failover over zones" if clustered else "a replica with failover"
            twice = replace(group, props={**more, **on})
            yield Weakness(urn=group.urn, lost=MACHINE, why="it has one node", remedy=remedy, instead=(twice,))
        elif any(map(off, switches)):
            lost = MACHINE if off(switches[0]) else ZONE
            wanted = " and ".join(key for key, value in zip(on, switches, strict=True) if off(value))
            changed = replace(group, props={**group.props, **on})
            why = "no replica takes its primary's place by itself"
            yield Weakness(urn=group.urn, lost=lost, why=why, remedy=f"{wanted}: true", instead=(changed,))


def _nodes(group: Resource) -> int | None:
    """Nodes of the smallest shard; ``None`` when that is not known. AWS's own are one node, and no replica."""
    shards = group.get("nodeGroupConfigurations")
    if isinstance(shards, list) and shards:
        replicas = [each.get("replicaCount", 0) if isinstance(each, Mapping) else UNKNOWN for each in shards]
        counts = [counted(each) for each in replicas]
        return None if None in counts else 1 + min(each for each in counts if each is not None)
    if group.get("numCacheClusters") is not MISSING:
        return counted(group.get("numCacheClusters"))
    replicas_of_each = group.get("replicasPerNodeGroup")
    if shards not in (MISSING, []) or replicas_of_each is UNKNOWN:
        return None
    found = 0 if replicas_of_each is MISSING else counted(replicas_of_each)
    return None if found is None else 1 + found


def domains(resources: Sequence[Resource]) -> Iterator[Weakness]:
    """Domains of OpenSearch that lose their quorum; that every index has a replica is the default, and taken so."""
    for domain in resources:
        if domain.type not in (type_tokens.OPENSEARCH_DOMAIN, type_tokens.ELASTICSEARCH_DOMAIN):
            continue
        shape = domain.get("clusterConfig")
        if (found := _shape(domain)) is None or domain.get("clusterConfig", "multiAzWithStandbyEnabled") is True:
            continue
        nodes, zones, masters = found
        # Dedicated masters elect where there are any, else data nodes do.
        by_machine = nodes > 1 and _elects(masters or nodes, masters or nodes)
        by_zone = zones > 1 and _elects(masters or nodes, QUORUM if masters else zones)
        if by_machine and by_zone:
            continue
        least = 2 if masters else QUORUM
        count, spread = max(nodes + -nodes % least, least), max(zones, least)
        props: dict[str, Any] = {
            "instanceCount": count,
            "zoneAwarenessEnabled": True,
            "zoneAwarenessConfig": {"availabilityZoneCount": spread},
        }
        remedy = f"{count} data nodes over {spread} zones"
        if masters and not _elects(masters, QUORUM):
            props["dedicatedMasterCount"] = masters + masters % 2 + 1 if masters > QUORUM else QUORUM
            remedy = f"{props['dedicatedMasterCount']} dedicated masters and {remedy}"
        config = {**(shape if isinstance(shape, Mapping) else {}), **props}
        held = replace(domain, props={**domain.props, "clusterConfig": config})
        has = f"it has {nodes} data node{'s' if nodes > 1 else ''} in {zones} zone{'s' if zones > 1 else ''}"
        yield Weakness(
            urn=domain.urn,
            lost=ZONE if by_machine else MACHINE,
            why=has if nodes == 1 else f"{has}, and what is left elects nobody",
            remedy=remedy,
            instead=(held,),
        )


def _elects(voters: int, places: int) -> bool:
    """Whether more than half of ``voters`` is left when the fullest of ``places`` is lost, over which they spread."""
    return 2 * (voters - -(-voters // places)) > voters


def _shape(domain: Resource) -> tuple[int, int, int] | None:
    """Data nodes, their zones, and dedicated masters; ``None`` when one of them is not known."""
    config = ("clusterConfig",)
    aware, dedicated = (domain.get(*config, key) for key in ("zoneAwarenessEnabled", "dedicatedMasterEnabled"))
    values = (
        domain.get(*config, "instanceCount"),
        domain.get(*config, "zoneAwarenessConfig", "availabilityZoneCount"),
        domain.get(*config, "dedicatedMasterCount"),
    )
    if UNKNOWN in (aware, dedicated, *values):
        return None
    nodes, zones, masters = (
        default if value is MISSING else counted(value) for value, default in zip(values, (1, 2, QUORUM), strict=True)
    )
    if not nodes or not zones or masters is None:
        return None
    return nodes, 1 if off(aware) else min(zones, nodes), 0 if off(dedicated) else masters
