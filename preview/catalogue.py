"""What previews say in another language: verdict, headings, columns, sentences of our own, and the words of pictures.

The English text is the key; :mod:`preview.korean` has the other side. What a rule says of a resource, why a row is
decided as it is, and what a price rests on stay English: people search for it, and waivers quote it.
"""

from __future__ import annotations

import os
import re
import string
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal, get_args

from stacks.command import refuse

Language = Literal["en", "ko"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
#: Where a team says once, for every command and job, which language it reads; ``--lang`` goes before it.
VARIABLE: Final = "LANDING_ZONE_LANG"
_SPOKEN: Final[ContextVar[Language]] = ContextVar("spoken", default="en")


def t(text: str) -> str:
    """``text`` in the language of the report that is being written. Raises :class:`KeyError` where none is known."""
    if _SPOKEN.get() == "en":
        return text
    # A report in English needs none of it.
    from preview.korean import KOREAN

    return KOREAN[text]


def say(text: str, **values: object) -> str:
    """``text`` in that language, with ``values`` at its places."""
    return t(text).format(**values)


def counted(number: int, one: str, many: str) -> str:
    """``one`` or ``many``, with ``{count}`` at its place; Korean says both alike."""
    return say(one if number == 1 else many, count=f"{number:,}")


def told_again(text: str, *forms: str) -> str:
    """``text``, which another run wrote in English after one of ``forms``, in the language of this report.

    What follows none of them is told as it is: a document holds other people's words as well.
    """
    for form in forms if _SPOKEN.get() != "en" else ():
        if found := re.fullmatch(_pattern(form), text, re.DOTALL):
            return say(form, **found.groupdict())
    return text


def _pattern(form: str) -> str:
    parts = string.Formatter().parse(form)
    return "".join(re.escape(literal) + (f"(?P<{name}>.+?)" if name else "") for literal, name, _, _ in parts)


def language() -> Language:
    """The language of the report that is being written."""
    return _SPOKEN.get()


def chosen_language(given: str | None) -> Language:
    """What ``--lang`` says, else the variable, else English; another language is refused."""
    name, asked = ("--lang", given) if given is not None else (VARIABLE, os.environ.get(VARIABLE) or "en")
    found = next((each for each in LANGUAGES if each == asked), None)
    if found is None:
        refuse(f"{name}: {asked!r} is refused; allowed are {', '.join(LANGUAGES)}")
    return found


@contextmanager
def spoken(chosen: Language) -> Iterator[None]:
    """Within it, :func:`t` answers in ``chosen``."""
    token = _SPOKEN.set(chosen)
    try:
        yield
    finally:
        _SPOKEN.reset(token)
