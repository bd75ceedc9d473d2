"""A stack file's YAML, read as the engine reads it, and nothing in it but what JSON can hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import yaml

from stacks.messages import SettingsError

#: Settings travel to packs in an environment variable, whose size the kernel limits.
MOST: Final = 100_000
_CORE: Final = "tag:yaml.org,2002:"
_DATE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?")
_PLAIN: Final = (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0|[1-9][0-9_]*|0[oO]?_*[0-7][0-7_]*)", "-+0123456789"),
    ("int", r"[-+]?(0[bB]_*[01][01_]*|0[xX]_*[0-9a-fA-F][0-9a-fA-F_]*)", "-+0"),
    ("float", r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))([eE][-+]?[0-9]+)?", "-+.0123456789"),
    # What would be octal but for its digits; and what JSON does not have, for the settings to refuse by name.
    ("float", r"[-+]?0[0-9_]*[89][0-9_]*", "-+0"),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+."),
    ("merge", r"<<", "<"),
)


class _Loader(yaml.SafeLoader):
    """No dates, no ``on``/``off`` booleans, no numbers to the base of sixty, no key twice, no tags of one's own."""


_Loader.yaml_implicit_resolvers = {"": [(f"{_CORE}null", re.compile(""))]}
for _kind, _pattern, _first in _PLAIN:
    for _letter in _first:
        _rules = _Loader.yaml_implicit_resolvers.setdefault(_letter, [])
        _rules.append((f"{_CORE}{_kind}", re.compile(rf"^(?:{_pattern})$")))
_Loader.yaml_constructors = {
    tag: construct
    for tag, construct in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.removeprefix(_CORE) in ("null", "bool", "int", "float", "seq")
}


def _whole(_: _Loader, node: yaml.ScalarNode) -> int:
    text = node.value.replace("_", "").lower()
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if digits.startswith("0") and digits[1:].isdecimal():
        digits = f"0o{digits[1:]}"
    return sign * int(digits, 0)


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    if node.style is None and _DATE.fullmatch(node.value):
        raise SettingsError(
            f"line {_line(node)}: {node.value} is an unquoted date; quote it, or the engine makes a timestamp of it"
        )
    return loader.construct_scalar(node)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.tag == f"{_CORE}merge":
            continue
        if not isinstance(key, yaml.ScalarNode) or key.tag != f"{_CORE}str":
            shown = key.value if isinstance(key, yaml.ScalarNode) else "a list or mapping"
            raise SettingsError(f"line {_line(key)}: the key {shown} is no text; allowed are names, quoted if need be")
        if key.value in seen:
            raise SettingsError(f"line {_line(key)}: the key {key.value} is written twice")
        seen.add(key.value)
    return {str(key): value for key, value in loader.construct_mapping(node, deep=True).items()}


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


_Loader.add_constructor(f"{_CORE}int", _whole)
_Loader.add_constructor(f"{_CORE}map", _mapping)
_Loader.add_constructor(f"{_CORE}str", _text)


def read_document(path: Path) -> Any:
    """The document at ``path``. Raises :class:`SettingsError`, which names the file and, where it can, the line."""
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: cannot be read (not UTF-8 text)") from None
    if len(content) > MOST:
        raise SettingsError(f"{path}: has {len(content)} characters; allowed are {MOST}")
    try:
        return yaml.load(content, Loader=_Loader)  # noqa: S506 - a SafeLoader with less
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: is not YAML: {' '.join(str(error).split())}") from None
    except (RecursionError, ValueError, OverflowError):
        raise SettingsError(f"{path}: is nested too deeply, or holds a number that is too large") from None
