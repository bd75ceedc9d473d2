"""One line of an export, whichever form it came in, and what is wrong with a cell of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Literal

#: What a line is billed for: ``usage`` is compared, everything else stands apart, as the account's.
Kind = Literal["usage", "tax", "support", "credit", "refund", "commitment", "discount", "fee", "other"]
ACCOUNT_LEVEL: Final[tuple[Kind, ...]] = (
    *("tax", "support", "commitment", "discount", "fee"),
    *("credit", "refund", "other"),
)
#: The tags that say whose a line is, and which row of the ledger pays it.
TAGS: Final = ("decision", "environment", "project")
#: How much of a cell a message quotes.
LONGEST: Final = 60
#: No line of a bill is larger, and none is finer.
LARGEST: Final = Decimal(10) ** 15
FINEST: Final = -60
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)


class ExportError(ValueError):
    """A file that cannot be compared: one line that names the file, its line, the column and what is allowed."""


class CellError(Exception):
    """What is wrong at a column; whoever reads the file adds which and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """``usd`` for ``quantity`` of a usage type, in AWS's own unit; no quantity where the file tells none.

    ``service`` is the product code (``AmazonEC2``), or nothing where the file does not tell it. ``month`` is that of
    the billing period, ``2026-10``.
    """

    kind: Kind
    name: str
    service: str
    usd: Decimal
    quantity: Decimal | None
    month: str
    tags: Mapping[str, str] = field(default_factory=dict)


def amount(column: str, cell: str) -> Decimal:
    """The number in a cell. Raises :class:`CellError`."""
    text = cell.strip()
    if len(text) <= LONGEST and _NUMBER.fullmatch(text):
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal("NaN")
        exponent = found.as_tuple().exponent
        if found.is_finite() and abs(found) < LARGEST and isinstance(exponent, int) and exponent >= FINEST:
            return found
    raise CellError(f"{column}: {quoted(cell)} is refused; allowed is a number such as 12.34, below {LARGEST:.0e}")


def dollars(column: str, cell: str) -> None:
    """Raises :class:`CellError` where a line is in another currency."""
    if cell.strip() not in ("USD", ""):
        raise CellError(f"{column}: {quoted(cell)} is refused; allowed is USD")


@lru_cache(maxsize=4096)
def moment(column: str, cell: str) -> datetime:
    """The point in time in a cell, taken as UTC. Raises :class:`CellError`."""
    text = cell.strip().replace("/", "-")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        allowed = "2026-10-01T00:00:00Z or 2026-10-01"
        raise CellError(f"{column}: {quoted(cell)} is refused; allowed is a time such as {allowed}") from None


def quoted(cell: str) -> str:
    """A cell as a message shows it."""
    text = repr(cell)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
