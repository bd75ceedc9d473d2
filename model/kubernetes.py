"""What a type token says of a Kubernetes object, and the objects that a list holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from model.resource import Resource, peek


def group_and_kind(resource_type: str) -> tuple[str | None, str]:
    """``("apps", "Deployment")`` of ``kubernetes:apps/v1:DeploymentPatch``; no group for anything but Kubernetes."""
    parts = resource_type.split(":")
    if len(parts) != 3 or parts[0] != "kubernetes":
        return None, ""
    group = parts[1].rpartition("/")[0]
    # A CustomResource of apiVersion v1 registers without a group: the core group by another door.
    return group or "core", parts[2].removesuffix("Patch")


def objects_of(resource: Resource) -> Iterator[Resource]:
    """The resource and, where it is a list of objects, every one of them as if it had been declared by itself."""
    yield resource
    group, kind = group_and_kind(resource.type)
    items = resource.get("items")
    if group is None or not kind.endswith("List") or not isinstance(items, list):
        return
    list_version = resource.type.split(":")[1]
    for item in items:
        if isinstance(item, Mapping):
            version, item_kind = peek(item, "apiVersion"), peek(item, "kind")
            version = version if isinstance(version, str) else list_version
            item_kind = item_kind if isinstance(item_kind, str) else kind.removesuffix("List")
            yield from objects_of(replace(resource, type=f"kubernetes:{version}:{item_kind}", props=item))
