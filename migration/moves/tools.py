"""The programs that moves start, each in the version that its commands were written for.

The pins are data, ``tools.json``, so that the gates may read them too: a move is planned for its tools' versions. What
the project pins elsewhere, kubectl and the AWS CLI, is held equal by a test.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A program: whose it is, its version (a commit where there are no releases), and where it comes from."""

    title: str
    version: str
    source: str


def _read() -> Mapping[str, Tool]:
    found = json.loads(Path(__file__).with_name("tools.json").read_text(encoding="utf-8"))
    return {word: Tool(**tool) for word, tool in found.items()}


#: By the word that starts it.
TOOLS: Final = _read()
