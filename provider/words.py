"""What docstrings and comments say, as a schema says it: Markdown, with names as other languages have them."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Mapping
from typing import Final

from provider.hints import camel

#: What is said of arguments that nearly every component takes, unless the component says it itself.
COMMON: Final[Mapping[str, str]] = {
    "after": "What must be there before.",
    "key_arn": "The KMS key that everything here rests under.",
    "network": "Where it stands, and who reaches it.",
    "place": "The account and the region.",
    "protect": "Whether deletion is refused.",
    "tags": "Tags of every resource that takes some.",
}
ROLE: Final = re.compile(r":\w+:`~?(?:[\w.]+\.)?(\w+)`")
CODE: Final = re.compile(r"``([^`]+)``")
SENTENCE: Final = re.compile(r"(?<=[.:]) +(?=[A-Z`])")


def document(kind: type) -> str:
    """A class's own docstring."""
    return _markdown(inspect.cleandoc(kind.__doc__ or ""))


def of_fields(kind: type) -> dict[str, str]:
    """What is said of each field: the comment above it, else the class's sentences on it, else what is common."""
    names = list(inspect.get_annotations(kind))
    sentences = SENTENCE.split(" ".join(inspect.cleandoc(kind.__doc__ or "").split()))
    comments = _comments(kind)
    found = {}
    for name in names:
        naming = [sentence for sentence in sentences if f"``{name}``" in sentence]
        said = comments.get(name) or " ".join(naming) or COMMON.get(name)
        if said:
            found[name] = _markdown(said)
    return found


def _comments(kind: type) -> dict[str, str]:
    """Comments that begin with ``#:``, by the field that they stand above."""
    source = textwrap.dedent(inspect.getsource(kind))
    lines = source.splitlines()
    (tree,) = ast.parse(source).body
    found = {}
    for node in tree.body if isinstance(tree, ast.ClassDef) else ():
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        above: list[str] = []
        for line in reversed(lines[: node.lineno - 1]):
            if not line.strip().startswith("#:"):
                break
            above.insert(0, line.strip().removeprefix("#:").strip())
        if above:
            found[node.target.id] = " ".join(above)
    return found


def _markdown(said: str) -> str:
    """Sphinx's roles and code as Markdown; a field's name as other languages have it."""
    said = ROLE.sub(r"`\1`", said)
    return CODE.sub(
        lambda code: f"`{camel(code[1]) if re.fullmatch(r'[a-z]+(_[a-z0-9]+)+', code[1]) else code[1]}`", said
    )
