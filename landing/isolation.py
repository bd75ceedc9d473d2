"""Who may speak with whom: the table's flows between what this environment has, as network policies."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from components.cluster.isolation import Isolation, IsolationArgs
from components.network.vpc import subnet_cidrs
from components.observability.agent import NAMESPACE as AGENT_NAMESPACE
from landing.environment import Environment
from landing.platform import Platform
from landing.stores import Stores
from policy.isolation.flows import APPLICATIONS, load_table
from policy.isolation.network_policies import DENY_ALL, Networks, network_policies


def build(zone: Environment, platform: Platform, stores: Stores, agent: pulumi.Resource | None) -> Isolation:
    """Every namespace shut but the applications', whose policies come with them; ``agent`` is AWS' add-on, if any."""
    settings = zone.settings
    subnets = subnet_cidrs(settings.network.cidr, len(settings.network.zones))
    applications = sorted(settings.applications)
    declared: dict[str, Sequence[pulumi.Resource]] = {
        name: [namespace.made]
        for name, namespace in platform.namespaces.by_name.items()
        if name not in settings.applications
    }
    if agent:
        declared[AGENT_NAMESPACE] = [agent]
    documents = network_policies(
        load_table(),
        present(zone, stores) | declared.keys(),
        declared,
        applications,
        Networks(
            private=subnets["private"],
            data=subnets["data"],
            on_premises=settings.network.on_premises_cidrs if settings.network.vpn else (),
        ),
    )
    shut = [document for document in documents if document["metadata"]["name"] == DENY_ALL]
    return Isolation(
        "isolation",
        IsolationArgs(
            cluster=platform.cluster.access,
            # It is the cluster's own, and stands since the first node.
            namespaces={**declared, "kube-system": [platform.nodes]},
            opened=[document for document in documents if document not in shut],
            shut=shut,
        ),
    )


def present(zone: Environment, stores: Stores) -> frozenset[str]:
    """Stores that exist, and what flows need beside both ends."""
    there = {
        APPLICATIONS: bool(zone.settings.applications),
        "cache": bool(stores.cache),
        "documents": bool(stores.documents),
        "search": bool(stores.search),
        "workflow-database": bool(stores.database),
        "cloudwatch-logs": zone.chosen("logs") == "cloudwatch-logs",
        "xray": zone.chosen("traces") == "xray",
        "mesh-probes": zone.chosen("mesh") == "istio",
        "on-premises": bool(zone.settings.network.vpn),
    }
    return frozenset(name for name, is_there in there.items() if is_there)
