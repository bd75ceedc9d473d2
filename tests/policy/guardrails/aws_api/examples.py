"""The resources that Pulumi's own AWS SDK shows in its docstrings, as a rule would see them.

Left out are fragments, which lack what the SDK itself requires, and some 35 blocks of 2,955 that are no Python: their
quotation marks were lost when the SDK was generated.
"""

import ast
import contextlib
import json
from collections.abc import Iterator
from typing import Any

from model.resource import UNKNOWN, Resource
from tests.policy.guardrails.aws_api.plainly import resource
from tests.policy.guardrails.aws_api.reading import Kind, Names, blocks, kinds, nested


class FragmentError(ValueError):
    """An example leaves out what the SDK itself requires: Python would refuse it before AWS is asked."""


def examples() -> Iterator[Resource]:
    """Every resource of every example, once for each set of inputs."""
    seen: set[str] = set()
    for code in blocks():
        for made in _resources(code):
            key = f"{made.type} {json.dumps(made.props, default=str, sort_keys=True)}"
            if key not in seen:
                seen.add(key)
                yield made


def _resources(code: str) -> Iterator[Resource]:
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (kind := _kind(node.func)):
            given = {word.arg: word.value for word in node.keywords if word.arg}
            with contextlib.suppress(FragmentError):
                yield resource(kind.token, _properties(given, kind.names, kind.module), _name(node))


def _kind(function: ast.expr) -> Kind | None:
    match function:
        case ast.Attribute(ast.Attribute(ast.Name("aws"), module), name):
            return kinds().get((module, name))
    return None


def _name(node: ast.Call) -> str:
    first = node.args[0] if node.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else "example"


def _properties(given: dict[Any, ast.expr], names: Names, module: str) -> dict[str, Any]:
    if any(known.required and name not in given for name, known in names.items()):
        raise FragmentError
    read = {known.wire: _value(given[name], known.below, module) for name, known in names.items() if name in given}
    return {wire: value for wire, value in read.items() if value is not None}


def _value(node: ast.expr, below: str | None, module: str) -> Any:
    match node:
        case ast.Constant(value):
            return value if isinstance(value, str | int | float | bool | None) else UNKNOWN
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)):
            return -number
        case ast.List(items):
            return [_value(item, below, module) for item in items]
        case ast.Dict(keys, values) if all(isinstance(key, ast.Constant) for key in keys):
            given = {key.value: value for key, value in zip(keys, values, strict=True)}
            if below:
                return _properties(given, nested(module, below), module)
            return {str(key): _value(value, None, module) for key, value in given.items()}
        case ast.Call(ast.Attribute(ast.Name("json"), "dumps"), [document]):
            value = _value(document, None, module)
            return UNKNOWN if _holds_unknown(value) else json.dumps(value)
        case ast.Call(ast.Attribute(attr=name), keywords=words) if below and name == below:
            return _properties({word.arg: word.value for word in words if word.arg}, nested(module, below), module)
    return UNKNOWN


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_holds_unknown, value))
    return value is UNKNOWN
