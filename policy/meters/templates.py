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

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from policy.meters.scene import Scene
from policy.meters.values import UnreadableError
from policy.resource import MISSING, Resource

TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"


def template_of(group: Resource, scene: Scene) -> Resource | None:
    """The declared template of a node group, ``None`` without one. Raises :class:`UnreadableError` when untold."""
    if group.get("launchTemplate") is MISSING:
        return None
    templates = scene.of.get(TEMPLATE, ())
    by_urn, by_name, by_parent = scene.once("launch templates", lambda: _indexed(templates))
    around = _around(group, scene)
    named = group.get("launchTemplate", "name")
    needed = {urn for item in [group, *around] for urn in item.dependencies}
    near = [item for parent in around for item in by_parent.get(parent.urn, ())] or templates
    rules: Sequence[Callable[[], Iterable[Resource]]] = (
        lambda: by_name.get(named, ()) if isinstance(named, str) else (),
        lambda: [by_urn[urn] for urn in sorted(needed) if urn in by_urn],
        lambda: [item for item in near if item.name == group.name],
        lambda: [item for item in near if item.name.startswith(f"{group.name}-")],
        lambda: near,
    )
    for rule in rules:
        found = list(rule())
        if len(found) == 1:
            return found[0]
    raise UnreadableError(
        f"launchTemplate: {len(templates)} templates are declared, and none can be told to be the group's"
    )


def _indexed(
    templates: Sequence[Resource],
) -> tuple[Mapping[str, Resource], Mapping[str, list[Resource]], Mapping[str, list[Resource]]]:
    by_name: dict[str, list[Resource]] = {}
    by_parent: dict[str, list[Resource]] = {}
    for item in templates:
        if isinstance(name := item.get("name"), str):
            by_name.setdefault(name, []).append(item)
        by_parent.setdefault(item.parent or "", []).append(item)
    return {item.urn: item for item in templates}, by_name, by_parent


def _around(resource: Resource, scene: Scene) -> list[Resource]:
    """The components that hold ``resource``, innermost first; the stack itself holds everything and tells nothing."""
    every = scene.once("by urn", lambda: {item.urn: item for items in scene.of.values() for item in items})
    found: list[Resource] = []
    while (parent := every.get(resource.parent or "")) and parent not in found and parent.type != "pulumi:pulumi:Stack":
        found.append(parent)
        resource = parent
    return found
