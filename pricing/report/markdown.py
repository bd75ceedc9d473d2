"""An estimate as a comment on a merge or pull request; whatever comes from the file is code or entities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pricing.estimate import Estimate
from pricing.money import cents
from pricing.report.escape import code, prose
from pricing.report.lines import notes
from pricing.report.view import SHOWN, Gap, Row, basis, gaps, heading, hints, left_out, rows, summary, types


def render_markdown(found: Estimate) -> str:
    """The summary first, then the bill, gaps and assumptions."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Estimate) -> Iterator[str]:
    form, stack, project = heading(found)
    yield f"## Bill of the {form}{f' of {code(stack)}' if stack else ''}{f' in {code(project)}' if project else ''}"
    yield ""
    yield f"**{summary(found)}**"
    yield ""
    yield f"{basis(found)}."
    yield ""
    yield from _table("resource | type | for", [f"{_named(row)} | {prose(row.what)}" for row in rows(found)], found)
    if summed := types(found):
        yield ""
        yield "<details><summary>By type</summary>"
        yield ""
        yield from _table("type", [code(row.type) if row.type else row.what for row in summed], found)
        yield ""
        yield "</details>"
    for note in notes(found.bill, found.book.vat):
        yield ""
        yield f"{prose(note)}."
    yield from _block("Gaps: billed, and missing from the total", _gaps(found))
    yield from _block("Assumptions", [prose(told) for told in found.assumptions])
    yield from _block("Left out", left_out(found))


def _table(heads: str, said: Sequence[str], found: Estimate) -> Iterator[str]:
    columns = heads.count("|") + 1
    content = rows(found) if columns > 1 else types(found)
    yield f"| {heads} | USD | high |"
    yield f"|{'---|' * columns}---:|---:|"
    for cells, row in zip(said, content, strict=True):
        yield f"| {cells} | {cents(row.usd)} | {cents(row.high)} |"
    least = "at least " if found.bill.at_least else ""
    usd, high = (str(cents(end)) for end in (found.bill.usd_per_month, found.bill.usd_per_month_high))
    yield f"| **total**{' |' * (columns - 1)} | **{least}{usd}** | **{high}** |"


def _named(row: Row) -> str:
    return f"{code(row.name)} | {code(row.type)}" if row.name else " | "


def _gaps(found: Estimate) -> list[str]:
    every = gaps(found)
    told = [_gap(gap) for gap in every[:SHOWN]]
    if (more := len(every) - SHOWN) > 0:
        told.append(f"{more:,} more kinds of gap; `--format json` has all")
    return [*told, *map(prose, hints(found))]


def _gap(gap: Gap) -> str:
    names = ", ".join(map(code, gap.names)) + (f" and {gap.more:,} more" if gap.more else "")
    return f"{names} ({code(gap.type)}): {prose(gap.reason)}"


def _block(title: str, content: Sequence[str]) -> Iterator[str]:
    if content:
        yield ""
        yield f"### {title}"
        yield ""
        yield from (f"- {line}" for line in content)
