"""What a plain word of a stack file is: as the engine's YAML library has it, and as the engine writes it anew.

The engine reads a file with go-yaml 3 (https://github.com/go-yaml/yaml, ``resolve.go``), writes what it read and reads
that: YAML 1.2's booleans, octal numbers of both kinds, no numbers to the base of sixty, and no difference between 1000
and 1e3. Numbers beyond 64 bits lose digits there, and so they do here.
"""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal
from typing import Final

Scalar = str | int | float | bool | None
_NAMED: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_ENDLESS: Final = frozenset(
    {f"{sign}.{word}" for word in ("inf", "Inf", "INF") for sign in ("", "+", "-")} | {".nan", ".NaN", ".NAN"}
)
_WHOLE: Final = re.compile(
    r"([-+]?)(?:(0[xX])([0-9a-fA-F]+)|(0[bB])([01]+)|(0[oO]?)([0-7]+)|()([1-9][0-9]*|0))", re.ASCII
)
_BASES: Final = {"0x": 16, "0b": 2, "0o": 8, "0": 8, "": 10}
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_TIME: Final = r"(\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?"
_DATE: Final = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?:[Tt]{_TIME}(?:Z|[-+]\d\d:\d\d)| +{_TIME})?", re.ASCII)
#: From here on a number is written with an exponent.
_LARGE: Final = 10**21
_SMALL: Final = 1e-6
#: What each tag of YAML's own takes.
_TAGGED: Final[dict[str, tuple[type, ...]]] = {
    "null": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
}


def resolve(text: str) -> Scalar:
    """The value of a plain ``text``. Raises :class:`ValueError` for what no setting can hold: a day, or no number."""
    if text in _NAMED:
        return _NAMED[text]
    if is_date(text):
        raise ValueError(f"{text} is an unquoted date; quote it, or the engine makes a timestamp of it")
    return _number(text)


def tagged(tag: str, text: str) -> Scalar:
    """The value of ``text`` below a tag of YAML's own, such as ``!!int``. Raises :class:`ValueError`."""
    kind = tag.removeprefix("!!")
    if tag == "!!str":
        return text
    if not tag.startswith("!!") or kind not in _TAGGED:
        raise ValueError(f"the tag {tag} is none that a setting may have; leave it out")
    found = _NAMED[text] if text in _NAMED else _number(text)
    # 1e3 is a whole number by its value, and none by the way it is written.
    if kind == "int" and not _is_whole(text):
        found = text
    if (isinstance(found, bool) and kind != "bool") or not isinstance(found, _TAGGED[kind]):
        raise ValueError(f"what has the tag {tag} is no such value; leave the tag out, or write one")
    return found


def is_date(text: str) -> bool:
    """Whether the engine takes a plain ``text`` for a day or a moment."""
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    year, month, day, *time = found.groups()
    try:
        # A leap year is one in every 400 years, and Python's calendar has no year 0.
        date(int(year) or 400, int(month), int(day))
    except ValueError:
        return False
    hours, minutes, seconds = (int(time[place] or time[place + 4] or 0) for place in range(3))
    return hours < 24 and minutes < 60 and seconds < 60


def written(number: float) -> str:
    """A number as the engine's JSON has it."""
    if number == 0:
        return "0"
    exact = Decimal(repr(number))
    if _SMALL <= abs(number) < _LARGE:
        return format(exact, "f").removesuffix(".0")
    mantissa, _, exponent = repr(number).partition("e")
    return f"{mantissa.removesuffix('.0')}e{exponent[0]}{exponent[1:].lstrip('0')}"


def _is_whole(text: str) -> bool:
    whole = _WHOLE.fullmatch(text.replace("_", ""))
    return whole is not None and _integer(whole) is not None


def _number(text: str) -> str | int | float:
    if text in _ENDLESS:
        raise ValueError(f"{text} is no number that JSON could hold; quote it if it is a word")
    # Only what begins like a number may have its underscores taken away, and no number begins with a point then.
    plain = text if text.startswith(".") else text.replace("_", "")
    if not text[:1].isascii() or text[:1] not in "+-.0123456789":
        return text
    if (whole := _WHOLE.fullmatch(plain)) and (found := _integer(whole)) is not None:
        return found
    if not _FLOAT.fullmatch(plain):
        return text
    number = float(plain)
    if math.isinf(number):
        return text
    if number == int(number) and abs(number) < _LARGE:
        # Its shortest digits, with noughts behind them.
        return int(Decimal(repr(number)))
    return number


def _integer(found: re.Match[str]) -> int | None:
    sign, *parts = found.groups()
    prefix, digits = next((parts[place].lower(), parts[place + 1]) for place in (0, 2, 4, 6) if parts[place + 1])
    number = int(digits, _BASES[prefix])
    if not -(2**63) <= (number := -number if sign == "-" else number) < 2**64:
        return None
    # A sign goes with numbers of 63 bits alone.
    return None if sign and number >= 2**63 else number
