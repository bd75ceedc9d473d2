"""What stands at a path of a property, through lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.resource import MISSING, peek


def found(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Everything at ``path`` that is there; a list on the way stands for its items, ``*`` for what it holds."""
    if isinstance(value, list):
        for item in value:
            yield from found(item, path)
    elif not path:
        if value is not MISSING and value is not None:
            yield value
    elif path[0] == "*":
        yield from found(value, path[1:])
    else:
        yield from found(peek(value, path[0]), path[1:])
