"""Who gets into a cluster: each principal by one entry, and each entry declared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from model import type_tokens
from model.resource import MISSING, Resource
from policy.engine.rule import Context, Finding

#: Modes in which EKS keeps entries, its creator's among them.
WITH_ENTRIES: Final = ("API", "API_AND_CONFIG_MAP")
REASON: Final = "EKS then refuses a declared entry for the same principal (ResourceInUseException)"


def cluster_entries_are_declared(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
    """A cluster with declared entries gives its creator none of its own, and no principal has two."""
    # Entries of nodes are EKS's and Karpenter's own business: no person or pipeline deploys as one.
    entries = [
        each
        for each in resources
        if each.type == type_tokens.EKS_ACCESS_ENTRY and each.get("type") in (MISSING, "STANDARD")
    ]
    for cluster in (resource for resource in resources if resource.type == type_tokens.EKS_CLUSTER):
        own = [entry for entry in entries if _belongs(entry, cluster)]
        if own and _gives_its_creator_one(cluster):
            yield Finding(
                "accessConfig.bootstrapClusterCreatorAdminPermissions must be false: whoever creates the cluster "
                f"becomes an administrator whom no state knows, and {REASON}; declare the deployer's entry beside "
                "the others",
                urn=cluster.urn,
            )
        seen: dict[str, str] = {}
        for entry in own:
            principal = entry.get("principalArn")
            if isinstance(principal, str) and seen.setdefault(principal, entry.urn) != entry.urn:
                yield Finding(f"principalArn has an entry in this cluster already; {REASON}", urn=entry.urn)


def _belongs(entry: Resource, cluster: Resource) -> bool:
    if named := entry.references.get("clusterName"):
        return cluster.urn in named
    name = entry.get("clusterName")
    return isinstance(name, str) and name == cluster.get("name")


def _gives_its_creator_one(cluster: Resource) -> bool:
    mode = cluster.get("accessConfig", "authenticationMode")
    given = cluster.get("accessConfig", "bootstrapClusterCreatorAdminPermissions")
    return mode in WITH_ENTRIES and (given is MISSING or str(given).lower() == "true")
