"""The first half of docs/cost.md: what the three stacks cost, and why that is not what the guide claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from model.urn import name_of
from policy.guide import arithmetic as guide
from policy.guide.variance import TOLERATED
from preview.docs.costs import Costs, Environment
from preview.money import cents, percent
from preview.report.templating import cell
from preview.result import Preview
from preview.view import BillRow, BillView, bill_view, claimed
from pricing.bill import Bill
from pricing.book import FACTORS
from pricing.evidence import bare_figures, known_figures, say_bare
from pricing.month import longest_month
from pricing.report.escape import prose
from stacks.sections.account import Exchange


def opening(costs: Costs) -> Iterator[str]:
    """What the page is, the totals in both currencies, and what they rest on."""
    yield "# What the landing zone costs"
    yield (
        f"Written by `.venv/bin/python -m preview.docs` from the three stack files and the price book "
        f"of {costs.book.published}; do not edit it. USD a month of 730 hours in Seoul (ap-northeast-2), before VAT "
        "unless said otherwise. Claims are the guide's; everything else is priced line by line: "
        "`.venv/bin/python -m preview "
        "STACK --format json` has each line with its quantity, price, source and date."
    )
    yield "## Totals"
    bills = [environment.preview.bill for environment in costs.environments]
    totals = [bill.usd_per_month for bill in bills]
    highs = [bill.usd_per_month_high for bill in bills]
    vat = 1 + costs.book.vat
    exchange = next((each.preview.settings.account.exchange for each in costs.environments), None)
    rows = [
        ("USD, expected", *map(money, (*totals, sum(totals)))),
        ("USD at the low end of usage", *_amounts(bills, lambda bill: bill.usd_per_month_low)),
        ("USD at the high end of usage, listed prices", *_amounts(bills, lambda bill: bill.usd_per_month_high_usage)),
        (
            "USD at the high bound of prices, expected usage",
            *_amounts(bills, lambda bill: bill.usd_per_month_high_price),
        ),
        ("USD at the high bound of both", *map(money, (*highs, sum(highs)))),
        ("USD, expected, in a month of 31 days", *_amounts(bills, longest_month)),
        (f"USD with {costs.book.vat:.0%} VAT", *(money(total * vat) for total in (*totals, sum(totals)))),
        *_exchanged(exchange, costs, totals),
        ("budget, USD", *(money(each.preview.settings.budget.usd_per_month) for each in costs.environments), ""),
    ]
    yield table(("a month", *(each.name for each in costs.environments), "all"), rows)
    rate = (
        f"{exchange.currency} at {exchange.per_usd:,} a USD of {exchange.as_of} (source: {prose(exchange.source)}). "
        if exchange
        else ""
    )
    yield (
        f"{rate}The high bound of prices takes every derived price {FACTORS['derived']} times, every "
        f"recalled one {FACTORS['recalled']} times, and an unknown one at its stated bound; the high end of usage is "
        "that of each figure's range."
    )
    yield from _at_least(costs.environments)


def bills(costs: Costs) -> Iterator[str]:
    """Each stack's bill by capability beside the guide's claims, and why they differ."""
    yield "## Bills by capability"
    yield (
        'The guide\'s "before" and "after" are claims for production. Where the priced figure lies more than '
        f"{TOLERATED:.0%} beyond what the guide claims after the move, the reason stands below the table. "
        '"High, usage and prices" is the high bound of both at once: each usage figure at the high end of its range, '
        "at the high bound of its price."
    )
    first, *others = costs.environments
    view = bill_view(first.preview)
    yield f"### {first.name}"
    yield _bill(view, f"{guide.MONTHLY_CLOUD:,}")
    yield "\n".join(_reasons(view))
    yield _left_out(first.preview, view)
    for environment in others:
        view = bill_view(environment.preview)
        yield f"### {environment.name}"
        yield _bill(view)
        yield "Smaller than production by design:"
        yield "\n".join(_reasons(view))


def usage(costs: Costs) -> Iterator[str]:
    """Every usage figure that a bill comes from: its range, how it is known, and what it is worth."""
    yield "## What the usage rests on"
    yield (
        "A figure is measured here, published by somebody, worked out from what is declared, or a guess; the bills "
        "rest on example figures until measured ones stand there (`.venv/bin/python -m pricing.usage STACK`). "
        "Dollars are at the base of the range."
    )
    for environment in costs.environments:
        rows = [
            (
                f"`{known.figure}`",
                *(_short(end) for end in (known.spread.low, known.spread.base, known.spread.high)),
                money(known.usd_per_month),
                prose(known.spread.source or "guess"),
            )
            for known in known_figures(environment.preview.bill)
        ]
        yield f"### {environment.name}"
        yield table(("figure", "low", "base", "high", "USD a month", "how it is known"), rows)
        if bare := bare_figures(environment.preview.bill):
            yield f"{say_bare(bare)}."


def _short(quantity: Decimal) -> str:
    return f"{quantity.quantize(Decimal('0.1')).normalize():f}"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> str:
    """A markdown table whose columns from the ``left``-th on stand to the right."""
    marks = ["---" if place < left else "---:" for place in range(len(headings))]
    lines = [headings, marks, *([cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def money(usd: Decimal | int) -> str:
    """USD to the cent."""
    return f"{cents(Decimal(usd)):,}"


def _amounts(bills: Sequence[Bill], amount: Callable[[Bill], Decimal]) -> tuple[str, ...]:
    found = [amount(bill) for bill in bills]
    return tuple(map(money, (*found, sum(found))))


def _exchanged(exchange: Exchange | None, costs: Costs, totals: Sequence[Decimal]) -> Iterator[tuple[str, ...]]:
    if exchange is None:
        return
    for label, factor in (("", Decimal(1)), (f" with {costs.book.vat:.0%} VAT", 1 + costs.book.vat)):
        amounts = (f"{exchange.of(total * factor):,}" for total in (*totals, sum(totals)))
        yield (f"{exchange.currency}{label}", *amounts)


def _at_least(environments: Sequence[Environment]) -> Iterator[str]:
    for environment in environments:
        for gap in environment.preview.bill.unpriced:
            what = f"{name_of(gap.urn)} ({gap.type}) has no price: {gap.reason}"
            yield f"{environment.name} costs at least this much: {prose(what)}."


def _bill(view: BillView, claimed_total: str = "") -> str:
    totals = (view.total.amounts["priced"], view.total.amounts["high"])
    rows = [*map(_row, view.rows), ("**total**", "", "", claimed_total, *map(money, totals), "")]
    headings = (
        "capability",
        "choice",
        "guide: before",
        "guide: after",
        "priced",
        "high, usage and prices",
        "difference",
    )
    return table(headings, rows, left=2)


def _row(row: BillRow) -> tuple[str, ...]:
    decision = row.decision
    return (
        row.capability,
        decision.choice if decision.active else f"{decision.choice} (not active)",
        str(row.before or "-"),
        claimed(row.after),
        *(money(amount.cents) if amount else "-" for amount in (row.priced, row.high)),
        percent(row.difference.share if row.difference else None),
    )


def _reasons(view: BillView) -> Iterator[str]:
    for row in view.rows:
        if row.difference and row.difference.reason:
            yield f"- **{row.capability}** {percent(row.difference.share)}: {prose(row.difference.reason)}."


def _left_out(preview: Preview, view: BillView) -> str:
    platform = view.row("platform").priced
    usd = platform.exact if platform else Decimal(0)
    return (
        f"The guide's {guide.MONTHLY_CLOUD:,} hold eight rows and leave out traces, Airflow and the platform. Here the "
        f"platform costs {money(usd)} and everything else {money(preview.bill.usd_per_month - usd)}."
    )
