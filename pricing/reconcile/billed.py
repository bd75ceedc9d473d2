"""What an account was billed in one month, added up by service, usage type and tag decision."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Final, NamedTuple

from pricing.bill import EXACT
from pricing.reconcile.charge import CellError, Charge, ExportError, Kind
from pricing.reconcile.formats.detect import reader_of
from pricing.reconcile.formats.header import Reader, Spans
from pricing.reconcile.lines import digest, read_lines

#: Sums that are kept; what has more usage types and tags than that is no bill.
MOST_SUMS: Final = 100_000
ZERO: Final = Decimal(0)


class Key(NamedTuple):
    """What lines are added up by. Tags are empty where a line carries none."""

    kind: Kind
    service: str
    name: str
    decision: str
    environment: str
    project: str


@dataclass(slots=True)
class Sum:
    """USD and a quantity in AWS's unit; no quantity where one of the lines told none."""

    usd: Decimal = ZERO
    quantity: Decimal | None = ZERO

    def add(self, usd: Decimal, quantity: Decimal | None) -> None:
        """One line, or another sum."""
        self.usd += usd
        self.quantity = None if quantity is None or self.quantity is None else self.quantity + quantity


@dataclass(frozen=True, kw_only=True)
class Billed:
    """One month of an export. ``hours`` are those its usage covers, of ``whole`` in the month."""

    form: str
    files: tuple[str, ...]
    digests: tuple[str, ...]
    month: str
    hours: int
    whole: int
    sums: Mapping[Key, Sum]

    @property
    def complete(self) -> bool:
        """Whether the month is covered from its first hour to its last."""
        return self.hours >= self.whole

    @property
    def usd(self) -> Decimal:
        """All that was billed, whatever for."""
        with localcontext(EXACT):
            return sum((each.usd for each in self.sums.values()), ZERO)


def read_export(paths: Sequence[Path], month: str = "", today: date | None = None) -> Billed:
    """What the files say of ``month``, or of the only one they hold.

    AWS splits a large report into several files of one form. What lies after ``today`` has not been used yet. Raises
    :class:`ExportError`.
    """
    found: dict[str, dict[Key, Sum]] = {}
    spans: dict[str, tuple[datetime, datetime]] = {}
    forms: list[str] = []
    seen: dict[str, Path] = {}
    for path in paths:
        if (same := seen.get(sha256 := digest(path))) is not None:
            raise ExportError(f"{path}: is the same as {same}; each part of an export is to be given once")
        seen[sha256] = path
        reader, covered = _read(path, found)
        forms.append(reader.name)
        if reader.name != forms[0]:
            raise ExportError(
                f"{path}: is {reader.name}, and {paths[0]} is {forms[0]}; allowed are parts of one export"
            )
        for name, (start, end) in covered.items():
            first, last = spans.get(name, (start, end))
            spans[name] = (min(first, start), max(last, end))
    chosen = _month(paths[0], sorted(found), month)
    hours, whole = _hours(spans.get(chosen), chosen, today)
    return Billed(
        form=forms[0],
        files=tuple(path.name for path in paths),
        digests=tuple(seen),
        month=chosen,
        hours=hours,
        whole=whole,
        sums=found[chosen],
    )


def _read(path: Path, found: dict[str, dict[Key, Sum]]) -> tuple[Reader, Spans]:
    lines = read_lines(path)
    number, header = next(lines, (1, [""]))
    where = f"line {number}"
    try:
        reader = reader_of(header)
        with localcontext(EXACT):
            for number, cells in lines:
                where = f"line {number}"
                for charge in reader.charges(_as_wide(cells, header)):
                    _add(found.setdefault(charge.month, {}), charge)
            where = "at its end"
            return reader, reader.end()
    except CellError as error:
        raise ExportError(f"{path}: {where}: {error}") from None


def _as_wide(cells: Sequence[str], header: Sequence[str]) -> Sequence[str]:
    if len(cells) != len(header):
        raise CellError(f"has {len(cells)} cells, and the header {len(header)}; the file is cut or edited")
    return cells


def _add(sums: dict[Key, Sum], charge: Charge) -> None:
    tag = charge.tags.get
    key = Key(
        charge.kind,
        charge.service,
        charge.name,
        tag("decision", ""),
        tag("environment", ""),
        tag("project", ""),
    )
    found = sums.get(key)
    if found is None:
        if len(sums) >= MOST_SUMS:
            raise CellError(f"is about more than {MOST_SUMS:,} usage types and tags; no bill of an account is")
        found = sums[key] = Sum()
    found.add(charge.usd, charge.quantity)


def _month(path: Path, months: Sequence[str], asked: str) -> str:
    for month in months:
        if not _is_month(month):
            raise ExportError(f"{path}: {month!r} is no month; allowed is a billing period such as 2026-10-01")
    if not months:
        raise ExportError(f"{path}: holds no line that is billed")
    if asked and asked not in months:
        raise ExportError(f"--month: {asked!r} is refused; {path} holds {', '.join(months)}")
    if not asked and len(months) > 1:
        raise ExportError(f"{path}: holds {len(months)} months; say which with --month: {', '.join(months)}")
    return asked or months[0]


def _is_month(text: str) -> bool:
    try:
        return len(text) == len("2026-10") and bool(date.fromisoformat(f"{text}-01"))
    except ValueError:
        return False


def _hours(span: tuple[datetime, datetime] | None, month: str, today: date | None) -> tuple[int, int]:
    begins = datetime.fromisoformat(f"{month}-01")
    ends = begins + timedelta(days=monthrange(begins.year, begins.month)[1])
    whole = _whole_hours(ends - begins)
    first, last = span or (begins, ends)
    now = datetime.combine(today, datetime.min.time()) + timedelta(days=1) if today else ends
    return max(0, _whole_hours(min(last, ends, now) - max(first, begins))), whole


def _whole_hours(span: timedelta) -> int:
    # A report's last second of a month is its end.
    return -(-int(span.total_seconds()) // 3600)


def lines_of(billed: Billed, kind: Kind) -> Iterator[tuple[Key, Sum]]:
    """The sums of one kind."""
    return ((key, each) for key, each in billed.sums.items() if key.kind == kind)
