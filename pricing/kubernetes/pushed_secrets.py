"""Secrets that the External Secrets operator makes in Secrets Manager: one for each key that is pushed there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from model import type_tokens
from model.resource import MISSING, UNKNOWN, Resource, peek
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import entries

STORES: Final = {
    "SecretStore": type_tokens.K8S_EXTERNAL_SECRETS_SECRET_STORE_KIND,
    "ClusterSecretStore": type_tokens.K8S_EXTERNAL_SECRETS_CLUSTER_SECRET_STORE_KIND,
}
ELSEWHERE: Final = (
    "makes a secret of each key in a store that is declared nowhere here, and one in Secrets Manager is billed"
)


def push_secret(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A secret for each key in each store that is Secrets Manager; one that is declared is billed where it is."""
    for store in entries(resource.props, "spec", "secretStoreRefs"):
        kept = _is_billed(store, context)
        if kept is None:
            yield UnpricedReason(ELSEWHERE, "value")
        elif kept:
            made = {_key(item, place) for place, item in enumerate(entries(resource.props, "spec", "data"))}
            yield CostComponent(
                "secrets pushed", "secretsmanager/secret", Decimal(len(made - _declared(context))), "assumption"
            )
            if entries(resource.props, "spec", "dataTo"):
                yield UnpricedReason("dataTo pushes as many secrets as it matches keys", "value")


def cluster_push_secret(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """One PushSecret for each namespace it matches, which no declaration shows."""
    stores = entries(resource.props, "spec", "pushSecretSpec", "secretStoreRefs")
    if any(_is_billed(store, context) is not False for store in stores):
        yield UnpricedReason("pushes secrets from each namespace it matches, and nobody knows how many", "value")


def _is_billed(reference: Any, context: PricingContext) -> bool | None:
    """Whether a store is Secrets Manager; ``None`` where nobody can tell which store it is."""
    kind = peek(reference, "kind")
    declared = context.of.get(STORES.get("SecretStore" if kind is MISSING else str(kind), ""), ())
    named = [store for store in declared if store.get("metadata", "name") == peek(reference, "name")]
    if len(named) != 1:
        return None
    service = named[0].get("spec", "provider", "aws", "service")
    return None if service is UNKNOWN else service == "SecretsManager"


def _key(item: Any, place: int) -> str:
    found = peek(item, "match", "remoteRef", "remoteKey")
    return found if isinstance(found, str) else f"key {place}"


def _declared(context: PricingContext) -> set[str]:
    names = (item.get("name") for item in context.of.get(type_tokens.SECRETSMANAGER_SECRET, ()))
    return {name for name in names if isinstance(name, str)}


PRICED: Final[Meters] = {
    type_tokens.K8S_EXTERNAL_SECRETS_PUSH_SECRET_KIND: push_secret,
    type_tokens.K8S_EXTERNAL_SECRETS_CLUSTER_PUSH_SECRET_KIND: cluster_push_secret,
}
