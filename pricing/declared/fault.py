"""What is wrong in a file that is read, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: What may be handed over, in the words of a message.
ALLOWED: Final = (
    "allowed is what pulumi stack export, pulumi preview --json or python -m preview STACK --format json wrote"
)


class FaultError(Exception):
    """Something at ``at`` (a place in the text, counted in characters) is not as it must be; the message names no file.

    ``unit`` is ``byte`` for what was found before there was a text.
    """

    def __init__(self, at: int, message: str, unit: str = "character") -> None:
        super().__init__(message)
        self.at = at
        self.unit = unit


class UnreadableFileError(ValueError):
    """A file that cannot be priced: one line naming it, the position and what is allowed."""


def position(text: str, at: int) -> str:
    """``at`` as people count: ``line 12, column 5``."""
    return f"line {text.count(chr(10), 0, at) + 1}, column {at - text.rfind(chr(10), 0, at)}"


def kind_of_value(value: Any) -> str:
    """What a decoded value is, in words. The value itself may be a secret, and is never quoted."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "a mapping"
    names = {bool: "true or false", str: "text", list: "a list", int: "a number", float: "a number"}
    return names.get(type(value), "something else")
