"""The provider itself: it answers the engine with a schema, and declares components when it is asked to.

The vendor's host of components (``pulumi.provider.experimental.component_provider_host``) reads annotations without
evaluating them, knows no defaults, passes over arguments that it does not know, and hands a component plain mappings.
This stands beside it on the same public ground: a ``pulumi.provider.Provider``, served by ``pulumi.provider.main``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.provider import ConstructResult, Provider, main

import components
from provider import hints
from provider.offered import offered
from provider.schema import schema


class Components(Provider):
    """Declares components for the engine. It has no resources of its own, and neither configuration nor functions."""

    def __init__(self) -> None:
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
            raise InputPropertiesError(f"{resource_type} is not offered; there are {', '.join(offered())}", [])
        kind = offered()[resource_type]
        try:
            made = kind.declare(name, inputs, options)
        except ValueError as error:
            # What only a component can judge, such as a name that is too long for what it becomes.
            raise InputPropertiesError(str(error), []) from error
        state = {each.camel: getattr(made, each.name) for each in hints.outputs(kind.component).values()}
        return ConstructResult(made.urn, state)


def serve(arguments: Sequence[str]) -> None:
    """Serves until the engine ends the process."""
    main(Components(), list(arguments))
