"""Names come from files that anybody may have written: what a terminal or markdown would obey is shown, not sent."""

from __future__ import annotations

import re
from typing import Final

#: A name longer than this is cut; the JSON has it whole.
LONGEST: Final = 120
#: Control characters, what turns the direction of writing, what is not there to see, and halves of a pair.
_OBEYED: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@])")


def visible(text: str) -> str:
    """``text`` with each such character written as Python escapes it."""
    return _OBEYED.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)


def shortened(text: str) -> str:
    """``text``, visible, and no longer than a line bears."""
    shown = visible(text)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 3]}..."


def code(text: str) -> str:
    """``text`` as code in a cell of markdown: nothing in it is markup, a mention or a link."""
    plain = shortened(text).replace("`", "'").replace("|", "\\|")
    return f"`{plain or ' '}`"


def prose(text: str) -> str:
    """``text`` as prose in a cell of markdown: entities, so that nothing is markup and nobody is mentioned."""
    return _MARKDOWN.sub(lambda found: f"&#{ord(found.group())};", visible(text))
