"""Names and texts come from files that anybody may have written: what a reader's program would obey is shown, not sent.

Every report of this project escapes here: for a terminal (by :func:`stacks.command.harmless`, as all do), for
markdown (a comment, the pages of docs/), for HTML (whose markup the templates escape themselves) and for JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rich.markup import escape

from stacks.command import harmless

#: A name longer than this is cut; the JSON has it whole.
LONGEST: Final = 120
_BREAKS: Final = re.compile(r"[^\n\t]+")
#: What JSON may hold as it is, and a terminal would obey.
_OBEYED_IN_JSON: Final = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
#: What makes markup; an underscore does so only at the edge of a word.
_MARKDOWN: Final = re.compile(r"[\\`*{}\[\]<>#!|~&@$]|(?<!\w)_|_(?!\w)")
#: What a forge finds in the text when all markup is done: mentions, references, addresses, and names of pictures. An
#: entity is no help there, but a space without a width is.
_REFERENCE: Final = re.compile(
    r"(?<=[@#!~%$&])(?=[\w\"])|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=:)(?=[a-z0-9_+-]+:(?![\w:]))", re.IGNORECASE
)
_BREAK: Final = "\u200b"


def readable(text: str) -> str:
    """``text`` for a terminal, line by line: see :func:`stacks.command.harmless`. Line ends and tabs stay."""
    return _BREAKS.sub(lambda found: harmless(found[0]), text)


def joined(lines: Iterable[str]) -> str:
    """Lines as a terminal shows them; an empty one before a line may be given as its first character."""
    return "".join(f"\n{harmless(line[1:])}\n" if line.startswith("\n") else f"{harmless(line)}\n" for line in lines)


def shown(text: str) -> str:
    """``text`` for a table or a line of :mod:`rich`: no markup of its, and no escape sequence."""
    return escape(harmless(text))


def shortened(text: str) -> str:
    """``text``, harmless, and no longer than a line bears."""
    plain = harmless(text)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 3]}..."


def span(text: str) -> str:
    """``text`` as code in a cell of markdown: nothing in it is markup, a mention or a link."""
    plain = harmless(text).replace("`", "'").replace("|", "\\|")
    return f"`{plain or ' '}`"


def code(text: str) -> str:
    """The same, no longer than a line bears."""
    return span(shortened(text))


def prose(text: str) -> str:
    """``text`` as prose in a cell of markdown: nothing is markup or a link, and nobody is mentioned."""
    broken = _REFERENCE.sub(_BREAK, harmless(text))
    return _MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", broken).replace(_BREAK, "&#8203;")


def json_text(written: str) -> str:
    """JSON that a terminal may show: the same document, with those characters escaped as JSON escapes them."""
    return _OBEYED_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
