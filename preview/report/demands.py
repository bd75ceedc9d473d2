"""What the guardrails demand of resources, and whether each demand holds: for the page, and for ``--explain``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from model.property_check import Check
from model.resource import Resource
from policy.guardrails import rules as guardrails
from policy.guardrails.deletion_protection import STATEFUL
from preview.result import Result
from stacks.environments import PRODUCTION


def controls(preview: Result, resources: Sequence[Resource]) -> Iterator[dict[str, Any]]:
    """What the guardrails demand of the resources' types; protection only where it is demanded."""
    by_type: dict[str, list[Resource]] = {}
    for resource in resources:
        by_type.setdefault(resource.type, []).append(resource)
    asked = sorted(place for kind in by_type for place in _places().get(kind, ()))
    demands = [(each.type, each.control, each.why, each.check) for each in map(guardrails.DEMANDS.__getitem__, asked)]
    if preview.settings and preview.settings.environment == PRODUCTION:
        demands += [(kind, "", "it holds data", check) for kind, checks in STATEFUL.items() for check in checks]
    for kind, control, why, check in demands:
        if kind in by_type:
            yield {
                "control": control or None,
                "type": kind,
                "property": check.dotted,
                "wanted": check.wanted,
                "why": why,
                "outcome": worst(check, by_type[kind]),
            }


def worst(check: Check, resources: Sequence[Resource]) -> str:
    """What a check comes to for several resources: the gravest outcome of any; unknown without one."""
    outcomes = {check.outcome(resource.props) for resource in resources}
    return next(
        (outcome for outcome in ("fails", "unknown") if outcome in outcomes), "holds" if outcomes else "unknown"
    )


@cache
def _places() -> Mapping[str, Sequence[int]]:
    """Where in the list of demands those of each type stand: a page asks for each of its resources."""
    found: dict[str, list[int]] = {}
    for place, demand in enumerate(guardrails.DEMANDS):
        found.setdefault(demand.type, []).append(place)
    return found
