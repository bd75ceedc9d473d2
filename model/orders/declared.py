"""What is declared within a resource: objects of a list, objects that another carries, resources of a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from model.helm import orders, read_yaml
from model.kubernetes import group_and_kind, is_custom, kubernetes_token, objects_of
from model.orders.cloudformation import declared_in
from model.orders.controllers import CARRIED, NO_ORDER
from model.orders.paths import found
from model.resource import Resource, peek

#: Where charts take whole objects that they make beside their own.
_EXTRA: Final = ("extraObjects", "extraManifests", "extraDeploy", "extraResources", "rawResources", "resources")
_DEEPEST: Final = 4


def declared_within(resource: Resource) -> Iterator[Resource]:
    """``resource`` and everything within it, each as if it had been declared by itself."""
    yield from _within(resource, _DEEPEST)


def _within(resource: Resource, deepest: int) -> Iterator[Resource]:
    for each in objects_of(resource):
        yield each
        yield from declared_in(each)
        for carried in _carried(each) if deepest else ():
            yield from _within(carried, deepest - 1)


def _carried(resource: Resource) -> Iterator[Resource]:
    group, kind = group_and_kind(resource.type)
    if group is None:
        return
    places = CARRIED.get((group, kind), ())
    for path in places:
        for manifest in found(resource.props, path):
            yield from _made(resource, manifest)
    if not places and is_custom(group) and (group, kind) not in NO_ORDER:
        for manifest in _whole_objects(resource.get("spec")):
            yield from _made(resource, manifest)
    for order in orders(resource):
        for values in order.values:
            for key in _EXTRA:
                for manifest in found(values, (key,)):
                    yield from _made(resource, manifest)


def _whole_objects(value: Any) -> Iterator[Any]:
    """Whatever below ``value`` is written as an object of its own, and no mere reference to one."""
    ahead = [value]
    while ahead:
        item = ahead.pop()
        if isinstance(item, list):
            ahead += reversed(item)
        elif isinstance(item, Mapping):
            if "apiVersion" in item and "kind" in item and any(key in item for key in ("metadata", "spec")):
                yield item
            else:
                ahead += reversed(list(item.values()))


def _made(resource: Resource, manifest: Any) -> Iterator[Resource]:
    if isinstance(manifest, str):
        manifest = read_yaml(manifest)
    version, kind = peek(manifest, "apiVersion"), peek(manifest, "kind")
    if isinstance(manifest, Mapping) and isinstance(version, str) and isinstance(kind, str):
        yield replace(resource, type=kubernetes_token(version, kind), props=manifest)
