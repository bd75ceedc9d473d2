"""What other languages may declare: every component whose arguments are values, under ``alphacar:index:NAME``."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pulumi

import components
from provider import hints
from provider.taken import take

PACKAGE: Final = "alphacar"


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A component that other languages may declare; ``arguments`` is the dataclass that it takes, if it takes one."""

    component: type[pulumi.ComponentResource]
    arguments: type | None

    @property
    def token(self) -> str:
        """What a schema calls it."""
        return f"{PACKAGE}:index:{self.component.__name__}"

    def declare(self, name: str, given: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> Any:
        """Registers the component, under the type that the schema names."""
        under_token = type(self.component.__name__, (self.component, _Renamed), {"token": self.token})
        if self.arguments:
            return under_token(name, take(self.arguments, given), opts)
        return under_token(name, opts)


class _Renamed(pulumi.ComponentResource):
    """Stands between a component and the SDK's base, and registers it as ``token``.

    A stack that declared the component in Python knows it by its own type: it is an alias, so that moving a program to
    another language replaces nothing.
    """

    token: str

    def __init__(
        self, t: str, name: str, props: Mapping[str, Any] | None, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        alias = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=t)])
        super().__init__(self.token, name, props, pulumi.ResourceOptions.merge(opts, alias))


@cache
def offered() -> Mapping[str, Offered]:
    """Everything that can be declared from another language, by token."""
    found = (_offered(getattr(components, name)) for name in components.__all__)
    return {each.token: each for each in found if each}


def _offered(public: type) -> Offered | None:
    if not issubclass(public, pulumi.ComponentResource):
        return None
    arguments = inspect.get_annotations(public.__init__, eval_str=True).get("args")
    if arguments and hints.arguments(arguments) is None:
        return None
    return Offered(component=public, arguments=arguments)
