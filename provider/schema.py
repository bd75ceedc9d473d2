"""The package's schema, from which other languages generate SDKs and editors complete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import components
from provider import hints, words
from provider.hints import Property, Wire
from provider.offered import PACKAGE, Offered, offered

LANGUAGES: Final = ("csharp", "go", "java", "nodejs", "python")


def schema() -> dict[str, Any]:
    """Every component that is offered, and every type that its arguments hold (source: Pulumi's package schema)."""
    types: dict[str, Any] = {}
    resources = {token: _resource(each, types) for token, each in offered().items()}
    return {
        "name": PACKAGE,
        "displayName": PACKAGE,
        "version": components.__version__,
        "description": "Components for AWS: encrypted, tagged, protected, and never public by accident",
        "license": "Apache-2.0",
        "language": {name: {"respectSchemaVersion": True} for name in LANGUAGES},
        "types": dict(sorted(types.items())),
        "resources": resources,
    }


def _resource(each: Offered, types: dict[str, Any]) -> dict[str, Any]:
    inputs = (hints.arguments(each.arguments) if each.arguments else None) or {}
    outputs = hints.outputs(each.component)
    documents = [words.document(kind) for kind in (each.component, each.arguments) if kind]
    return {
        "isComponent": True,
        "description": "\n\n".join(documents),
        "type": "object",
        "inputProperties": _properties(inputs, each.arguments, types, inputs=True),
        "requiredInputs": _required(inputs),
        "properties": _properties(outputs, each.component, types, inputs=False),
        "required": _required(outputs),
    }


def _required(properties: Mapping[str, Property]) -> list[str]:
    return sorted(name for name, each in properties.items() if each.required)


def _properties(
    properties: Mapping[str, Property], of: type | None, types: dict[str, Any], *, inputs: bool
) -> dict[str, Any]:
    described = words.of_fields(of) if of else {}
    found = {}
    for name, each in properties.items():
        written = _type(each.wire, types, inputs=inputs)
        text = " ".join(filter(None, [described.get(each.name), _choices(each.wire)]))
        default = {} if each.default is None else {"default": each.default}
        found[name] = {**written, **({"description": text} if text else {}), **default}
    return found


def _choices(wire: Wire) -> str | None:
    innermost = wire.inside or wire
    return f"One of {', '.join(innermost.choices)}." if innermost.choices else None


def _type(wire: Wire, types: dict[str, Any], *, inputs: bool) -> dict[str, Any]:
    plain = {"plain": True} if inputs and not wire.waits else {}
    if wire.kind == "any":
        return {"$ref": "pulumi.json#/Any", **plain}
    if wire.kind == "object" and wire.made:
        return {"$ref": f"#/types/{_named(wire.made, types)}", **plain}
    if wire.kind == "array" and wire.inside:
        return {"type": "array", "items": _type(wire.inside, types, inputs=inputs), **plain}
    if wire.kind == "map" and wire.inside:
        return {"type": "object", "additionalProperties": _type(wire.inside, types, inputs=inputs), **plain}
    return {"type": wire.kind, **plain}


def _named(kind: type, types: dict[str, Any]) -> str:
    """The token of a type that arguments hold, which is written into ``types`` when it is met first."""
    token = f"{PACKAGE}:index:{kind.__name__}"
    if token not in types:
        fields = hints.arguments(kind) or {}
        types[token] = {
            "type": "object",
            "description": words.document(kind),
            "properties": _properties(fields, kind, types, inputs=True),
            "required": _required(fields),
        }
    return token
