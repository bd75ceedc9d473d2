"""What is declared within a resource: objects of a list, objects that another carries, resources of a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from model.helm import orders
from model.kubernetes import group_and_kind, kubernetes_token, objects_of
from model.orders.cloudformation import declared_in
from model.orders.controllers import CARRIED
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
    for path in CARRIED.get((group, kind), ()):
        for manifest in found(resource.props, path):
            yield from _made(resource, manifest)
    for order in orders(resource):
        for values in order.values:
            for key in _EXTRA:
                for manifest in found(values, (key,)):
                    yield from _made(resource, manifest)


def _made(resource: Resource, manifest: Any) -> Iterator[Resource]:
    version, kind = peek(manifest, "apiVersion"), peek(manifest, "kind")
    if isinstance(manifest, Mapping) and isinstance(version, str) and isinstance(kind, str):
        yield replace(resource, type=kubernetes_token(version, kind), props=manifest)
