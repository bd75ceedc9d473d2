"""An estimate for a terminal: the dearest lines first, then what the total is short of and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pricing.estimate import Estimate
from pricing.money import cents
from pricing.report.escape import shortened
from pricing.report.lines import notes
from pricing.report.view import SHOWN, Gap, Row, basis, gaps, heading, hints, left_out, rows, summary, types
from stacks.command import harmless


def render_text(found: Estimate, called: str) -> str:
    """The whole report about a file that is called so, with one last line that says what it comes to."""
    return "\n".join(_lines(found, called)) + "\n"


def _lines(found: Estimate, called: str) -> Iterator[str]:
    yield f"{harmless(called)}: {_heading(found)}"
    yield basis(found)
    yield ""
    yield from _table(rows(found), found)
    if summed := types(found):
        yield ""
        yield "By type"
        yield from _table(summed, found)
    yield ""
    yield from map(harmless, notes(found.bill, found.book.vat))
    yield from _block("Gaps: billed, and missing from the total", _gaps(found))
    yield from _block("Assumptions", found.assumptions)
    yield from _block("Left out", left_out(found))
    yield ""
    yield summary(found)


def _heading(found: Estimate) -> str:
    form, stack, project = heading(found)
    whose = f" of stack {shortened(stack)}" if stack else ""
    return f"{form}{whose}{f', project {shortened(project)}' if project else ''}"


def _table(content: Sequence[Row], found: Estimate) -> Iterator[str]:
    least = "total, at least" if found.bill.at_least else "total"
    total = (_cents(found.bill.usd_per_month), _cents(found.bill.usd_per_month_high), least)
    cells = [("USD", "high", ""), *((_cents(row.usd), _cents(row.high), _said(row)) for row in content), total]
    width = max(len(cell) for usd, high, _ in cells for cell in (usd, high))
    for usd, high, said in cells:
        yield f"  {usd:>{width}}  {high:>{width}}  {said}".rstrip()


def _cents(amount: Decimal) -> str:
    return str(cents(amount))


def _said(row: Row) -> str:
    if not row.name:
        return shortened(row.type) or row.what
    return f"{shortened(row.name)} ({shortened(row.type)}): {harmless(row.what)}"


def _gaps(found: Estimate) -> list[str]:
    every = gaps(found)
    told = [_gap(gap) for gap in every[:SHOWN]]
    if (more := len(every) - SHOWN) > 0:
        told.append(f"and {more:,} more kinds of gap; --format json has all")
    return [*told, *hints(found)]


def _gap(gap: Gap) -> str:
    names = ", ".join(map(shortened, gap.names)) + (f" and {gap.more:,} more" if gap.more else "")
    return f"{names} ({shortened(gap.type)}): {harmless(gap.reason)}"


def _block(title: str, content: Sequence[str]) -> Iterator[str]:
    if content:
        yield ""
        yield title
        yield from (f"  {line}" for line in content)
