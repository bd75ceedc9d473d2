"""Which identity reads secrets for whom: each namespace's own, and none for the whole cluster.

External Secrets has one service account, and reads by what a store names. Two namespaces whose stores name the same
role, or none, read each other's secrets; so does every namespace by a ClusterSecretStore that leaves nobody out.
Source: external-secrets.io, multi-tenancy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from model.kubernetes import group_and_kind, objects_of
from model.resource import MISSING, UNKNOWN, Resource, peek
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import StackDemand

GROUP: Final = "external-secrets.io"
_WHY: Final = "each of them reads what the other may; give each namespace's store a role of its own"


def _own_roles(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """No two namespaces have stores of AWS that read by the same identity."""
    first: dict[Any, str] = {}
    for resource, store in _declared(resources, "SecretStore"):
        aws = store.get("spec", "provider", "aws")
        namespace = store.get("metadata", "namespace")
        if aws is MISSING or not isinstance(namespace, str):
            continue
        role = aws if aws is UNKNOWN else peek(aws, "role")
        # Credentials of the namespace's own, by a Secret or a service account of it, are no others'.
        if role is MISSING and peek(aws, "auth") is not MISSING:
            continue
        if role is UNKNOWN and not resource.references.get("spec"):
            yield Finding(
                "spec.provider.aws.role is not known yet; write it as a plain value",
                urn=resource.urn,
                kind="undetermined",
            )
            continue
        # A role that is made beside the store is told by whose output it is.
        identity = frozenset(resource.references["spec"]) if role is UNKNOWN else role
        if (other := first.setdefault(identity, namespace)) != namespace:
            said = "names no role, as does" if role is MISSING else "names the same role as"
            yield Finding(f"spec.provider.aws {said} the store in {other}: {_WHY}", urn=resource.urn)


def _some_namespaces(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
    """A store for the whole cluster says which namespaces it serves."""
    for resource, store in _declared(resources, "ClusterSecretStore"):
        if store.get("spec", "conditions") in (MISSING, None, []):
            yield Finding(
                "spec.conditions must name the namespaces that the ClusterSecretStore serves: without, every namespace "
                "reads by it; better give each a SecretStore",
                urn=resource.urn,
            )


def _declared(resources: Sequence[Resource], kind: str) -> Iterator[tuple[Resource, Resource]]:
    for resource in resources:
        for declared in objects_of(resource):
            if group_and_kind(declared.type) == (GROUP, kind):
                yield resource, declared


SECRET_STORES: Final = (
    StackDemand(name="a namespace's secrets by its own role", check=_own_roles),
    StackDemand(name="no store for everybody", check=_some_namespaces),
)
