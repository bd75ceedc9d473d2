"""``docs/settings.md`` from the schema of stack files: every key, what it may be, its unit and its default."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pricing.report.escape import prose, span
from stacks.messages import PREFIX
from stacks.schema import build_schema

Node = Mapping[str, Any]
#: What a key's last words say its number counts.
UNITS: Final = {
    "Days": "days",
    "Minutes": "minutes",
    "Gb": "GB",
    "GbPerMonth": "GB a month",
    "PerMonth": "a month",
    "Usd": "USD",
    "UsdPerMonth": "USD a month",
    "usdPerMonth": "USD a month",
    "usdPerResource": "USD a month",
    "perUsd": "of the currency",
    "Percent": "%",
    "Hours": "hours",
    "hourUtc": "hour of the day, UTC",
}
_MOST_VALUES: Final = 12
OPENING: Final = """\
# Settings

<!-- Written by .venv/bin/python -m preview.docs from stacks/settings.py: change that, not this page. -->

Every key of a stack file, `stacks/Pulumi.STACK.yaml`, below `config`; each is typed as `landing:KEY`. A key without
a default must be set. `NAME` stands for a name of your own, `[]` for each entry of a list. What depends on several
keys is refused by `stacks/rules.py`."""


def settings_page() -> str:
    """The page."""
    schema = build_schema()
    config: Node = schema["properties"]["config"]
    required = set(config["required"])
    parts = [OPENING]
    for key, node in config["properties"].items():
        name = key.removeprefix(PREFIX)
        about = _resolved(node, schema).get("description", "")
        rows = list(_rows(name, node, schema, needed=key in required))
        parts.append(f"## {name}")
        if about:
            parts.append(prose(_line(about)))
        table = ["| key | allowed | unit | default | what |", "|---|---|---|---|---|"]
        parts.append("\n".join([*table, *(f"| {' | '.join(row)} |" for row in rows)]))
    return "\n\n".join(parts) + "\n"


def _rows(path: str, node: Node, schema: Node, *, needed: bool) -> Iterator[tuple[str, str, str, str, str]]:
    """A row for ``path``, or one for each key below it."""
    whole = _resolved(node, schema)
    below = list(_below(path, whole, schema))
    if not below:
        yield _row(path, node, whole, needed=needed)
    for child, inner, child_needed in below:
        yield from _rows(child, inner, schema, needed=child_needed)


def _below(path: str, node: Node, schema: Node) -> Iterator[tuple[str, Node, bool]]:
    required = set(node.get("required", ()))
    for name, inner in node.get("properties", {}).items():
        yield f"{path}.{name}", inner, name in required
    for inner in (*node.get("patternProperties", {}).values(), node.get("additionalProperties")):
        if isinstance(inner, Mapping) and (_mapping(inner, schema)):
            yield f"{path}.NAME", inner, False
    if _mapping(node.get("items", {}), schema):
        yield f"{path}[]", node["items"], False


def _mapping(node: Any, schema: Node) -> bool:
    return isinstance(node, Mapping) and "properties" in _resolved(node, schema)


def _row(path: str, node: Node, whole: Node, *, needed: bool) -> tuple[str, str, str, str, str]:
    default = node.get("default", whole.get("default", ...))
    shown = "required" if needed else "-" if default in (..., None) else span(json.dumps(default))
    about = node.get("description") or whole.get("description", "")
    return span(path), _allowed(whole), _unit(path), shown, prose(_line(about)) if about else ""


def _allowed(node: Node) -> str:
    if "const" in node:
        return span(str(node["const"]))
    if "enum" in node:
        values = [span(str(each)) for each in node["enum"]]
        more = f" and {len(values) - _MOST_VALUES} more" if len(values) > _MOST_VALUES else ""
        return ", ".join(values[:_MOST_VALUES]) + more
    if "anyOf" in node:
        return " or ".join(dict.fromkeys(_allowed(each) for each in node["anyOf"] if each.get("type") != "null"))
    kind = {"integer": "whole number", "number": "number", "boolean": span("true") + ", " + span("false")}.get(
        node.get("type", ""), {"string": "text", "array": "list", "object": "mapping"}.get(node.get("type", ""), "any")
    )
    if "minimum" in node or "maximum" in node:
        kind += f", {node.get('minimum', '')} to {node.get('maximum', '')}"
    if node.get("properties"):
        kind += f" of {', '.join(map(span, node['properties']))}"
    if node.get("type") == "array":
        kind += f" of {_allowed(node['items'])}" if "items" in node else ""
    if "format" in node:
        kind += f" ({node['format']})"
    elif "pattern" in node and "](" not in node["pattern"]:  # which would read as a link
        kind += f" matching {span(node['pattern'])}"
    return kind


def _unit(path: str) -> str:
    last = path.rpartition(".")[2].removesuffix("[]")
    found = [unit for word, unit in UNITS.items() if re.search(rf"{word}$", last)]
    return found[-1] if found else ""


def _resolved(node: Node, schema: Node) -> Node:
    """``node`` with what it refers to put in, and of several shapes the mapping, or the only one that is not null."""
    if "$ref" in node:
        inner = _resolved(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
        return {**inner, **{key: value for key, value in node.items() if key != "$ref"}}
    shapes = [_resolved(each, schema) for each in node.get("anyOf", ()) if each.get("type") != "null"]
    if len(shapes) == 1:
        return {**shapes[0], **{key: value for key, value in node.items() if key != "anyOf"}}
    return node


def _line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())
