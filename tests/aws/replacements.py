"""Which properties of a resource at AWS make another one when they change, as the real provider's schema says it.

``.venv/bin/python -m tests.aws.replacements`` writes the table that a difference reads, of the types that the program
declares in any variation; ``tests/aws/test_replacements.py`` holds it fresh.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from preview.questions.diff.replacement import TABLE
from tests.aws.conversion import PROPERTIES, candidates, places
from tests.aws.provider import TOOLS, Provider
from tests.aws.variations import PROGRAMS, registered
from tools.sdk.shape import Fields, Shape, Type, read

SOURCE: Final = "https://github.com/hashicorp/terraform-provider-aws"
Schema = Mapping[str, Any]


def table(provider: Provider) -> dict[str, Any]:
    """The table's content: the provider's version, and the properties by type.

    For ``always`` any change replaces; for ``whenSet`` only one to a value that is given, because the provider keeps
    what it computed before where none is; for ``whole``, a block, only that it comes or goes.
    """
    tokens = sorted({made.type for variation in PROGRAMS for made in registered(variation)})
    schemas = provider.schemas(name for token in tokens for name in candidates(token))
    named = {token: next(name for name in candidates(token) if name in schemas) for token in tokens}
    replaces = provider.replaces(named.values())
    types = {
        token: _properties(token, schemas[name], replaces[name], PROPERTIES.get(name, {}))
        for token, name in named.items()
    }
    return {"source": f"{SOURCE} {_version()}", "types": {token: each for token, each in types.items() if each}}


def _version() -> str:
    words = (TOOLS / "go.mod").read_text().split()
    return words[words.index(SOURCE.removeprefix("https://")) + 1]


def _properties(token: str, schema: Schema, paths: Sequence[str], renamed: Mapping[str, str]) -> dict[str, list[str]]:
    shape = read(token)
    found: dict[str, list[str]] = {}
    for path in paths:
        # A block that is new or gone brings its own attributes, which stand here themselves.
        if any(other.startswith(f"{path}.") for other in paths):
            continue
        names, attribute = _named(path.split("."), schema, renamed, shape.inputs, shape)
        if names:
            kind = _kind(attribute)
            found.setdefault(kind, []).append(".".join(names))
    return {kind: sorted(names) for kind, names in sorted(found.items())}


def _kind(place: Schema) -> str:
    if "nesting" in place:
        return "whole"
    return "whenSet" if place["optional"] and place["computed"] else "always"


def _named(
    path: Sequence[str], schema: Schema, renamed: Mapping[str, str], fields: Fields, shape: Shape
) -> tuple[list[str], Schema]:
    """A path as a program writes it, and what the schema says of its end; nothing where the SDK has no such input."""
    step, *rest = path
    homes = {**places(schema), **renamed}
    name = next((each for each in fields.properties if homes.get(each) == step), None)
    if name is None:
        return [], {}
    if not rest:
        return [name], schema["attributes"].get(step) or schema["blocks"][step]
    inner = _object(fields.properties[name], shape)
    if inner is None or step not in schema["blocks"]:
        return [], {}
    names, attribute = _named(rest, schema["blocks"][step], {}, inner, shape)
    return ([name, *names] if names else []), attribute


def _object(type_: Type, shape: Shape) -> Fields | None:
    """The fields of an object, or of a list's, as the SDK has them."""
    if isinstance(type_, str):
        return None
    if "object" in type_:
        return shape.objects[type_["object"]]
    inside = type_.get("oneOf") or [type_.get("list", "any")]
    return next((found for each in inside if (found := _object(each, shape)) is not None), None)


if __name__ == "__main__":
    from tests.aws.conftest import BUILT

    TABLE.write_text(json.dumps(table(Provider(BUILT / "aws-provider")), indent=2) + "\n")
