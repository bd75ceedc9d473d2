"""What a type token says of a Kubernetes object, and the objects that a list holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

from model.resource import Resource, peek
from model.type_tokens import KUBERNETES_PACKAGE

#: What the API calls the empty group.
CORE: Final = "core"


class GroupVersionKind(NamedTuple):
    """A type as Kubernetes tells it; ``version`` is empty where only a kind was given (see :func:`kind_of`)."""

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        """``apps/v1``, or ``v1`` of the core group, as an object's ``apiVersion`` is written."""
        return self.version if self.group == CORE else f"{self.group}/{self.version}"


@lru_cache(maxsize=4096)
def group_version_kind(resource_type: str) -> GroupVersionKind | None:
    """``("apps", "v1", "Deployment")`` of ``kubernetes:apps/v1:DeploymentPatch``; ``None`` for no Kubernetes token.

    A CustomResource of apiVersion ``v1`` registers ``kubernetes:v1:Service``, which is the core group by another door.
    A ``Patch`` at the end is Pulumi's, and says how the object is written, unless it is the whole kind. What stands
    behind a third colon is nobody's, but the engine takes it (source: pulumi sdk/go/common/tokens, ParseTypeToken).
    """
    api_version, colon, rest = resource_type.removeprefix(KUBERNETES_PACKAGE).partition(":")
    if not colon or not resource_type.startswith(KUBERNETES_PACKAGE):
        return None
    kind = rest.partition(":")[0]
    group, slash, version = api_version.rpartition("/")
    if not slash:
        # Every version of the core group is v1; anything else is the group of a kind.
        group, version = (CORE, api_version) if api_version in ("", "v1") else (api_version, "")
    return GroupVersionKind(group, version, kind.removesuffix("Patch") or kind)


def group_and_kind(resource_type: str) -> tuple[str | None, str]:
    """``("apps", "Deployment")`` of ``kubernetes:apps/v1:DeploymentPatch``; no group for anything but Kubernetes."""
    found = group_version_kind(resource_type)
    return (found.group, found.kind) if found else (None, "")


def kind_of(resource_type: str) -> str:
    """The type token itself; a Kubernetes one without version and ``Patch``, as ``kubernetes:<group>:<Kind>``.

    The API version is part of a Kubernetes token, so one object has several.
    """
    found = group_version_kind(resource_type)
    return f"{KUBERNETES_PACKAGE}{found.group}:{found.kind}" if found else resource_type


def is_custom(group: str) -> bool:
    """Whether a group is somebody's own and none of Kubernetes'."""
    return "." in group and not group.endswith(".k8s.io")


def kubernetes_token(api_version: str, kind: str) -> str:
    """``kubernetes:apps/v1:Deployment`` of an object's ``apiVersion`` and ``kind``."""
    return f"{KUBERNETES_PACKAGE}{api_version}:{kind}"


def objects_of(resource: Resource) -> Iterator[Resource]:
    """The resource and, where it is a list of objects, every one of them as if it had been declared by itself."""
    yield resource
    of_list = group_version_kind(resource.type)
    items = resource.get("items")
    if of_list is None or not of_list.kind.endswith("List") or not isinstance(items, list):
        return
    for item in items:
        if isinstance(item, Mapping):
            version, kind = peek(item, "apiVersion"), peek(item, "kind")
            version = version if isinstance(version, str) else of_list.api_version
            kind = kind if isinstance(kind, str) else of_list.kind.removesuffix("List")
            yield from objects_of(replace(resource, type=kubernetes_token(version, kind), props=item))
