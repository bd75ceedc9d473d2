"""How CloudWatch Logs matches a JSON event with a filter pattern, as far as patterns of ours go.

Source: CloudWatch Logs user guide, "Using filter patterns to match terms in JSON log events": comparisons of texts with
``*`` for any characters, ``NOT EXISTS``, ``&&`` before ``||``, parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from model.resource import MISSING, peek

_TOKEN: Final = re.compile(r'\s*(\(|\)|&&|\|\||!=|=|NOT EXISTS|"[^"]*"|[$\w.*:-]+)')
_COMPARED: Final = ("=", "!=")


def matches(pattern: str, event: Mapping[str, Any]) -> bool:
    """Whether ``pattern`` matches ``event``. Raises :class:`ValueError` for what is none that is known here."""
    if not (pattern.startswith("{") and pattern.endswith("}")):
        raise ValueError(f"no pattern of JSON events: {pattern}")
    inside, place, tokens = pattern[1:-1].strip(), 0, []
    while place < len(inside):
        if not (found := _TOKEN.match(inside, place)):
            raise ValueError(f"cannot be read: {inside[place:]}")
        tokens.append(found[1])
        place = found.end()
    result = _either(tokens, event)
    if tokens:
        raise ValueError(f"left over: {tokens}")
    if result is None:
        raise ValueError("the guide does not say how what is not there differs from a text")
    return result


def _either(tokens: list[str], event: Mapping[str, Any]) -> bool | None:
    found = [_both(tokens, event)]
    while tokens[:1] == ["||"]:
        del tokens[0]
        found.append(_both(tokens, event))
    return True if True in found else None if None in found else False


def _both(tokens: list[str], event: Mapping[str, Any]) -> bool | None:
    found = [_one(tokens, event)]
    while tokens[:1] == ["&&"]:
        del tokens[0]
        found.append(_one(tokens, event))
    return False if False in found else None if None in found else True


def _one(tokens: list[str], event: Mapping[str, Any]) -> bool | None:
    if tokens[0] == "(":
        del tokens[0]
        result = _either(tokens, event)
        if tokens.pop(0) != ")":
            raise ValueError(f"not closed before {tokens}")
        return result
    selector, how = tokens.pop(0), tokens.pop(0)
    if not selector.startswith("$."):
        raise ValueError(f"no selector: {selector}")
    value = peek(event, *selector.removeprefix("$.").split("."))
    if how == "NOT EXISTS":
        return value is MISSING
    if how not in _COMPARED:
        raise ValueError(f"no comparison: {how}")
    wanted = tokens.pop(0).strip('"')
    if value is MISSING and how == "!=":
        return None
    same = isinstance(value, str) and re.fullmatch(re.escape(wanted).replace(r"\*", ".*"), value) is not None
    return same is (how == "=")
