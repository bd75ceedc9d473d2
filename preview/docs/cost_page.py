"""The first half of docs/cost.md: what the three stacks cost, and why that is not what the guide claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from model.urn import name_of
from policy.economics.commitments import WhatIf
from policy.economics.savings import Measure
from policy.economics.three_years import Bills
from policy.guide import arithmetic as guide
from policy.guide.variance import TOLERATED, difference, reason
from preview.money import cents, percent
from preview.report.bill_text import claimed
from preview.report.templating import cell
from preview.result import Preview, shown_amounts
from pricing.book import FACTORS, Book
from pricing.currency import KRW
from stacks.section import Capability


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One stack: its preview, what it saves by design, and what it could still save."""

    preview: Preview
    savings: Mapping[str, Decimal]
    options: Sequence[tuple[Measure, Decimal]]

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.preview.settings.environment


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Everything the page tells; ``environments`` begin with production, which the guide's claims are about."""

    environments: Sequence[Environment]
    bills: Bills
    commitments: Sequence[WhatIf]
    book: Book
    today: date


def opening(costs: Costs) -> Iterator[str]:
    """What the page is, the totals in both currencies, and what they rest on."""
    yield "# What the landing zone costs"
    yield (
        f"Written by `.venv/bin/python -m preview.docs.cost_docs` from the three stack files and the price book "
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
    rows = [
        ("USD", *map(money, (*totals, sum(totals)))),
        ("USD at the high bound", *map(money, (*highs, sum(highs)))),
        (f"USD with {costs.book.vat:.0%} VAT", *(money(total * vat) for total in (*totals, sum(totals)))),
        (KRW.currency, *(won(total) for total in (*totals, sum(totals)))),
        (f"{KRW.currency} with {costs.book.vat:.0%} VAT", *(won(total * vat) for total in (*totals, sum(totals)))),
        ("budget, USD", *(money(each.preview.settings.budget.usd_per_month) for each in costs.environments), ""),
    ]
    yield table(("a month", *(each.name for each in costs.environments), "all"), rows)
    yield (
        f"{KRW.currency} at {KRW.per_usd:,} a USD: an example rate of {KRW.on} (source: {KRW.source}). The high bound "
        f"takes every derived price {FACTORS['derived']} times, every recalled one {FACTORS['recalled']} times, and an "
        "unknown one at its stated bound."
    )
    yield from _at_least(costs.environments)


def bills(costs: Costs) -> Iterator[str]:
    """Each stack's bill by capability beside the guide's claims, and why they differ."""
    yield "## Bills by capability"
    yield (
        'The guide\'s "before" and "after" are claims for production. Where the priced figure lies more than '
        f"{TOLERATED:.0%} beyond what the guide claims after the move, the reason stands below the table."
    )
    first, *others = costs.environments
    yield f"### {first.name}"
    yield _bill(first.preview, f"{guide.MONTHLY_CLOUD:,}")
    yield "\n".join(_reason(name, share, first.preview) for name, share in _beyond(first.preview))
    yield _left_out(first.preview)
    for environment in others:
        yield f"### {environment.name}"
        yield _bill(environment.preview)
        yield "Smaller than production by design:"
        yield "\n".join(_reason(name, share, environment.preview) for name, share in _beyond(environment.preview))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> str:
    """A markdown table whose columns from the ``left``-th on stand to the right."""
    marks = ["---" if place < left else "---:" for place in range(len(headings))]
    lines = [headings, marks, *([cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def money(usd: Decimal | int) -> str:
    """USD to the cent."""
    return f"{cents(Decimal(usd)):,}"


def won(usd: Decimal | int) -> str:
    """The amount in whole won."""
    return f"{KRW.of(usd):,}"


def _at_least(environments: Sequence[Environment]) -> Iterator[str]:
    for environment in environments:
        for gap in environment.preview.bill.unpriced:
            where = name_of(gap.urn)
            yield f"{environment.name} costs at least this much: {where} ({gap.type}) has no price: {gap.reason}."


def _bill(preview: Preview, claimed_total: str = "") -> str:
    priced, amounts = preview.bill.by_capability(), shown_amounts(preview)
    totals = preview.bill.usd_per_month, preview.bill.usd_per_month_high
    rows = []
    for decision in preview.decisions:
        row, before = decision.row, decision.claimed_before(preview.settings.hardware)
        usd = amounts.get(row.capability)
        rows.append(
            (
                row.capability,
                decision.choice if decision.active else f"{decision.choice} (not active)",
                str(before or "-"),
                claimed(row.after),
                *(map(money, usd) if usd else ("-", "-")),
                percent(difference(priced.get(row.capability, Decimal(0)), row.after) if usd else None),
            )
        )
    rows.append(("**total**", "", "", claimed_total, *map(money, totals), ""))
    headings = ("capability", "choice", "guide: before", "guide: after", "priced", "high bound", "difference")
    return table(headings, rows, left=2)


def _beyond(preview: Preview) -> Iterator[tuple[Capability, Decimal]]:
    """The capabilities whose price is further from the claim than tolerated, and how far."""
    priced = preview.bill.by_capability()
    for decision in preview.decisions:
        name = decision.row.capability
        share = difference(priced[name], decision.row.after) if name in priced else None
        if share is not None and abs(share) > TOLERATED:
            yield name, share


def _reason(name: Capability, share: Decimal, preview: Preview) -> str:
    return f"- **{name}** {percent(share)}: {reason(name, preview.bill.lines)}."


def _left_out(preview: Preview) -> str:
    platform = preview.bill.by_capability().get("platform", Decimal(0))
    rest = preview.bill.usd_per_month - platform
    return (
        f"The guide's {guide.MONTHLY_CLOUD:,} hold eight rows and leave out traces, Airflow and the platform. Here the "
        f"platform costs {money(platform)} and everything else {money(rest)}."
    )
