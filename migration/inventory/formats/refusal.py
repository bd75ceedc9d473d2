"""Why a file cannot be read, with the place in it: never with a word of what stands there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class InputError(Exception):
    """What is wrong with an input, and where; ``line`` and ``column`` count from 1, and 0 is unknown."""

    message: str
    line: int = 0
    column: int = 0
    name: str = ""

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.column else f":{self.line}" if self.line else ""
        return f"{self.name}{place}: {self.message}"
