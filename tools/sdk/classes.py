"""What the installed Pulumi SDKs know about a resource: its class, its arguments and its outputs."""

from __future__ import annotations

import importlib
from importlib.metadata import version
from types import ModuleType
from typing import Any, Final

from pulumi.runtime import rpc

#: Package of the engine: module of Python. The distribution carries the module's name.
PACKAGES: Final = {"aws": "pulumi_aws", "eks": "pulumi_eks", "kubernetes": "pulumi_kubernetes"}


class UnknownTypeError(LookupError):
    """No installed SDK has a resource of this type."""


def version_of(package: str) -> str:
    """The installed version of a package's SDK, which is the version of its plugin."""
    return version(PACKAGES[package].replace("_", "-"))


def has_module(token: str) -> bool:
    """Whether the SDK has the module that ``token`` names, as ``kubernetes:apps/v1`` and not a custom resource's."""
    package, module, _ = token.split(":")
    importlib.import_module(PACKAGES[package])
    return rpc.get_resource_module(package, module, "") is not None


def classes(token: str) -> tuple[type, type]:
    """The resource's class and its arguments' class. Raises :class:`UnknownTypeError`."""
    package, module, kind = token.split(":")
    if package == "pulumi":
        return _pair(importlib.import_module(PACKAGES[kind]), "Provider")
    importlib.import_module(PACKAGES[package])
    # Every generated SDK registers its modules with a table from token to class.
    registered: Any = rpc.get_resource_module(package, module, "")
    name = registered.mod_info["classes"].get(token) if registered else None
    if name is None:
        raise UnknownTypeError(f"{PACKAGES[package]} {version_of(package)} has no resource {token}")
    return _pair(importlib.import_module(registered.mod_info["fqn"]), name)


def _pair(module: ModuleType, name: str) -> tuple[type, type]:
    resource = getattr(module, name)
    home = importlib.import_module(resource.__module__)
    # A kind that is also a nested type keeps the plain name for that.
    return resource, getattr(home, f"{name}InitArgs", None) or getattr(home, f"{name}Args")
