"""Months that were reconciled, kept beside the stack files, and the error band that they make.

The file is written by ``--reconcile FILE --write`` alone, a month of a stack once; amounts are decimals in texts, USD
before VAT.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pricing.reconcile.charge import CellError, amount
from pricing.reconcile.compare import Compared, Reconciliation
from pricing.reconcile.figures import Measured
from stacks.command import write_atomically
from stacks.environments import FOLDER

FORMAT: Final = 1
DEFAULT: Final = FOLDER / "reconciled.json"
KEYS: Final = frozenset(
    {"stack", "month", "foreseen", "billed", "byCapability", "figures", "scope", "form", "sha256", "written"}
)
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


class HistoryError(ValueError):
    """The file of reconciled months cannot be used: one line that names it, the key and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBand:
    """How far bills lay from what was foreseen, as shares, over the reconciled months of a stack, oldest first."""

    stack: str
    months: tuple[str, ...]
    low: Decimal | None
    high: Decimal | None

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return "not measured"
        low, high = f"{self.low * 100:+.1f} %", f"{self.high * 100:+.1f} %"
        if len(self.months) == 1:
            return f"{low} in 1 reconciled month ({self.months[0]})"
        return f"{low} to {high} over {len(self.months)} reconciled months ({self.months[0]} to {self.months[-1]})"

    @property
    def sentence(self) -> str:
        """The same, and where it comes from."""
        if self.low is None:
            return "error band: not measured; no month of this stack is reconciled (--reconcile FILE --write)"
        return f"error band: billed {self}, against what was foreseen"

    def document(self) -> dict[str, Any]:
        """The same as the JSON of every report has it; ends are shares, null while nothing is measured."""
        return {
            "measured": self.low is not None,
            "months": list(self.months),
            "low": None if self.low is None else round(self.low, 6),
            "high": None if self.high is None else round(self.high, 6),
            "text": str(self),
        }


def error_band(stack: str, path: Path | None = None) -> ErrorBand:
    """The band of ``stack``. Raises :class:`HistoryError`."""
    months = _months(path or DEFAULT, stack)
    errors = [
        error
        for entry in months
        if (error := Compared(name=stack, foreseen=entry["foreseen"], billed=entry["billed"]).error) is not None
    ]
    return ErrorBand(
        stack=stack,
        months=tuple(entry["month"] for entry in months),
        low=min(errors, default=None),
        high=max(errors, default=None),
    )


def ranges(stack: str, new: Iterable[Measured], month: str, path: Path) -> dict[str, dict[str, Any]]:
    """Each measured figure in the form of ``landing:usage``, over the reconciled months and ``month``.

    ``base`` is the mean. Raises :class:`HistoryError`.
    """
    found: dict[str, dict[str, Decimal]] = {}
    for entry in _months(path, stack):
        for key, value in entry["figures"].items():
            found.setdefault(key, {})[entry["month"]] = value
    for each in new:
        found.setdefault(each.key, {})[month] = each.measured
    return {key: _range(values) for key, values in sorted(found.items())}


def _range(values: Mapping[str, Decimal]) -> dict[str, Any]:
    months, amounts = sorted(values), sorted(values.values())
    mean = (sum(amounts, Decimal(0)) / len(amounts)).quantize(Decimal("0.001"))
    when = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    base = min(max(mean, amounts[0]), amounts[-1])
    return {"low": amounts[0], "base": base, "high": amounts[-1], "source": f"measured: reconciled {when}"}


def append(found: Reconciliation, figures: Iterable[Measured], *, today: date, path: Path) -> None:
    """Keep a month. Raises :class:`HistoryError` for a part of one, and for one that is kept already."""
    month = found.billed_month
    if found.total.billed <= 0:
        raise HistoryError(
            f"--write: {month.month} is billed at {_text(found.total.billed)} USD; allowed is a month that cost"
        )
    if not month.complete:
        raise HistoryError(
            f"--write: {month.month} is covered for {month.hours} of {month.whole} hours; allowed is a whole month"
        )
    if found.total.error is None:
        raise HistoryError("--write: nothing was foreseen, so that there is no error; allowed is a stack that costs")
    entries = _entries(path)
    if any(entry["stack"] == found.stack and entry["month"] == month.month for entry in entries):
        raise HistoryError(f"--write: {path} has {month.month} of {found.stack} already; remove that entry first")
    entries.append(
        {
            "stack": found.stack,
            "month": month.month,
            "foreseen": _text(found.total.foreseen),
            "billed": _text(found.total.billed),
            "byCapability": {
                each.name: {"foreseen": _text(each.foreseen), "billed": _text(each.billed)}
                for each in found.by_capability
            },
            "figures": {each.key: _text(each.measured) for each in figures},
            "scope": "account-wide" if found.account_wide else "tagged",
            "form": month.form,
            "sha256": list(month.digests),
            "written": today.isoformat(),
        }
    )
    entries.sort(key=lambda entry: (entry["stack"], entry["month"]))
    content = json.dumps({"format": FORMAT, "months": entries}, indent=2, sort_keys=True) + "\n"
    try:
        write_atomically(path, content)
    except OSError as error:
        raise HistoryError(f"--write: {path} cannot be written ({error.strerror})") from None


def _text(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.000001"))
    return f"{rounded:f}"


def _months(path: Path, stack: str) -> list[dict[str, Any]]:
    found = [_decimals(path, entry) for entry in _entries(path) if entry["stack"] == stack]
    return sorted(found, key=lambda entry: str(entry["month"]))


def _decimals(path: Path, entry: Mapping[str, Any]) -> dict[str, Any]:
    where = f"{path}: {entry['stack']} {entry['month']}"
    try:
        figures = {key: amount(f"figures.{key}", value) for key, value in entry["figures"].items()}
        sums = {key: amount(key, entry[key]) for key in ("foreseen", "billed")}
    except (CellError, AttributeError, TypeError) as error:
        raise HistoryError(f"{where}: {error}; restore the file from version control") from None
    if sums["foreseen"] <= 0:
        raise HistoryError(f"{where}: foreseen: {sums['foreseen']} is refused; allowed is more than 0")
    return {**entry, **sums, "figures": figures}


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError):
        raise HistoryError(f"{path}: cannot be read as JSON; restore it from version control") from None
    entries = document.get("months") if isinstance(document, dict) and document.get("format") == FORMAT else None
    if not isinstance(entries, list):
        raise HistoryError(f"{path}: is refused; allowed is a mapping with format {FORMAT} and a list of months")
    for entry in entries:
        if not isinstance(entry, dict) or entry.keys() != KEYS or not _is_one(entry):
            raise HistoryError(f"{path}: months: an entry is refused; allowed are {', '.join(sorted(KEYS))}")
    return entries


def _is_one(entry: Mapping[str, Any]) -> bool:
    stack, month = entry["stack"], entry["month"]
    return isinstance(stack, str) and isinstance(month, str) and _MONTH.fullmatch(month) is not None
