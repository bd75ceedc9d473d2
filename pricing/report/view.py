"""What every writer for people shows of an estimate, and how it is cut where it is long; the JSON has all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from model.urn import name_of
from pricing.bill import group_lines
from pricing.declared.inventory import FORMS
from pricing.estimate import Estimate
from pricing.report.lines import charge, dearest_first, total

#: More lines, types or gaps than these are summed up.
SHOWN: Final = 40
#: Resources that are named where several have the same gap.
NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the bill, exact: what is alike is shown alike. ``name`` is empty for what is summed up."""

    name: str
    type: str
    what: str
    usd: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Gap:
    """Resources of one type that have no figure for one reason: some of their names, and how many more there are."""

    names: tuple[str, ...]
    more: int
    type: str
    reason: str


def heading(found: Estimate) -> tuple[str, str, str]:
    """What form the file has, of which stack it is, and of which project; the latter two may be empty."""
    return FORMS[found.inventory.form], found.inventory.stack, found.inventory.project


def basis(found: Estimate) -> str:
    """Which prices the bill is made of, and as of when."""
    book = found.book
    newest = f"{book.region} (newest of {book.published})"
    return f"as of {found.today}, prices of {newest}, USD a month of 730 hours before VAT"


def rows(found: Estimate) -> list[Row]:
    """The dearest lines, and what the others come to."""
    kinds, lines = found.types, dearest_first(found.bill.lines)
    made = (
        Row(
            name_of(line.urn),
            kinds[line.urn],
            charge(line, found.bill.figures),
            line.usd_per_month,
            line.usd_per_month_high,
        )
        for line in lines
    )
    return _cut(list(made), "lines")


def types(found: Estimate) -> list[Row]:
    """What each type comes to, the dearest first; empty where all lines are shown."""
    if len(found.bill.lines) <= SHOWN:
        return []
    kinds = found.types
    amounts = group_lines(found.bill.lines, lambda line: kinds[line.urn])
    dearest = sorted(amounts.items(), key=lambda item: (-item[1].usd_per_month, item[0]))
    made = [Row("", kind, "", amount.usd_per_month, amount.usd_per_month_high) for kind, amount in dearest]
    return _cut(made, "types")


def _cut(every: Sequence[Row], what: str) -> list[Row]:
    shown, others = every[:SHOWN], every[SHOWN:]
    if not others:
        return list(shown)
    usd, high = (sum((getattr(row, end) for row in others), Decimal(0)) for end in ("usd", "high"))
    return [*shown, Row("", "", f"{len(others):,} more {what}; --format json has all", usd, high)]


def gaps(found: Estimate) -> list[Gap]:
    """Gaps of one type and reason together, the most frequent first, and how many kinds of gap there are beyond."""
    alike: dict[tuple[str, str], list[str]] = {}
    for gap in found.bill.unpriced:
        # The type stands before the reason already.
        reason = gap.reason.removeprefix(f"{gap.type} ")
        alike.setdefault((gap.type, reason), []).append(name_of(gap.urn))
    made = [
        Gap(tuple(names[:NAMED]), max(0, len(names) - NAMED), kind, reason) for (kind, reason), names in alike.items()
    ]
    return sorted(made, key=lambda gap: (-len(gap.names) - gap.more, gap.type, gap.reason))


def hints(found: Estimate) -> Iterator[str]:
    """What would close gaps."""
    if any(gap.kind == "usage" for gap in found.bill.unpriced):
        yield "a figure of landing:usage is given by --usage FILE: natGb: 100 for landing:usage.natGb"
    if any(gap.reason.endswith(f"book is of {found.book.region}") for gap in found.bill.unpriced):
        yield f"--any-region prices what stands elsewhere as if it stood in {found.book.region}"


def left_out(found: Estimate) -> list[str]:
    """How many resources of the file are not billed, and why."""
    return [f"{count:,} {reason}" for reason, count in found.inventory.left_out.items()]


def summary(found: Estimate) -> str:
    """What it comes to, in one line."""
    standing, short = len(found.inventory.entries), len(found.bill.unpriced)
    resources = f"{standing:,} resource{'' if standing == 1 else 's'}"
    return f"{total(found.bill)} a month, {resources}, {f'{short:,}' if short else 'no'} gap{'' if short == 1 else 's'}"
