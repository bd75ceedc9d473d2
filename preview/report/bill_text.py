"""The bill in the words that text, markdown and HTML share, and its tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from rich.console import RenderableType
from rich.table import Table

from model import type_tokens
from policy.guide import variance
from policy.ledger.row import Claim
from preview.breakdown import Share, by_component, by_tag, by_type
from preview.money import cents, percent
from preview.result import Result
from preview.view import BillRow, BillView, Difference, Footer, Money, Value, bill_view, claimed
from pricing.account_level import AccountLine, account_lines
from pricing.evidence import bare_figures, by_evidence, idle_figures, say_bare
from pricing.free_tier import free_tier_credit
from pricing.reconcile.history import error_band
from pricing.report.escape import shown
from stacks.sections.measures import Evidence

#: A name, what it costs, and what it may cost at worst.
Part = tuple[str, Decimal, Decimal]
#: How figures are known, as a sentence has it.
EVIDENCE: Final[dict[Evidence, str]] = {
    "measured": "measured",
    "published": "by published bills",
    "computed": "by formula",
    "guess": "guessed",
}


def render_bill(preview: Result) -> Iterator[RenderableType]:
    """Every table, and what the total is with tax and in won."""
    view = bill_view(preview)
    yield _by_capability(view) if view.rows else _by_type(preview, view)
    yield from map(shown, notes(preview))
    yield ""
    if view.rows:
        yield from map(shown, reasons(view))
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
    """The total with tax and in another currency, its range, what it rests on, and what the account adds."""
    bill, taxed = preview.bill, preview.bill.usd_per_month * (1 + preview.vat)
    exchange = preview.settings.account.exchange if preview.settings else None
    rate = (
        f", or {exchange.of(taxed):,} {exchange.currency} at {exchange.per_usd:,} a USD "
        f"({exchange.source}, {exchange.as_of})"
        if exchange
        else ""
    )
    yield f"with {preview.vat:.0%} VAT {cents(taxed)} USD{rate}"
    if bill.usd_per_month_high != bill.usd_per_month:
        yield (
            f"expected {cents(bill.usd_per_month)} USD; {cents(bill.usd_per_month_low)} at the low end of usage; "
            f"at most {cents(bill.usd_per_month_high_usage)} by usage alone, "
            f"{cents(bill.usd_per_month_high_price)} by prices alone, {cents(bill.usd_per_month_high)} by both"
        )
    if known := by_evidence(bill):
        parts = ", ".join(f"{cents(usd)} {EVIDENCE[evidence]}" for evidence, usd in known.items())
        example = "; on example figures until measured ones stand there" if "guess" in known else ""
        yield f"by usage {cents(sum(known.values(), Decimal(0)))} USD: {parts}{example}"
    if bare := bare_figures(bill):
        yield say_bare(bare)
    if not preview.settings:
        return
    if idle := idle_figures(bill, preview.settings.usage):
        yield f"set below landing:usage, and billing nothing here: {', '.join(idle)}"
    yield from _account(preview)
    yield error_band(preview.recording.stack).sentence


def account(preview: Result) -> list[AccountLine]:
    """What the account adds to the stack's bill, or takes off."""
    if not preview.settings:
        return []
    free = [
        AccountLine(f"free tier: {credit.what}", -credit.usd_per_month, credit.source)
        for credit in free_tier_credit(preview.bill)
    ]
    return account_lines(preview.bill, preview.settings.account, preview.today, free)


def _account(preview: Result) -> Iterator[str]:
    lines = account(preview)
    if lines:
        total = preview.bill.usd_per_month + sum(line.usd_per_month for line in lines)
        parts = ", ".join(f"{line.item} {cents(line.usd_per_month):+}" for line in lines)
        yield f"the account, once however many stacks it holds: {parts}; together {cents(total)} USD before VAT"


def _by_capability(view: BillView) -> Table:
    table = Table(title="Bill, USD a month before VAT", title_justify="left")
    for place, heading in enumerate(headings(view)):
        table.add_column(heading, justify="right" if place else "left")
    for row in view.rows:
        table.add_row(*map(shown, cells(view, row)))
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
            table.add_row(shown(name), str(usd), str(high))
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
