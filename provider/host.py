"""The provider itself: every component whose arguments are values, under the token ``alphacar:index:NAME``.

The vendor's host of components (``pulumi.provider.experimental.component_provider_host``) reads annotations without
evaluating them, knows no defaults, passes over arguments that it does not know, and hands a component plain mappings.
This stands beside it on the same public ground: a ``pulumi.provider.Provider``, served by ``pulumi.provider.main``.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.provider import ConstructResult, Provider, main

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


class Components(Provider):
    """Declares components for the engine. It has no resources of its own, and neither configuration nor functions."""

    def __init__(self) -> None:
        from provider.schema import schema

        super().__init__(components.__version__, json.dumps(schema()))

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Mapping[str, Any],
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Declares one component and everything below it.

        Raises:
            InputPropertiesError: For arguments that are wrong, and for a token that is not offered.
        """
        if resource_type not in offered():
            raise InputPropertiesError(f"{resource_type} is not offered; there are {', '.join(offered())}")
        kind = offered()[resource_type]
        try:
            made = kind.declare(name, inputs, options)
        except ValueError as error:
            # What only a component can judge, such as a name that is too long for what it becomes.
            raise InputPropertiesError(str(error)) from error
        state = {each.camel: getattr(made, each.name) for each in hints.outputs(kind.component).values()}
        return ConstructResult(made.urn, state)


def serve(arguments: Sequence[str]) -> None:
    """Serves until the engine ends the process."""
    main(Components(), list(arguments))
