"""The bill in the words that text, markdown and HTML share, and its tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from rich.console import RenderableType

from model import type_tokens
from policy.guide import variance
from policy.ledger.row import Claim
from preview.breakdown import Share, by_component, by_tag, by_type
from preview.catalogue import say, t, told_again
from preview.money import cents, percent
from preview.report.grid import Grid
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
    "measured": "{usd} measured",
    "published": "{usd} by published bills",
    "computed": "{usd} by formula",
    "guess": "{usd} guessed",
}
#: What :mod:`pricing` says of figures without a range, and of the months that were reconciled.
BARE: Final = (
    "1 figure has no range, so the high end of usage takes it as it is: {keys}",
    "{count} figures have no range, so the high end of usage takes them as they are: {keys}",
)
BANDS: Final = (
    "error band: not measured; no month of this stack is reconciled (--reconcile FILE --write)",
    "error band: billed {low} in 1 reconciled month ({month}), against what was foreseen",
    "error band: billed {low} to {high} over {count} reconciled months ({first} to {last}), against what was foreseen",
)


def render_bill(preview: Result) -> Iterator[RenderableType]:
    """What each capability is priced at, and what the total is with tax and in won."""
    view = bill_view(preview)
    yield _by_capability(view) if view.rows else _by_type(preview, view)
    yield from map(shown, notes(preview))


def render_breakdown(preview: Result) -> Iterator[RenderableType]:
    """Why prices lie beyond their claims, and the same bill by component and by tag."""
    view = bill_view(preview)
    if view.rows:
        yield from map(shown, reasons(view))
        yield t("all of what a row consists of: --explain CAPABILITY")
        yield ""
    yield _shares(t("Bill by component"), t("component"), [components(preview)])
    yield ""
    yield _shares(t("Bill by tag"), t("tag"), tags(preview))


def headings(view: BillView) -> list[str]:
    """What stands above the columns."""
    return [t(column.heading) for column in view.columns]


def cells(view: BillView, row: BillRow) -> list[str]:
    """A row of the bill, column by column."""
    return [cell(column.value(row)) for column in view.columns]


def footer_cells(view: BillView, footer: Footer) -> list[str]:
    """A sum below the rows, column by column; nothing stands in a column that it does not sum up."""
    least = f"{t('at least')} " if footer.at_least else ""
    # What is missing is missing from the price; the high bound holds for what is there.
    amounts = {name: f"{least if name == 'priced' else ''}{usd}" for name, usd in footer.amounts.items()}
    return [t(footer.name), *(amounts.get(column.name, "") for column in view.columns[1:])]


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
        say(
            ", or {amount} {currency} at {rate} a USD ({source}, {day})",
            amount=f"{exchange.of(taxed):,}",
            currency=exchange.currency,
            rate=f"{exchange.per_usd:,}",
            source=exchange.source,
            day=exchange.as_of,
        )
        if exchange
        else ""
    )
    yield say("with {share} VAT {usd} USD{rate}", share=f"{preview.vat:.0%}", usd=cents(taxed), rate=rate)
    if bill.usd_per_month_high != bill.usd_per_month:
        yield say(
            "expected {usd} USD; {low} at the low end of usage; at most {usage} by usage alone, {prices} by prices "
            "alone, {high} by both",
            usd=cents(bill.usd_per_month),
            low=cents(bill.usd_per_month_low),
            usage=cents(bill.usd_per_month_high_usage),
            prices=cents(bill.usd_per_month_high_price),
            high=cents(bill.usd_per_month_high),
        )
    if known := by_evidence(bill):
        parts = ", ".join(say(EVIDENCE[evidence], usd=cents(usd)) for evidence, usd in known.items())
        example = t("; on example figures until measured ones stand there") if "guess" in known else ""
        whole = cents(sum(known.values(), Decimal(0)))
        yield say("by usage {usd} USD: {parts}{example}", usd=whole, parts=parts, example=example)
    if bare := bare_figures(bill):
        yield told_again(say_bare(bare), *BARE)
    if not preview.settings:
        return
    if idle := idle_figures(bill, preview.settings.usage):
        yield say("set below landing:usage, and billing nothing here: {keys}", keys=", ".join(idle))
    yield from _account(preview)
    yield told_again(error_band(preview.recording.stack).sentence, *BANDS)


def account(preview: Result) -> list[AccountLine]:
    """What the account adds to the stack's bill, or takes off."""
    if not preview.settings:
        return []
    free = [
        AccountLine(say("free tier: {what}", what=credit.what), -credit.usd_per_month, credit.source)
        for credit in free_tier_credit(preview.bill)
    ]
    return account_lines(preview.bill, preview.settings.account, preview.today, free)


def _account(preview: Result) -> Iterator[str]:
    lines = account(preview)
    if lines:
        total = preview.bill.usd_per_month + sum(line.usd_per_month for line in lines)
        parts = ", ".join(f"{line.item} {cents(line.usd_per_month):+}" for line in lines)
        yield say(
            "the account, once however many stacks it holds: {parts}; together {usd} USD before VAT",
            parts=parts,
            usd=cents(total),
        )


def _by_capability(view: BillView) -> Grid:
    rows = [[*map(shown, cells(view, row))] for row in view.rows]
    sums = [footer_cells(view, footer) for footer in view.footers]
    return Grid(title=t("Bill, USD a month before VAT"), headings=headings(view), groups=[rows, sums])


def _by_type(preview: Result, view: BillView) -> Grid:
    """The bill of a program that no ledger has rows for."""
    billed = [[shown(name), str(usd), str(high)] for name, usd, high in types(preview)]
    return Grid(
        title=t("Bill, USD a month before VAT"),
        headings=[t("type"), t("priced"), t("high bound")],
        groups=[billed, [type_footer(view)]],
    )


def _shares(title: str, heading: str, groups: Iterable[Sequence[Part]]) -> Grid:
    rows = [[[shown(name), str(usd), str(high)] for name, usd, high in group] for group in groups]
    return Grid(title=title, headings=[heading, t("priced"), t("high bound")], groups=rows)


def components(preview: Result) -> list[Part]:
    """Each component, its price and high bound, to the cent."""
    shares = by_component(preview)
    return _rows(
        [share.name.removeprefix(type_tokens.ALPHACAR_PACKAGE) or t("no component") for share in shares], shares
    )


def types(preview: Result) -> list[Part]:
    """Each type of resource that is billed, its price and high bound, to the cent and adding up."""
    shares = by_type(preview)
    return _rows([share.name for share in shares], shares)


def type_footer(view: BillView) -> list[str]:
    """The sum below the types."""
    least = f"{t('at least')} " if view.total.at_least else ""
    return [t(view.total.name), f"{least}{view.total.amounts['priced']}", str(view.total.amounts["high"])]


def tags(preview: Result) -> list[list[Part]]:
    """The same for the values of each tag."""
    return [
        _rows(
            [f"{key}={share.name}" if share.name else say("{key}: without it", key=key) for share in shares],
            shares,
        )
        for key, shares in by_tag(preview).items()
    ]


def _rows(names: Sequence[str], shares: Sequence[Share]) -> list[Part]:
    amounts = ((share.amount.usd_per_month, share.amount.usd_per_month_high) for share in shares)
    return [(name, cents(usd), cents(high)) for name, (usd, high) in zip(names, amounts, strict=True)]
