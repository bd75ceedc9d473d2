"""Who gets into a cluster: each principal by one entry, and each entry declared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from model import type_tokens
from model.resource import MISSING, Resource
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import StackDemand

#: Modes in which EKS keeps entries, its creator's among them.
WITH_ENTRIES: Final = ("API", "API_AND_CONFIG_MAP")
REASON: Final = "EKS then refuses a declared entry for the same principal (ResourceInUseException)"


def creators_have_no_entry(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """A cluster with declared entries gives its creator none of its own."""
    for cluster, own in _clusters(resources):
        if own and _gives_its_creator_one(cluster):
            yield Finding(
                "accessConfig.bootstrapClusterCreatorAdminPermissions must be false: whoever creates the cluster "
                f"becomes an administrator whom no state knows, and {REASON}; declare the deployer's entry beside "
                "the others",
                urn=cluster.urn,
            )


def principals_have_one_entry(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """No principal has two entries in a cluster."""
    for _, own in _clusters(resources):
        seen: dict[str, str] = {}
        for entry in own:
            principal = entry.get("principalArn")
            if isinstance(principal, str) and seen.setdefault(principal, entry.urn) != entry.urn:
                yield Finding(f"principalArn has an entry in this cluster already; {REASON}", urn=entry.urn)


def _clusters(resources: Sequence[Resource]) -> Iterator[tuple[Resource, list[Resource]]]:
    """Each cluster with its entries."""
    # Entries of nodes are EKS's and Karpenter's own business: no person or pipeline deploys as one.
    entries = [
        each
        for each in resources
        if each.type == type_tokens.EKS_ACCESS_ENTRY and each.get("type") in (MISSING, "STANDARD")
    ]
    for cluster in (resource for resource in resources if resource.type == type_tokens.EKS_CLUSTER):
        yield cluster, [entry for entry in entries if _belongs(entry, cluster)]


def _belongs(entry: Resource, cluster: Resource) -> bool:
    if named := entry.references.get("clusterName"):
        return cluster.urn in named
    name = entry.get("clusterName")
    return isinstance(name, str) and name == cluster.get("name")


def _gives_its_creator_one(cluster: Resource) -> bool:
    mode = cluster.get("accessConfig", "authenticationMode")
    given = cluster.get("accessConfig", "bootstrapClusterCreatorAdminPermissions")
    return mode in WITH_ENTRIES and (given is MISSING or str(given).lower() == "true")


ENTRIES: Final = (
    StackDemand(name="no entry of the creator's", check=creators_have_no_entry),
    StackDemand(name="one entry each", check=principals_have_one_entry),
)
