"""Secrets Manager and KMS: what is kept, and how often it is read.

Reads come from ``landing:usage.secretApiCalls`` when it is set, else from the refresh interval of each ExternalSecret:
the operator fetches every distinct key once an interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Final

from model import type_tokens
from model.duration import duration
from model.resource import MISSING, UNKNOWN, Resource, peek
from pricing.bill import HOURS
from pricing.context import ONE, ZERO, CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import UnreadableError, entries, switch, word

KEYS: Final = (
    type_tokens.KMS_KEY,
    type_tokens.KMS_EXTERNAL_KEY,
    type_tokens.KMS_REPLICA_KEY,
    type_tokens.KMS_REPLICA_EXTERNAL_KEY,
)
CALLS: Final = 10_000
#: Of the versions that rotation keeps, only so many are ever charged (source: the price book's note).
ROTATED: Final = Decimal(2)


def secret(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A secret and each of its replicas; the stack's reads, when a figure is given, are borne by the first."""
    copies = 1 + len(entries(resource.props, "replicas"))
    yield CostComponent("secret", "secretsmanager/secret", Decimal(copies))
    declared = context.usage is not None and context.usage.secret_api_calls is not None
    refreshed = (
        type_tokens.K8S_EXTERNAL_SECRETS_EXTERNAL_SECRET_KIND in context.of
        or type_tokens.K8S_EXTERNAL_SECRETS_CLUSTER_EXTERNAL_SECRET_KIND in context.of
    )
    if (declared or not refreshed) and context.carries(resource, "secret reads", type_tokens.SECRETSMANAGER_SECRET):
        yield context.used("reads", "secretsmanager/api-10k", "secret_api_calls", per=CALLS)


def external_secret(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Reads of each key once a refresh interval, unless the stack's reads are declared as usage."""
    if context.usage is not None and context.usage.secret_api_calls is not None:
        return
    keys = _keys(resource)
    if peek(resource.props, "spec", "refreshPolicy") in ("CreatedOnce", "OnChange"):
        return
    every = duration(word(resource.props, "spec", "refreshInterval", default="1h"))
    if every is None:
        raise UnreadableError("spec.refreshInterval is no duration such as 1h")
    if every:
        rounds = (HOURS * 3600 / every).to_integral_value(ROUND_CEILING)
        yield CostComponent("reads", "secretsmanager/api-10k", rounds * len(keys) / CALLS, "assumption")


def _keys(resource: Resource) -> set[str]:
    found = {_key(item) for item in entries(resource.props, "spec", "data")}
    for item in entries(resource.props, "spec", "dataFrom"):
        if peek(item, "find") is not MISSING:
            raise UnreadableError(
                "dataFrom.find reads as many secrets as it finds; set landing:usage.secretApiCalls", "usage"
            )
        if peek(item, "extract") is not MISSING:
            found.add(word(item, "extract", "key"))
    return found


def _key(item: object) -> str:
    # A secret that AWS names is read as often as any other: which one it is does not change the price.
    return "unknown" if peek(item, "remoteRef", "key") is UNKNOWN else word(item, "remoteRef", "key")


def cluster_external_secret(_resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """One ExternalSecret for each namespace it matches, which no declaration shows."""
    if context.usage is None or context.usage.secret_api_calls is None:
        yield UnpricedReason("reads in each matching namespace: landing:usage.secretApiCalls is not set", "usage")


def key(resource: Resource, context: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """A key of our own; the first two versions that rotation keeps are charged as well, a year and two from now."""
    yield CostComponent("key", "kms/key", ONE)
    if switch(resource.props, "enableKeyRotation"):
        yield CostComponent("versions kept by rotation", "kms/key", ZERO, "assumption", low=ZERO, high=ROTATED)
    if context.carries(resource, "KMS requests", *KEYS):
        yield context.used("requests", "kms/requests-10k", "kms_requests", per=CALLS)


def parameter(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """Standard parameters are free."""
    if word(resource.props, "tier", default="Standard") != "Standard":
        yield UnpricedReason("the price book has no advanced parameters", "price")


PRICED: Final[Meters] = {
    type_tokens.SECRETSMANAGER_SECRET: secret,
    **dict.fromkeys(KEYS, key),
    type_tokens.SSM_PARAMETER: parameter,
    type_tokens.K8S_EXTERNAL_SECRETS_EXTERNAL_SECRET_KIND: external_secret,
    type_tokens.K8S_EXTERNAL_SECRETS_CLUSTER_EXTERNAL_SECRET_KIND: cluster_external_secret,
}
