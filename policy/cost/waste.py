"""Bills that nobody asked for: what AWS charges for quietly, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from model import type_tokens
from model.helm import chart_sources
from model.kubernetes import kind_of
from model.lifecycle.services import CLUSTER_RATES, extended_versions
from model.resource import MISSING, UNKNOWN, Resource, decoded, peek
from policy.cost.waste_tables import CHEAPER, CLASSES, DISKS, PREVIOUS_GENERATIONS, TENANCIES, family
from policy.engine.rule import Context, Finding, of_region
from pricing.aws.cloudwatch_agent import OBSERVABILITY
from pricing.aws.volumes import IN_TREE
from pricing.book import current_book
from pricing.book.rates import extended_support
from pricing.redaction import is_class

TYPES: Final = tuple(
    sorted(
        {
            *(item.type for item in CHEAPER),
            *CLASSES,
            *TENANCIES,
            type_tokens.EKS_ADDON,
            type_tokens.K8S_STORAGE_GROUP,
            type_tokens.HELM_GROUP,
        }
    )
)


def no_hidden_bills(resource: Resource, context: Context) -> Iterator[Finding]:
    """Nothing is declared that bills more than it has to, or for what nobody asked for."""
    for item in CHEAPER:
        if item.type != resource.type or not item.applies(resource):
            continue
        if (outcome := item.check.outcome(resource.props)) != "holds":
            state = "is not known yet; it must be" if outcome == "unknown" else "must be"
            why = item.reason(current_book()) + ("" if isinstance(item.why, str) else of_region(context))
            yield Finding(f"{item.check.dotted} {state} {item.check.wanted}: {why}")
    for name in _class_names(resource):
        if family(name) in PREVIOUS_GENERATIONS:
            shown = name if is_class(name) else family(name)
            yield Finding(f"{shown} is of a previous generation: present ones cost less for the same work")
    tenancy = resource.get(*TENANCIES[resource.type]) if resource.type in TENANCIES else MISSING
    if tenancy not in (MISSING, "default"):
        place = ".".join(TENANCIES[resource.type])
        state = "is not known yet; it must be" if tenancy is UNKNOWN else "must be"
        yield Finding(f"{place} {state} default: hardware of one's own has a price per hour and region besides")
    version = resource.get("version")
    if (
        resource.type == type_tokens.EKS_CLUSTER
        and isinstance(version, str)
        and version in extended_versions(context.today)
    ):
        rates = extended_support(current_book(), CLUSTER_RATES)
        yield Finding(f"this version is in extended support: {rates}{of_region(context)}")
    if kind_of(resource.type) == type_tokens.K8S_STORAGE_STORAGE_CLASS_KIND and _is_old_class(resource):
        yield Finding(f"parameters.type must be gp3: {DISKS}")
    yield from _agent(resource)


def _is_old_class(resource: Resource) -> bool:
    kind = resource.get("parameters", "type")
    return kind in ("gp2", "io1", "io2") or (kind is MISSING and resource.get("provisioner") == IN_TREE)


def _agent(resource: Resource) -> Iterator[Finding]:
    if resource.type == type_tokens.EKS_ADDON and resource.get("addonName") == OBSERVABILITY:
        yield from _insights(resource.get("configurationValues"), "configurationValues")
    if any(source.name == OBSERVABILITY for source in chart_sources(resource)):
        yield from _insights(resource.get("values"), "values")


def _insights(given: Any, place: str) -> Iterator[Finding]:
    """What the agent's add-on, and its chart just as well, switches on by itself."""
    if given is UNKNOWN:
        yield Finding(f"{place} is not known yet; the agent bills Container Insights unless told not to")
        return
    values = decoded(given) if isinstance(given, str) else given
    for key in ("containerInsights", "applicationSignals", "containerLogs"):
        if peek(values, key, "enabled") is not False:
            yield Finding(f"{place}.{key}.enabled must be false: on, which is the default, it is billed")
    if peek(values, "otelContainerInsights", "enabled") not in (MISSING, False):
        yield Finding(f"{place}.otelContainerInsights.enabled must be false: on, it is billed, and off is the default")


def _class_names(resource: Resource) -> Iterator[str]:
    if resource.type in CLASSES:
        found = resource.get(*CLASSES[resource.type])
        for name in found if isinstance(found, list) else [found]:
            if isinstance(name, str):
                yield name
