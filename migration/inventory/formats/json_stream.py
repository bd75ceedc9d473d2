"""JSON read an item of a list at a time: a window over the file, which grows only as far as one value is long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from json.decoder import JSONDecodeError
from typing import Any, Final, TextIO

from migration.inventory.formats.part import DEEPEST, Part
from migration.inventory.formats.refusal import InputError

_CHUNK: Final = 1 << 20
_SPACE: Final = " \t\n\r"
#: How near to the window's end an error may lie and still be only that the value goes on: a number, ``\\u1234``.
_NEAR: Final = 64
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str)
_TOO_DEEP: Final = f"is nested deeper than {DEEPEST} levels"


def read_json(stream: TextIO) -> Iterator[Part]:
    """Every part of every document of ``stream``, which may follow each other. Raises :class:`InputError`."""
    window = _Window(stream)
    while window.peek():
        yield from _document(window)


class _Window:
    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.text = ""
        self.at = 0
        self.ended = False
        #: Lines before the window, and what of its first line is before it.
        self.lines = 0
        self.columns = 0
        #: Lines within the window up to a place in it.
        self.counted = (0, 0)

    def peek(self) -> str:
        """The next letter that is no space, or nothing at the end."""
        while True:
            while self.at < len(self.text):
                letter = self.text[self.at]
                if letter not in _SPACE:
                    return letter
                self.at += 1
            if not self._grow():
                return ""

    def take(self, allowed: str, what: str) -> str:
        """The next letter, which must be one of ``allowed``."""
        letter = self.peek()
        if not letter or letter not in allowed:
            raise self.refusal("is cut off" if not letter else f"is no whole JSON: wanted is {what}", self.at)
        self.at += 1
        return letter

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except JSONDecodeError as error:
                # The window moves when it grows; how far from the value's beginning the error is stays.
                unterminated, far = error.msg.startswith("Unterminated string"), error.pos - self.at
                if (unterminated or error.pos >= len(self.text) - _NEAR) and self._grow():
                    continue
                cut = unterminated or self.at + far >= len(self.text)
                told = f"is {'cut off' if cut else 'no whole JSON'}: {error.msg.removesuffix(' starting at')}"
                raise self.refusal(told, self.at + far) from None
            except RecursionError:
                raise self.refusal(_TOO_DEEP, self.at) from None
            # A number at the very end of the window may go on.
            if end == len(self.text) and self._grow():
                continue
            self.at = end
            return value

    def line(self) -> int:
        """The line of what comes next."""
        self.peek()
        self.counted = (self.counted[0] + self.text.count("\n", self.counted[1], self.at), self.at)
        return self.lines + self.counted[0] + 1

    def refusal(self, message: str, position: int) -> InputError:
        """An error at ``position`` of the window."""
        before = self.text[:position]
        column = len(before) - before.rfind("\n") if "\n" in before else self.columns + len(before) + 1
        return InputError(message, self.lines + before.count("\n") + 1, column)

    def _grow(self) -> bool:
        """Read as much again as is still wanted, or at least a piece; whether there was anything."""
        if self.ended:
            return False
        gone = self.text[: self.at]
        self.lines += gone.count("\n")
        self.columns = len(gone) - gone.rfind("\n") - 1 if "\n" in gone else self.columns + len(gone)
        self.text, self.at, self.counted = self.text[self.at :], 0, (0, 0)
        try:
            more = self.stream.read(max(_CHUNK, len(self.text)))
        except UnicodeError as error:
            raise InputError(
                f"is no text: {error.reason if isinstance(error, UnicodeDecodeError) else error}"
            ) from None
        self.ended = not more
        self.text += more
        return bool(more)


def _document(window: _Window) -> Iterator[Part]:
    line, opening = window.line(), window.peek()
    if opening == "[":
        for at in _list(window):
            yield Part("element", window.value(), at, {})
        return
    if opening != "{":
        yield Part("document", window.value(), line, {})
        return
    window.take("{", "an object")
    around: dict[str, Any] = {}
    listed = False
    if window.peek() == "}":
        window.take("}", "}")
    else:
        while True:
            if window.peek() != '"':
                window.take('"', "a key")
            key = window.value()
            window.take(":", "a colon")
            if key == "items" and window.peek() == "[":
                listed = True
                for at in _list(window):
                    yield Part("item", window.value(), at, around)
            else:
                around[key] = window.value()
            if window.take(",}", "a comma or the object's end") == "}":
                break
    yield Part("list" if listed else "document", around, line, {})


def _list(window: _Window) -> Iterator[int]:
    """The line of each element; whoever asks reads it before asking for the next."""
    window.take("[", "a list")
    if window.peek() == "]":
        window.take("]", "]")
        return
    while True:
        yield window.line()
        if window.take(",]", "a comma or the list's end") == "]":
            return
