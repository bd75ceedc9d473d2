"""Pulumi's AWS SDK read as text: importing its 250 modules takes a minute, reading them takes a second or two.

Property names come from the tables that the SDK hands to the engine: the names beside its getters.
"""

import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent

BLOCK = re.compile(r"^ *```python\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
CLASS = re.compile(r'@pulumi\.type_token\("(aws:[^"]+)"\)\nclass (\w+)\(pulumi\.CustomResource\)')
ARGUMENTS = re.compile(r"^class (\w+Args):\n(.*?)(?=^class |\Z)", re.DOTALL | re.MULTILINE)
GETTER = re.compile(r'@pulumi\.getter(?:\(name="(\w+)"\))?\n    def (\w+)\(self\) -> (.*):\n')
NESTED = re.compile(r"'(\w+Args)'")


@dataclass(frozen=True)
class Property:
    """One property of a class of arguments: its name on the wire, the class below it, whether the SDK requires it."""

    wire: str
    below: str | None
    required: bool


Names = dict[str, Property]


@dataclass(frozen=True)
class Kind:
    """A resource's class in the SDK: its token, its module, its properties by their name in Python."""

    token: str
    module: str
    names: Names


@cache
def kinds() -> dict[tuple[str, str], Kind]:
    """Every resource by its module and class in Python."""
    found: dict[tuple[str, str], Kind] = {}
    for file, text in _sources().items():
        for token, name in CLASS.findall(text):
            arguments = dict(ARGUMENTS.findall(text))
            # A kind that is also a nested type keeps the plain name for that.
            body = arguments.get(f"{name}InitArgs", arguments.get(f"{name}Args", ""))
            found[file.parent.name, name] = Kind(token, file.parent.name, _names(body))
    return found


@cache
def kind_of(token: str) -> Kind:
    """A resource by its token."""
    return next(each for each in kinds().values() if each.token == token)


@cache
def nested(module: str, name: str) -> Names:
    """The properties of a class below a resource's."""
    return _names(_arguments(module).get(name, ""))


@cache
def blocks() -> tuple[str, ...]:
    """Every example's code, once."""
    found: dict[str, None] = {}
    for text in _sources().values():
        # The same docstring stands above each of a class's constructors: the first is enough.
        first = text.partition("    @overload")[2].partition("    @overload")[0]
        for code in BLOCK.findall(first):
            found[dedent(code).replace("\\\\", "\\").replace('\\"', '"')] = None
    return tuple(found)


@cache
def _folder() -> Path:
    found = importlib.util.find_spec("pulumi_aws")
    assert found
    assert found.origin
    return Path(found.origin).parent


@cache
def _sources() -> dict[Path, str]:
    files = (file for file in sorted(_folder().glob("*/*.py")) if not file.name.startswith(("_", "outputs", "get_")))
    return {file: file.read_text(encoding="utf-8") for file in files}


@cache
def _arguments(module: str) -> dict[str, str]:
    file = _folder() / module / "_inputs.py"
    return dict(ARGUMENTS.findall(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _names(body: str) -> Names:
    found: Names = {}
    for wire, name, annotation in GETTER.findall(body):
        below = NESTED.search(annotation)
        found[name] = Property(wire or name, below[1] if below else None, "Optional[" not in annotation)
    return found
