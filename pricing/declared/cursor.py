"""Walks JSON and decodes only what is asked for: one resource at a time, and each fault with its place.

The decoding itself is the standard library's. A whole state as Python objects takes eight times its size; walking it
takes the text and one resource.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pricing.declared.fault import FaultError, kind_of_value

#: Deeper than any property of a provider; what reads properties here does so by recursion.
DEEPEST: Final = 200
#: Python refuses to read a longer whole number (sys.set_int_max_str_digits).
MOST_DIGITS: Final = 4300
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_NO_NUMBER: Final = re.compile(rf"{_STRING}|(NaN|-?Infinity|-?\d{{{MOST_DIGITS + 1},}})", re.DOTALL)
_BRACKET: Final = re.compile(rf"{_STRING}|([\[{{])|([\]}}])", re.DOTALL)


class _TwiceError(ValueError):
    """A key that is written twice in one mapping."""


class _NoNumberError(ValueError):
    """A number that JSON does not have."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found


def _refuse_constant(_name: str) -> Any:
    raise _NoNumberError


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse_constant)


class Cursor:
    """A place in a JSON text. Whoever walks takes each value it is led to: by :meth:`value` or by walking into it."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at

    def next_letter(self) -> str:
        """The next letter that is no space, or nothing at the end; the cursor stands before it."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def members(self, name: str = "the document") -> Iterator[str]:
        """Each key of the mapping here. Raises :class:`FaultError` where there is no mapping, named ``name``."""
        seen = set()
        for _ in self._parts(name, "{", "}", "a mapping"):
            if self.next_letter() != '"':
                raise FaultError(self.at, "is cut or malformed: a key in quotes must stand here")
            at, key = self.at, self.value()
            if key in seen:
                raise FaultError(at, "a key is written twice in one mapping")
            seen.add(key)
            self._take(":")
            yield key

    def items(self, name: str) -> Iterator[int]:
        """The place of each item of the list here. Raises :class:`FaultError` where there is no list."""
        yield from self._parts(name, "[", "]", "a list")

    def empty(self) -> bool:
        """Whether null stands here; it is taken."""
        if self.next_letter() != "n":
            return False
        self.value()
        return True

    def value(self) -> Any:
        """The value here, decoded. Raises :class:`FaultError`."""
        self.next_letter()
        start = self.at
        try:
            found, self.at = _DECODER.raw_decode(self.text, start)
        except json.JSONDecodeError as error:
            raise FaultError(error.pos, f"is cut or malformed: {error.msg.lower().removesuffix(' at')}") from None
        except _TwiceError:
            raise FaultError(self._second_key(start), "a key is written twice in one mapping") from None
        except RecursionError:
            raise FaultError(self._too_deep(start), f"is nested more than {DEEPEST} levels deep") from None
        except ValueError:
            # NaN, or more digits than are read.
            place = next((match.start(1) for match in _NO_NUMBER.finditer(self.text, start) if match[1]), start)
            raise FaultError(place, "is no number of JSON, or one of too many digits") from None
        return found

    def end(self) -> None:
        """Raises :class:`FaultError` unless nothing but space follows."""
        if self.next_letter():
            raise FaultError(self.at, "something follows the end of the document")

    def _parts(self, name: str, opening: str, closing: str, wanted: str) -> Iterator[int]:
        letter = self.next_letter()
        if letter != opening:
            at = self.at
            # What is cut is told as cut, and not as something of a wrong kind.
            raise FaultError(at, f"{name} is {kind_of_value(self.value())}; allowed is {wanted}")
        self.at += 1
        if self.next_letter() == closing:
            self.at += 1
            return
        place = 0
        while True:
            yield place
            place += 1
            letter = self.next_letter()
            if letter == closing:
                self.at += 1
                return
            if letter != ",":
                raise FaultError(self.at, f"is cut or malformed: a comma or {closing} must stand here")
            self.at += 1

    def _take(self, letter: str) -> None:
        if self.next_letter() != letter:
            raise FaultError(self.at, f"is cut or malformed: {letter} must stand here")
        self.at += 1

    def _second_key(self, start: int) -> int:
        """Where a key is written again, somewhere below the value at ``start``."""
        try:
            _walk(Cursor(self.text, start))
        except FaultError as fault:
            return fault.at
        except RecursionError:
            pass
        return start

    def _too_deep(self, start: int) -> int:
        depth = 0
        for match in _BRACKET.finditer(self.text, start):
            depth += bool(match[1]) - bool(match[2])
            if depth > DEEPEST:
                return match.start()
        return start


def _walk(cursor: Cursor) -> None:
    letter = cursor.next_letter()
    if letter not in ("{", "["):
        cursor.value()
        return
    for _ in cursor.members() if letter == "{" else cursor.items("the list"):
        _walk(cursor)


def place_of(text: str, start: int, path: Sequence[str | int]) -> int:
    """Where the value at ``path`` stands, below the value at ``start`` that has been decoded before."""
    cursor = Cursor(text, start)
    for step in path:
        parts: Iterator[str | int] = cursor.items("the list") if isinstance(step, int) else cursor.members()
        for part in parts:
            if part == step:
                break
            cursor.value()
        else:
            return start
    cursor.next_letter()
    return cursor.at
