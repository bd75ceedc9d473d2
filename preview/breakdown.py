"""The bill by the component that declares what is billed, and by the tags it carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from model import type_tokens
from preview.result import Result
from pricing.aws.load_balancers import INGRESSES
from pricing.bill import Amount, Line, group_lines
from pricing.context import by_kind
from pricing.kubernetes.ingress_classes import class_of, tags_of

#: Stands for what no component declares, and for what does not carry a tag.
NONE: Final = ""
#: What the console calls a thing, and how often a secret rotates: they tell nothing about who pays.
NO_PAYERS: Final = frozenset({"Name", "rotation"})


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the bill; ``name`` is empty for the part that has none."""

    name: str
    amount: Amount


def by_component(preview: Result) -> list[Share]:
    """Each line under the innermost component around its resource, as ``type name``; the dearest first."""
    made = {each.urn: each for each in preview.recording.registrations}

    def component(urn: str) -> str:
        around = made.get(made[urn].parent or "") if urn in made else None
        while around is not None and around.custom:
            around = made.get(around.parent or "")
        return NONE if around is None or around.type == type_tokens.PULUMI_STACK else f"{around.type} {around.name}"

    found = group_lines(preview.bill.lines, lambda line: component(line.urn))
    return sorted((Share(name, amount) for name, amount in found.items()), key=_dearest_first)


def by_type(preview: Result) -> list[Share]:
    """Each line under its resource's type; the dearest first."""
    types = {each.urn: each.type for each in preview.recording.registrations}
    found = group_lines(preview.bill.lines, lambda line: types.get(line.urn, NONE))
    return sorted((Share(name, amount) for name, amount in found.items()), key=_dearest_first)


def by_tag(preview: Result) -> dict[str, list[Share]]:
    """For each key of a tag that anything billed carries: what its values come to, and what does not carry it.

    Objects in the cluster carry no tags of AWS; the load balancers that a controller makes for them carry its own, and
    volumes stand without one.
    """
    resources = [each.resource() for each in preview.recording.registrations]
    of = by_kind(resources)
    tags = {each.urn: _tags(each.get("tags")) for each in resources}
    for kind in (*INGRESSES, type_tokens.K8S_CORE_SERVICE_KIND):
        tags |= {each.urn: _tags(tags_of(class_of(each), of)) for each in of.get(kind, ())}
    keys = sorted({key for line in preview.bill.lines for key in tags.get(line.urn, {})} - NO_PAYERS)
    return {key: _by_value(key, preview.bill.lines, tags) for key in keys}


def _by_value(key: str, lines: Iterable[Line], tags: Mapping[str, Mapping[str, str]]) -> list[Share]:
    found = group_lines(lines, lambda line: tags.get(line.urn, {}).get(key, NONE))
    return sorted((Share(value, amount) for value, amount in found.items()), key=_dearest_first)


def _tags(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(key): item if isinstance(item, str) else "[unknown]" for key, item in value.items()}


def _dearest_first(share: Share) -> tuple[object, ...]:
    return -share.amount.usd_per_month, share.name
