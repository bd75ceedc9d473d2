"""The resources that Pulumi's own AWS SDK shows in its docstrings, as a rule would see them.

The SDK is read as text: importing its 250 modules takes a minute, reading them takes seconds. Property names come from
the same tables that the SDK hands to the engine, the names beside its getters.
"""

import ast
import contextlib
import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

from policy.resource import UNKNOWN, Resource
from tests.policy.aws_api.plainly import resource

BLOCK = re.compile(r"^ *```python\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
CLASS = re.compile(r'@pulumi\.type_token\("(aws:[^"]+)"\)\nclass (\w+)\(pulumi\.CustomResource\)')
ARGUMENTS = re.compile(r"^class (\w+Args):\n(.*?)(?=^class |\Z)", re.DOTALL | re.MULTILINE)
GETTER = re.compile(r'@pulumi\.getter(?:\(name="(\w+)"\))?\n    def (\w+)\(self\) -> (.*):\n')
NESTED = re.compile(r"'(\w+Args)'")


class FragmentError(ValueError):
    """An example leaves out what the SDK itself requires: Python would refuse it before AWS is asked."""


@dataclass(frozen=True)
class Property:
    """One property of a class of arguments: its name on the wire, the class below it, whether the SDK requires it."""

    wire: str
    below: str | None
    required: bool


Names = dict[str, Property]


@dataclass(frozen=True)
class Kind:
    """A resource's class in the SDK."""

    token: str
    module: str
    names: Names


def examples() -> Iterator[Resource]:
    """Every resource of every example, once for each set of inputs."""
    seen: set[str] = set()
    for code in _blocks():
        for made in _resources(code):
            key = f"{made.type} {json.dumps(made.props, default=str, sort_keys=True)}"
            if key not in seen:
                seen.add(key)
                yield made


@cache
def _folder() -> Path:
    found = importlib.util.find_spec("pulumi_aws")
    assert found
    assert found.origin
    return Path(found.origin).parent


@cache
def _sources() -> dict[Path, str]:
    skipped = ("_", "outputs", "get_")
    return {
        file: file.read_text(encoding="utf-8")
        for file in sorted(_folder().glob("*/*.py"))
        if not file.name.startswith(skipped)
    }


def _blocks() -> list[str]:
    """Every example's code; the same docstring stands above each of a class's constructors."""
    # Only the first constructor's: the rest are the same again.
    found = (
        match
        for text in _sources().values()
        for match in BLOCK.finditer(text.partition("    @overload")[2].partition("    @overload")[0])
    )
    return list(dict.fromkeys(dedent(match[1]).replace("\\\\", "\\").replace('\\"', '"') for match in found))


@cache
def _kinds() -> dict[tuple[str, str], Kind]:
    """Every resource by its module and class in Python."""
    found: dict[tuple[str, str], Kind] = {}
    for file, text in _sources().items():
        for token, name in CLASS.findall(text):
            arguments = dict(ARGUMENTS.findall(text))
            body = arguments.get(f"{name}InitArgs", arguments.get(f"{name}Args", ""))
            found[file.parent.name, name] = Kind(token, file.parent.name, _names(body))
    return found


@cache
def _nested(module: str) -> dict[str, str]:
    file = _folder() / module / "_inputs.py"
    return dict(ARGUMENTS.findall(file.read_text(encoding="utf-8"))) if file.is_file() else {}


@cache
def _nested_names(module: str, name: str) -> Names:
    return _names(_nested(module).get(name, ""))


def _names(body: str) -> Names:
    """The properties of a class of arguments by their name in Python."""
    found: Names = {}
    for wire, name, annotation in GETTER.findall(body):
        below = NESTED.search(annotation)
        found[name] = Property(wire or name, below[1] if below else None, "Optional[" not in annotation)
    return found


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
            return _kinds().get((module, name))
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
                return _properties(given, _nested_names(module, below), module)
            return {str(key): _value(value, None, module) for key, value in given.items()}
        case ast.Call(ast.Attribute(ast.Name("json"), "dumps"), [document]):
            value = _value(document, None, module)
            return UNKNOWN if _holds_unknown(value) else json.dumps(value)
        case ast.Call(ast.Attribute(attr=name), keywords=words) if below and name == below:
            return _properties(
                {word.arg: word.value for word in words if word.arg}, _nested_names(module, below), module
            )
    return UNKNOWN


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_holds_unknown, value))
    return value is UNKNOWN
