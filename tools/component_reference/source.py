"""What a component's code says of itself: purpose, arguments with their defaults, outputs."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Final

import pulumi

import components

#: What stands before a comment that documents the line below it.
MARK: Final = "#:"
#: Defaults that a dataclass has to write as a call.
FACTORIES: Final = {"field(default_factory=dict)": "{}", "field(default_factory=list)": "[]"}
#: What an argument of this name is in every component that says nothing else of it.
COMMON: Final = {
    "after": "What must be there before: a component is there once everything in it is.",
    "cluster": "The cluster that it is declared in.",
    "key_arn": "The KMS key that encrypts what rests.",
    "labels": "Labels of every Kubernetes object.",
    "namespace": "The namespace that it runs in.",
    "network": "The subnets it stands in, and who may reach it.",
    "place": "The account and region.",
    "protect": "Whether what holds data refuses to be deleted.",
    "tags": "Tags of every AWS resource that takes some.",
}


@dataclass(frozen=True)
class Field:
    """An argument or an output: ``default`` is source text, or ``None`` where there is none; ``told`` may be empty."""

    name: str
    type: str
    default: str | None
    told: str


@dataclass(frozen=True)
class Described:
    """A component as its source describes it; ``arguments_told`` is the arguments' own docstring."""

    name: str
    module: str
    token: str
    purpose: str
    arguments_name: str | None
    arguments_told: str
    arguments: tuple[Field, ...]
    outputs: tuple[Field, ...]

    @property
    def once(self) -> str | None:
        """What has only one of it: an account, a region, a cluster; ``None`` if it may stand often."""
        found = re.search(r"Once an? (\w+)(?: \(\w+\))?( and region)?", " ".join(self.purpose.split()))
        return f"{found[1]}{found[2] or ''}" if found else None


def described() -> list[Described]:
    """Every component of the package, in the order of rooms and names."""
    found = [
        _describe(module, each)
        for module in _modules()
        for each in vars(module).values()
        if inspect.isclass(each) and issubclass(each, pulumi.ComponentResource) and each.__module__ == module.__name__
    ]
    return sorted(found, key=lambda each: (each.module, each.name))


def _modules() -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(components.__path__, "components."):
        yield importlib.import_module(info.name)


def _describe(module: ModuleType, component: type[pulumi.ComponentResource]) -> Described:
    classes = _classes(module)
    made = classes[component.__name__]
    arguments = inspect.signature(component).parameters.get("args")
    name = str(arguments.annotation) if arguments else None
    given = classes.get(name) if name else None
    return Described(
        name=component.__name__,
        module=module.__name__,
        token=_token(made),
        purpose=inspect.getdoc(component) or "",
        arguments_name=name,
        arguments_told=(ast.get_docstring(given) or "") if given else "",
        arguments=tuple(_fields(module, given)) if given else (),
        outputs=tuple(_fields(module, made)),
    )


def _classes(module: ModuleType) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(module))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _fields(module: ModuleType, node: ast.ClassDef) -> Iterator[Field]:
    lines = inspect.getsource(module).splitlines()
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and not each.target.id.startswith("_"):
            default = FACTORIES.get(source := ast.unparse(each.value), source) if each.value else None
            yield Field(each.target.id, ast.unparse(each.annotation), default, _comment(lines, each.lineno))


def _comment(lines: list[str], line: int) -> str:
    told: list[str] = []
    for text in reversed(lines[: line - 1]):
        if not text.strip().startswith(MARK):
            break
        told.insert(0, text.strip().removeprefix(MARK).strip())
    return " ".join(told)


def _token(node: ast.ClassDef) -> str:
    """The type that the component registers as: the first argument of its ``super().__init__``."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
            return str(ast.literal_eval(call.args[0]))
    raise ValueError(f"{node.name} registers no type")
