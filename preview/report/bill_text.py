"""The bill for a terminal: by capability beside the guide's claims, by component, and by tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from model import type_tokens
from policy.guide import variance
from policy.guide.variance import TOLERATED, difference
from policy.ledger.row import Claim, Row
from preview.breakdown import Share, by_component, by_tag
from preview.money import adding_up_pairs, cents, percent
from preview.result import Preview, shown_amounts
from pricing.currency import KRW

#: A name, what it costs, and what it may cost at worst.
Part = tuple[str, Decimal, Decimal]


def bill(preview: Preview) -> Iterator[RenderableType]:
    """Every table, and what the total is with tax and in won."""
    yield _by_capability(preview)
    yield from map(escape, notes(preview))
    yield ""
    yield from map(escape, reasons(preview))
    yield "all of what a row consists of: --explain CAPABILITY"
    yield ""
    yield _shares("Bill by component", "component", [components(preview)])
    yield ""
    yield _shares("Bill by tag", "tag", tags(preview))


def claimed(claim: Claim | None) -> str:
    """A claim as a table cell."""
    if claim is None:
        return "-"
    return f"{claim.usd_low}" if claim.usd_low == claim.usd_high else f"{claim.usd_low}-{claim.usd_high}"


def beyond(priced: Decimal | None, claim: Claim | None) -> str:
    """How far a price lies from the claim, as a table cell."""
    return percent(None if priced is None else difference(priced, claim))


def reason(preview: Preview, row: Row) -> str | None:
    """Why a price lies more than a tenth beyond the row's claim; ``None`` where it does not."""
    return variance.reason(row.capability, preview.bill.lines) if _needs_one(preview, row) else None


def reasons(preview: Preview) -> Iterator[str]:
    """The same in short, a line a row."""
    priced = preview.bill.by_capability()
    for decision in preview.decisions:
        if _needs_one(preview, row := decision.row):
            far = beyond(priced.get(row.capability), row.after)
            yield f"{row.capability} {far}: {variance.short(row.capability, preview.bill.lines)}"


def _needs_one(preview: Preview, row: Row) -> bool:
    priced = preview.bill.by_capability().get(row.capability)
    share = None if priced is None else difference(priced, row.after)
    return share is not None and abs(share) > TOLERATED


def notes(preview: Preview) -> Iterator[str]:
    """The total with tax and in won, and what it is when usage is at either end of its range."""
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


def _by_capability(preview: Preview) -> Table:
    table = Table(title="Bill, USD a month before VAT", title_justify="left")
    table.add_column("capability")
    for heading in ("guide: before", "guide: after", "priced", "high bound", "against the claim"):
        table.add_column(heading, justify="right")
    priced, shown = preview.bill.by_capability(), shown_amounts(preview)
    for decision in preview.decisions:
        row = decision.row
        before = decision.claimed_before(preview.settings.hardware)
        cells = map(str, shown[row.capability]) if row.capability in shown else ("-", "-")
        far = beyond(priced.get(row.capability), row.after)
        table.add_row(row.capability, claimed(before), claimed(row.after), *cells, far)
    table.add_section()
    least = "at least " if preview.bill.at_least else ""
    totals = cents(preview.bill.usd_per_month), cents(preview.bill.usd_per_month_high)
    table.add_row("total", "", "", f"{least}{totals[0]}", str(totals[1]), "")
    table.add_row("budget", "", "", str(preview.settings.budget.usd_per_month), "", "")
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


def components(preview: Preview) -> list[Part]:
    """Each component, its price and high bound, to the cent and adding up."""
    shares = by_component(preview)
    return _rows([share.name.removeprefix(type_tokens.ALPHACAR_PACKAGE) or "no component" for share in shares], shares)


def tags(preview: Preview) -> list[list[Part]]:
    """The same for the values of each tag."""
    return [
        _rows([f"{key}={share.name}" if share.name else f"{key}: without it" for share in shares], shares)
        for key, shares in by_tag(preview).items()
    ]


def _rows(names: Sequence[str], shares: Sequence[Share]) -> list[Part]:
    amounts = [(share.amount.usd_per_month, share.amount.usd_per_month_high) for share in shares]
    return [(name, usd, high) for name, (usd, high) in zip(names, adding_up_pairs(amounts), strict=True)]
