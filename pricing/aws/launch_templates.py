"""Which declared launch template belongs to a node group.

A managed node group refers to its launch template by id, which no preview knows. Its template is looked for, in this
order, and the first rule that leaves exactly one wins:

1. the template whose declared ``name`` the group repeats in ``launchTemplate.name``;
2. the only template among what the group, or the component around it, depends on;
3. among the templates declared by a component that also holds the group (all templates, when none is): the one named
   like the group, else the one named ``<group>-...``, else the only one.

When several remain, the group's disks are a gap, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from model import type_tokens
from model.resource import MISSING, Resource
from pricing.context import PricingContext
from pricing.properties import UnreadableError

EVERYWHERE: Final = "*"


def template_of(group: Resource, context: PricingContext) -> Resource | None:
    """The declared template of a node group, ``None`` without one. Raises :class:`UnreadableError` when untold."""
    if group.get("launchTemplate") is MISSING:
        return None
    templates = context.of.get(type_tokens.EC2_LAUNCH_TEMPLATE, ())
    index = context.once("launch templates", lambda: _Index(templates))
    around = _around(group, context)
    named = group.get("launchTemplate", "name")
    needed = {urn for item in [group, *around] for urn in item.dependencies}
    scopes: Sequence[str] = [parent.urn for parent in around if (parent.urn, "") in index.within] or [EVERYWHERE]
    rules: Sequence[Callable[[], Iterable[Resource]]] = (
        lambda: index.by_name.get(named, ()) if isinstance(named, str) else (),
        lambda: [index.by_urn[urn] for urn in sorted(needed) if urn in index.by_urn],
        lambda: index.near(scopes, group.name),
        lambda: index.near(scopes, f"{group.name}-"),
        lambda: index.near(scopes, ""),
    )
    for rule in rules:
        found = list(rule())
        if len(found) == 1:
            return found[0]
    raise UnreadableError(
        f"launchTemplate: {len(templates)} templates are declared, and none can be told to be the group's"
    )


class _Index:
    """The templates of a stack by whatever a group may know of its own, so that a wide stack is read once."""

    def __init__(self, templates: Sequence[Resource]) -> None:
        self.by_urn = {item.urn: item for item in templates}
        self.by_name: dict[str, list[Resource]] = {}
        #: By parent (or EVERYWHERE) and by logical name, by each of its beginnings that end in a dash, and by "".
        self.within: dict[tuple[str, str], list[Resource]] = {}
        for item in templates:
            if isinstance(name := item.get("name"), str):
                self.by_name.setdefault(name, []).append(item)
            dashes = [place + 1 for place, letter in enumerate(item.name) if letter == "-"]
            for label in {item.name, "", *(item.name[:end] for end in dashes)}:
                for scope in (item.parent or "", EVERYWHERE):
                    self.within.setdefault((scope, label), []).append(item)

    def near(self, scopes: Sequence[str], label: str) -> list[Resource]:
        """The templates of ``scopes`` that have ``label``."""
        return [item for scope in scopes for item in self.within.get((scope, label), ())]


def _around(resource: Resource, context: PricingContext) -> list[Resource]:
    """The components that hold ``resource``, innermost first; the stack itself holds everything and tells nothing."""
    every = context.once("by urn", lambda: {item.urn: item for items in context.of.values() for item in items})
    found: list[Resource] = []
    while (parent := every.get(resource.parent or "")) and parent not in found:
        if parent.type == type_tokens.PULUMI_STACK:
            break
        found.append(parent)
        resource = parent
    return found
