"""The bill in the words that text, markdown and HTML share, and its tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from model import type_tokens
from policy.guide import variance
from policy.ledger.row import Claim
from preview.breakdown import Share, by_component, by_tag, by_type
from preview.money import cents, percent
from preview.result import Result
from preview.view import BillRow, BillView, Difference, Footer, Money, Value, bill_view, claimed
from pricing.currency import KRW
from pricing.reconcile.history import error_band

#: A name, what it costs, and what it may cost at worst.
Part = tuple[str, Decimal, Decimal]


def render_bill(preview: Result) -> Iterator[RenderableType]:
    """Every table, and what the total is with tax and in won."""
    view = bill_view(preview)
    yield _by_capability(view) if view.rows else _by_type(preview, view)
    yield from map(escape, notes(preview))
    yield ""
    if view.rows:
        yield from map(escape, reasons(view))
        yield "all of what a row consists of: --explain CAPABILITY"
        yield ""
    yield _shares("Bill by component", "component", [components(preview)])
    yield ""
    yield _shares("Bill by tag", "tag", tags(preview))


def headings(view: BillView) -> list[str]:
    """What stands above the columns."""
    return [column.heading for column in view.columns]


def cells(view: BillView, row: BillRow) -> list[str]:
    """A row of the bill, column by column."""
    return [cell(column.value(row)) for column in view.columns]


def footer_cells(view: BillView, footer: Footer) -> list[str]:
    """A sum below the rows, column by column; nothing stands in a column that it does not sum up."""
    least = "at least " if footer.at_least else ""
    # What is missing is missing from the price; the high bound holds for what is there.
    amounts = {name: f"{least if name == 'priced' else ''}{usd}" for name, usd in footer.amounts.items()}
    return [footer.name, *(amounts.get(column.name, "") for column in view.columns[1:])]


def cell(value: Value) -> str:
    """A value of the bill as people read it."""
    match value:
        case None | Claim():
            return claimed(value)
        case Money():
            return str(value.cents)
        case Decimal():
            return str(cents(value))
        case Difference():
            return percent(value.share)
        case str():
            return value


def reasons(view: BillView) -> Iterator[str]:
    """Why prices lie more than tolerated beyond their claims, in short, a line a row."""
    for row in view.rows:
        if row.difference and row.difference.reason:
            far = percent(row.difference.share)
            yield f"{row.capability} {far}: {variance.explain_briefly(row.capability, row.lines)}"


def notes(preview: Result) -> Iterator[str]:
    """The total with tax and in won, what it is at either end of the usage's range, and how far bills lay from it."""
    total, vat = preview.bill.usd_per_month, 1 + preview.vat
    yield (
        f"with {preview.vat:.0%} VAT {cents(total * vat)} USD, or {KRW.of(total * vat):,} {KRW.currency} at "
        f"{KRW.per_usd:,} a USD ({KRW.source}, {KRW.on})"
    )
    if preview.bill.usd_per_month_low != total:
        yield (
            f"usage is given as a range: {cents(preview.bill.usd_per_month_low)} USD at its low end, "
            f"{cents(total)} at its base; the high bound holds its high end"
        )
    if preview.settings:
        yield error_band(preview.recording.stack).sentence


def _by_capability(view: BillView) -> Table:
    table = Table(title="Bill, USD a month before VAT", title_justify="left")
    for place, heading in enumerate(headings(view)):
        table.add_column(heading, justify="right" if place else "left")
    for row in view.rows:
        table.add_row(*map(escape, cells(view, row)))
    table.add_section()
    for footer in view.footers:
        table.add_row(*footer_cells(view, footer))
    return table


def _by_type(preview: Result, view: BillView) -> Table:
    """The bill of a program that no ledger has rows for."""
    table = _shares("Bill, USD a month before VAT", "type", [types(preview)])
    table.add_row(*type_footer(view))
    return table


def _shares(title: str, heading: str, groups: Iterable[Sequence[Part]]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(heading)
    table.add_column("priced", justify="right")
    table.add_column("high bound", justify="right")
    for group in groups:
        for name, usd, high in group:
            table.add_row(escape(name), str(usd), str(high))
        table.add_section()
    return table


def components(preview: Result) -> list[Part]:
    """Each component, its price and high bound, to the cent."""
    shares = by_component(preview)
    return _rows([share.name.removeprefix(type_tokens.ALPHACAR_PACKAGE) or "no component" for share in shares], shares)


def types(preview: Result) -> list[Part]:
    """Each type of resource that is billed, its price and high bound, to the cent and adding up."""
    shares = by_type(preview)
    return _rows([share.name for share in shares], shares)


def type_footer(view: BillView) -> list[str]:
    """The sum below the types."""
    least = "at least " if view.total.at_least else ""
    return [view.total.name, f"{least}{view.total.amounts['priced']}", str(view.total.amounts["high"])]


def tags(preview: Result) -> list[list[Part]]:
    """The same for the values of each tag."""
    return [
        _rows([f"{key}={share.name}" if share.name else f"{key}: without it" for share in shares], shares)
        for key, shares in by_tag(preview).items()
    ]


def _rows(names: Sequence[str], shares: Sequence[Share]) -> list[Part]:
    amounts = ((share.amount.usd_per_month, share.amount.usd_per_month_high) for share in shares)
    return [(name, cents(usd), cents(high)) for name, (usd, high) in zip(names, amounts, strict=True)]
